package mockcloud

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"
)

//go:embed templates.json
var templatesJSON []byte

// templates are items with all fields, by the kinds' names in fixtures.
var templates = sync.OnceValue(func() map[string]*node {
	root, err := parseJSON(templatesJSON)
	if err != nil {
		panic(err)
	}
	items := make(map[string]*node)
	for _, m := range root.members {
		items[m.name.str()] = m.value
	}
	return items
})

// template returns an item with all fields.
func (k *kind) template(now time.Time) Item {
	return (&fixtureParser{now: now}).item(templates()[k.fixture], k)
}

// generate makes n items of the region, plan, project or instance that key names.
func (k *kind) generate(key string, n int, now time.Time) []Item {
	switch k {
	case fullBackupKind:
		return FullBackups(key, n, now)
	case incrementalKind:
		return IncrementalBackups(key, n, now)
	case planRangeKind:
		return PlanRestoreRanges(n, now)
	case instanceKind:
		return Instances(n, now)
	case backupKind:
		return Backups(key, n, now)
	case instanceRangeKind:
		return InstanceRestoreRanges(n, now)
	case policyKind:
		return []Item{Policy()}
	default:
		return Plans(n, now)
	}
}

// generated makes n items that differ from the template in what values returns
// for the i-th: names and values, in turn.
func generated(k *kind, n int, now time.Time, values func(i int) []any) []Item {
	template := k.template(now)
	items := make([]Item, 0, n)
	for i := range n {
		items = append(items, template.with(values(i)...))
	}
	return items
}

// Plans makes n backup plans with all 52 fields and IDs of their own, newest
// first, an hour apart. Every tenth failed, every tenth is paused.
func Plans(n int, now time.Time) []Item {
	return generated(planKind, n, now, func(i int) []any {
		status, message := "running", ""
		switch i % 10 {
		case 3:
			status, message = "stop", "can not connect to the database instance"
		case 7:
			status = "pause"
		}
		host := fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
		created := millis(now.Add(-time.Duration(i+1) * hour))
		return []any{
			"BackupPlanId", fmt.Sprintf("dbs1gen%06d", i), "BackupPlanName", fmt.Sprintf("plan-%06d", i),
			"BackupPlanStatus", status, "ErrMessage", message, "BackupPlanCreateTime", created, "BeginTimestampForRestore", created,
			"BackupMethod", planMethods[i%3], "SourceEndpointHost", host, "SourceEndpointIpPort", host + ":3306",
		}
	})
}

// FullBackups makes n full backups of a plan with all 25 fields and IDs of
// their own, newest first, a day apart. The newest is running, every tenth
// failed, the others finished.
func FullBackups(planID string, n int, now time.Time) []Item {
	return generated(fullBackupKind, n, now, func(i int) []any {
		start := now.Add(-time.Duration(i)*day - hour)
		values := []any{
			"BackupSetId", fmt.Sprintf("%s-%06d", planID, i), "BackupSetExpiredTime", millis(start.Add(365 * day)),
			"CreateTime", millis(start.Add(-2 * time.Minute)), "StartTime", millis(start),
		}
		if i == 0 {
			return append(values, "BackupStatus", "running", "LogicalFullBackupProgress", 40)
		}
		values = append(values, "EndTime", millis(start.Add(25*time.Minute)), "FinishTime", millis(start.Add(26*time.Minute)))
		if i%10 == 3 {
			return append(values, "BackupStatus", "stop", "LogicalFullBackupProgress", 40,
				"ErrMessage", "can not connect to the database instance")
		}
		return append(values, "BackupSize", 48_318_382_080+i*1_048_576)
	})
}

// IncrementalBackups makes n incremental backups of a plan with all 14 fields,
// newest first. Each begins as the one before it ends, 15 minutes later; the
// newest is being filled, the others are completed.
func IncrementalBackups(planID string, n int, now time.Time) []Item {
	return generated(incrementalKind, n, now, func(i int) []any {
		end := now.Add(-time.Duration(i) * 15 * time.Minute)
		status := "COMPLETED"
		if i == 0 {
			status = "FILLING"
		}
		return []any{
			"BackupSetId", fmt.Sprintf("mysql-bin.%06d", n-i), "BackupSetJobId", planID + "-log", "BackupStatus", status,
			"StartTime", millis(end.Add(-15 * time.Minute)), "EndTime", millis(end), "BackupSize", 18535 + i,
		}
	})
}

// PlanRestoreRanges makes n restore ranges of a backup plan, oldest first, a day
// apart: in turn a point with its full backup and a range.
func PlanRestoreRanges(n int, now time.Time) []Item {
	backups := FullBackups("dbs1range", 2, now.Add(day)) // The second one ended an hour ago.
	ranges := make([]Item, 0, n)
	for i := range n {
		shift := int64(i+1-n) * day.Milliseconds()
		start, end := backups[1].integer("StartTime")+shift, backups[1].integer("EndTime")+shift
		backup := backups[1].with("BackupSetId", "range-"+strconv.Itoa(i), "StartTime", start, "EndTime", end)
		if i%2 == 0 {
			ranges = append(ranges, planRange(backup, start, end, backup))
		} else {
			ranges = append(ranges, planRange(backup, end, end+20*hour.Milliseconds()))
		}
	}
	return ranges
}

// Backups makes n backups of a TaurusDB instance with all fields of both
// operations that list them, and IDs of their own, newest first, a day apart. The
// newest is being built, every tenth failed, the others are completed. Every
// seventh is manual.
func Backups(instanceID string, n int, now time.Time) []Item {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(instanceID)) // It never fails.
	return generated(backupKind, n, now, func(i int) []any {
		created := now.Add(-time.Duration(i)*day - hour)
		values := []any{
			"id", fmt.Sprintf("%016x%016xbr07", sum.Sum64(), i), "instance_id", instanceID, "name", fmt.Sprintf("backup-%06d", i),
			"created", localTime.in(created, zoneOfTemplates), "updated", localTime.in(created.Add(4*time.Minute), zoneOfTemplates),
		}
		if i%7 == 6 {
			values = append(values, "type", "manual", "description", "Manual backup")
		}
		switch {
		case i == 0:
			return append(values, "status", "BUILDING")
		case i%10 == 3:
			return append(values, "status", "FAILED")
		}
		return append(values, "size", strconv.Itoa(74464+i)+".0")
	})
}

var zoneOfTemplates = time.FixedZone("UTC+08:00", 8*60*60)

// Instances makes n TaurusDB instances with all fields and IDs of their own, by
// name. Every tenth is frozen.
func Instances(n int, now time.Time) []Item {
	return generated(instanceKind, n, now, func(i int) []any {
		team := object("key", "team", "value", []string{"shop", "billing"}[i%2])
		return []any{
			"id", fmt.Sprintf("%032xin07", i+1), "name", fmt.Sprintf("instance-%06d", i), "tags", []Item{team},
			"private_ips", []string{fmt.Sprintf("192.168.%d.%d", i>>8&255, i&255)},
			"status", map[bool]string{false: "ACTIVE", true: "FROZEN"}[i%10 == 3],
		}
	})
}

// InstanceRestoreRanges makes n restore ranges of an instance, oldest first, a
// day apart, with gaps of eight seconds.
func InstanceRestoreRanges(n int, now time.Time) []Item {
	return generated(instanceRangeKind, n, now, func(i int) []any {
		begin := now.Add(time.Duration(i-n) * day)
		return []any{"start_time", millis(begin), "end_time", millis(begin.Add(day - 8*time.Second))}
	})
}

// Policy makes a backup policy with all fields.
func Policy() Item { return policyKind.template(time.Time{}) }

// What Demo has. The keys are accepted by a mock server and nothing else.
const (
	DemoAlibabaAccessKey = "LTAIdemoAccessKey"
	DemoAlibabaSecretKey = "demo-alibaba-secret-key"
	DemoHuaweiAccessKey  = "HWDEMOACCESSKEY"
	DemoHuaweiSecretKey  = "demo-huawei-secret-key" //nolint:gosec // Made up.
	DemoAuthToken        = "demo-huawei-auth-token" //nolint:gosec // Made up.

	DemoAlibabaRegion = "cn-hangzhou"
	DemoHuaweiRegion  = "cn-north-4"
	DemoProjectID     = "619d3e78f61b4be68bc5aa0b59edcf7b"

	// DemoPlanID is a plan with backups in every state, DemoLateLogPlanID one whose
	// log backup stopped 11 hours ago.
	DemoPlanID        = "dbs1ordersmysql"
	DemoLateLogPlanID = "dbs1billingpg"
	// DemoInstanceID is an instance whose latest successful backup is 7 hours old;
	// that of DemoStaleInstanceID is 50 hours old; DemoForgottenInstanceID has none.
	DemoInstanceID          = "61a4ea66210545909d74a05c27a7179ein07"
	DemoStaleInstanceID     = "8f3b1c2d4e5f60718293a4b5c6d7e8f9in07"
	DemoForgottenInstanceID = "0d9c8b7a6f5e4d3c2b1a09f8e7d6c5b4in07"
)

//go:embed demo.json
var demoJSON []byte

// Demo is a small company on an ordinary day: most backups are successful, some
// are not. Every field is set. For one now, it is always the same.
func Demo(now time.Time) Fixture {
	f, err := parseFixture(demoJSON, now, Fixture{})
	if err != nil {
		panic(err)
	}
	for key, items := range f.lists {
		template := key.kind.template(now)
		for n, item := range items {
			items[n] = template.with(item.pairs()...)
		}
	}
	// A plan's times for restoring are those of its ranges.
	for n, plan := range f.lists[listKey{planKind, DemoAlibabaRegion}] {
		id := plan.Get("BackupPlanId")
		begin, end := int64(0), int64(0)
		for k, r := range planRanges(f.lists[listKey{fullBackupKind, id}], f.lists[listKey{incrementalKind, id}]) {
			if k == 0 {
				begin = r.integer("BeginTimestampForRestore")
			}
			end = max(end, r.integer("EndTimestampForRestore"))
		}
		f.lists[listKey{planKind, DemoAlibabaRegion}][n] =
			plan.with("BeginTimestampForRestore", begin, "EndTimestampForRestore", end)
	}
	return f
}

// DemoEnvironment is what to set, each "NAME=value", so that a provider without
// a configuration reads from this server with the demo's keys.
func (s *Server) DemoEnvironment() []string {
	environment, _ := Demo(time.Time{}).Environment(s.URL())
	return environment
}

// Fill puts n made-up items in place of those of each list. The instances
// of the fixture stay, and made-up ones without backups are added up to n.
func (f *Fixture) Fill(n int, now time.Time) {
	for key, items := range f.lists {
		made := key.kind.generate(key.key, n, now)
		if key.kind == instanceKind {
			made = slices.Concat(items, made[min(n, len(items)):])
		}
		f.lists[key] = made
	}
}
