package datasources_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// drawItems draws items of some times, of which some are equal or missing, and some
// statuses, in any order.
func drawItems(t *rapid.T, id, status, at string, statuses []string, times []any, template mockcloud.Item) []mockcloud.Item {
	items := []mockcloud.Item{}
	for n := range rapid.IntRange(0, 8).Draw(t, "items") {
		item := template.With(id, fmt.Sprintf("id%d", n)).With(status, rapid.SampledFrom(statuses).Draw(t, "status"))
		if when := rapid.SampledFrom(times).Draw(t, "time"); when == nil {
			item = item.Without(at)
		} else {
			item = item.With(at, when)
		}
		items = append(items, item)
	}
	return rapid.Permutation(items).Draw(t, "order")
}

// first is the item that comes first in the order, of those that a filter selects.
func first(items []mockcloud.Item, order func(a, b mockcloud.Item) int, keep func(mockcloud.Item) bool) any {
	items = slices.DeleteFunc(slices.Clone(items), func(i mockcloud.Item) bool { return !keep(i) })
	if len(items) == 0 {
		return nil
	}
	return slices.MinFunc(items, order).Get("BackupSetId")
}

// The latest backups are those that started last, of the right status, in any order that
// the API has.
func TestLatestFullBackups(t *testing.T) {
	t.Parallel()
	r := rowOf(t, "dbs_full_backups")
	cloud := acctest.Cloud(t)
	p := acctest.NewProvider(t, cloud.URL())
	template := mockcloud.FullBackups(planID, 1, time.Now())[0]
	order := func(a, b mockcloud.Item) int {
		timeA, timeB := a.Get("StartTime"), b.Get("StartTime")
		if timeA == "0" {
			timeA = ""
		}
		if timeB == "0" {
			timeB = ""
		}
		if timeA != timeB {
			return strings.Compare(timeB, timeA)
		}
		return strings.Compare(a.Get("BackupSetId"), b.Get("BackupSetId"))
	}
	rapid.Check(t, func(rt *rapid.T) {
		items := drawItems(rt, "BackupSetId", "BackupStatus", "StartTime", []string{"finish", "stop", "running", "quarantined"},
			[]any{nil, 0, 1583740896000, 1583740896001, 1683740896000}, template)
		for i := range items {
			items[i] = items[i].With("FinishTime", 1700000000000+i)
		}
		r.respond(t, cloud, items...)
		state := p.Read(t, r.name, r.config).State
		for attribute, status := range map[string]string{"latest": "", "latest_successful": "finish", "latest_failed": "stop"} {
			want := first(items, order, func(i mockcloud.Item) bool { return status == "" || i.Get("BackupStatus") == status })
			if got := at(state[attribute], "backup_set_id"); got != want {
				rt.Fatalf("%s is %v, want %v", attribute, got, want)
			}
		}
		if got, want := state["latest_successful_time"], at(state["latest_successful"], "finish_time"); got != want {
			rt.Fatalf("latest_successful_time is %v, want %v", got, want)
		}
		ids := state["ids"].([]any)
		slices.SortFunc(items, order)
		for i, item := range items {
			if ids[i] != item.Get("BackupSetId") {
				rt.Fatalf("ids are %v", ids)
			}
		}
	})
}

// The latest incremental backup counts whether it is completed or not.
func TestLatestIncrementalBackup(t *testing.T) {
	t.Parallel()
	r := rowOf(t, "dbs_incremental_backups")
	cloud := acctest.Cloud(t)
	r.seed(cloud, 5)
	state := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config).State
	expectEqual(t, "status", at(state["latest"], "backup_status"), "FILLING")
	expectEqual(t, "latest_time", state["latest_time"], at(state["latest"], "end_time"))
	r.respond(t, cloud)
	state = acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config).State
	expectEqual(t, "latest", state["latest"], nil)
	expectEqual(t, "latest_time", state["latest_time"], nil)
}

// The same log file of two jobs, or of two times, is two backups; a repeated one is one.
func TestIncrementalBackupsHaveNoUniqueID(t *testing.T) {
	t.Parallel()
	r := rowOf(t, "dbs_incremental_backups")
	cloud := acctest.Cloud(t)
	item := mockcloud.IncrementalBackups(planID, 1, time.Now())[0].With("BackupSetId", "mysql-bin.000001")
	r.respond(t, cloud, item, item.With("BackupSetJobId", "another"), item.With("StartTime", 1583740896000))
	state := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config).State
	expectEqual(t, "ids", state["ids"], []any{"mysql-bin.000001", "mysql-bin.000001", "mysql-bin.000001"})
	expectEqual(t, "complete", state["complete"], true)
}

// Times of instance backups are read in their own zones, for the order too.
func TestTimeZones(t *testing.T) {
	t.Parallel()
	r := rowOf(t, "taurusdb_backups")
	cloud := acctest.Cloud(t)
	template := mockcloud.Backups(instanceID, 1, time.Now())[0].With("status", "COMPLETED")
	backup := func(id, created string, zone any) mockcloud.Item {
		return template.With("id", id).With("name", id).With("created", created).With("time_zone", zone)
	}
	r.respond(t, cloud,
		backup("utc", "2026-01-04 10:00:00", "UTC"),
		backup("east", "2026-01-04 17:30:00", "UTC+08:00"), // 09:30 UTC
		backup("west", "2026-01-04 09:00:00", "UTC-05:00"), // 14:00 UTC
		backup("unknown", "2026-01-04 12:00:00", "Mars"),
		backup("offset", "2026-01-04T11:00:00+0000", "UTC+08:00"),
		backup("broken", "soon", "UTC"))
	p := acctest.NewProvider(t, cloud.URL())
	state := p.Read(t, r.name, r.config).State
	expectEqual(t, "ids", state["ids"], []any{"west", "unknown", "offset", "utc", "east", "broken"})
	times := []any{}
	for _, item := range state["backups"].([]any) {
		times = append(times, at(item, "created_at"))
	}
	expectEqual(t, "created_at", times, []any{"2026-01-04T14:00:00Z", nil, "2026-01-04T11:00:00Z", "2026-01-04T10:00:00Z", "2026-01-04T09:30:00Z", nil})
	expectEqual(t, "latest_successful_time", state["latest_successful_time"], "2026-01-04T14:00:00Z")

	// With an order of its own, the latest backup still goes by time.
	state = p.Read(t, r.name, r.with(map[string]any{"order_field": "name", "order_rule": "desc"})).State
	expectEqual(t, "ids", state["ids"], []any{"west", "utc", "unknown", "offset", "east", "broken"})
	expectEqual(t, "latest", at(state["latest"], "id"), "west")

	// A time that can't be read can't be filtered. The error names the argument and the item,
	// without control characters.
	result := p.Read(t, r.name, r.with(map[string]any{"created_after": "2026-01-01T00:00:00Z"}))
	if message := result.Errors(); !strings.Contains(message, "created_after") || !strings.Contains(message, "unknown") || !strings.Contains(message, "Mars") {
		t.Errorf("the error is %q", message)
	}
	r.respond(t, cloud, backup("id\u001b[2J", "so\u001b[31mon\r\nError: all fine", "UTC"))
	result = p.Read(t, r.name, r.with(map[string]any{"created_before": "2026-01-01T00:00:00Z"}))
	if message := result.Errors(); !strings.Contains(message, "created_before") || strings.ContainsAny(message, "\u001b\r") || strings.Contains(message, "\nError: all") {
		t.Errorf("the error is %q", message)
	}
}

// One read answers for all instances of a project.
func TestLatestByInstance(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	now := time.Now()
	cloud.Instances(acctest.ProjectID).Set(mockcloud.Instances(3, now)...)
	instances := cloud.Instances(acctest.ProjectID).IDs()
	cloud.Backups(instances[0]).Set(mockcloud.Backups(instances[0], 5, now)...)
	failed := mockcloud.Backups(instances[1], 1, now)[0].With("status", "FAILED")
	cloud.Backups(instances[1]).Set(failed)
	state := acctest.NewProvider(t, cloud.URL()).Read(t, "taurusdb_project_backups", nil).State
	latest, _ := state["latest_by_instance"].(map[string]any)
	successful, _ := state["latest_successful_by_instance"].(map[string]any)
	times, _ := state["latest_successful_time_by_instance"].(map[string]any)
	if len(latest) != 2 || len(successful) != 1 || len(times) != 1 {
		t.Fatalf("%d, %d and %d instances", len(latest), len(successful), len(times))
	}
	expectEqual(t, "latest status", at(latest[instances[0]], "status"), "BUILDING")
	expectEqual(t, "latest status", at(latest[instances[1]], "status"), "FAILED")
	expectEqual(t, "latest successful status", at(successful[instances[0]], "status"), "COMPLETED")
	expectEqual(t, "latest successful time", times[instances[0]], at(successful[instances[0]], "end_time"))
	expectEqual(t, "name", at(successful[instances[0]], "name"), "backup-000001")
}

// Ranges are sorted, and their first begin and greatest end are computed.
func TestRestoreRanges(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string][2]string{
		"dbs_restore_ranges":      {"BeginTimestampForRestore", "EndTimestampForRestore"},
		"taurusdb_restore_ranges": {"start_time", "end_time"},
	} {
		r := rowOf(t, name)
		cloud := acctest.Cloud(t)
		ranges := []mockcloud.Item{}
		for _, times := range [][2]int{{3000, 4000}, {1000, 9000}, {1000, 2000}, {5000, 6000}} {
			ranges = append(ranges, mockcloud.NewItem(map[string]any{fields[0]: times[0], fields[1]: times[1]}))
		}
		r.respond(t, cloud, ranges...)
		p := acctest.NewProvider(t, cloud.URL())
		state := p.Read(t, name, r.config).State
		ends := []any{}
		for _, f := range r.fields(t) {
			if f.api == fields[1] {
				for _, item := range state["ranges"].([]any) {
					ends = append(ends, at(item, f.attribute+"_ms"))
				}
			}
		}
		expectEqual(t, name+": ends", ends, []any{json.Number("2000"), json.Number("9000"), json.Number("4000"), json.Number("6000")})
		expectEqual(t, name+": earliest_time", state["earliest_time"], "1970-01-01T00:00:01Z")
		expectEqual(t, name+": latest_time", state["latest_time"], "1970-01-01T00:00:09Z")
		expectEqual(t, name+": total_count", state["total_count"], nil)
		r.respond(t, cloud)
		state = p.Read(t, name, r.config).State
		expectEqual(t, name+": ranges", state["ranges"], []any{})
		expectEqual(t, name+": earliest_time", state["earliest_time"], nil)
		expectEqual(t, name+": latest_time", state["latest_time"], nil)
	}
}
