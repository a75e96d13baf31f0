package examples_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The plans of a good day.
const (
	orders  = "dbs1orders"
	billing = "dbs1billing"
)

const day = 24 * time.Hour

// cloud is a mock of both clouds, as the states of the tests change it.
type cloud struct {
	*mockcloud.Server
	now time.Time
}

// goodDay is a cloud with two plans and an instance whose backups are as the
// examples' variables want them by default.
func goodDay(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Server: acctest.Cloud(t), now: time.Now()}
	c.plans().Set(c.plan(orders, "orders"), c.plan(billing, "billing"))
	for _, id := range []string{orders, billing} {
		c.FullBackups(id).Set(c.fullBackup(id+"-2", "finish", 3*time.Hour), c.fullBackup(id+"-1", "finish", 27*time.Hour))
	}
	for i := range 10 {
		c.backups().Add(c.backup(fmt.Sprint("auto-", 9-i), "COMPLETED", time.Duration(i)*day+2*time.Hour))
	}
	return c
}

// serve is a cloud that has what a fixture has, and nothing else.
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

func (c *cloud) plans() mockcloud.List   { return c.Plans(mockcloud.DemoAlibabaRegion) }
func (c *cloud) backups() mockcloud.List { return c.Backups(acctest.InstanceID) }

// changePlan sets one field of a plan.
func (c *cloud) changePlan(id, field string, value any) {
	for _, plan := range c.plans().Items() {
		if plan.Text("BackupPlanId") == id {
			c.plans().Replace(id, plan.With(field, value))
		}
	}
}

func (c *cloud) plan(id, name string) mockcloud.Item {
	return mockcloud.Plans(1, c.now)[0].
		With("BackupPlanId", id).
		With("BackupPlanName", name).
		With("BackupRetentionPeriod", 30).
		With("SourceEndpointInstanceID", "rm-"+name)
}

// fullBackup is one that began an hour before the age, which is that of its end.
func (c *cloud) fullBackup(id, status string, age time.Duration) mockcloud.Item {
	end := c.now.Add(-age).Truncate(time.Second)
	item := mockcloud.NewItem(map[string]any{
		"BackupSetId": id, "BackupStatus": status, "BackupSize": 4096,
		"CreateTime": end.Add(-time.Hour).UnixMilli(), "StartTime": end.Add(-time.Hour).UnixMilli(),
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

func (c *cloud) backup(name, status string, age time.Duration) mockcloud.Item {
	zone := time.FixedZone("", 8*60*60)
	return mockcloud.NewItem(map[string]any{
		"id": name + "br07", "name": name, "instance_name": "shop", "status": status, "time_zone": "UTC+08:00",
		"created": c.now.Add(-age).In(zone).Format(time.DateTime),
		"updated": c.now.Add(-age + time.Minute).In(zone).Format(time.DateTime),
		"size":    "4.0", "size_unit": "KB",
	})
}

// many makes the list of the full backups of orders longer than a page.
func (c *cloud) many() {
	for i := range 150 {
		c.FullBackups(orders).Add(c.fullBackup(fmt.Sprintf("old-%03d", i), "finish", time.Duration(i+2)*day))
	}
}
