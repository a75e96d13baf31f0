package datasources_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// latest names the newest item whatever its state, and latest_successful the
// newest good one, whatever the order of the list.
func TestAccLatest(t *testing.T) {
	t.Parallel()
	full := func(id, status string, start, finish int) mockcloud.Item {
		return mockcloud.NewItem(map[string]any{"BackupSetId": id, "BackupStatus": status, "StartTime": start * 1000, "FinishTime": finish * 1000})
	}
	taurus := func(id, status, created string) mockcloud.Item {
		return mockcloud.NewItem(map[string]any{"id": id, "name": "name-" + id, "status": status, "created": created, "time_zone": "UTC+08:00"})
	}
	tests := map[string]map[string]struct {
		items                  []mockcloud.Item
		arguments              string
		latest, successful, at string
	}{
		"dbs_full_backups": {
			"nothing":         {latest: "<nil>", successful: "<nil>", at: "<nil>"},
			"none successful": {items: []mockcloud.Item{full("a", "stop", 5, 6), full("b", "running", 7, 0)}, latest: "b", successful: "<nil>", at: "<nil>"},
			"one running":     {items: []mockcloud.Item{full("a", "finish", 5, 6), full("b", "running", 7, 0), full("c", "finish", 1, 2)}, latest: "b", successful: "a", at: "1970-01-01T00:00:06Z"},
			"equal times":     {items: []mockcloud.Item{full("b", "finish", 5, 6), full("a", "finish", 5, 9)}, latest: "a", successful: "a", at: "1970-01-01T00:00:09Z"},
			"no finish time":  {items: []mockcloud.Item{full("a", "finish", 5, 0)}, latest: "a", successful: "a", at: "<nil>"},
			"filtered":        {items: []mockcloud.Item{full("a", "finish", 5, 6), full("b", "stop", 7, 8)}, arguments: `backup_status = "stop"`, latest: "b", successful: "<nil>", at: "<nil>"},
		},
		"taurusdb_backups": {
			"nothing":         {latest: "<nil>", successful: "<nil>", at: "<nil>"},
			"none successful": {items: []mockcloud.Item{taurus("a", "BUILDING", "2026-01-04 17:30:30")}, latest: "a", successful: "<nil>", at: "<nil>"},
			"one failed":      {items: []mockcloud.Item{taurus("a", "COMPLETED", "2026-01-03 17:30:30"), taurus("b", "FAILED", "2026-01-04 17:30:30")}, latest: "b", successful: "a", at: "2026-01-03T09:30:30Z"},
			"ordered by name": {items: []mockcloud.Item{taurus("b", "COMPLETED", "2026-01-03 17:30:30"), taurus("a", "COMPLETED", "2026-01-04 17:30:30")}, arguments: "order_field = \"name\"\norder_rule = \"desc\"", latest: "a", successful: "a", at: "2026-01-04T09:30:30Z"},
		},
	}
	forEach(t, func(t *testing.T, d dataSource) {
		for name, test := range tests[d.name] {
			for _, summary := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, summary %v", name, summary), func(t *testing.T) {
					t.Parallel()
					server := d.newCloud(t, test.items...)
					config := d.config(server, fmt.Sprintf("%s\nsummary_only = %v", test.arguments, summary))
					acctest.Read(t, config, d.name, func(values map[string]any) error {
						_, listed := values[d.attribute].([]any)
						_, ids := values["ids"].([]any)
						if listed == summary || ids == summary {
							return fmt.Errorf("with summary_only = %v, the list is %v", summary, values[d.attribute])
						}
						return errors.Join(
							compareText(map[string]any{"latest": idOf(d, values["latest"])}, "latest", test.latest),
							compareText(map[string]any{"latest": idOf(d, values["latest_successful"])}, "latest", test.successful),
							compareText(values, "latest_successful_time", test.at),
						)
					})
				})
			}
		}
	})
}

// idOf is the id of latest or latest_successful; nil for null.
func idOf(d dataSource, item any) any {
	if d.name == taurusKind.name {
		return object(item)["id"]
	}
	return object(item)["backup_set_id"]
}

// The list's order is the one that was asked for, with equal items by id and
// those without a value last.
func TestAccOrder(t *testing.T) {
	t.Parallel()
	d := dataSources[2]
	items := []mockcloud.Item{
		mockcloud.JSON(`{"id": "d", "name": "x", "created": "2026-01-01 10:00:00", "time_zone": "UTC+02:00", "backup_type": "Db"}`),
		mockcloud.JSON(`{"id": "b", "name": "y", "created": "2026-01-01 09:00:00", "time_zone": "UTC", "backup_type": "Snapshot"}`),
		mockcloud.JSON(`{"id": "c", "name": "x", "created": "2026-01-01 08:30:00", "backup_type": "Db"}`),
		mockcloud.JSON(`{"id": "a"}`),
	}
	tests := map[string]string{
		"":                       "b c d a",
		"order_field = \"name\"": "c d b a",
		"order_field = \"name\"\norder_rule = \"desc\"":      "b c d a",
		"order_field = \"type\"\norder_rule = \"desc\"":      "b c d a",
		"order_field = \"beginTime\"\norder_rule = \"asc\"":  "d c b a",
		"order_field = \"beginTime\"\norder_rule = \"desc\"": "b c d a",
	}
	for arguments, want := range tests {
		t.Run(arguments, func(t *testing.T) {
			t.Parallel()
			server := d.newCloud(t, items...)
			server.SetFaults(mockcloud.Faults{Shuffle: true})
			acctest.Read(t, d.config(server, arguments), d.name, func(values map[string]any) error {
				return compareText(values, "ids", "["+want+"]")
			})
		})
	}
}

// Times and sizes that the provider works out of the API's texts.
func TestAccComputed(t *testing.T) {
	t.Parallel()
	d := dataSources[2]
	tests := []struct{ created, zone, size, unit, at, bytes string }{
		{"2026-01-04 17:30:30", "UTC+08:00", "74464.0", "KB", "2026-01-04T09:30:30Z", "76251136"},
		{"2026-01-04 17:30:30", "UTC-03:30", "1.5", "MB", "2026-01-04T21:00:30Z", "1572864"},
		{"2026-01-04 17:30:30", "UTC", "2", "GB", "2026-01-04T17:30:30Z", "2147483648"},
		{"2018-11-06T10:34:06+0000", "", "0.4", "KB", "2018-11-06T10:34:06Z", "410"},
		{"2018-11-06T10:34:06+08:00", "UTC", "3", "TB", "2018-11-06T02:34:06Z", "<nil>"},
		{"2026-01-04 17:30:30", "", "", "KB", "<nil>", "<nil>"},
		{"2026-01-04 17:30:30", "local", "many", "KB", "<nil>", "<nil>"},
		{"yesterday", "UTC", "-1", "KB", "<nil>", "<nil>"},
	}
	var items []mockcloud.Item
	for i, test := range tests {
		items = append(items, mockcloud.NewItem(map[string]any{
			"id": fmt.Sprint(i), "name": fmt.Sprint(i), "created": test.created, "updated": test.created, "time_zone": test.zone, "size": test.size, "size_unit": test.unit,
		}))
	}
	server := d.newCloud(t, items...)
	acctest.Read(t, d.config(server, `order_field = "name"`), d.name, func(values map[string]any) error {
		var errs []error
		backups, _ := values["backups"].([]any)
		if len(backups) != len(tests) {
			return fmt.Errorf("%d backups", len(backups))
		}
		for i := range backups {
			got := object(backups[i])
			errs = append(errs, compareText(got, "created_at", tests[i].at), compareText(got, "updated_at", tests[i].at), compareText(got, "size_bytes", tests[i].bytes))
		}
		return errors.Join(errs...)
	})
}

// A time that can't be read, with a filter on it, is an error that names the item.
func TestAccUnreadableTimes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		item            mockcloud.Item
		arguments, want string
	}{
		"dbs_full_backups": {mockcloud.JSON(`{"BackupSetId": "far", "StartTime": 999999999999999}`), `started_after = "2020-01-01T00:00:00Z"`, `(?s)far: a filter by time.*beyond\s+the\s+year`},
		"taurusdb_backups": {mockcloud.JSON(`{"id": "odd", "created": "yesterday", "time_zone": "UTC"}`), `created_before = "2020-01-01T00:00:00Z"`, `(?s)odd: a filter by time`},
	}
	forEach(t, func(t *testing.T, d dataSource) {
		test, ok := tests[d.name]
		if !ok {
			return
		}
		server := d.newCloud(t, test.item)
		d.fail(t, d.config(server, test.arguments), test.want)
	})
}
