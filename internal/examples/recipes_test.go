package examples_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// onlyChange expects a plan whose only changes are these, by name of output or
// address of resource.
func (e *example) onlyChange(names ...string) {
	e.t.Helper()
	e.MustRun("plan", "-out=changes.tfplan")
	var plan struct {
		Outputs   map[string]struct{ Actions []string } `json:"output_changes"`
		Resources []struct {
			Address string
			Change  struct{ Actions []string }
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(e.MustRun("show", "-json", "changes.tfplan").Stdout), &plan); err != nil {
		e.t.Fatal(err)
	}
	var changes []string
	for name, output := range plan.Outputs {
		if !slices.Equal(output.Actions, []string{"no-op"}) {
			changes = append(changes, name)
		}
	}
	for _, resource := range plan.Resources {
		if !slices.Equal(resource.Change.Actions, []string{"no-op"}) {
			changes = append(changes, resource.Address)
		}
	}
	slices.Sort(changes)
	slices.Sort(names)
	if !slices.Equal(changes, names) {
		e.t.Errorf("changes are %q, want %q", changes, names)
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	// A database outside the cloud, and a plan of which nothing is known.
	c.plans().Add(c.plan("dbs1office", "office").With("SourceEndpointInstanceID", ""))
	c.plans().Add(mockcloud.NewItem(map[string]any{"BackupPlanId": "dbs1bare"}))
	e := open(t, "coverage", c, "1.5.0", "1.6.0")

	e.apply() // no instances, nothing to say
	instances := map[string]string{"rm-orders": "orders", "rm-billing": "billing"}
	e.set(map[string]any{"database_instances": instances})
	e.plan(unchanged)

	instances["rm-wiki"] = "wiki"
	e.set(map[string]any{"database_instances": instances})
	c.changePlan(billing, "BackupPlanStatus", "pause")
	e.plan(changed, "Database instances without a backup plan: wiki.", "Database instances whose backup plans don't run: billing.")
	e.onlyChange("instances_without_plan")
}

func TestRestorePoint(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	// One that failed, one that is running, and one that was running at the time:
	// it began two hours before now, and was over half an hour ago.
	c.FullBackups(orders).Add(
		c.fullBackup("failed", "stop", 2*time.Hour), c.fullBackup("running", "running", 0),
		c.fullBackup("during", "finish", 30*time.Minute),
	)
	c.backups().Add(c.backup("failed", "FAILED", 90*time.Minute), c.backup("building", "BUILDING", 70*time.Minute))
	e := open(t, "restore-point", c, "1.4.0", "1.6.0")
	variables := map[string]any{"backup_plan_id": orders, "instance_id": acctest.InstanceID}
	e.set(variables)
	e.apply()
	e.restores("during", "auto-9br07")

	variables["before"] = c.now.Add(-time.Hour).UTC().Format(time.RFC3339)
	e.set(variables)
	e.plan(changed)
	e.onlyChange("terraform_data.dbs_restore", "dbs_restore_point")
	e.apply()
	e.restores(orders+"-2", "auto-9br07")

	// Newer backups make no difference then, nor does the order of the answers.
	c.FullBackups(orders).Insert(0, c.fullBackup("new", "finish", 0))
	c.backups().Insert(0, c.backup("new", "COMPLETED", 0))
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	e.plan(unchanged)

	// Nothing else is restored where there is nothing good.
	variables["before"] = "2020-01-01T00:00:00Z"
	e.set(variables)
	e.plan(failing,
		orders+" has no good backup that was over before TIME.",
		acctest.InstanceID+" has no good backup that was over before TIME.",
	)
	delete(variables, "before")
	e.set(variables)
	c.FullBackups(orders).Set(c.fullBackup("running", "running", 0))
	c.backups().Set()
	e.plan(failing, orders+" has no good backup.", acctest.InstanceID+" has no good backup.")
}

func (e *example) restores(backupSet, backup string) {
	e.t.Helper()
	outputs := e.outputs()
	dbs, _ := outputs["dbs_restore_point"].(map[string]any)
	taurus, _ := outputs["taurusdb_restore_point"].(map[string]any)
	if dbs["backup_set_id"] != backupSet || taurus["backup_id"] != backup {
		e.t.Errorf("restores %v and %v, want %s and %s", dbs, taurus, backupSet, backup)
	}
}

// A list that isn't proven complete is none to restore from.
func TestRestorePointIncomplete(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	c.many()
	c.SetFaults(mockcloud.Faults{RotateEvery: 1, Only: []string{mockcloud.DescribeFullBackupList}})
	e := open(t, "restore-point", c, "1.4.0", "1.6.0")
	e.set(map[string]any{"backup_plan_id": orders, "instance_id": acctest.InstanceID})
	e.plan(failing, "The list of full backups may not be complete",
		"The list of backups of "+orders+" changed while it was read, so a newer one may be missing. Run the plan again.")
}

func TestForEach(t *testing.T) {
	t.Parallel()
	const (
		shanghai = "cn-shanghai"
		east     = "cn-east-3"
		instance = "ffffffffffffffffffffffffffffffffin07"
	)
	c := goodDay(t)
	// The same region in another project, and in another account.
	c.Plans(shanghai).Set(c.plan("dbs1east", "east"))
	c.FullBackups("dbs1east").Set()
	c.AddProject(mockcloud.Project{ID: strings.Repeat("e", 32), Name: east})
	c.AddInstance(strings.Repeat("e", 32), instance, c.backup("east", "COMPLETED", day))
	c.SetAccount(mockcloud.Account{Cloud: mockcloud.AlibabaCloud, AccessKey: "archive-key", SecretKey: "archive-secret"})

	e := open(t, "for-each", c, "1.3.0", "1.6.0")
	e.Write("credentials.json", `{"current": "default", "profiles": [{
		"name": "archive", "mode": "AK", "access_key_id": "archive-key", "access_key_secret": "archive-secret"}]}`)
	e.CLI = e.With(
		"ALICLOUD_SHARED_CREDENTIALS_FILE="+e.Dir+"/credentials.json",
		mockcloud.TaurusDBEndpoint(east)+"="+c.URL(),
	)
	e.set(map[string]any{"taurusdb_instances": map[string]string{acctest.InstanceID: mockcloud.DemoHuaweiRegion, instance: east}})
	e.apply()
	e.plan(unchanged)

	rfc := func(age time.Duration) string { return c.now.Add(-age).UTC().Format(time.RFC3339) }
	want := fmt.Sprintf(`{"cn-east-3/%s":%q,"cn-hangzhou/%s":%q,"cn-hangzhou/%s":%q,"cn-north-4/%s":%q,"cn-shanghai/dbs1east":null}`,
		instance, rfc(day), billing, rfc(3*time.Hour), orders, rfc(3*time.Hour), acctest.InstanceID, rfc(2*time.Hour))
	if got := e.output("newest_good_backups"); got != want {
		t.Errorf("newest_good_backups is\n%s, want\n%s", got, want)
	}
	if got := e.output("archive_plans_by_status"); !strings.Contains(got, `"running":1`) {
		t.Errorf("archive_plans_by_status is %s", got)
	}
	// The archive's plans were asked for with the archive's key, the others not.
	keys := map[string]int{}
	for _, r := range c.Requests() {
		if r.Operation == mockcloud.DescribeBackupPlanList && r.Region == shanghai {
			keys[r.AccessKey]++
		}
	}
	if keys["archive-key"] == 0 || keys[mockcloud.DemoAlibabaAccessKey] == 0 || len(keys) != 2 {
		t.Errorf("keys that listed the plans of %s: %v", shanghai, keys)
	}

	c.FullBackups("dbs1east").Set(c.fullBackup("first", "finish", time.Hour))
	e.plan(changed)
	e.onlyChange("newest_good_backups")
}
