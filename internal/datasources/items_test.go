package datasources_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// kind is what the tests know of a data source, from the API pages and the
// provider's documentation, and not from its code.
type kind struct {
	name      string // of the data source and of its file of fields
	attribute string // of the list of items
	id        string // the API's name of the id
	status    string
	times     []string // fields in epoch milliseconds
	extra     int      // attributes that are no fields
}

var (
	plansKind = kind{
		name: "dbs_backup_plans", attribute: "plans", id: "BackupPlanId", status: "BackupPlanStatus",
		times: []string{"BackupPlanCreateTime", "BeginTimestampForRestore", "EndTimestampForRestore", "InstanceExpiredTimestamp"},
	}
	fullBackupsKind = kind{
		name: "dbs_full_backups", attribute: "backups", id: "BackupSetId", status: "BackupStatus",
		times: []string{"BackupSetExpiredTime", "CreateTime", "StartTime", "EndTime", "FinishTime"},
	}
	taurusKind = kind{name: "taurusdb_backups", attribute: "backups", id: "id", status: "status", extra: 3}
)

// fields gives the attribute of each of the API's fields.
func (k kind) fields(t testing.TB) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + k.name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		api, attribute, _ := strings.Cut(strings.TrimSpace(line), " ")
		fields[api] = attribute
	}
	return fields
}

// expect compares the listed items with those of the mock cloud, field by field,
// in the order of ids that is wanted.
func (k kind) expect(t testing.TB, values map[string]any, wanted []mockcloud.Item) error {
	t.Helper()
	listed, ok := values[k.attribute].([]any)
	if !ok || len(listed) != len(wanted) {
		return fmt.Errorf("%d items are listed, want %d", len(listed), len(wanted))
	}
	var errs []error
	for i, item := range wanted {
		errs = append(errs, k.expectItem(t, object(listed[i]), item))
		if ids, _ := values["ids"].([]any); ids[i] != item.Text(k.id) {
			errs = append(errs, fmt.Errorf("ids[%d] is %v", i, ids[i]))
		}
	}
	return errors.Join(errs...)
}

func (k kind) expectItem(t testing.TB, got map[string]any, item mockcloud.Item) error {
	t.Helper()
	fields := k.fields(t)
	var errs []error
	if want := len(fields) + len(k.times) + k.extra; len(got) != want {
		errs = append(errs, fmt.Errorf("an item has %d attributes, want %d", len(got), want))
	}
	for api, attribute := range fields {
		var want any
		if raw, ok := item.Raw(api); ok {
			decoder := json.NewDecoder(bytes.NewReader(raw))
			decoder.UseNumber()
			if err := decoder.Decode(&want); err != nil {
				t.Fatal(err)
			}
		}
		if slices.Contains(k.times, api) {
			errs = append(errs, compare(got, attribute+"_ms", want))
			want = instant(t, want)
		}
		errs = append(errs, compare(got, attribute, want))
	}
	return errors.Join(errs...)
}

// instant is a number of milliseconds in RFC 3339.
func instant(t testing.TB, value any) any {
	t.Helper()
	number, ok := value.(json.Number)
	if !ok || number == "0" {
		return nil
	}
	ms, err := number.Int64()
	if err != nil {
		t.Fatal(err)
	}
	layout := "2006-01-02T15:04:05Z"
	if ms%1000 != 0 {
		layout = "2006-01-02T15:04:05.999Z"
	}
	return time.UnixMilli(ms).UTC().Format(layout)
}

func compare(values map[string]any, attribute string, want any) error {
	got, ok := values[attribute]
	if !ok {
		return fmt.Errorf("there is no attribute %s", attribute)
	}
	if got != want {
		return fmt.Errorf("%s is %#v, want %#v", attribute, got, want)
	}
	return nil
}

// sorted gives items newest first by a field, and then by id.
func (k kind) sorted(items []mockcloud.Item, field string) []mockcloud.Item {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b mockcloud.Item) int {
		if c := strings.Compare(b.Text(field), a.Text(field)); c != 0 {
			return c
		}
		return strings.Compare(a.Text(k.id), b.Text(k.id))
	})
	return items
}

// compareText compares a value by how it is written.
func compareText(values map[string]any, attribute, want string) error {
	if got := fmt.Sprint(values[attribute]); got != want {
		return fmt.Errorf("%s is %s, want %s", attribute, got, want)
	}
	return nil
}

// sampleItems takes a sample answer apart: its items, whether they are as many
// as its total says, and that total.
func sampleItems(t testing.TB, sample []byte) (items []mockcloud.Item, complete, total string) {
	t.Helper()
	var answer struct {
		Items struct {
			BackupPlanDetail []json.RawMessage
			FullBackupFile   []json.RawMessage
		}
		Backups       []json.RawMessage `json:"backups"`
		TotalElements json.Number
		TotalCount    json.Number `json:"total_count"`
	}
	if err := json.Unmarshal(sample, &answer); err != nil {
		t.Fatal(err)
	}
	for _, raw := range slices.Concat(answer.Items.BackupPlanDetail, answer.Items.FullBackupFile, answer.Backups) {
		items = append(items, mockcloud.JSON(string(raw)))
	}
	total = string(answer.TotalElements + answer.TotalCount)
	return items, fmt.Sprint(total == fmt.Sprint(len(items))), total
}

// object is a value as an object, which is empty if it is none.
func object(value any) map[string]any {
	attributes, _ := value.(map[string]any)
	return attributes
}
