package datasources_test

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

const (
	planID     = "dbs1acceptance"
	instanceID = "0123456789abcdef0123456789abcdefin07"
)

// row is what the tests know of a data source: from the API pages and the documentation
// for users, and not from its code.
type row struct {
	name       string
	attribute  string // of the list of items; "" for an object
	operation  string
	permission string // in the error of an account that lacks it
	response   string // ITEMS and TOTAL are replaced; an object is ITEMS
	config     map[string]any
	id         string   // the API's name of the ID; "" if items have none
	itemName   string   // the API's name of the name; "" if items have none
	status     string   // the API's name of the status; "" if items have none
	extra      []string // attributes of items that the provider computes
	floats     []string // the API's names of numbers that are floats
	paginated  bool
	// owner is the API's name of what an item belongs to, if the provider rejects items of
	// another owner than it requested with config and ownerConfig; else "".
	owner       string
	ownerConfig map[string]any
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
		permission: "dbs:DescribeBackupPlanList",
		response:   `{"Success":true,"TotalElements":TOTAL,"Items":{"BackupPlanDetail":[ITEMS]}}`,
		owner:      "BackupPlanId", ownerConfig: map[string]any{"backup_plan_ids": []any{"dbs1gen000000", "dbs1gen000001", "dbs1gen000002"}},
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
		permission: "dbs:DescribeFullBackupList",
		response:   `{"Success":true,"TotalElements":TOTAL,"Items":{"FullBackupFile":[ITEMS]}}`,
		config:     map[string]any{"backup_plan_id": planID},
		id:         "BackupSetId", status: "BackupStatus", order: descending("StartTime"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.FullBackups(planID).Set(mockcloud.FullBackups(planID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.FullBackups(planID).Items() },
	},
	{
		name: "dbs_incremental_backups", attribute: "backups", operation: mockcloud.DescribeIncrementBackupList, paginated: true,
		permission: "dbs:DescribeIncrementBackupList",
		response:   `{"Success":true,"TotalElements":TOTAL,"Items":{"IncrementBackupFile":[ITEMS]}}`,
		config:     map[string]any{"backup_plan_id": planID},
		id:         "BackupSetId", status: "BackupStatus", order: descending("StartTime"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.IncrementalBackups(planID).Set(mockcloud.IncrementalBackups(planID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.IncrementalBackups(planID).Items() },
	},
	{
		name: "dbs_restore_ranges", attribute: "ranges", operation: mockcloud.DescribeRestoreRangeInfo,
		permission: "dbs:DescribeRestoreRangeInfo",
		response:   `{"Success":true,"Items":{"DBSRecoverRange":[ITEMS]}}`,
		config:     map[string]any{"backup_plan_id": planID}, order: ascending("BeginTimestampForRestore"),
		seed: func(cloud *mockcloud.Server, n int) {
			addPlan(cloud)
			cloud.PlanRestoreRanges(planID).Set(mockcloud.PlanRestoreRanges(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.PlanRestoreRanges(planID).Items() },
	},
	{
		name: "taurusdb_backups", attribute: "backups", operation: mockcloud.ShowInstanceBackups, paginated: true,
		permission: "gaussdbformysql:instance:listBackup",
		response:   `{"backups":[ITEMS],"total_count":"TOTAL"}`,
		owner:      "instance_id",
		config:     map[string]any{"instance_id": instanceID},
		id:         "id", itemName: "name", status: "status", order: descending("created"),
		extra: []string{"created_at", "updated_at", "size_bytes"},
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID, mockcloud.Backups(instanceID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Backups(instanceID).Items() },
	},
	{
		name: "taurusdb_project_backups", attribute: "backups", operation: mockcloud.ShowGaussMySqlBackupList, paginated: true,
		permission: "gaussdbformysql:backup:list",
		response:   `{"backups":[ITEMS],"total_count":TOTAL}`,
		owner:      "instance_id", ownerConfig: map[string]any{"instance_id": instanceID}, floats: []string{"size"},
		id: "id", itemName: "name", status: "status", order: descending("begin_time"), extra: []string{"size_bytes"},
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID, mockcloud.Backups(instanceID, n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.ProjectBackups(acctest.ProjectID) },
	},
	{
		name: "taurusdb_instances", attribute: "instances", operation: mockcloud.ListGaussMySqlInstances, paginated: true,
		permission: "gaussdbformysql:instance:list",
		response:   `{"instances":[ITEMS],"total_count":TOTAL}`,
		id:         "id", itemName: "name", status: "status", order: ascending("name"),
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.Instances(acctest.ProjectID).Set(mockcloud.Instances(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Instances(acctest.ProjectID).Items() },
	},
	{
		name: "taurusdb_restore_ranges", attribute: "ranges", operation: mockcloud.ShowBackupRestoreTime,
		permission: "gaussdbformysql:backup:getRestoreTime",
		response:   `{"restore_times":[ITEMS]}`,
		config:     map[string]any{"instance_id": instanceID}, order: ascending("start_time"),
		seed: func(cloud *mockcloud.Server, n int) {
			cloud.AddInstance(acctest.ProjectID, instanceID)
			cloud.InstanceRestoreRanges(instanceID).Set(mockcloud.InstanceRestoreRanges(n, time.Now())...)
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.InstanceRestoreRanges(instanceID).Items() },
	},
	{
		name: "taurusdb_backup_policy", operation: mockcloud.ShowGaussMySqlBackupPolicy,
		permission: "gaussdbformysql:backup:listPolicy",
		response:   `{"backup_policy":ITEMS}`,
		config:     map[string]any{"instance_id": instanceID}, extra: []string{"days"},
		seed: func(cloud *mockcloud.Server, _ int) {
			cloud.AddInstance(acctest.ProjectID, instanceID)
			cloud.Policy(instanceID).Set(mockcloud.Policy())
		},
		items: func(cloud *mockcloud.Server) []mockcloud.Item { return cloud.Policy(instanceID).Items() },
	},
}

// Each data source has a row, and each row has all parts.
func TestRows(t *testing.T) {
	t.Parallel()
	names := []string{}
	for _, r := range rows {
		names = append(names, r.name)
		for part, missing := range map[string]bool{
			"operation": r.operation == "", "permission": r.permission == "", "response": !strings.Contains(r.response, "ITEMS"),
			"seed": r.seed == nil, "items": r.items == nil, "order": r.order == nil && r.attribute != "",
		} {
			if missing {
				t.Errorf("rows_test.go: the row of %s lacks: %s", r.name, part)
			}
		}
	}
	latest, err := os.ReadFile("latest_test.go")
	if err != nil {
		t.Fatal(err)
	}
	p := acctest.Configure(t, map[string]any{})
	for _, constructor := range datasources.All() {
		var resp datasource.MetadataResponse
		constructor().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "cloudbackup"}, &resp)
		name := strings.TrimPrefix(resp.TypeName, "cloudbackup_")
		if !slices.Contains(names, name) {
			t.Errorf("rows_test.go: the data source %s has no row", name)
		}
		for _, attribute := range p.Schema(name).Block.Attributes {
			if strings.HasPrefix(attribute.Name, "latest") && !strings.Contains(string(latest), strconv.Quote(name)) {
				t.Errorf("latest_test.go: no test of %s, which has %s", name, attribute.Name)
			}
		}
		names = slices.DeleteFunc(names, func(n string) bool { return n == name })
	}
	if len(names) > 0 {
		t.Errorf("rows_test.go: no data source is called %q; All in base.go has those of the provider", names)
	}
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
