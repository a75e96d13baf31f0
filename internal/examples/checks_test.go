package examples_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// states are days on which something is as it shouldn't be, with what the two
// recipes that look at everything say then.
var states = map[string]struct {
	make func(*cloud)
	// warnings are those of drift-check, errors those of scheduled-plan.
	warnings, errors []string
}{
	"good": {make: func(*cloud) {}},
	"plan stopped": {
		make:     func(c *cloud) { c.changePlan(orders, "BackupPlanStatus", "stop") },
		warnings: []string{"DBS plans that don't run: orders (stop)."},
		errors:   []string{"Backup plans that don't run: orders."},
	},
	"retention changed": {
		make:     func(c *cloud) { c.changePlan(orders, "BackupRetentionPeriod", 7) },
		warnings: []string{"DBS plans with another retention: orders (7 instead of 30 days)."},
		errors:   []string{"Backup plans that keep their backups for less than 30 days: orders."},
	},
	"backup failed": {
		make: func(c *cloud) {
			c.FullBackups(orders).Insert(0, c.fullBackup("new", "stop", time.Hour))
			c.backups().Insert(0, c.backup("auto-10", "FAILED", time.Hour))
		},
		warnings: []string{
			"DBS plans with failed backups in the last 168h: orders (1, the last: no connection to new).",
			"TaurusDB instances with failed backups in the last 168h: shop (1, the last: auto-10).",
		},
		errors: []string{
			"A backup of orders failed in the last 26h: no connection to new.",
			"A backup of " + acctest.InstanceID + " failed in the last 26h: auto-10.",
		},
	},
	"backup failed before it started": {
		make: func(c *cloud) {
			c.FullBackups(orders).Add(c.fullBackup("new", "stop", time.Hour).With("StartTime", 0).With("ErrMessage", nil))
		},
		warnings: []string{"DBS plans with failed backups in the last 168h: orders (1, the last: no message)."},
		errors:   []string{"A backup of orders failed in the last 26h: no message."},
	},
	"backup failed long ago": {
		make: func(c *cloud) {
			c.FullBackups(orders).Insert(1, c.fullBackup("old", "stop", 9*day))
			c.backups().Insert(9, c.backup("auto-failed", "FAILED", 9*day))
		},
	},
	"too old": {
		make: func(c *cloud) {
			c.FullBackups(orders).Remove(orders + "-2")
			c.backups().Remove("auto-9br07", "auto-8br07")
		},
		warnings: []string{
			"DBS plans without a young enough good backup: orders (finished TIME, limit 26h).",
			"TaurusDB instances without a young enough good backup: shop (created TIME, limit 26h).",
		},
		errors: []string{
			"orders has no good backup younger than 26h; the newest finished: TIME.",
			acctest.InstanceID + " has no good backup younger than 26h; the newest was created: TIME.",
		},
	},
	"no backups": {
		make: func(c *cloud) {
			c.FullBackups(orders).Set()
			c.backups().Set()
		},
		warnings: []string{
			"DBS plans without a young enough good backup: orders (no backups at all).",
			"TaurusDB instances without a young enough good backup: " + acctest.InstanceID + " (no backups at all).",
			"TaurusDB instances whose good backups don't go back far enough: " + acctest.InstanceID + " (agreed are 7 days).",
		},
		errors: []string{
			"orders has no good backup younger than 26h; the newest finished: never.",
			acctest.InstanceID + " has no good backup younger than 26h; the newest was created: never.",
		},
	},
	"none succeeded": {
		make: func(c *cloud) {
			c.FullBackups(orders).Set(c.fullBackup("old", "stop", 20*day))
			c.backups().Set(c.backup("auto-0", "FAILED", 20*day))
		},
		warnings: []string{
			"DBS plans without a young enough good backup: orders (none has succeeded).",
			"TaurusDB instances without a young enough good backup: shop (none has succeeded).",
			"TaurusDB instances whose good backups don't go back far enough: shop (agreed are 7 days).",
		},
		errors: []string{
			"orders has no good backup younger than 26h; the newest finished: never.",
			acctest.InstanceID + " has no good backup younger than 26h; the newest was created: never.",
		},
	},
	"first one running": {
		make: func(c *cloud) {
			c.FullBackups(orders).Set(c.fullBackup("new", "running", 0))
			c.backups().Set(c.backup("auto-0", "BUILDING", 0))
		},
		warnings: []string{
			"DBS plans without a young enough good backup: orders (none has succeeded, one is running).",
			"TaurusDB instances without a young enough good backup: shop (none has succeeded, one is running).",
			"TaurusDB instances whose good backups don't go back far enough: shop (agreed are 7 days).",
		},
		errors: []string{
			"orders has no good backup younger than 26h; the newest finished: never.",
			acctest.InstanceID + " has no good backup younger than 26h; the newest was created: never.",
		},
	},
	"one running": {
		make: func(c *cloud) {
			c.FullBackups(orders).Insert(0, c.fullBackup("new", "running", 0))
			c.backups().Insert(0, c.backup("auto-10", "BUILDING", 0))
		},
	},
	"nothing but ids": {
		make: func(c *cloud) {
			c.plans().Add(mockcloud.NewItem(map[string]any{"BackupPlanId": "dbs1bare"}))
			c.FullBackups("dbs1bare").Set(mockcloud.NewItem(map[string]any{"BackupSetId": "bare"}))
			c.backups().Add(mockcloud.NewItem(map[string]any{"id": "bare"}))
		},
		warnings: []string{
			"DBS plans that don't run: dbs1bare (without a status).",
			"DBS plans with another retention: dbs1bare (unknown instead of 30 days).",
			"DBS plans without a young enough good backup: dbs1bare (none has succeeded).",
		},
		errors: []string{
			"Backup plans that don't run: dbs1bare.",
			"Backup plans that keep their backups for less than 30 days: dbs1bare.",
			"dbs1bare has no good backup younger than 26h; the newest finished: never.",
		},
	},
	"list never settles": {
		make: func(c *cloud) {
			c.many()
			c.SetFaults(mockcloud.Faults{RotateEvery: 1, Only: []string{mockcloud.DescribeFullBackupList}})
		},
		// Each plan's list is read twice; that of billing has one page alone.
		warnings: []string{"The list of full backups may not be complete", "The list of full backups may not be complete"},
		errors: []string{
			"The list of backups of orders changed while it was read, again and again. Run the plan again.",
			"The list of full backups may not be complete", "The list of full backups may not be complete",
		},
	},
}

func TestDriftCheck(t *testing.T) {
	t.Parallel()
	for name, state := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := goodDay(t)
			state.make(c)
			e := openDriftCheck(t, c, nil)
			e.plan(changed, state.warnings...) // the outputs are new
		})
	}
}

func openDriftCheck(t *testing.T, c *cloud, plans map[string]any) *example {
	t.Helper()
	e := open(t, "drift-check", c, "1.8.0", "1.7.0")
	e.set(map[string]any{
		"taurusdb_instances": map[string]any{acctest.InstanceID: map[string]any{"retention_days": 7}},
		"dbs_plans":          plans,
	})
	return e
}

// What is agreed for single plans comes before what is agreed for all.
func TestDriftCheckAgreements(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	c.changePlan(orders, "BackupRetentionPeriod", 90)
	c.FullBackups(orders).Remove(orders + "-2")
	c.changePlan(billing, "BackupPlanStatus", "pause")
	e := openDriftCheck(t, c, map[string]any{
		orders:     map[string]any{"retention_days": 90, "max_age": "48h"},
		billing:    map[string]any{"ignored": true},
		"dbs1gone": map[string]any{},
	})
	e.plan(changed, "DBS plans that are agreed on and don't exist: dbs1gone.")
}

// A second plan is empty whatever order the API answers in, and a new backup
// shows as itself.
func TestDriftCheckChanges(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	c.many()
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	e := openDriftCheck(t, c, nil)
	e.apply()
	for seed := range uint64(3) {
		c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: seed + 2})
		e.plan(unchanged)
	}
	c.FullBackups(orders).Insert(0, c.fullBackup("new", "finish", time.Hour))
	e.plan(changed)
	e.onlyChange("dbs_newest_good_backups")
	c.FullBackups(orders).Remove("new")
	c.changePlan(orders, "BackupPlanStatus", "stop")
	e.plan(unchanged, "DBS plans that don't run: orders (stop).")
}

// An error is an error, and not an empty list that is fine.
func TestDriftCheckError(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	c.SetAccount(mockcloud.Account{
		AccessKey: mockcloud.DemoAlibabaAccessKey, SecretKey: mockcloud.DemoAlibabaSecretKey,
		Denied: map[string]string{mockcloud.DescribeBackupPlanList: ""},
	})
	openDriftCheck(t, c, nil).plan(failing, "Unable to read backup plans")
}

func TestScheduledPlan(t *testing.T) {
	t.Parallel()
	for name, state := range states {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := goodDay(t)
			e := openScheduledPlan(t, c)
			state.make(c)
			exit := failing
			if state.errors == nil {
				exit = changed // the outputs are new
			}
			e.plan(exit, state.errors...)
		})
	}
}

// Neither is a list that isn't proven complete one to rely on.
func TestScheduledPlanIncomplete(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	for i := range 150 {
		name := fmt.Sprintf("more-%03d", i)
		c.plans().Add(c.plan(name, name))
		c.backups().Add(c.backup(name, "COMPLETED", 20*day))
	}
	c.SetFaults(mockcloud.Faults{RotateEvery: 1, Only: []string{mockcloud.DescribeBackupPlanList, mockcloud.ShowInstanceBackups}})
	openScheduledPlan(t, c).plan(failing,
		"The list of backup plans changed while it was read, again and again. Run the plan again.",
		"The list of backup plans may not be complete",
		"The list of backups of "+acctest.InstanceID+" changed while it was read, again and again. Run the plan again.",
		"The list of TaurusDB backups may not be complete", "The list of TaurusDB backups may not be complete",
	)
}

func openScheduledPlan(t *testing.T, c *cloud) *example {
	t.Helper()
	e := open(t, "scheduled-plan", c, "1.8.0", "1.7.0")
	e.set(map[string]any{"taurusdb_instance_ids": []string{acctest.InstanceID}})
	return e
}

// The exit status tells a changed plan from a new backup.
func TestScheduledPlanChanges(t *testing.T) {
	t.Parallel()
	c := goodDay(t)
	c.many()
	e := openScheduledPlan(t, c)
	e.apply()
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	c.FullBackups(orders).Insert(0, c.fullBackup("new", "finish", time.Hour))
	e.plan(unchanged)
	c.changePlan(orders, "BackupRetentionPeriod", 60)
	e.plan(changed)
	e.onlyChange("plans")
}
