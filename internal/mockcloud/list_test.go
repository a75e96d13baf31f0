package mockcloud_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// TestPages proves that the pages of every list, at any page size, are the
// list: nothing missing, nothing twice, in order, and nothing past the end.
func TestPages(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 130).Draw(r, "items")
		size := rapid.IntRange(max(1, n/6), 100).Draw(r, "size")
		kind := rapid.SampledFrom([]string{"plans", "full backups", "backups"}).Draw(r, "kind")
		var list mockcloud.List
		var page func(number int) reply
		switch kind {
		case "plans":
			list = c.server.Plans(region)
			list.Set(mockcloud.Plans(n, now)...)
			page = func(number int) reply {
				return c.plans("PageNum", strconv.Itoa(number), "PageSize", strconv.Itoa(size))
			}
		case "full backups":
			size = rapid.SampledFrom([]int{30, 50, 100}).Draw(r, "documented size")
			list = c.server.FullBackups(planID)
			list.Set(mockcloud.FullBackups(planID, n, now)...)
			page = func(number int) reply {
				return c.fullBackups("PageNum", strconv.Itoa(number), "PageSize", strconv.Itoa(size))
			}
		case "backups":
			list = c.server.Backups(instanceID)
			list.Set(mockcloud.Backups(instanceID, n, now)...)
			page = func(number int) reply {
				return c.backups("offset", strconv.Itoa(number*size), "limit", strconv.Itoa(size))
			}
		}
		got := []string{}
		for number := 0; number*size <= n; number++ {
			p := page(number)
			ids := p.ids(t)
			if want := min(size, n-number*size); len(ids) != want {
				r.Fatalf("page %d has %d items, want %d", number, len(ids), want)
			}
			got = append(got, ids...)
			fields := p.fields(t)
			if kind == "backups" {
				if fields["total_count"] != strconv.Itoa(n) {
					r.Fatalf("total_count is %#v, want %q", fields["total_count"], strconv.Itoa(n))
				}
				continue
			}
			want := map[string]string{
				"PageNum": strconv.Itoa(number), "PageSize": strconv.Itoa(size), "TotalElements": strconv.Itoa(n),
				"TotalPages": strconv.Itoa((n + size - 1) / size), "HttpStatusCode": "200", "Success": "true",
			}
			for name, value := range want {
				if fmt.Sprint(fields[name]) != value {
					r.Fatalf("%s is %v, want %s", name, fields[name], value)
				}
			}
		}
		if diff := cmp.Diff(list.IDs(), got); diff != "" {
			r.Fatalf("the pages are not the list:\n%s", diff)
		}
		if past := page(n/size + 2); past.status != 200 || len(past.ids(t)) != 0 {
			r.Fatalf("past the end: %d %s", past.status, past.raw)
		}
	})
}

// TestDefaultSizes pins the sizes of a page that nobody asked for.
func TestDefaultSizes(t *testing.T) {
	t.Parallel()
	c := start(t, 120)
	for name, want := range map[string]int{
		mockcloud.DescribeBackupPlanList: 30, mockcloud.DescribeFullBackupList: 30, mockcloud.ShowInstanceBackups: 100,
	} {
		if got := len(c.all()[name].ids(t)); got != want {
			t.Errorf("%s: %d items, want %d", name, got, want)
		}
	}
}

func TestPlanFilters(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	plan := func(id, name, status, method, group string) mockcloud.Item {
		return mockcloud.NewItem(map[string]any{
			"BackupPlanId": id, "BackupPlanName": name, "BackupPlanStatus": status, "BackupMethod": method, "ResourceGroupId": group,
		})
	}
	c.server.Plans(region).Set(
		plan("a", "x", "running", "logical", "rg-1"),
		plan("b", "x y", "stop", "physical", "rg-1"),
		plan("c", "z", "running", "physical", "rg-2"),
	)
	c.server.Plans("cn-beijing").Set(plan("d", "x", "running", "logical", "rg-1"))
	for _, test := range []struct {
		parameters []string
		want       []string
	}{
		{nil, []string{"a", "b", "c"}},
		{[]string{"Region", "cn-beijing"}, []string{"d"}},
		{[]string{"Region", "cn-shanghai"}, []string{}},
		{[]string{"BackupPlanId", "c,a,unknown"}, []string{"a", "c"}},
		{[]string{"BackupPlanName", "x y"}, []string{"b"}},
		{[]string{"BackupPlanStatus", "running"}, []string{"a", "c"}},
		{[]string{"BackupMethod", "physical", "BackupPlanStatus", "running"}, []string{"c"}},
		{[]string{"ResourceGroupId", "rg-1"}, []string{"a", "b"}},
		{[]string{"ClientToken", "any", "ShowBackupStrategyInfo", "true", "NeverHeardOf", "1"}, []string{"a", "b", "c"}},
	} {
		got := c.plans(test.parameters...)
		if diff := cmp.Diff(test.want, got.ids(t)); diff != "" {
			t.Errorf("%v: %s", test.parameters, diff)
		}
		if total := fmt.Sprint(got.fields(t)["TotalElements"]); total != strconv.Itoa(len(test.want)) {
			t.Errorf("%v: TotalElements is %s, want %d", test.parameters, total, len(test.want))
		}
	}
}

func TestFullBackupFilters(t *testing.T) {
	t.Parallel()
	c := start(t, 5)
	c.server.Plans("cn-beijing").Set(mockcloud.JSON(`{"BackupPlanId":"` + planID + `"}`))
	id := c.server.FullBackups(planID).IDs()[2]
	if got := c.fullBackups("BackupSetId", id, "RegionId", "cn-beijing").ids(t); !slices.Equal(got, []string{id}) {
		t.Errorf("BackupSetId: got %v", got)
	}
	for value, want := range map[string]bool{"true": true, "false": false} {
		items, _ := c.fullBackups("ShowStorageType", value).list(t)
		if _, shown := items[0]["StorageMethod"]; len(items) != 5 || shown != want {
			t.Errorf("ShowStorageType=%s: %d items, StorageMethod %v", value, len(items), shown)
		}
	}
	// A plan without a full backup has an empty list, and is no unknown plan.
	c.server.Plans(region).Add(mockcloud.JSON(`{"BackupPlanId":"dbs1new"}`))
	if got, found := c.dbs(mockcloud.DescribeFullBackupList, "BackupPlanId", "dbs1new").list(t); !found || len(got) != 0 {
		t.Errorf("a plan without backups: %v %v", got, found)
	}
}

func TestBackupOrderAndFilter(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	item := func(id, name, created, kind string) mockcloud.Item {
		return mockcloud.NewItem(map[string]any{"id": id, "name": name, "created": created, "backup_type": kind})
	}
	c.server.Backups(instanceID).Set(
		item("1", "b", "2026-01-02 00:00:00", "Db"),
		item("2", "a b&offset=7", "2026-01-03 00:00:00", "Snapshot"),
		item("3", "c", "2026-01-01 00:00:00", "Db"),
	)
	for _, test := range []struct {
		parameters []string
		want       []string
	}{
		{nil, []string{"1", "2", "3"}},
		{[]string{"order_field", "name"}, []string{"2", "1", "3"}},
		{[]string{"order_field", "name", "order_rule", "desc"}, []string{"3", "1", "2"}},
		{[]string{"order_field", "beginTime", "order_rule", "asc"}, []string{"3", "1", "2"}},
		{[]string{"order_field", "type", "order_rule", "desc"}, []string{"2", "1", "3"}},
		{[]string{"filter_field", "name", "filter_content", "a b&offset=7"}, []string{"2"}},
		{[]string{"filter_field", "name", "filter_content", "none"}, []string{}},
		{[]string{"filter_content", "a", "never_heard_of", "1"}, []string{"1", "2", "3"}},
	} {
		got := c.backups(test.parameters...)
		if diff := cmp.Diff(test.want, got.ids(t)); diff != "" {
			t.Errorf("%v: %s", test.parameters, diff)
		}
		if total := got.fields(t)["total_count"]; total != strconv.Itoa(len(test.want)) {
			t.Errorf("%v: total_count is %#v", test.parameters, total)
		}
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	c.server.AddProject(mockcloud.Project{ID: "p2", Name: "cn-north-4_team"})
	for query, want := range map[string][]string{
		"?name=cn-north-4": {projectID}, "": {projectID, "p2"}, "?name=nowhere": {},
	} {
		got := c.projects(query)
		if diff := cmp.Diff(want, got.ids(t)); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	if c.last().Operation != mockcloud.KeystoneListProjects {
		t.Errorf("the record says %q", c.last().Operation)
	}
}

// TestListChanges proves that each change is seen by the next request, and
// that a change between two pages can be made from the hook.
func TestListChanges(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	list := c.server.Plans(region)
	item := func(id string) mockcloud.Item { return mockcloud.JSON(`{"BackupPlanId":"` + id + `"}`) }
	check := func(want ...string) {
		t.Helper()
		if got := c.plans().ids(t); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	list.Set(item("a"), item("b"))
	check("a", "b")
	list.Add(item("c"))
	list.Insert(0, item("d"))
	list.Insert(99, item("e"))
	check("d", "a", "b", "c", "e")
	list.Remove("a", "c", "unknown")
	list.Replace("b", item("f"))
	check("d", "f", "e")
	c.server.OnRequest(func(number int, r mockcloud.Request) {
		if r.Page == 0 && number == 7 {
			list.Remove("d")
		}
	})
	c.server.ResetRequests()
	for range 6 {
		check("d", "f", "e")
	}
	check("f", "e")
	c.server.OnRequest(nil)
	list.Drop()
	check()
}
