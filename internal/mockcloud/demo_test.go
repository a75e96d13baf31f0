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

// laterFields are the members of a full backup that the API page is too old
// to have.
var laterFields = strings.Fields(`LogicalFullBackupProgress LogicalStructureBackupProgress BackupGatewayIdentifier
	CrossAliyunId CrossRoleName SourceEndpointEnableSsl SourceEndpointHost SourceEndpointInstanceId
	SourceEndpointInstanceType SourceEndpointPort SourceEndpointRegion SourceEndpointUserName StorageEncryptMethod`)

// documented returns the members of the item in an API page's sample, and the
// form of each: "number", "text" or "boolean".
func documented(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var sample struct {
		Items   map[string][]mockcloud.Item
		Backups []mockcloud.Item `json:"backups"`
	}
	if err := json.Unmarshal(text, &sample); err != nil {
		t.Fatal(err)
	}
	items := sample.Backups
	for _, list := range sample.Items {
		items = list
	}
	return forms(items[0])
}

func forms(item mockcloud.Item) map[string]string {
	forms := map[string]string{}
	for _, name := range item.Names() {
		raw, _ := item.Raw(name)
		switch raw[0] {
		case '"':
			forms[name] = "text"
		case 't', 'f':
			forms[name] = "boolean"
		case 'n':
			forms[name] = "null"
		default:
			forms[name] = "number"
		}
	}
	return forms
}

// TestEveryField proves that what Demo and the generators make has all
// documented fields, each in its documented type, and distinct ids.
func TestEveryField(t *testing.T) {
	t.Parallel()
	plan := documented(t, "describe-backup-plan-list.json")
	full := documented(t, "describe-full-backup-list.json")
	full["ErrMessage"] = "text"
	for _, name := range laterFields {
		full[name] = "text"
		if strings.HasSuffix(name, "Progress") {
			full[name] = "number"
		}
	}
	backup := documented(t, "show-instance-backups.json")
	backup["backup_mode"] = "text"
	if len(plan) != 52 || len(full) != 25 || len(backup) != 16 {
		t.Fatalf("%d, %d and %d fields are documented", len(plan), len(full), len(backup))
	}

	seen := map[string]bool{}
	check := func(items []mockcloud.Item, id string, want map[string]string) {
		t.Helper()
		if len(items) == 0 {
			t.Error("no items")
		}
		for _, item := range items {
			if diff := cmp.Diff(want, forms(item)); diff != "" {
				t.Errorf("%s: %s", item.Text(id), diff)
			}
			if seen[item.Text(id)] {
				t.Errorf("%s is there twice", item.Text(id))
			}
			seen[item.Text(id)] = true
			if !json.Valid([]byte(item.String())) {
				t.Errorf("no JSON: %s", item)
			}
		}
	}
	demo := mockcloud.Demo(now)
	check(demo.Plans[mockcloud.DemoAlibabaRegion], "BackupPlanId", plan)
	for _, items := range demo.FullBackups {
		if len(items) > 0 {
			check(items, "BackupSetId", full)
		}
	}
	for _, instance := range demo.Instances {
		check(instance.Backups, "id", backup)
	}
	check(mockcloud.Plans(25, now), "BackupPlanId", plan)
	for _, id := range []string{"dbs1a", "dbs1b"} {
		check(mockcloud.FullBackups(id, 25, now), "BackupSetId", full)
	}
	for _, id := range []string{instanceID, mockcloud.DemoStaleInstanceID} {
		check(mockcloud.Backups(id, 25, now), "id", backup)
	}
}

// TestDemo pins what the demo is to show, and that it is always the same.
func TestDemo(t *testing.T) {
	t.Parallel()
	demo := mockcloud.Demo(now)
	if diff := cmp.Diff(text(t, demo), text(t, mockcloud.Demo(now))); diff != "" {
		t.Errorf("it is not always the same: %s", diff)
	}
	statuses := func(items []mockcloud.Item, member string) []string {
		var all []string
		for _, item := range items {
			all = append(all, item.Text(member))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	plans := demo.Plans[mockcloud.DemoAlibabaRegion]
	if diff := cmp.Diff([]string{"check_pass", "init", "pause", "running", "stop", "wait"}, statuses(plans, "BackupPlanStatus")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"finish", "running", "schedule", "stop"},
		statuses(demo.FullBackups[mockcloud.DemoPlanID], "BackupStatus")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"BUILDING", "COMPLETED", "FAILED"}, statuses(demo.Instances[0].Backups, "status")); diff != "" {
		t.Error(diff)
	}
	for _, plan := range plans {
		if _, known := demo.FullBackups[plan.Text("BackupPlanId")]; !known {
			t.Errorf("plan %s has no list of full backups", plan.Text("BackupPlanId"))
		}
	}
	// The newest good backup of the two instances is 7 and 50 hours old.
	for n, age := range []time.Duration{7 * time.Hour, 50 * time.Hour} {
		at := slices.IndexFunc(demo.Instances[n].Backups, func(i mockcloud.Item) bool { return i.Text("status") == "COMPLETED" })
		want := now.Add(-age).In(time.FixedZone("", 8*3600)).Format(time.DateTime)
		if got := demo.Instances[n].Backups[at].Text("created"); got != want {
			t.Errorf("created at %s, want %s", got, want)
		}
	}
	// What a program writes out as a fixture can be read again.
	again, err := mockcloud.ParseFixture([]byte(text(t, demo)), now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(t, demo), text(t, again)); diff != "" {
		t.Error(diff)
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
