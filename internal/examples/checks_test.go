package examples_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// openChecks opens the module as a root module, which checks both clouds.
func openChecks(t *testing.T, c *cloud, variables map[string]any) *example {
	t.Helper()
	e := open(t, "backup-checks", c, "1.8.0", "1.8.0")
	set := map[string]any{
		"dbs_regions":      []string{mockcloud.DemoAlibabaRegion},
		"taurusdb_regions": []string{mockcloud.DemoHuaweiRegion},
	}
	maps.Copy(set, variables)
	e.set(set)
	return e
}

// reports expects failed checks with these lines and no others.
func (p plan) reports(t *testing.T, want map[string][]string) {
	t.Helper()
	got := map[string][]string{}
	for name, messages := range p.failed {
		lines := strings.Split(timestamp.ReplaceAllString(strings.Join(messages, "\n"), "TIME"), "\n")
		got[name] = lines[1:] // the first one is the heading
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		for n := range want[name] {
			want[name][n] = "  - " + want[name][n]
		}
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("failed checks:\n%s\nwant:\n%s", show(got), show(want))
	}
}

func show(checks map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		fmt.Fprintf(&b, "%s\n%s\n", name, strings.Join(checks[name], "\n"))
	}
	return b.String()
}

// An instance that is in no list, an old backup and a failed one are named, and so is
// every other problem.
func TestAccBackupChecksProblems(t *testing.T) {
	t.Parallel()
	const (
		forgotten = "ffffffffffffffffffffffffffffffffin07"
		frozen    = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeein07"
		creating  = "ddddddddddddddddddddddddddddddddin07"
	)
	c := healthy(t)
	c.instances().Add(c.instance(forgotten, "forgotten"), c.instance(frozen, "frozen").With("status", "FROZEN"),
		c.instance(creating, "creating").With("status", "BUILD"))
	c.Policy(forgotten).Set(mockcloud.Policy().With("keep_days", 1))
	c.Backups(forgotten).Set()
	c.Backups(frozen).Set(
		c.backup("frozen-1", "COMPLETED", 30*hour).With("instance_id", frozen), c.backup("frozen-2", "FAILED", 6*hour).With("instance_id", frozen),
	)
	c.InstanceRestoreRanges(shop).Set(c.restoreRange(3*day, 2*hour))

	// Old, failed since, stopped with a message of two lines, and with short retention.
	c.changeOrders("BackupPlanStatus", "stop")
	c.changeOrders("ErrMessage", "no\nlicense")
	c.changeOrders("BackupRetentionPeriod", 5)
	c.FullBackups(orders).Set(c.fullBackup("failed", "stop", hour), c.fullBackup("old", "finish", 27*hour))
	// Failed before it started, and running since.
	c.FullBackups(billing).Insert(0, c.fullBackup("running", "running", 0), c.fullBackup("early", "stop", 2*hour).With("StartTime", 0).With("ErrMessage", nil))
	// Nothing but an ID.
	c.plans().Add(mockcloud.NewItem(map[string]any{"BackupPlanId": "dbs1bare"}))
	c.FullBackups("dbs1bare").Set()
	c.plans().Add(c.plan("dbs1archive", "archive").With("BackupPlanStatus", "pause"))
	c.Plans("cn-shanghai").Set(c.plan("dbs1east", "east"))

	e := openChecks(t, c, map[string]any{
		"dbs_regions": []string{mockcloud.DemoAlibabaRegion, "cn-shanghai", "cn-beijing"},
		"defaults":    map[string]any{"min_retention_days": 6},
		"requirements": map[string]any{
			"billing": map[string]any{"rpo": "1h", "max_log_age": "5m", "min_retention_days": 31},
			billing:   map[string]any{"min_retention_days": 30}, // an ID takes precedence over a name
			shop:      map[string]any{"rpo": "1h", "max_age": "1h"},
			"archive": map[string]any{"ignored": true},
			"east":    map[string]any{"ignored": true},
			"gone":    map[string]any{},
		},
		"databases": map[string]string{"rm-orders": "orders-db", "rm-billing": "billing-db", "rm-wiki": "wiki"},
	})
	got := e.plan()
	got.reports(t, map[string][]string{
		"running": {
			"dbs1bare in cn-hangzhou: status is not set",
			"orders (dbs1orders) in cn-hangzhou: status is stop: no license",
			"frozen (" + frozen + ") in cn-north-4: status is FROZEN",
		},
		"recent_backups": {
			"dbs1bare in cn-hangzhou: latest successful backup: none, max_age: 26h",
			"orders (dbs1orders) in cn-hangzhou: latest successful backup: TIME, max_age: 26h",
			"shop (" + shop + ") in cn-north-4: latest successful backup: TIME, max_age: 1h",
			"frozen (" + frozen + ") in cn-north-4: latest successful backup: TIME, max_age: 26h",
			"forgotten (" + forgotten + ") in cn-north-4: latest successful backup: none, max_age: 26h",
		},
		"latest_backups": {
			"billing (dbs1billing) in cn-hangzhou: the backup of TIME failed",
			"orders (dbs1orders) in cn-hangzhou: the backup of TIME failed: no connection to failed",
			"frozen (" + frozen + ") in cn-north-4: the backup of TIME failed",
		},
		"restore_points": {
			"shop (" + shop + ") in cn-north-4: latest restorable time: TIME, rpo: 1h",
		},
		"log_backups": {
			"billing (dbs1billing) in cn-hangzhou: end of the latest log backup: TIME, max_log_age: 5m",
		},
		"retention": {
			"dbs1bare in cn-hangzhou: retention_days: unknown, min_retention_days: 6",
			"orders (dbs1orders) in cn-hangzhou: retention_days: 5, min_retention_days: 6",
			"forgotten (" + forgotten + ") in cn-north-4: retention_days: 1, min_retention_days: 6",
		},
		"databases": {
			"orders-db (rm-orders): no running DBS backup plan in the checked regions has it as its source",
			"wiki (rm-wiki): no running DBS backup plan in the checked regions has it as its source",
		},
		"something_checked": {
			"cn-beijing: there are no DBS backup plans",
			"cn-shanghai: all DBS backup plans are ignored or being created",
		},
		"known_requirements": {
			"gone: no plan or instance in the checked regions has this ID or name",
		},
	})
	if lines := len(strings.Split(show(got.failed), "\n  - ")) - 1; lines != len(attributeOf(t, got.outputs["problems"], "problem")) {
		t.Errorf("the checks name %d problems, the output has %v", lines, got.outputs["problems"])
	}
	want := []string{"dbs1archive", "dbs1bare", billing, orders, "dbs1east", shop, creating, frozen, forgotten}
	if ids := attributeOf(t, got.outputs["summary"], "id"); !slices.Equal(ids, want) {
		t.Errorf("the summary has %q, want %q", ids, want)
	}
	// Nothing is read about what is not checked.
	for _, r := range c.Requests() {
		if slices.Contains([]string{"dbs1archive", "dbs1east", creating}, r.Key) {
			t.Errorf("%s was called for %s", r.Operation, r.Key)
		}
	}
}

// A second plan is empty, regardless of the order of the API's answers, and each output
// changes with what it is about.
func TestBackupChecksChanges(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	for i := range 150 {
		c.FullBackups(orders).Add(c.fullBackup(fmt.Sprintf("old-%03d", i), "finish", (2+31)*hour))
	}
	e := openChecks(t, c, map[string]any{"defaults": map[string]any{"rpo": "2h", "max_log_age": "1h"}})
	e.apply()
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	e.changes()
	e.plan().reports(t, nil)

	logs := c.IncrementalBackups(orders).Items()
	c.IncrementalBackups(orders).Set(c.log(orders, 30*hour, 0))
	e.changes("restore_times")
	c.IncrementalBackups(orders).Set(logs...)
	c.FullBackups(orders).Insert(0, c.fullBackup("new", "finish", hour))
	e.changes("summary")
}

// A list that may be incomplete is reported, and is no missing backup.
func TestBackupChecksIncomplete(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	for i := range 150 {
		c.FullBackups(orders).Add(c.fullBackup(fmt.Sprintf("old-%03d", i), "finish", 33*hour))
		c.Backups(shop).Add(c.backup(fmt.Sprintf("old-%03d", i), "COMPLETED", 9*day))
	}
	c.SetFaults(mockcloud.Faults{RotateEvery: 1, Only: []string{mockcloud.DescribeFullBackupList, mockcloud.ShowGaussMySqlBackupList}})
	p := openChecks(t, c, nil).plan()
	p.reports(t, map[string][]string{"complete_lists": {
		"cn-north-4: the list of TaurusDB instances or of their backups could not be verified as complete",
		"orders (dbs1orders) in cn-hangzhou: the list of backups could not be verified as complete",
	}})
}

// One cloud alone needs no credentials of the other one, and nothing at all is an error.
func TestBackupChecksOneCloud(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.RemoveAccount(mockcloud.DemoHuaweiAccessKey)
	c.ResetRequests()
	e := openChecks(t, c, map[string]any{"taurusdb_regions": nil})
	e.plan().reports(t, nil)
	// A region's plans, and the full backups of each.
	if n := len(c.Requests()); n != 3 {
		t.Errorf("%d requests were sent, want 3", n)
	}
	e.set(map[string]any{})
	e.fails("Nothing is checked: set dbs_regions, taurusdb_regions, or both.")
}

// An API error is no empty list.
func TestBackupChecksError(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.SetAccount(mockcloud.Account{
		Cloud: mockcloud.AlibabaCloud, AccessKey: mockcloud.DemoAlibabaAccessKey, SecretKey: mockcloud.DemoAlibabaSecretKey,
		Denied: map[string]string{mockcloud.DescribeBackupPlanList: ""},
	})
	openChecks(t, c, nil).fails("Unable to read backup plans", "dbs:DescribeBackupPlanList")
}

// A duration that is none is an error that shows the form.
func TestBackupChecksValidation(t *testing.T) {
	t.Parallel()
	e := openChecks(t, healthy(t), map[string]any{
		"defaults":     map[string]any{"max_age": "1 day"},
		"requirements": map[string]any{"orders": map[string]any{"rpo": "-1h"}},
	})
	e.fails(`"defaults"`, `"requirements"`, "must be durations in hours, minutes and seconds")
}

// Each account is read with its own credentials.
func TestAccounts(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.Plans("cn-shanghai").Set(c.plan("dbs1east", "east"))
	c.FullBackups("dbs1east").Set(c.fullBackup("weekly", "finish", 5*day))
	role := mockcloud.Role{Cloud: mockcloud.AlibabaCloud, Name: "backup-reader", AccountID: "1234567890123456"}
	c.SetRole(role)
	p := open(t, "accounts", c, "1.8.0", "1.8.0").plan()
	// Without the role, the weekly backup is too old.
	p.reports(t, map[string][]string{"recent_backups": {"east (dbs1east) in cn-shanghai: latest successful backup: TIME, max_age: 26h"}})
	if ids := attributeOf(t, p.outputs["summary"], "id"); !slices.Equal(ids, []string{billing, orders, "dbs1east", shop, "dbs1east"}) {
		t.Errorf("the summary has %q", ids)
	}
	accounts := map[string]bool{}
	for _, r := range c.Requests() {
		if r.Operation == mockcloud.DescribeFullBackupList && r.Key == "dbs1east" {
			accounts[r.AccountID] = true
		}
	}
	if len(accounts) != 2 || !accounts[role.AccountID] {
		t.Errorf("the backups of dbs1east were listed for the accounts %v, want two and the role's among them", accounts)
	}
}
