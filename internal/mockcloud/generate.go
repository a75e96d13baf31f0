package mockcloud

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

//go:embed templates.json
var templatesJSON []byte

// templates are items with all fields, by the kinds' names in fixtures.
var templates = sync.OnceValue(func() (items map[string]Item) {
	if err := json.Unmarshal(templatesJSON, &items); err != nil {
		panic(err)
	}
	return items
})

// variation is a place in a list that is generated.
type variation struct {
	key  string // of the list
	i, n int
	now  time.Time
}

// ago is a point in time in epoch milliseconds.
func (v variation) ago(d time.Duration) int64 { return millis(v.now.Add(-d)) }

// template returns an item with all fields.
func (k *kind) template(now time.Time) Item {
	template, found := templates()[k.fixture]
	if !found {
		panic("templates.json has no member " + k.fixture)
	}
	return k.absolute(template, now, func(name string, err error) { panic(name + ": " + err.Error()) })
}

// generate makes n items of the list that key names.
func (k *kind) generate(key string, n int, now time.Time) []Item {
	template := k.template(now)
	items := make([]Item, 0, n)
	for i := range n {
		item := template
		if k.vary != nil {
			item = item.With(k.vary(variation{key, i, n, now})...)
		}
		items = append(items, item)
	}
	return items
}

// Plans makes n backup plans with all 52 fields and IDs of their own, newest
// first, an hour apart. Every tenth failed, every tenth is paused.
func Plans(n int, now time.Time) []Item { return planKind.generate("", n, now) }

func varyPlan(v variation) []any {
	status, message := "running", ""
	switch v.i % 10 {
	case 3:
		status, message = "stop", "can not connect to the database instance"
	case 7:
		status = "pause"
	}
	host := fmt.Sprintf("10.%d.%d.%d", v.i>>16&255, v.i>>8&255, v.i&255)
	created := v.ago(time.Duration(v.i+1) * hour)
	return []any{
		"BackupPlanId", fmt.Sprintf("dbs1gen%06d", v.i), "BackupPlanName", fmt.Sprintf("plan-%06d", v.i),
		"BackupPlanStatus", status, "ErrMessage", message, "BackupPlanCreateTime", created, "BeginTimestampForRestore", created,
		"BackupMethod", planMethods[v.i%3], "SourceEndpointHost", host, "SourceEndpointIpPort", host + ":3306",
	}
}

// FullBackups makes n full backups of a plan with all 25 fields and IDs of
// their own, newest first, a day apart. The newest is running, every tenth
// failed, the others finished.
func FullBackups(planID string, n int, now time.Time) []Item {
	return fullBackupKind.generate(planID, n, now)
}

func varyFullBackup(v variation) []any {
	start := time.Duration(v.i)*day + hour
	values := []any{
		"BackupSetId", fmt.Sprintf("%s-%06d", v.key, v.i), "BackupSetExpiredTime", v.ago(start - 365*day),
		"CreateTime", v.ago(start + 2*time.Minute), "StartTime", v.ago(start),
	}
	if v.i == 0 {
		return append(values, "BackupStatus", "running", "LogicalFullBackupProgress", 40)
	}
	values = append(values, "EndTime", v.ago(start-25*time.Minute), "FinishTime", v.ago(start-26*time.Minute))
	if v.i%10 == 3 {
		return append(values, "BackupStatus", "stop", "LogicalFullBackupProgress", 40,
			"ErrMessage", "can not connect to the database instance")
	}
	return append(values, "BackupSize", 48_318_382_080+v.i*1_048_576)
}

// IncrementalBackups makes n incremental backups of a plan with all 14 fields,
// newest first. Each begins as the one before it ends, 15 minutes later; the
// newest is being filled, the others are completed.
func IncrementalBackups(planID string, n int, now time.Time) []Item {
	return incrementalKind.generate(planID, n, now)
}

func varyIncrementalBackup(v variation) []any {
	end := time.Duration(v.i) * 15 * time.Minute
	status := "COMPLETED"
	if v.i == 0 {
		status = "FILLING"
	}
	return []any{
		"BackupSetId", fmt.Sprintf("mysql-bin.%06d", v.n-v.i), "BackupSetJobId", v.key + "-log", "BackupStatus", status,
		"StartTime", v.ago(end + 15*time.Minute), "EndTime", v.ago(end), "BackupSize", 18535 + v.i,
	}
}

// PlanRestoreRanges makes n restore ranges of a backup plan, oldest first, a day
// apart: in turn a point with its full backup and a range.
func PlanRestoreRanges(n int, now time.Time) []Item { return planRangeKind.generate("", n, now) }

func varyPlanRange(v variation) []any {
	age := time.Duration(v.n-v.i) * day
	begin, end := v.ago(age), v.ago(age-25*time.Minute)
	if v.i%2 == 1 {
		return []any{"BeginTimestampForRestore", end, "EndTimestampForRestore", v.ago(age - 20*hour)}
	}
	backup := object("BackupSetId", "range-"+strconv.Itoa(v.i), "StartTime", begin, "EndTime", end)
	return []any{
		"BeginTimestampForRestore", begin, "EndTimestampForRestore", end, "RangeType", "point",
		"FullBackupList", object("FullBackupDetail", []Item{backup}),
	}
}

// Backups makes n backups of a TaurusDB instance with all fields of both
// operations that list them, and IDs of their own, newest first, a day apart. The
// newest is being built, every tenth failed, the others are completed. Every
// seventh is manual.
func Backups(instanceID string, n int, now time.Time) []Item {
	return backupKind.generate(instanceID, n, now)
}

func varyBackup(v variation) []any {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(v.key)) // It never fails.
	created := v.now.In(zoneOfTemplates).Add(-time.Duration(v.i)*day - hour)
	values := []any{
		"id", fmt.Sprintf("%016x%016xbr07", sum.Sum64(), v.i), "instance_id", v.key, "name", fmt.Sprintf("backup-%06d", v.i),
		"created", created.Format(time.DateTime), "updated", created.Add(4 * time.Minute).Format(time.DateTime),
	}
	if v.i%7 == 6 {
		values = append(values, "type", "manual", "description", "Manual backup")
	}
	switch {
	case v.i == 0:
		return append(values, "status", "BUILDING")
	case v.i%10 == 3:
		return append(values, "status", "FAILED")
	}
	return append(values, "size", strconv.Itoa(74464+v.i)+".0")
}

var zoneOfTemplates = time.FixedZone("UTC+08:00", 8*60*60)

// Instances makes n TaurusDB instances with all fields and IDs of their own, by
// name. Every tenth is frozen.
func Instances(n int, now time.Time) []Item { return instanceKind.generate("", n, now) }

func varyInstance(v variation) []any {
	team := object("key", "team", "value", []string{"shop", "billing"}[v.i%2])
	return []any{
		"id", fmt.Sprintf("%032xin07", v.i+1), "name", fmt.Sprintf("instance-%06d", v.i), "tags", []Item{team},
		"private_ips", []string{fmt.Sprintf("192.168.%d.%d", v.i>>8&255, v.i&255)},
		"status", map[bool]string{false: "ACTIVE", true: "FROZEN"}[v.i%10 == 3],
	}
}

// InstanceRestoreRanges makes n restore ranges of an instance, oldest first, a
// day apart, with gaps of eight seconds.
func InstanceRestoreRanges(n int, now time.Time) []Item {
	return instanceRangeKind.generate("", n, now)
}

func varyInstanceRange(v variation) []any {
	age := time.Duration(v.n-v.i) * day
	return []any{"start_time", v.ago(age), "end_time", v.ago(age - day + 8*time.Second)}
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
			items[n] = template.With(item.pairs()...)
		}
	}
	return f
}

// Fill puts n made-up items in place of those of each list. The instances
// of the fixture stay, and made-up ones without backups are added up to n.
func (f *Fixture) Fill(n int, now time.Time) {
	for key, items := range f.lists {
		made := key.kind.generate(key.key, n, now)
		switch {
		case key.kind == instanceKind:
			f.lists[key] = slices.Concat(items, made[min(n, len(items)):])
		case key.kind.vary != nil:
			f.lists[key] = made
		}
	}
}
