package datasources_test

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

const (
	planID     = "dbs1acceptance"
	instanceID = "0123456789abcdef0123456789abcdefin07"
)

// row is what the tests know of a data source: from the API pages and the documentation
// for users, and not from its code.
type row struct {
	name      string
	attribute string // of the list of items; "" for an object
	operation string
	config    map[string]any
	id        string   // the API's name of the ID; "" if items have none
	itemName  string   // the API's name of the name; "" if items have none
	status    string   // the API's name of the status; "" if items have none
	extra     []string // attributes of items that the provider computes
	paginated bool
	// seed makes the server hold n items, and items are those of the response.
	seed  func(cloud *mockcloud.Server, n int)
	items func(cloud *mockcloud.Server) []mockcloud.Item
	order func(a, b mockcloud.Item) int
}

// descending compares a field, greatest first.
func descending(field string) func(a, b mockcloud.Item) int {
	return func(a, b mockcloud.Item) int { return cmp.Compare(b.Get(field), a.Get(field)) }
}

func ascending(field string) func(a, b mockcloud.Item) int {
	return func(a, b mockcloud.Item) int { return cmp.Compare(a.Get(field), b.Get(field)) }
}

func addPlan(cloud *mockcloud.Server) {
	plan := mockcloud.Plans(1, time.Now())[0].With("BackupPlanId", planID)
	cloud.Plans(mockcloud.DemoAlibabaRegion).Set(plan)
}

var rows = []row{
	{
		name: "dbs_backup_plans", attribute: "plans", operation: mockcloud.DescribeBackupPlanList, paginated: true,
		id: "BackupPlanId", itemName: "BackupPlanName", status: "BackupPlanStatus", order: descending("BackupPlanCreateTime"),
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.Plans(mockcloud.DemoAlibabaRegion).Set(mockcloud.Plans(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item {
			return cloud.Plans(mockcloud.DemoAlibabaRegion).Items()
		},
	},
	{
		name: "dbs_full_backups", attribute: "backups", operation: mockcloud.DescribeFullBackupList, paginated: true,
		config: map[string]any{"backup_plan_id": planID},
		id:     "BackupSetId", status: "BackupStatus", order: descending("StartTime"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.FullBackups(planID).Set(mockcloud.FullBackups(planID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.FullBackups(planID).Items() },
	},
	{
		name: "dbs_incremental_backups", attribute: "backups", operation: mockcloud.DescribeIncrementBackupList, paginated: true,
		config: map[string]any{"backup_plan_id": planID},
		id:     "BackupSetId", status: "BackupStatus", order: descending("StartTime"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.IncrementalBackups(planID).Set(mockcloud.IncrementalBackups(planID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.IncrementalBackups(planID).Items() },
	},
	{
		name: "dbs_restore_ranges", attribute: "ranges", operation: mockcloud.DescribeRestoreRangeInfo,
		config: map[string]any{"backup_plan_id": planID}, order: ascending("BeginTimestampForRestore"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.PlanRestoreRanges(planID).Set(mockcloud.PlanRestoreRanges(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.PlanRestoreRanges(planID).Items() },
	},
	{
		name: "taurusdb_backups", attribute: "backups", operation: mockcloud.ShowInstanceBackups, paginated: true,
		config: map[string]any{"instance_id": instanceID},
		id:     "id", itemName: "name", status: "status", order: descending("created"),
		extra: []string{"created_at", "updated_at", "size_bytes"},
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID, mockcloud.Backups(instanceID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Backups(instanceID).Items() },
	},
	{
		name: "taurusdb_project_backups", attribute: "backups", operation: mockcloud.ShowGaussMySqlBackupList, paginated: true,
		id: "id", itemName: "name", status: "status", order: descending("begin_time"), extra: []string{"size_bytes"},
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID, mockcloud.Backups(instanceID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.ProjectBackups(acctest.ProjectID) },
	},
	{
		name: "taurusdb_instances", attribute: "instances", operation: mockcloud.ListGaussMySqlInstances, paginated: true,
		id: "id", itemName: "name", status: "status", order: ascending("name"),
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.Instances(acctest.ProjectID).Set(mockcloud.Instances(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Instances(acctest.ProjectID).Items() },
	},
	{
		name: "taurusdb_restore_ranges", attribute: "ranges", operation: mockcloud.ShowBackupRestoreTime,
		config: map[string]any{"instance_id": instanceID}, order: ascending("start_time"),
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID)
			cloud.InstanceRestoreRanges(instanceID).Set(mockcloud.InstanceRestoreRanges(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.InstanceRestoreRanges(instanceID).Items() },
	},
	{
		name: "taurusdb_backup_policy", operation: mockcloud.ShowGaussMySqlBackupPolicy,
		config: map[string]any{"instance_id": instanceID}, extra: []string{"days"},
		seed: func(cloud *mockcloud.Server, _ int) {
			cloud.AddInstance(acctest.ProjectID, instanceID)
			cloud.Policy(instanceID).Set(mockcloud.Policy())
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Policy(instanceID).Items() },
	},
}

// rowOf is the row of a data source.
func rowOf(t *testing.T, name string) row {
	t.Helper()
	n := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
	if n < 0 {
		t.Fatalf("there is no row for %s", name)
	}
	return rows[n]
}

// sorted are the items in the order in which they are listed.
func (r row) sorted(cloud *mockcloud.Server) []mockcloud.Item {
	items := r.items(cloud)
	slices.SortFunc(items, func(a, b mockcloud.Item) int { return cmp.Or(r.order(a, b), cmp.Compare(a.Get(r.id), b.Get(r.id))) })
	return items
}

// with is the row's configuration with further arguments.
func (r row) with(arguments map[string]any) map[string]any {
	config := map[string]any{}
	for _, more := range []map[string]any{r.config, arguments} {
		for name, value := range more {
			config[name] = value
		}
	}
	return config
}

// paged is the row's configuration with small pages, so that few items are several pages.
func (r row) paged(arguments map[string]any) map[string]any {
	config := r.with(arguments)
	if r.paginated {
		config["page_size"] = 30
	}
	return config
}

// field is a line of a list of fields: where a value is in the API's item and in the
// state, and how it differs: "millis" and "time" become RFC 3339, "tags" a map.
type field struct{ api, attribute, form string }

func (r row) fields(t testing.TB) []field {
	t.Helper()
	lines, err := os.ReadFile("testdata/" + r.name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var fields []field
	for line := range strings.Lines(string(lines)) {
		words := append(strings.Fields(line), "")
		fields = append(fields, field{words[0], words[1], words[2]})
	}
	return fields
}
