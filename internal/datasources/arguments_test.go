package datasources_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// What an argument sends. Other parameters than those for pages are not sent.
func TestArgumentsOfTheAPI(t *testing.T) {
	t.Parallel()
	const otherProject = "ffffffffffffffffffffffffffffffff"
	tests := []struct {
		name      string
		arguments map[string]any
		query     string
	}{
		{"dbs_backup_plans", nil, "Region=cn-hangzhou"},
		{"dbs_backup_plans", map[string]any{"region": "cn-beijing"}, "Region=cn-beijing"},
		{"dbs_backup_plans", map[string]any{"backup_plan_ids": []any{"dbs1gen000001", "dbs1gen000000"}}, "BackupPlanId=dbs1gen000000,dbs1gen000001 Region=cn-hangzhou"},
		{"dbs_backup_plans", map[string]any{"backup_plan_name": "a b*+名/"}, "BackupPlanName=a b*+名/ Region=cn-hangzhou"},
		{"dbs_backup_plans", map[string]any{"backup_plan_status": "check_pass"}, "BackupPlanStatus=check_pass Region=cn-hangzhou"},
		{"dbs_backup_plans", map[string]any{"backup_method": "physical"}, "BackupMethod=physical Region=cn-hangzhou"},
		{"dbs_backup_plans", map[string]any{"resource_group_id": "rg-1"}, "Region=cn-hangzhou ResourceGroupId=rg-1"},
		{"dbs_full_backups", nil, "BackupPlanId=dbs1acceptance RegionId=cn-hangzhou ShowStorageType=true"},
		{"dbs_full_backups", map[string]any{"backup_set_id": "s", "show_storage_type": false}, "BackupPlanId=dbs1acceptance BackupSetId=s RegionId=cn-hangzhou ShowStorageType=false"},
		{"dbs_incremental_backups", nil, "BackupPlanId=dbs1acceptance RegionId=cn-hangzhou ShowStorageType=true"},
		{"dbs_incremental_backups", map[string]any{"show_storage_type": false}, "BackupPlanId=dbs1acceptance RegionId=cn-hangzhou ShowStorageType=false"},
		{"dbs_restore_ranges", map[string]any{"until": "2026-02-01T00:00:00+08:00"}, "BackupPlanId=dbs1acceptance BeginTimestampForRestore=1514764800000 EndTimestampForRestore=1769875200000 RegionId=cn-hangzhou"},
		{"dbs_restore_ranges", map[string]any{"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00.5Z"}, "BackupPlanId=dbs1acceptance BeginTimestampForRestore=1767225600000 EndTimestampForRestore=1769904000500 RegionId=cn-hangzhou"},
		{"taurusdb_backups", nil, ""},
		{"taurusdb_backups", map[string]any{"order_field": "beginTime", "order_rule": "desc"}, "order_field=beginTime order_rule=desc"},
		{"taurusdb_backups", map[string]any{"filter_field": "name", "filter_content": "a b&offset=7"}, "filter_content=a b&offset=7 filter_field=name"},
		{"taurusdb_project_backups", nil, ""},
		{"taurusdb_project_backups", map[string]any{"instance_id": instanceID, "backup_type": "manual"}, "backup_type=manual instance_id=" + instanceID},
		{"taurusdb_project_backups", map[string]any{"begin_time": "2026-01-01T08:00:00+08:00", "end_time": "2026-02-01T00:00:00Z"}, "begin_time=2026-01-01T00:00:00+0000 end_time=2026-02-01T00:00:00+0000"},
		{"taurusdb_project_backups", map[string]any{"name": "n", "instance_name": "i"}, "instance_name=i name=n"},
		{"taurusdb_instances", nil, ""},
		{"taurusdb_instances", map[string]any{"name": "*ders", "vpc_id": "v", "subnet_id": "s"}, "name=*ders subnet_id=s vpc_id=v"},
		{"taurusdb_instances", map[string]any{"tags": map[string]any{"team": "db", "env": "prod"}}, "tags=env=prod,team=db"},
		{"taurusdb_restore_ranges", nil, ""},
		{"taurusdb_restore_ranges", map[string]any{"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}, "end_time=1769904000000 start_time=1767225600000"},
		{"taurusdb_backup_policy", nil, ""},
	}
	untested := map[string]bool{}
	for _, r := range rows {
		untested[r.name] = true
	}
	for _, test := range tests {
		delete(untested, test.name)
		t.Run(fmt.Sprintf("%s/%v", test.name, test.arguments), func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r := rowOf(t, test.name)
			r.seed(cloud, 3)
			acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(test.arguments))
			requests := cloud.Requests()
			if len(requests) == 0 || requests[0].Operation != r.operation {
				t.Fatalf("requests are %+v", requests)
			}
			sent := []string{}
			query := requests[0].Query
			for _, name := range slices.Sorted(maps.Keys(query)) {
				if !slices.Contains([]string{"PageNum", "PageSize", "offset", "limit"}, name) {
					sent = append(sent, name+"="+strings.Join(query[name], "|"))
				}
			}
			if got := strings.Join(sent, " "); got != test.query {
				t.Errorf("sent %q, want %q", got, test.query)
			}
		})
	}
	for name := range untested {
		t.Errorf("arguments_test.go: the table of TestArgumentsOfTheAPI has no line of %s", name)
	}
	t.Run("language", func(t *testing.T) {
		t.Parallel()
		cloud := acctest.Cloud(t)
		r := rowOf(t, "taurusdb_backups")
		r.seed(cloud, 1)
		acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(map[string]any{"language": "zh-cn"}))
		expectEqual(t, "X-Language", cloud.Requests()[0].Header.Get("X-Language"), "zh-cn")
	})
	for _, r := range rows {
		if !strings.HasPrefix(r.name, "taurusdb") {
			continue
		}
		t.Run(r.name+"/project_id", func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			cloud.AddProject(mockcloud.Project{ID: otherProject, Name: mockcloud.DemoHuaweiRegion + "_other"})
			acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(map[string]any{"project_id": otherProject}))
			if path := cloud.Requests()[0].Path; !strings.HasPrefix(path, "/v3/"+otherProject+"/") {
				t.Errorf("requested %s", path)
			}
		})
	}
}

// Page sizes reach the API.
func TestPageSize(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		if !r.paginated {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 70)
			result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(map[string]any{"page_size": 50}))
			r.expect(t, result, r.sorted(cloud))
			for _, request := range cloud.Requests() {
				if request.Size != 50 {
					t.Errorf("a page of %d items was requested", request.Size)
				}
			}
		})
	}
}

// The provider filters by what the API can't, by any value.
func TestFiltersOfTheProvider(t *testing.T) {
	t.Parallel()
	const list = 30
	now := time.Now().UTC()
	day := func(n int) string { return now.AddDate(0, 0, -n).Format(time.RFC3339) }
	tests := []struct {
		name      string
		arguments map[string]any
		keep      func(mockcloud.Item) bool
	}{
		{"dbs_backup_plans", map[string]any{"name_regex": "0[13]$"}, func(i mockcloud.Item) bool {
			name := i.Get("BackupPlanName")
			return strings.HasSuffix(name, "01") || strings.HasSuffix(name, "03")
		}},
		{"dbs_full_backups", map[string]any{"backup_status": "stop"}, func(i mockcloud.Item) bool { return i.Get("BackupStatus") == "stop" }},
		{"dbs_full_backups", map[string]any{"backup_status": "quarantined"}, func(mockcloud.Item) bool { return false }},
		{"dbs_full_backups", map[string]any{"started_after": day(9), "started_before": day(3)}, func(i mockcloud.Item) bool {
			return millisWithin(i, "StartTime", day(9), day(3))
		}},
		{"dbs_incremental_backups", map[string]any{"backup_status": "FILLING"}, func(i mockcloud.Item) bool { return i.Get("BackupStatus") == "FILLING" }},
		{"dbs_incremental_backups", map[string]any{"started_after": now.Add(-2 * time.Hour).Format(time.RFC3339)}, func(i mockcloud.Item) bool {
			return millisWithin(i, "StartTime", now.Add(-2*time.Hour).Format(time.RFC3339), "")
		}},
		{"taurusdb_backups", map[string]any{"status": "FAILED"}, func(i mockcloud.Item) bool { return i.Get("status") == "FAILED" }},
		{"taurusdb_backups", map[string]any{"name_regex": "^backup-00000[0-4]$"}, func(i mockcloud.Item) bool { return i.Get("name") < "backup-000005" }},
		{"taurusdb_backups", map[string]any{"created_after": day(9), "created_before": day(3)}, func(i mockcloud.Item) bool {
			created, err := time.ParseInLocation(time.DateTime, i.Get("created"), time.FixedZone("", 8*3600))
			return err == nil && within(created, day(9), day(3))
		}},
		{"taurusdb_project_backups", map[string]any{"status": "COMPLETED", "name_regex": "1"}, func(i mockcloud.Item) bool {
			return i.Get("status") == "COMPLETED" && strings.Contains(i.Get("name"), "1")
		}},
		{"taurusdb_instances", map[string]any{"status": "FROZEN"}, func(i mockcloud.Item) bool { return i.Get("status") == "FROZEN" }},
		{"taurusdb_instances", map[string]any{"name_regex": "7$"}, func(i mockcloud.Item) bool { return strings.HasSuffix(i.Get("name"), "7") }},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s/%v", test.name, test.arguments), func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r := rowOf(t, test.name)
			r.seed(cloud, list)
			result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(test.arguments))
			want := slices.DeleteFunc(r.sorted(cloud), func(i mockcloud.Item) bool { return !test.keep(i) })
			if len(want) == list {
				t.Fatal("the filter selects everything")
			}
			r.expect(t, result, want)
			counts := map[string]int{}
			for _, item := range want {
				counts[item.Get(r.status)]++
			}
			for status, count := range result.State["counts_by_status"].(map[string]any) {
				if fmt.Sprint(count) != fmt.Sprint(counts[status]) {
					t.Errorf("%s items have status %q, want %d", count, status, counts[status])
				}
			}
		})
	}
}

func within(at time.Time, after, before string) bool {
	from, _ := time.Parse(time.RFC3339, after)
	until, err := time.Parse(time.RFC3339, before)
	return !at.Before(from) && (err != nil || at.Before(until))
}

func millisWithin(i mockcloud.Item, field, after, before string) bool {
	var ms int64
	_, err := fmt.Sscan(i.Get(field), &ms)
	return err == nil && ms != 0 && within(time.UnixMilli(ms), after, before)
}

// An API that ignores a parameter that its page does not list does not list plans of
// another backup method.
func TestBackupMethodIsAppliedTwice(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	r := rowOf(t, "dbs_backup_plans")
	plans := mockcloud.Plans(3, time.Now())
	plans[1] = plans[1].With("BackupMethod", "physical")
	plans[2] = plans[2].Without("BackupMethod")
	r.respond(t, cloud, plans...)
	result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, map[string]any{"backup_method": "physical"})
	r.expect(t, result, plans[1:2])
}

// A name that is missing is matched as an empty string.
func TestMissingName(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]int{".*": 2, ".+": 1, "^$": 1} {
		cloud := acctest.Cloud(t)
		r := rowOf(t, "dbs_backup_plans")
		plans := mockcloud.Plans(2, time.Now())
		plans[1] = plans[1].Without("BackupPlanName")
		r.respond(t, cloud, plans...)
		result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, map[string]any{"name_regex": pattern})
		if ids, _ := result.State["ids"].([]any); len(ids) != want {
			t.Errorf("%s matches %d plans, want %d: %s", pattern, len(ids), want, result.Errors())
		}
	}
}

// No IDs are no plans, without a request, and even without a region.
func TestNoPlanIDs(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	rowOf(t, "dbs_backup_plans").seed(cloud, 3)
	result := acctest.NewProvider(t, cloud.URL()).Read(t, "dbs_backup_plans", map[string]any{"backup_plan_ids": []any{}})
	expectEqual(t, "ids", result.State["ids"], []any{})
	expectEqual(t, "complete", result.State["complete"], true)
	expectEqual(t, "requests", len(cloud.Requests()), 0)
}

// More IDs than a URL can hold are sent in several requests.
func TestManyPlanIDs(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	r := rowOf(t, "dbs_backup_plans")
	r.seed(cloud, 450)
	ids := []any{}
	for _, id := range cloud.Plans(mockcloud.DemoAlibabaRegion).IDs()[:400] {
		ids = append(ids, id)
	}
	result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, map[string]any{"backup_plan_ids": ids})
	wanted := slices.DeleteFunc(r.sorted(cloud), func(i mockcloud.Item) bool { return !slices.Contains(ids, any(i.Get("BackupPlanId"))) })
	r.expect(t, result, wanted)
	expectEqual(t, "total_count", fmt.Sprint(result.State["total_count"]), "400")
	for _, request := range cloud.Requests() {
		if size := len(request.Query.Encode()); size > 6000 {
			t.Errorf("a query has %d characters", size)
		}
	}
}

// summary_only leaves out the items, and nothing else.
func TestSummaryOnly(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		if !r.paginated {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 40)
			p := acctest.NewProvider(t, cloud.URL())
			full, summary := p.Read(t, r.name, r.paged(nil)).State, p.Read(t, r.name, r.paged(map[string]any{"summary_only": true})).State
			for name := range full {
				want := full[name]
				if slices.Contains([]string{r.attribute, "ids", "names"}, name) {
					want = nil
				}
				if name == "summary_only" {
					want = true
				}
				expectEqual(t, name, summary[name], want)
			}
		})
	}
}

// An invalid argument is an error that names it, before any request.
func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, argument string
		value          any
		want           string
	}{
		{"dbs_backup_plans", "backup_plan_ids", []any{nil}, "null"},
		{"dbs_backup_plans", "backup_plan_ids", []any{"a,b"}, "without commas"},
		{"dbs_backup_plans", "backup_plan_ids", []any{""}, "without commas"},
		{"dbs_backup_plans", "backup_plan_name", "", "at least 1"},
		{"dbs_backup_plans", "backup_plan_status", "quarantined", "must be one of"},
		{"dbs_backup_plans", "backup_method", "magical", "must be one of"},
		{"dbs_backup_plans", "name_regex", "(", "regular expression"},
		{"dbs_backup_plans", "page_size", 101, "between 1 and 100"},
		{"dbs_backup_plans", "page_size", 0, "between 1 and 100"},
		{"dbs_backup_plans", "page_size", 0.5, "page_size"},
		{"dbs_backup_plans", "region", "evil.example.com/", "region ID"},
		{"dbs_backup_plans", "timeouts", map[string]any{"read": "soon"}, "timeouts"},
		{"dbs_full_backups", "backup_plan_id", nil, "backup_plan_id"},
		{"dbs_full_backups", "page_size", 99, "must be one of"},
		{"dbs_full_backups", "started_after", "yesterday", "RFC3339"},
		{"dbs_incremental_backups", "page_size", 10, "must be one of"},
		{"dbs_restore_ranges", "until", "2026-01-01", "RFC3339"},
		{"taurusdb_backups", "instance_id", "0123456789abcdef0123456789abcdefin08", "in07"},
		{"taurusdb_backups", "filter_field", "name", "filter_content"},
		{"taurusdb_backups", "order_field", "size", "must be one of"},
		{"taurusdb_backups", "project_id", "../x", "32 letters or digits"},
		{"taurusdb_project_backups", "instance_id", "x", "in07"},
		{"taurusdb_project_backups", "backup_type", "weekly", "must be one of"},
		{"taurusdb_instances", "tags", map[string]any{"a,b": "c"}, "commas"},
		{"taurusdb_instances", "tags", map[string]any{"a": "c,d=e"}, "commas"},
		{"taurusdb_instances", "tags", map[string]any{}, "at least 1"},
		{"taurusdb_restore_ranges", "from", "2026-01-01T00:00:00Z", "until"},
		{"taurusdb_restore_ranges", "until", "2026-01-01T00:00:00Z", "from"},
		{"taurusdb_backup_policy", "instance_id", "", "in07"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s/%s=%v", test.name, test.argument, test.value), func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r := rowOf(t, test.name)
			result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(map[string]any{test.argument: test.value}))
			message := result.Errors()
			if !strings.Contains(message, test.want) || !strings.Contains(message, test.argument) || strings.Contains(message, "report this") {
				t.Errorf("the error is %q, want %q", message, test.want)
			}
			expectEqual(t, "requests", len(cloud.Requests()), 0)
		})
	}
}

// Values of the provider configuration that are unknown are an error of the reads that
// need them, and of no others.
func TestUnknownConfiguration(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"access_key", "region", "endpoint", ""} {
		cloud := acctest.Cloud(t)
		for _, r := range rows {
			r.seed(cloud, 1)
		}
		unknown := map[string]any{"alibabacloud": map[string]any{argument: acctest.Unknown{}}}
		if argument == "" {
			unknown = map[string]any{"alibabacloud": acctest.Unknown{}}
		}
		p := acctest.NewProvider(t, cloud.URL(), unknown)
		result := p.Read(t, "dbs_backup_plans", nil)
		if message := result.Errors(); !strings.Contains(message, "alibabacloud") || !strings.Contains(message, argument) || !strings.Contains(message, "only after apply") {
			t.Errorf("the error is %q", message)
		}
		expectEqual(t, "requests", len(cloud.Requests()), 0)
		if result := p.Read(t, "taurusdb_instances", nil); result.State == nil {
			t.Errorf("the other cloud can't be read: %s", result.Errors())
		}
	}
}
