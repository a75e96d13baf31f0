package examples_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The plans and the instance of [healthy].
const (
	orders   = "dbs1orders"
	billing  = "dbs1billing"
	shop     = "0123456789abcdef0123456789abcdefin07"
	shopName = "shop"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// cloud is a mock of both clouds, as the tests change it.
type cloud struct {
	*mockcloud.Server
	now time.Time
}

// serve is a mock of both clouds that has what a fixture has, and nothing else.
func serve(t *testing.T, fixture mockcloud.Fixture, now time.Time) *cloud {
	t.Helper()
	server := mockcloud.New(mockcloud.Options{})
	server.Seed(fixture)
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return &cloud{Server: server, now: now}
}

// demo is the cloud that the guides and the registry's examples read.
func demo(t *testing.T) *cloud {
	t.Helper()
	now := time.Now()
	return serve(t, mockcloud.Demo(now), now)
}

// healthy is a cloud with two plans and an instance whose backups meet the default
// requirements.
func healthy(t *testing.T) *cloud {
	t.Helper()
	now := time.Now()
	demo := mockcloud.Demo(now)
	c := serve(t, mockcloud.Fixture{Accounts: demo.Accounts, Roles: demo.Roles, Projects: demo.Projects}, now)
	c.plans().Set(c.plan(orders, "orders"), c.plan(billing, "billing"))
	for _, id := range []string{orders, billing} {
		c.FullBackups(id).Set(c.fullBackup(id+"-2", "finish", 3*hour), c.fullBackup(id+"-1", "finish", 27*hour))
		c.IncrementalBackups(id).Set(c.log(id, 30*hour, 10*time.Minute))
		c.PlanRestoreRanges(id).Set(mockcloud.NewItem(map[string]any{
			"RangeType": "range", "BeginTimestampForRestore": c.now.Add(-27 * hour).UnixMilli(),
			"EndTimestampForRestore": c.now.Add(-10 * time.Minute).UnixMilli(),
		}))
	}
	c.instances().Set(c.instance(shop, shopName))
	for i := range 10 {
		c.Backups(shop).Add(c.backup(fmt.Sprint("auto-", 9-i), "COMPLETED", time.Duration(i)*day+2*hour))
	}
	c.InstanceRestoreRanges(shop).Set(c.restoreRange(3*day, 10*time.Minute))
	return c
}

func (c *cloud) plans() mockcloud.List     { return c.Plans(mockcloud.DemoAlibabaRegion) }
func (c *cloud) instances() mockcloud.List { return c.Instances(mockcloud.DemoProjectID) }

// changeOrders sets one field of the plan of orders.
func (c *cloud) changeOrders(field string, value any) {
	for _, plan := range c.plans().Items() {
		if plan.Get("BackupPlanId") == orders {
			c.plans().Replace(orders, plan.With(field, value))
		}
	}
}

func (c *cloud) plan(id, name string) mockcloud.Item {
	return mockcloud.Plans(1, c.now)[0].
		With("BackupPlanId", id).
		With("BackupPlanName", name).
		With("BackupPlanStatus", "running").
		With("BackupRetentionPeriod", 30).
		With("ErrMessage", "").
		With("SourceEndpointInstanceID", "rm-"+name)
}

// fullBackup is one that started an hour before it ended, at an age.
func (c *cloud) fullBackup(id, status string, age time.Duration) mockcloud.Item {
	end := c.now.Add(-age).Truncate(time.Second)
	item := mockcloud.NewItem(map[string]any{
		"BackupSetId": id, "BackupStatus": status, "BackupSize": 4096,
		"CreateTime": end.Add(-hour).UnixMilli(), "StartTime": end.Add(-hour).UnixMilli(),
		"EndTime": end.UnixMilli(), "FinishTime": end.UnixMilli(),
	})
	switch status {
	case "running":
		return item.With("EndTime", 0).With("FinishTime", 0)
	case "stop":
		return item.With("ErrMessage", "no connection to "+id)
	}
	return item
}

// log is an incremental backup between two ages.
func (c *cloud) log(planID string, begin, end time.Duration) mockcloud.Item {
	return mockcloud.NewItem(map[string]any{
		"BackupSetId": "mysql-bin.000001", "BackupSetJobId": planID + "-log", "BackupStatus": "FILLING",
		"StartTime": c.now.Add(-begin).UnixMilli(), "EndTime": c.now.Add(-end).UnixMilli(),
	})
}

func (c *cloud) instance(id, name string) mockcloud.Item {
	return mockcloud.Instances(1, c.now)[0].With("id", id).With("name", name).With("status", "ACTIVE")
}

// backup is a TaurusDB backup that began at an age and took a minute.
func (c *cloud) backup(name, status string, age time.Duration) mockcloud.Item {
	zone := time.FixedZone("", 8*60*60)
	return mockcloud.NewItem(map[string]any{
		"id": name + "br07", "name": name, "instance_id": shop, "instance_name": shopName, "status": status, "time_zone": "UTC+08:00",
		"created": c.now.Add(-age).In(zone).Format(time.DateTime),
		"updated": c.now.Add(-age + time.Minute).In(zone).Format(time.DateTime),
		"size":    "4.0", "size_unit": "KB",
	})
}

// restoreRange is one of an instance, between two ages.
func (c *cloud) restoreRange(begin, end time.Duration) mockcloud.Item {
	return mockcloud.NewItem(map[string]any{"start_time": c.now.Add(-begin).UnixMilli(), "end_time": c.now.Add(-end).UnixMilli()})
}
