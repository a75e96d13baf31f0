package mockcloud_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// Each mistake is found, with its line and column.
func TestFixtureMistakes(t *testing.T) {
	t.Parallel()
	for fixture, want := range map[string]string{
		``:                        `1:1: jsontext: unexpected EOF`,
		`{"plans"`:                `1:9: jsontext: unexpected EOF`,
		"{\n  ]":                  `2:3: jsontext: invalid character`,
		`[]`:                      `1:1: this must be an object`,
		`{"plan":1}`:              `1:2: "plan" is not known here; known are accounts, `,
		`{"plans":{},"plans":{}}`: `1:13: the member "plans" is there twice`,
		`{"plans":{"r":{}}}`:      `1:15: this must be an array`,
		`{"plans":{"r":[1]}}`:     `1:16: this must be an object, not 1`,
		`{"plans":{"r":[{}]}}`:    `1:16: plans: this item has no BackupPlanId`,
		`{"plans":{"r":[{"BackupPlanId":"a","BackupPlanId":"b"}]}}`:                                           `1:36: the member "BackupPlanId" is there twice`,
		`{"plans":{"r":[{"BackupPlanId":"a"}],"s":[{"BackupPlanId":"a"}]}}`:                                   `1:43: plans: "a" is there twice`,
		`{"full_backups":{"p":[{"BackupSetId":"a"},{"BackupSetId":"a"}]}}`:                                    `1:43: full_backups: "a" is there twice`,
		`{"incremental_backups":{"p":[{"BackupSetId":"a","StartTime":1},{"BackupSetId":"a","StartTime":1}]}}`: `incremental_backups: " a 1" is there twice`,
		`{"full_backups":{"p":[{"BackupSetId":"a","StartTime":"26h"}]}}`:                                      `1:54: StartTime: the relative time "26h" needs a sign: -26h is before now, +26h after it`,
		`{"full_backups":{"p":[{"BackupSetId":"a","StartTime":"-1.2.3h"}]}}`:                                  `1:54: StartTime: "-1.2.3h" is not a relative time`,
		`{"full_backups":{"p":[{"BackupSetId":"a","StartTime":"-99999999d"}]}}`:                               `1:54: StartTime: "-99999999d" is not a relative time`,
		`{"projects":[{"id":"p"}]}`:                                                                                           `1:14: a project needs an id and a name`,
		`{"projects":[{"id":"p","name":"a"},{"id":"p","name":"b"}]}`:                                                          `1:36: projects: "p" is there twice`,
		`{"projects":[{"id":"p","name":"a"},{"id":"q","name":"a"}]}`:                                                          `1:36: project name: "a" is there twice`,
		`{"projects":[{"id":1,"name":"a"}]}`:                                                                                  `1:20: this must be a string`,
		`{"instances":[{"name":"a"}]}`:                                                                                        `1:15: instances: this item has no id`,
		`{"instances":[{"id":"a"},{"id":"a"}]}`:                                                                               `1:26: instances: "a" is there twice`,
		`{"instances":[{"id":"a","project_id":"none"}]}`:                                                                      `1:38: no project has the ID "none"`,
		`{"instances":[{"id":"a","backups":[{"id":"b"},{"id":"b"}]}]}`:                                                        `1:47: backups: "b" is there twice`,
		`{"instances":[{"id":"a","backups":[{"id":"b","created":"-1h","time_zone":"Beijing"}]}]}`:                             `1:56: created: "Beijing" is not a time zone`,
		`{"instances":[{"id":"a","policy":7}]}`:                                                                               `1:34: this must be an object`,
		`{"accounts":[{}]}`:                                                                                                   `1:14: an account needs an access_key, an auth_token or a user`,
		`{"accounts":[{"access_key":"a"}]}`:                                                                                   `1:14: access_key and secret_key go together`,
		`{"accounts":[{"secret_key":"a","auth_token":"t"}]}`:                                                                  `1:14: access_key and secret_key go together`,
		`{"accounts":[{"user":"a"}]}`:                                                                                         `1:14: user and password go together`,
		`{"accounts":[{"auth_token":"a","security_token":"t"}]}`:                                                              `1:14: a security_token needs an access_key`,
		`{"accounts":[{"auth_token":"t","cloud":"alicloud"}]}`:                                                                `1:40: the cloud "alicloud" is not known; known are alibabacloud, huaweicloud`,
		`{"accounts":[{"auth_token":"t","inactive":"no"}]}`:                                                                   `1:43: this must be true or false`,
		`{"accounts":[{"auth_token":"t","expires":"26h"}]}`:                                                                   `1:42: the relative time "26h" needs a sign`,
		`{"accounts":[{"auth_token":"t","expires":"soon"}]}`:                                                                  `1:42: parsing time "soon"`,
		`{"accounts":[{"auth_token":"t"},{"auth_token":"t","cloud":"huaweicloud"}]}`:                                          `1:33: auth token: "t" is there twice`,
		`{"accounts":[{"access_key":"a","secret_key":"b"},{"access_key":"a","secret_key":"c"}]}`:                              `1:50: access key: "a" is there twice`,
		`{"accounts":[{"auth_token":"t","denied":{"DescribeNothing":""}}]}`:                                                   `1:42: no operation that needs a permission is called "DescribeNothing"`,
		`{"accounts":[{"auth_token":"t","denied":{"ShowInstanceBackups":"NoPermission"}}]}`:                                   `1:64: the error code "NoPermission" is not known here; known are DBS.200604`,
		`{"accounts":[{"auth_token":"t","denied":{"*":"Nothing"}}]}`:                                                          `1:46: the error code "Nothing" is not known here`,
		`{"accounts":[{"auth_token":"t","token":"x"}]}`:                                                                       `1:32: "token" is not known here`,
		`{"roles":[{"cloud":"huaweicloud","name":"a"}]}`:                                                                      `1:11: a role needs a cloud, a name and an account_id`,
		`{"roles":[{"cloud":"huaweicloud","name":"a","account_id":"1"},{"cloud":"huaweicloud","name":"a","account_id":"1"}]}`: `1:63: roles: `,
		"{\n \"plans\": {\n  \"cn-hangzhou\": [\n   {\"BackupPlanId\": \"\"}]}}":                                              `4:4: plans: this item has no BackupPlanId`,
	} {
		if _, err := mockcloud.ParseFixture([]byte(fixture), now); err == nil || !strings.Contains(err.Error(), want) ||
			!regexp.MustCompile(`^\d+:\d+: `).MatchString(err.Error()) {
			t.Errorf("%s\n  got  %v\n  want %s", fixture, err, want)
		}
	}
	_, err := mockcloud.ParseFixture([]byte(`{"x":1,"y":2}`), now)
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not all mistakes: %v", err)
	}
}

// Relative times take each API's form, and what is left out is the demo's.
func TestFixture(t *testing.T) {
	t.Parallel()
	f, err := mockcloud.ParseFixture([]byte("\ufeff"+`{
		"accounts": [{"auth_token": "t", "expires": "-1m"}, {"access_key": "a", "secret_key": "b", "expires": "2026-11-21T17:00:00Z"}],
		"plans": {"cn-hangzhou": [{"BackupPlanId": "p", "BackupPlanCreateTime": "-1d12h", "BackupPlanName": "-1d"}]},
		"full_backups": {"p": [{"BackupSetId": "s", "StartTime": "-90m", "FinishTime": 0, "EndTime": null}]},
		"instances": [{"id": "i", "created": "-1h", "time_zone": "UTC+02:00", "policy": {"keep_days": 1}, "restore_ranges": [{"start_time": "-1h"}],
			"backups": [{"id": "b", "created": "-26h", "updated": "2026-01-04 17:34:24", "time_zone": "UTC+08:00"}, {"id": "u", "created": "+30s"}]}]
	}`), now)
	if err != nil {
		t.Fatal(err)
	}
	server := mockcloud.New(mockcloud.Options{})
	server.Seed(f)
	for _, test := range []struct {
		list mockcloud.List
		want string
	}{
		{server.Plans(region), `[{"BackupPlanId":"p","BackupPlanCreateTime":1795147200000,"BackupPlanName":"-1d"}]`},
		{server.FullBackups("p"), `[{"BackupSetId":"s","StartTime":1795271400000,"FinishTime":0,"EndTime":null}]`},
		{server.Instances(""), `[{"id":"i","created":"2026-11-21T17:00:00+0200","time_zone":"UTC+02:00"}]`},
		{server.Policy("i"), `[{"keep_days":1}]`},
		{server.InstanceRestoreRanges("i"), `[{"start_time":1795273200000}]`},
		{server.Backups("i"), `[{"id":"b","created":"2026-11-20 22:00:00","updated":"2026-01-04 17:34:24","time_zone":"UTC+08:00"} {"id":"u","created":"2026-11-21 16:00:30"}]`},
	} {
		if got := fmt.Sprint(test.list.Items()); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
	demo := mockcloud.Demo(now)
	if !f.Accounts[0].Expires.Equal(now.Add(-time.Minute)) || !f.Accounts[1].Expires.Equal(now.Add(time.Hour)) ||
		!reflect.DeepEqual(f.Projects, demo.Projects) || !reflect.DeepEqual(f.Roles, demo.Roles) {
		t.Errorf("got %+v", f)
	}
	empty, err := mockcloud.ParseFixture([]byte(`{}`), now)
	if err != nil || !reflect.DeepEqual(empty.Accounts, demo.Accounts) || len(empty.Lists()) != 0 {
		t.Errorf("an empty fixture: %v, %+v", err, empty)
	}
	for _, file := range []string{"testdata/fixture.json", "../../examples/terraform-test/tests/fixture.json"} {
		if content, err := os.ReadFile(file); err != nil {
			t.Error(err)
		} else if _, err := mockcloud.ParseFixture(content, now); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// forms returns the JSON type of each member.
func forms(item mockcloud.Item) map[string]string {
	forms := map[string]string{}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(item.String()), &members); err != nil {
		panic(err)
	}
	for name, raw := range members {
		forms[name] = map[byte]string{'"': "string", 't': "boolean", 'f': "boolean", 'n': "null", '{': "object", '[': "array"}[raw[0]]
		if forms[name] == "" {
			forms[name] = "number"
		}
	}
	return forms
}

// laterFields are the members of a full backup that the API page doesn't have.
var laterFields = strings.Fields(`LogicalFullBackupProgress LogicalStructureBackupProgress BackupGatewayIdentifier
	CrossAliyunId CrossRoleName SourceEndpointEnableSsl SourceEndpointHost SourceEndpointInstanceId
	SourceEndpointInstanceType SourceEndpointPort SourceEndpointRegion SourceEndpointUserName StorageEncryptMethod`)

// The demo and the generators have all documented fields, each with its
// documented type, and IDs of their own.
func TestEveryField(t *testing.T) {
	t.Parallel()
	sample := func(file string) map[string]string {
		content, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Items   map[string][]json.RawMessage
			Backups []json.RawMessage `json:"backups"`
		}
		if err := json.Unmarshal(content, &answer); err != nil {
			t.Fatal(err)
		}
		for _, list := range answer.Items {
			answer.Backups = list
		}
		return forms(mockcloud.JSON(string(answer.Backups[0])))
	}
	fields := func(form string, names string) map[string]string {
		forms := map[string]string{}
		for _, name := range strings.Fields(names) {
			forms[name] = form
		}
		return forms
	}
	join := func(all ...map[string]string) map[string]string {
		joined := map[string]string{}
		for _, forms := range all {
			for name, form := range forms {
				joined[name] = form
			}
		}
		return joined
	}
	full := join(sample("describe-full-backup-list.json"), fields("string", "ErrMessage "+strings.Join(laterFields, " ")),
		fields("number", "LogicalFullBackupProgress LogicalStructureBackupProgress"))
	incremental := join(fields("string", `BackupSetId BackupSetJobId BackupStatus StorageMethod SourceEndpointIpPort SourceEndpointHost
		SourceEndpointInstanceId SourceEndpointInstanceType SourceEndpointPort SourceEndpointRegion`),
		fields("number", "StartTime EndTime BackupSetExpiredTime BackupSize"))
	backup := join(sample("show-instance-backups.json"), fields("string", "backup_mode type"), fields("object", "datastore"))
	project := join(fields("string", "id name begin_time end_time status type instance_id instance_name backup_level description"),
		fields("number", "take_up_time size"), fields("object", "datastore"))
	instance := join(fields("string", `id name status port type region created updated db_user_name vpc_id subnet_id security_group_id
		flavor_ref enterprise_project_id time_zone dedicated_resource_id`),
		fields("array", "private_ips proxy_ips readonly_private_ips public_ips tags"),
		fields("object", "datastore flavor_info volume backup_strategy charge_info"))
	planRange := join(fields("number", "BeginTimestampForRestore EndTimestampForRestore"), fields("object", "FullBackupList"),
		fields("string", `RangeType SourceEndpointInstanceID SourceEndpointInstanceType BackupSourceHost BackupSourceInstanceId
			BackupSourceInstanceType BackupSourcePort`))
	policy := join(fields("number", "keep_days retention_num_backup_level1"), fields("string", "start_time period"))

	check := func(items []mockcloud.Item, n int, id string, want map[string]string) {
		t.Helper()
		if len(items) != n && n > 0 || len(items) == 0 {
			t.Errorf("%d items", len(items))
		}
		seen := map[string]bool{}
		for _, item := range items {
			got := forms(item)
			if item.Get("RangeType") == "range" {
				got["FullBackupList"] = "object"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", item.Get(id), diff)
			}
			if seen[item.Get(id)] && id != "" {
				t.Errorf("%s is there twice", item.Get(id))
			}
			seen[item.Get(id)] = true
		}
	}
	plans := sample("describe-backup-plan-list.json")
	check(mockcloud.Plans(25, now), 25, "BackupPlanId", plans)
	check(mockcloud.FullBackups("p", 25, now), 25, "BackupSetId", full)
	check(mockcloud.IncrementalBackups("p", 25, now), 25, "BackupSetId", incremental)
	check(mockcloud.PlanRestoreRanges(25, now), 25, "BeginTimestampForRestore", planRange)
	check(mockcloud.Backups(instanceID, 25, now), 25, "id", backup)
	check(mockcloud.Instances(25, now), 25, "id", instance)
	check(mockcloud.InstanceRestoreRanges(25, now), 25, "start_time", fields("number", "start_time end_time"))
	check([]mockcloud.Item{mockcloud.Policy()}, 1, "", policy)
	if len(plans) != 52 || len(full) != 25 || len(incremental) != 14 || len(instance) != 26 || len(backup) != 18 {
		t.Errorf("%d, %d, %d, %d and %d fields", len(plans), len(full), len(incremental), len(instance), len(backup))
	}

	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(now))
	check(server.Plans(mockcloud.DemoAlibabaRegion).Items(), 8, "BackupPlanId", plans)
	check(server.Instances(mockcloud.DemoProjectID).Items(), 4, "id", instance)
	check(server.FullBackups(mockcloud.DemoPlanID).Items(), 6, "BackupSetId", full)
	check(server.IncrementalBackups(mockcloud.DemoPlanID).Items(), 11, "BackupSetId", incremental)
	for _, id := range server.Instances(mockcloud.DemoProjectID).IDs() {
		check(server.Backups(id).Items(), 0, "id", backup)
		check(server.Policy(id).Items(), 1, "", policy)
	}
	check(server.ProjectBackups(mockcloud.DemoProjectID), 12, "id", project)
}

// What the demo is to show, and that it is always the same.
func TestDemo(t *testing.T) {
	t.Parallel()
	c := startWith(t, 0, mockcloud.Options{Clock: func() time.Time { return now }})
	demo := mockcloud.Demo(now)
	if !reflect.DeepEqual(demo, mockcloud.Demo(now)) {
		t.Error("it is not always the same")
	}
	c.server.Seed(demo)
	statuses := func(list mockcloud.List, member string) string {
		var all []string
		for _, item := range list.Items() {
			all = append(all, item.Get(member))
		}
		slices.Sort(all)
		return strings.Join(slices.Compact(all), " ")
	}
	plans := c.server.Plans(mockcloud.DemoAlibabaRegion)
	for _, test := range []struct{ got, want string }{
		{statuses(plans, "BackupPlanStatus"), "check_pass init pause running stop wait"},
		{statuses(c.server.FullBackups(mockcloud.DemoPlanID), "BackupStatus"), "finish running schedule stop"},
		{statuses(c.server.IncrementalBackups(mockcloud.DemoPlanID), "BackupStatus"), "COMPLETED FILLING"},
		{statuses(c.server.IncrementalBackups(mockcloud.DemoLateLogPlanID), "BackupStatus"), "COMPLETED UNCOMPLETED"},
		{statuses(c.server.Backups(mockcloud.DemoInstanceID), "status"), "BUILDING COMPLETED FAILED"},
		{statuses(c.server.Backups(mockcloud.DemoForgottenInstanceID), "status"), "FAILED"},
	} {
		if test.got != test.want {
			t.Errorf("%s, want %s", test.got, test.want)
		}
	}
	if periods := statuses(plans, "BackupPeriod"); !regexp.MustCompile(`MONDAY,THURSDAY`).MatchString(periods) || strings.ToUpper(periods) != periods {
		t.Errorf("periods %s", periods)
	}
	age := func(ms any) time.Duration {
		value, _ := ms.(json.Number).Int64()
		return now.Sub(time.UnixMilli(value))
	}
	// A plan's times for restoring are those of its ranges, and ranges have gaps.
	for _, item := range plans.Items() {
		id := item.Get("BackupPlanId")
		ranges := listNamed(t, mockcloud.DescribeRestoreRangeInfo)
		items, _ := ranges.items(ranges.get(c, "BackupPlanId", id))
		latest := "0"
		for _, r := range items {
			latest = max(latest, fmt.Sprint(r["EndTimestampForRestore"]))
		}
		if latest != item.Get("EndTimestampForRestore") {
			t.Errorf("%s can be restored to %s or %s", id, item.Get("EndTimestampForRestore"), latest)
		}
		if id == mockcloud.DemoPlanID && (len(items) != 5 || age(items[len(items)-1]["EndTimestampForRestore"]) != 0) {
			t.Errorf("ranges %v", items)
		}
	}
	for id, want := range map[string]string{
		mockcloud.DemoInstanceID:      "240h0m0s-55h0m8s 55h0m0s-31h0m8s 7h0m0s-5m0s",
		mockcloud.DemoStaleInstanceID: "50h0m0s-26h0m8s", mockcloud.DemoForgottenInstanceID: "",
	} {
		items, found := listNamed(t, mockcloud.ShowBackupRestoreTime).items(c.get("/v3/" + mockcloud.DemoProjectID + "/instances/" + id + "/restore-time"))
		var spans []string
		for _, item := range items {
			spans = append(spans, fmt.Sprint(age(item["start_time"]), "-", age(item["end_time"])))
		}
		if strings.Join(spans, " ") != want || !found {
			t.Errorf("%s: %v", id, spans)
		}
	}

	demo.Fill(7, now)
	c.server.Seed(demo)
	for _, list := range []mockcloud.List{
		plans, c.server.FullBackups(mockcloud.DemoPlanID), c.server.IncrementalBackups(mockcloud.DemoPlanID),
		c.server.Instances(mockcloud.DemoProjectID), c.server.Backups(mockcloud.DemoInstanceID),
	} {
		if len(list.Items()) != 7 {
			t.Errorf("%d items", len(list.Items()))
		}
	}
}
