package datasources_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// Arguments for the API are sent to it, under its names, with every page.
func TestAccSentArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arguments string
		sent      map[string]string
	}{
		"dbs_backup_plans": {
			arguments: `
				backup_plan_ids    = ["b", "a"]
				backup_plan_name   = "a b&c+d"
				backup_plan_status = "running"
				backup_method      = "logical"
				resource_group_id  = "rg-1"
				region             = "cn-beijing"
				page_size          = 7`,
			sent: map[string]string{
				"BackupPlanId": "a,b", "BackupPlanName": "a b&c+d", "BackupPlanStatus": "running", "BackupMethod": "logical",
				"ResourceGroupId": "rg-1", "Region": "cn-beijing", "PageSize": "7", "PageNum": "0",
			},
		},
		"dbs_full_backups": {
			arguments: `
				backup_set_id     = "set-1"
				show_storage_type = false
				page_size         = 50`,
			sent: map[string]string{
				"BackupPlanId": acctest.PlanID, "BackupSetId": "set-1", "ShowStorageType": "false",
				"RegionId": mockcloud.DemoAlibabaRegion, "PageSize": "50", "PageNum": "0",
			},
		},
		"taurusdb_backups": {
			arguments: `
				order_field    = "name"
				order_rule     = "desc"
				filter_field   = "name"
				filter_content = "a b&offset=7"
				language       = "zh-cn"
				project_id     = "` + acctest.ProjectID + `"
				page_size      = 3`,
			sent: map[string]string{
				"order_field": "name", "order_rule": "desc", "filter_field": "name", "filter_content": "a b&offset=7",
				"limit": "3", "offset": "0",
			},
		},
	}
	forEach(t, func(t *testing.T, d dataSource) {
		server, test := d.newCloud(t), tests[d.name]
		acctest.Read(t, d.config(server, test.arguments), d.name, func(map[string]any) error {
			sent := server.Requests()[0]
			var errs []error
			for name, want := range test.sent {
				if got := sent.Query.Get(name); got != want {
					errs = append(errs, fmt.Errorf("%s is sent as %q, want %q", name, got, want))
				}
			}
			if len(sent.Query) != len(test.sent) {
				errs = append(errs, fmt.Errorf("sent: %v", sent.Query))
			}
			if d.name == taurusKind.name && sent.Header.Get("X-Language") != "zh-cn" {
				errs = append(errs, errors.New("X-Language is not sent"))
			}
			return errors.Join(errs...)
		})
	})
}

// What the API is told by default is as little as it needs.
func TestAccDefaultArguments(t *testing.T) {
	t.Parallel()
	sent := map[string]string{
		"dbs_backup_plans": "PageNum=0&PageSize=100&Region=cn-hangzhou",
		"dbs_full_backups": "BackupPlanId=" + acctest.PlanID + "&PageNum=0&PageSize=100&RegionId=cn-hangzhou&ShowStorageType=true",
		"taurusdb_backups": "limit=100&offset=0",
	}
	forEach(t, func(t *testing.T, d dataSource) {
		server := d.newCloud(t)
		acctest.Read(t, d.config(server, ""), d.name, func(map[string]any) error {
			requests := slices.DeleteFunc(server.Requests(), func(r mockcloud.Request) bool { return r.Operation != d.operation })
			if got := requests[0].Query.Encode(); got != sent[d.name] {
				return fmt.Errorf("sent %s", got)
			}
			return nil
		})
	})
}

// Arguments that the provider applies itself choose among what the API gives.
func TestAccLocalFilters(t *testing.T) {
	t.Parallel()
	plans := []mockcloud.Item{
		mockcloud.JSON(`{"BackupPlanId": "a", "BackupPlanName": "orders-1", "BackupPlanStatus": "running", "BackupPlanCreateTime": 3000}`),
		mockcloud.JSON(`{"BackupPlanId": "b", "BackupPlanName": "orders-2", "BackupPlanStatus": "stop", "BackupPlanCreateTime": 2000}`),
		mockcloud.JSON(`{"BackupPlanId": "c", "BackupPlanName": "billing", "BackupPlanStatus": "running"}`),
	}
	fullBackups := []mockcloud.Item{
		mockcloud.JSON(`{"BackupSetId": "a", "BackupStatus": "finish", "StartTime": 1700000000000}`),
		mockcloud.JSON(`{"BackupSetId": "b", "BackupStatus": "new-in-the-api", "StartTime": 1600000000000}`),
		mockcloud.JSON(`{"BackupSetId": "c", "BackupStatus": "finish", "StartTime": 0}`),
	}
	taurusBackups := []mockcloud.Item{
		mockcloud.JSON(`{"id": "a", "name": "auto-1", "status": "COMPLETED", "created": "2026-01-04 17:30:30", "time_zone": "UTC+08:00"}`),
		mockcloud.JSON(`{"id": "b", "name": "auto-2", "status": "AVAILABLE", "created": "2026-01-03 17:30:30", "time_zone": "UTC+08:00"}`),
		mockcloud.JSON(`{"id": "c", "name": "manual", "status": "COMPLETED"}`),
	}
	tests := map[string]map[string]string{
		"dbs_backup_plans": {
			``:                                    "a b c",
			`name_regex = "^orders"`:              "a b",
			`backup_plan_status = "running"`:      "a c",
			`backup_plan_ids = ["c", "nothing"]`:  "c",
			`backup_plan_ids = []`:                "",
			`name_regex = "^(billing|orders-2)$"`: "b c",
		},
		"dbs_full_backups": {
			``:                                       "a b c",
			`backup_status = "new-in-the-api"`:       "b",
			`started_after = "2023-11-14T22:13:20Z"`: "a",
			`started_before = "2023-11-14T22:13:20Z"`:                                         "b",
			`started_after = "2023-11-15T06:13:20.001+08:00"`:                                 "",
			`started_after = "2020-01-01T00:00:00Z"; started_before = "2024-01-01T00:00:00Z"`: "a b",
			`backup_set_id = "c"`: "c",
		},
		"taurusdb_backups": {
			``:                                       "a b c",
			`status = "AVAILABLE"`:                   "b",
			`name_regex = "auto"`:                    "a b",
			`created_after = "2026-01-04T09:30:30Z"`: "a",
			`created_before = "2026-01-04T09:30:30Z"`:          "b",
			`filter_field = "name"; filter_content = "manual"`: "c",
		},
	}
	lists := map[string][]mockcloud.Item{"dbs_backup_plans": plans, "dbs_full_backups": fullBackups, "taurusdb_backups": taurusBackups}
	forEach(t, func(t *testing.T, d dataSource) {
		for arguments, want := range tests[d.name] {
			t.Run(arguments, func(t *testing.T) {
				t.Parallel()
				server := d.newCloud(t, lists[d.name]...)
				acctest.Read(t, d.config(server, strings.ReplaceAll(arguments, "; ", "\n")), d.name, func(values map[string]any) error {
					counted := 0
					for _, count := range object(values["counts_by_status"]) {
						n := 0
						if _, err := fmt.Sscan(fmt.Sprint(count), &n); err != nil {
							return err
						}
						counted += n
					}
					if counted != len(strings.Fields(want)) {
						return fmt.Errorf("%d items are counted", counted)
					}
					return compareText(values, "ids", "["+want+"]")
				})
			})
		}
	})
}

// An empty set of plans asks nothing.
func TestAccNoPlansAskNothing(t *testing.T) {
	t.Parallel()
	d := dataSources[0]
	server := d.newCloud(t, d.generate(3)...)
	acctest.Read(t, d.config(server, "backup_plan_ids = []"), d.name, func(values map[string]any) error {
		if n := len(server.Requests()); n != 0 {
			return fmt.Errorf("%d requests", n)
		}
		return errors.Join(compareText(values, "complete", "true"), compareText(values, "names", "[]"))
	})
}

// Wrong arguments are refused before anything is asked, with the attribute's
// name and what it takes.
func TestAccRefusedArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]string{
		"dbs_backup_plans": {
			`backup_plan_status = "stopped"`: `(?s)backup_plan_status.*"wait"\s+"init"\s+"running"\s+"stop"\s+"pause"\s+"locked"\s+"check_pass"`,
			`backup_method = "log"`:          `(?s)backup_method.*"logical"\s+"physical"\s+"duplication"`,
			`page_size = 0`:                  `(?s)page_size.*between 1 and 100`,
			`page_size = 101`:                `(?s)page_size.*between 1 and 100`,
			`backup_plan_name = ""`:          `(?s)backup_plan_name.*at least 1`,
			`backup_plan_ids = ["a,b"]`:      `(?s)backup_plan_ids.*without commas`,
			`name_regex = "("`:               `(?s)name_regex.*missing closing \)`,
			`region = "evil.example.com/"`:   `(?s)region.*must be a region's id`,
			`timeouts = { read = "soon" }`:   `"soon" must be a string`,
		},
		"dbs_full_backups": {
			`page_size = 31`:               `(?s)page_size.*\["30" "50"\s+"100"\]`,
			`started_after = "2026-01-01"`: `(?s)started_after.*RFC\s*3339`,
			`started_before = "yesterday"`: `(?s)started_before.*RFC\s*3339`,
			`backup_set_id = ""`:           `(?s)backup_set_id.*at least 1`,
		},
		"taurusdb_backups": {
			`order_field = "size"`:         `(?s)order_field.*"name" "beginTime" "type"`,
			`order_rule = "up"`:            `(?s)order_rule.*"asc" "desc"`,
			`filter_field = "name"`:        `(?s)filter_content.*must be specified`,
			`filter_content = "a"`:         `(?s)filter_field.*must be specified`,
			`language = "de-de"`:           `(?s)language.*"en-us" "zh-cn"`,
			`project_id = "../../v1"`:      `(?s)project_id.*32 letters or digits`,
			`created_after = "2026-01-01"`: `(?s)created_after.*RFC\s*3339`,
			`page_size = 101`:              `(?s)page_size.*between 1 and 100`,
		},
	}
	forEach(t, func(t *testing.T, d dataSource) {
		for arguments, want := range tests[d.name] {
			t.Run(arguments, func(t *testing.T) {
				t.Parallel()
				server := d.newCloud(t)
				d.refuse(t, server, d.config(server, arguments), want)
			})
		}
	})
	t.Run("instance_id", func(t *testing.T) {
		t.Parallel()
		d := dataSources[2]
		d.required = `instance_id = "../instances/in07"`
		server := acctest.Cloud(t)
		d.refuse(t, server, d.config(server, ""), `(?s)instance_id.*32 letters or digits and in07`)
	})
	t.Run("backup_plan_id", func(t *testing.T) {
		t.Parallel()
		d := dataSources[1]
		d.required = ""
		server := acctest.Cloud(t)
		d.refuse(t, server, d.config(server, ""), `(?s)"backup_plan_id" is required`)
	})
}

// refuse plans a configuration, which must end in an error without a request.
func (d dataSource) refuse(t *testing.T, server *mockcloud.Server, config, want string) {
	t.Helper()
	d.fail(t, config, want)
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// fail plans a configuration, which must end in an error.
func (d dataSource) fail(t *testing.T, config, want string) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ExpectError: regexp.MustCompile(want)}},
	})
}
