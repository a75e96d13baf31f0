// Package bench is what the benchmarks share: a server that answers as both
// clouds do, at next to no cost.
//
// The mock cloud checks signatures and keeps records, which takes longer than
// the provider takes to send a request. Here every page is rendered before the
// first request, and an answer is one write.
package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// What the stand-in's lists belong to.
const (
	PlanID     = "dbs1benchmark"
	InstanceID = "0123456789abcdef0123456789abcdefin07"
	ProjectID  = "00112233445566778899aabbccddeeff"
)

// pageSize is that of every page: the largest that all three operations take.
const pageSize = 100

// List is one of the lists that the provider reads.
type List struct {
	// DataSource is the name of the data source, without the provider's.
	DataSource string
	// Attribute is the name of its list of items.
	Attribute string
	// Argument and Value are what has to be set to read it; empty is nothing.
	Argument, Value string

	items func(n int) []mockcloud.Item
	body  func(total int, items string) string
}

// Lists are all three, of items with every field that the APIs know.
var Lists = []List{
	{
		DataSource: "dbs_backup_plans", Attribute: "plans",
		items: func(n int) []mockcloud.Item { return mockcloud.Plans(n, created) },
		body:  dbsBody("BackupPlanDetail"),
	},
	{
		DataSource: "dbs_full_backups", Attribute: "backups",
		Argument: "backup_plan_id", Value: PlanID,
		items: func(n int) []mockcloud.Item { return mockcloud.FullBackups(PlanID, n, created) },
		body:  dbsBody("FullBackupFile"),
	},
	{
		DataSource: "taurusdb_backups", Attribute: "backups",
		Argument: "instance_id", Value: InstanceID,
		items: func(n int) []mockcloud.Item { return mockcloud.Backups(InstanceID, n, created) },
		body: func(total int, items string) string {
			return fmt.Sprintf(`{"backups":[%s],"total_count":%d}`, items, total)
		},
	},
}

// created is when all items were made, so that every run has the same bytes.
var created = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func dbsBody(list string) func(int, string) string {
	return func(total int, items string) string {
		return fmt.Sprintf(`{"RequestId":"F1D7D0A2-6A0A-4E9B-8C4F-5E8F1B0A7C3D","Success":true,"HttpStatusCode":200,"TotalElements":%d,"Items":{%q:[%s]}}`,
			total, list, items)
	}
}

// Pages gives the answers that hold a list of n items. An empty list has one.
func (l List) Pages(n int) [][]byte {
	items := l.items(n)
	var pages [][]byte
	for from := 0; from < n || from == 0; from += pageSize {
		var texts []string
		for _, item := range items[from:min(from+pageSize, n)] {
			texts = append(texts, item.String())
		}
		pages = append(pages, []byte(l.body(n, strings.Join(texts, ","))))
	}
	return pages
}

// Start serves a list of n items on a free port of this machine, each answer
// after some latency, until the context ends. It gives the URL.
func (l List) Start(ctx context.Context, n int, latency time.Duration) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: handler(l.Pages(n), latency), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return "http://" + listener.Addr().String(), nil
}

// handler answers with the page that the query asks for: by number, as DBS
// counts, or by offset, as TaurusDB does.
func handler(pages [][]byte, latency time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		number, err := strconv.Atoi(query.Get("PageNum"))
		if err != nil {
			offset, _ := strconv.Atoi(query.Get("offset"))
			number = offset / pageSize
		}
		if number < 0 || number >= len(pages) {
			http.Error(w, "no such page", http.StatusBadRequest)
			return
		}
		time.Sleep(latency)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(pages[number])))
		_, _ = w.Write(pages[number])
	})
}
