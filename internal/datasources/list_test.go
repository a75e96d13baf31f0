package datasources_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// dataSource is one data source as the tests of all three use it.
type dataSource struct {
	kind
	operation string
	required  string // arguments without which it can't be read
	timeField string // what the list is ordered by
	list      func(*mockcloud.Server) mockcloud.List
	generate  func(n int) []mockcloud.Item
}

var dataSources = []dataSource{
	{
		kind: plansKind, operation: mockcloud.DescribeBackupPlanList, timeField: "BackupPlanCreateTime",
		list:     func(s *mockcloud.Server) mockcloud.List { return s.Plans(mockcloud.DemoAlibabaRegion) },
		generate: func(n int) []mockcloud.Item { return mockcloud.Plans(n, time.Now()) },
	},
	{
		kind: fullBackupsKind, operation: mockcloud.DescribeFullBackupList, timeField: "StartTime",
		required: fmt.Sprintf("backup_plan_id = %q", acctest.PlanID),
		list:     func(s *mockcloud.Server) mockcloud.List { return s.FullBackups(acctest.PlanID) },
		generate: func(n int) []mockcloud.Item { return mockcloud.FullBackups(acctest.PlanID, n, time.Now()) },
	},
	{
		kind: taurusKind, operation: mockcloud.ShowInstanceBackups, timeField: "created",
		required: fmt.Sprintf("instance_id = %q", acctest.InstanceID),
		list:     func(s *mockcloud.Server) mockcloud.List { return s.Backups(acctest.InstanceID) },
		generate: func(n int) []mockcloud.Item { return mockcloud.Backups(acctest.InstanceID, n, time.Now()) },
	},
}

// newCloud is a mock cloud in which the data source can be read, and lists items.
func (d dataSource) newCloud(t testing.TB, items ...mockcloud.Item) *mockcloud.Server {
	t.Helper()
	server := acctest.Cloud(t)
	if d.name == fullBackupsKind.name {
		acctest.AddPlan(server)
	}
	d.list(server).Set(items...)
	return server
}

// config reads the data source with further arguments.
func (d dataSource) config(server *mockcloud.Server, arguments string) string {
	return acctest.ProviderBlock(server, "") + fmt.Sprintf("data \"cloudbackup_%s\" \"test\" {\n  %s\n  %s\n}\n", d.name, d.required, arguments)
}

// forEach runs a test for each data source.
func forEach(t *testing.T, test func(t *testing.T, d dataSource)) {
	t.Helper()
	for _, d := range dataSources {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// Every item arrives once, in order, with every field, whatever the number of
// pages, and a second plan is empty.
func TestAccLists(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		for _, n := range []int{0, 1, 100, 250} {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				items := d.generate(n)
				server := d.newCloud(t, items...)
				acctest.Read(t, d.config(server, ""), d.name, func(values map[string]any) error {
					return errors.Join(
						d.expect(t, values, d.sorted(items, d.timeField)),
						compareText(values, "complete", "true"),
						compareText(values, "total_count", fmt.Sprint(n)),
					)
				})
			})
		}
	})
}

// The documented sample answers are read word for word.
func TestAccSamples(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		sample, err := os.ReadFile("testdata/samples/" + d.name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		server := d.newCloud(t)
		server.Respond(d.operation, func(mockcloud.Request) (int, string) { return http.StatusOK, string(sample) })
		wanted, complete, total := sampleItems(t, sample)
		acctest.Read(t, d.config(server, ""), d.name, func(values map[string]any) error {
			return errors.Join(
				d.expect(t, values, wanted),
				compareText(values, "complete", complete),
				compareText(values, "total_count", total),
			)
		})
	})
}

// What an item doesn't have is null, and an item may have nothing but its id.
func TestAccNulls(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		absent := mockcloud.NewItem(map[string]any{d.id: "a"})
		null := absent.With(d.id, "b")
		for api := range d.fields(t) {
			if api != d.id {
				null = null.With(api, nil)
			}
		}
		items := []mockcloud.Item{absent, null}
		server := d.newCloud(t, items...)
		acctest.Read(t, d.config(server, ""), d.name, func(values map[string]any) error {
			return errors.Join(
				d.expect(t, values, items),
				compareText(object(values["counts_by_status"]), "", "2"),
			)
		})
	})
}

// An error beside an empty list is an error.
func TestAccErrorBesideAnEmptyList(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"dbs_backup_plans": `{"ErrCode": "Request.Forbidden", "HttpStatusCode": 403, "Items": {"BackupPlanDetail": []}, "TotalElements": 0}`,
		"dbs_full_backups": `{"ErrCode": "Request.Forbidden", "HttpStatusCode": 403, "Items": {"FullBackupFile": []}, "TotalElements": 0}`,
		"taurusdb_backups": `{"error_code": "DBS.200010", "error_msg": "No permission.", "backups": [], "total_count": "0"}`,
	}
	forEach(t, func(t *testing.T, d dataSource) {
		server := d.newCloud(t)
		server.Respond(d.operation, func(mockcloud.Request) (int, string) { return http.StatusOK, bodies[d.name] })
		d.fail(t, d.config(server, ""), `Request\.Forbidden|DBS\.200010`)
	})
}
