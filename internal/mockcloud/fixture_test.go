package mockcloud_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// TestExampleFixture reads the example file that the documentation names, and
// what the server makes of it.
func TestExampleFixture(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "fixture.json"))
	if err != nil {
		t.Fatal(err)
	}
	fixture, err := mockcloud.ParseFixture(text, now)
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, 0)
	c.server.Seed(fixture)
	c.alibaba, c.huawei = fixture.Accounts[0], fixture.Accounts[0]

	plans, _ := c.plans().list(t)
	if got, want := plans[0]["BackupPlanCreateTime"], milliseconds(now.Add(-90*24*time.Hour)); got != want || len(plans) != 2 {
		t.Errorf("%d plans, the first created at %v, want %v", len(plans), got, want)
	}
	fulls, _ := c.dbs(mockcloud.DescribeFullBackupList, "BackupPlanId", "dbs1shop").list(t)
	for member, want := range map[string]json.Number{
		"CreateTime":           milliseconds(now.Add(-26 * time.Hour)),
		"StartTime":            milliseconds(now.Add(-26 * time.Hour)),
		"EndTime":              milliseconds(now.Add(-25*time.Hour - 30*time.Minute)),
		"BackupSetExpiredTime": milliseconds(now.Add(29 * 24 * time.Hour)),
	} {
		if got := fulls[1][member]; got != want {
			t.Errorf("%s is %v, want %v", member, got, want)
		}
	}
	if running := fulls[0]; running["EndTime"] != json.Number("0") || running["StorageMethod"] != nil {
		t.Errorf("a running backup came as %v", running)
	}
	if got := c.dbs(mockcloud.DescribeFullBackupList, "BackupPlanId", "dbs1wiki"); got.status != 200 || len(got.ids(t)) != 0 {
		t.Errorf("a plan without backups: %d %s", got.status, got.raw)
	}
	backups, _ := c.backups().list(t)
	// 16:00 UTC is midnight at UTC+08:00; 7 hours before that is 17:00.
	if got := backups[0]["created"]; got != "2026-11-21 17:00:00" {
		t.Errorf("created is %v", got)
	}
}

func milliseconds(t time.Time) json.Number {
	text, _ := json.Marshal(t.UnixMilli())
	return json.Number(text)
}

func TestRelativeTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"-26h"`:          milliseconds(now.Add(-26 * time.Hour)).String(),
		`"+1d12h"`:        milliseconds(now.Add(36 * time.Hour)).String(),
		`"-1d"`:           milliseconds(now.Add(-24 * time.Hour)).String(),
		`"-1h30m5s"`:      milliseconds(now.Add(-time.Hour - 30*time.Minute - 5*time.Second)).String(),
		`"-0s"`:           milliseconds(now).String(),
		`1554560477000`:   `1554560477000`,
		`"1554560477000"`: `"1554560477000"`,
		`"14:22"`:         `"14:22"`,
		`"-"`:             `"-"`,
		`null`:            `null`,
	} {
		fixture, err := mockcloud.ParseFixture([]byte(`{"full_backups":{"p":[{"BackupSetId":"b","EndTime":`+text+`}]}}`), now)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, _ := fixture.FullBackups["p"][0].Raw("EndTime"); string(got) != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	// In a zone, without one, and in a member that is no time.
	fixture, err := mockcloud.ParseFixture([]byte(`{"instances":[{"id":"i","backups":[
		{"id":"1","created":"-1h","updated":"-30m","time_zone":"UTC-03:30","name":"-1h"},
		{"id":"2","created":"-1h"},
		{"id":"3","created":"2026-01-04 17:30:30","time_zone":"UTC+08:00"}]}]}`), now)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, item := range fixture.Instances[0].Backups {
		got = append(got, item.Text("created"), item.Text("updated"), item.Text("name"))
	}
	want := []string{
		"2026-11-21 11:30:00", "2026-11-21 12:00:00", "-1h", "2026-11-21 15:00:00", "", "", "2026-01-04 17:30:30", "", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenFixtures(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		`{"plan": {}}`:                      "plan",
		`{"plans": {"r": [1]}}`:             "object",
		`{"plans": {"r": [{"Name": "x"}]}}`: "BackupPlanId",
		`{"plans": {"r": [{"BackupPlanId":"a"},{"BackupPlanId":"a"}]}}`:        "twice",
		`{"full_backups": {"p": [{"BackupSetId":"a","EndTime":"-26hours"}]}}`:  "EndTime",
		`{"instances": [{"id":"i","backups":[{"id":"a","created":"-1.5d"}]}]}`: "created",
		`{} {}`: "after its end",
		`[`:     "documented",
	} {
		_, err := mockcloud.ParseFixture([]byte(text), now)
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestDocumentedSamples serves the samples of the API pages and gets them back
// word for word.
func TestDocumentedSamples(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	c := start(t, 0)
	var plans struct {
		Items struct{ BackupPlanDetail []mockcloud.Item }
	}
	var fulls struct {
		Items struct{ FullBackupFile []mockcloud.Item }
	}
	var backups struct {
		Backups []mockcloud.Item `json:"backups"`
	}
	samples := map[string]string{}
	for name, target := range map[string]any{
		mockcloud.DescribeBackupPlanList: &plans, mockcloud.DescribeFullBackupList: &fulls, mockcloud.ShowInstanceBackups: &backups,
	} {
		file := map[string]string{
			mockcloud.DescribeBackupPlanList: "describe-backup-plan-list.json",
			mockcloud.DescribeFullBackupList: "describe-full-backup-list.json",
			mockcloud.ShowInstanceBackups:    "show-instance-backups.json",
		}[name]
		samples[name] = read(file)
		if err := json.Unmarshal([]byte(samples[name]), target); err != nil {
			t.Fatal(err)
		}
	}
	c.server.Plans(region).Set(plans.Items.BackupPlanDetail...)
	c.server.FullBackups(planID).Set(fulls.Items.FullBackupFile...)
	c.server.Backups(instanceID).Set(backups.Backups...)
	c.server.SetFaults(mockcloud.Faults{SuccessErrCode: true})
	items := map[string]mockcloud.Item{
		mockcloud.DescribeBackupPlanList: plans.Items.BackupPlanDetail[0],
		mockcloud.DescribeFullBackupList: fulls.Items.FullBackupFile[0],
		mockcloud.ShowInstanceBackups:    backups.Backups[0],
	}
	for operation, got := range c.all() {
		text := items[operation].String()
		if !strings.Contains(samples[operation], text) || !strings.Contains(got.raw, text) {
			t.Errorf("%s: the item is not word for word:\n%s\n%s", operation, text, got.raw)
		}
	}
	// The envelopes have the members of the samples, and no others.
	for operation, got := range c.all() {
		if operation == mockcloud.DescribeFullBackupList {
			c.server.SetFaults(mockcloud.Faults{})
			got = c.fullBackups()
		}
		var sample map[string]any
		if err := json.Unmarshal([]byte(samples[operation]), &sample); err != nil {
			t.Fatal(err)
		}
		var want, members []string
		for name := range sample {
			want = append(want, name)
		}
		for name := range got.fields(t) {
			members = append(members, name)
		}
		slices.Sort(want)
		slices.Sort(members)
		if diff := cmp.Diff(want, members); diff != "" {
			t.Errorf("%s: %s", operation, diff)
		}
	}
	// A whole answer can be served as well.
	c.server.Respond(mockcloud.DescribeBackupPlanList, func(mockcloud.Request) (int, string) {
		return 200, samples[mockcloud.DescribeBackupPlanList]
	})
	if got := c.plans(); got.raw != samples[mockcloud.DescribeBackupPlanList] {
		t.Error("the whole sample is not word for word")
	}
}
