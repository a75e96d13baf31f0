package examples_test

import (
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// openRestore opens the example with a time an hour ago.
func openRestore(t *testing.T, c *cloud) (e *example, variables map[string]any) {
	t.Helper()
	e = open(t, "restore-point", c, "1.8.0", "1.8.0", serveHuaweiCloud(t))
	variables = map[string]any{
		"restore_time": c.now.Add(-hour).UTC().Format(time.RFC3339), "backup_plan_id": orders,
		"source_instance_id": shop, "target_instance_id": mockcloud.DemoStaleInstanceID,
	}
	e.set(variables)
	return e, variables
}

// The latest backup that finished before the time is restored, and restored once.
func TestRestore(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	// One failed, one is running, one was running at the time, and one came later.
	c.FullBackups(orders).Add(
		c.fullBackup("failed", "stop", 2*hour), c.fullBackup("running", "running", 0), c.fullBackup("during", "finish", hour/2),
	)
	c.Backups(shop).Add(
		c.backup("failed", "FAILED", 90*time.Minute), c.backup("building", "BUILDING", 70*time.Minute),
		c.backup("during", "COMPLETED", hour+30*time.Second), c.backup("later", "COMPLETED", hour/2),
	)
	e, variables := openRestore(t, c)
	e.apply()
	want := map[string]any{"BackupPlanId": orders, "BackupSetId": orders + "-2", "RestoreTime": nil}
	if got, _ := e.outputs()["dbs_restore"].(map[string]any); len(got) != 3 || got["BackupSetId"] != want["BackupSetId"] || got["RestoreTime"] != nil {
		t.Errorf("dbs_restore is %v, want %v", got, want)
	}
	if got := e.MustRun("state", "show", "huaweicloud_taurusdb_restore.this").Stdout; !contains(got, `backup_id = "auto-9br07"`, `type = "backup"`) {
		t.Errorf("the restore is\n%s", got)
	}

	c.FullBackups(orders).Insert(0, c.fullBackup("new", "finish", 0))
	c.Backups(shop).Insert(0, c.backup("new", "COMPLETED", 0))
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	e.changes()

	// A replacement would restore another backup over the restored data.
	c.Backups(shop).Remove("auto-9br07")
	e.fails("huaweicloud_taurusdb_restore.this must be replaced", "nstance cannot be destroyed")

	variables["restore_time"] = "2020-01-01T00:00:00Z"
	e.set(variables)
	e.fails(
		orders+" has no successful backup that finished before TIME.",
		shop+" has no successful backup that finished before TIME.",
	)
}

// A point in time must lie in a range.
func TestAccRestorePointInTime(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	set := func(list mockcloud.List, begin, end string, more map[string]any) {
		item := mockcloud.NewItem(more)
		list.Set(
			item.With(begin, c.now.Add(-9*hour).UnixMilli()).With(end, c.now.Add(-3*hour).UnixMilli()),
			item.With(begin, c.now.Add(-2*hour).UnixMilli()).With(end, c.now.UnixMilli()),
		)
	}
	set(c.InstanceRestoreRanges(shop), "start_time", "end_time", nil)
	set(c.PlanRestoreRanges(orders), "BeginTimestampForRestore", "EndTimestampForRestore", map[string]any{"RangeType": "range"})
	e, variables := openRestore(t, c)
	variables["point_in_time"] = true
	e.set(variables)
	e.apply()
	at := c.now.Add(-hour).Truncate(time.Second).UnixMilli()
	if got, _ := e.outputs()["dbs_restore"].(map[string]any); got["BackupSetId"] != nil || got["RestoreTime"] != float64(at) {
		t.Errorf("dbs_restore is %v, want the time %d", got, at)
	}
	if got := e.MustRun("state", "show", "huaweicloud_taurusdb_restore.this").Stdout; !contains(got, `type = "timestamp"`, "restore_time = "+seconds(at*1000)) {
		t.Errorf("the restore is\n%s", got)
	}

	gap := []string{orders + " cannot be restored to TIME: no restore range contains it.", shop + " cannot be restored to TIME: no restore range contains it."}
	variables["restore_time"] = c.now.Add(-150 * time.Minute).UTC().Format(time.RFC3339)
	e.set(variables)
	e.fails(gap...)
	// A full backup is a range of its own, and no point in time in it can be restored.
	set(c.PlanRestoreRanges(orders), "BeginTimestampForRestore", "EndTimestampForRestore", map[string]any{"RangeType": "point"})
	variables["restore_time"] = c.now.Add(-hour).UTC().Format(time.RFC3339)
	e.set(variables)
	e.fails(gap[0])
}

// Nothing is restored from a list that may be incomplete.
func TestRestoreIncomplete(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.SetFaults(mockcloud.Faults{TotalAdd: 1})
	e, _ := openRestore(t, c)
	const message = " could not be verified as complete, so a newer one may be missing. Run the plan again."
	e.fails("The list of backups of "+orders+message, "The list of backups of "+shop+message)
}
