//go:build report

package report_test

import (
	"fmt"
	"time"
)

const (
	day       = 24 * time.Hour
	failed    = "stop"
	succeeded = "finish"
)

// history gives a plan n backups, the newest so old, one every interval. Those
// that statuses names by their place, 0 for the newest, have that status.
func history(r row, n int, newest, interval time.Duration, statuses map[int]string) row {
	took := 25 * time.Minute
	r.Counts = map[string]int{"schedule": 0, "running": 0, succeeded: 0, failed: 0, "pause": 0}
	for i := range n {
		age := newest + time.Duration(i)*interval
		status, known := statuses[i]
		if !known {
			status = succeeded
		}
		b := backup{ID: fmt.Sprintf("%s-%04d", r.ID, n-i), Status: &status, Start: before(age + took)}
		switch status {
		case succeeded:
			b.End = before(age)
			if r.NewestGood == nil {
				r.NewestGood = b.End
			}
			r.OldestGood = b.End
		case failed:
			b.End = before(age)
			b.Error = new("can not connect to the database: connection refused (10.0.3.17:3306)")
		}
		r.Counts[status]++
		r.Backups = append(r.Backups, b)
	}
	return r
}

func plan(id, name string) row {
	return row{
		Service: "dbs", Region: new("cn-hangzhou"), ID: id, Name: &name, Status: new("running"), Error: new(""),
		Database: new("MySQL"), RetentionDays: new(30), MinRetentionDays: 7, MaxAge: "26h", Complete: true,
		Backups: []backup{}, Counts: map[string]int{},
	}
}

// instance turns a plan with backups into a TaurusDB instance with the same.
func instance(r row) row {
	names := map[string]string{succeeded: "COMPLETED", failed: "FAILED", "running": "BUILDING", "pause": "DELETING"}
	r.Service, r.Region, r.Status, r.Error, r.RetentionDays = "taurusdb", new("cn-north-4"), nil, nil, nil
	r.Database = new("TaurusDB")
	counts := map[string]int{}
	for status, n := range r.Counts {
		if name, known := names[status]; known {
			counts[name] = n
		}
	}
	r.Counts = counts
	for i := range r.Backups {
		r.Backups[i].Status = new(names[*r.Backups[i].Status])
		r.Backups[i].Name = new("auto-" + r.Backups[i].ID)
		r.Backups[i].Error = nil
	}
	return r
}

// A day on which everything that the page knows of has gone wrong somewhere.
// Rows come by id, as main.tf sorts them.
func badDay() data {
	stopped := history(plan("dbs1ck4x0s7q", "orders-archive"), 14, 5*day, day, nil)
	stopped.Status = new("stop")
	stopped.Error = new("Precheck failed: the account dbs_backup has no privilege RELOAD on 10.0.3.21:3306.")

	short := history(plan("dbs1d92kfm3e", "sessions"), 3, 4*time.Hour, day, nil)
	short.RetentionDays = new(3)
	short.Database = new("Redis")

	paused := history(plan("dbs1f7ahw02n", "catalogue"), 30, 9*time.Hour, day, nil)
	paused.Status = new("pause")

	weekly := history(plan("dbs1h3lqpd8v", "ledger"), 52, 3*day, 7*day, map[int]string{9: failed})
	weekly.MaxAge, weekly.RetentionDays, weekly.MinRetentionDays = "192h", new(365), 365
	weekly.Database = new("Oracle")

	partial := history(plan("dbs1p6t3rzxk", "telemetry"), 60, 2*time.Hour, 6*time.Hour, map[int]string{4: "pause"})
	partial.Complete = false
	partial.Counts[succeeded] = 180

	return data{
		Regions:          []region{{"cn-hangzhou", true}, {"cn-shanghai", false}},
		LimitsWithoutRow: []string{"dbs1retired00"},
		Rows: []row{
			history(plan("dbs19wq2m4ab", "customers"), 30, 7*time.Hour, day, map[int]string{12: failed}),
			stopped,
			short,
			paused,
			weekly,
			history(plan("dbs1k8v5ycjb", "payments"), 30, 3*time.Hour, day, map[int]string{0: failed, 1: failed, 7: failed}),
			history(plan("dbs1m0znn6tg", "inventory"), 28, -25*time.Minute, day, map[int]string{0: "running", 16: failed}),
			partial,
			plan("dbs1zz8new01", "wallet"),
			instance(history(plan("61a4ea66210545909d74a05c27a7179ein07", "shop-main"), 14, 11*time.Hour, day, map[int]string{13: "pause"})),
			instance(history(plan("9b0c4d7fa1e84f0c9d5512cc03a7e218in07", "shop-reports"), 14, time.Hour, 12*time.Hour,
				map[int]string{0: failed})),
		},
	}
}

func goodDay() data {
	return data{
		Regions:          []region{{"cn-hangzhou", true}},
		LimitsWithoutRow: []string{},
		Rows: []row{
			history(plan("dbs19wq2m4ab", "customers"), 30, 7*time.Hour, day, nil),
			history(plan("dbs1f7ahw02n", "catalogue"), 30, 9*time.Hour, day, nil),
			instance(history(plan("61a4ea66210545909d74a05c27a7179ein07", "shop-main"), 14, 11*time.Hour, day, nil)),
		},
	}
}

// noBackups has plans of which none was ever backed up.
func noBackups() data {
	d := goodDay()
	for i := range d.Rows {
		d.Rows[i].Backups, d.Rows[i].Counts, d.Rows[i].NewestGood, d.Rows[i].OldestGood = []backup{}, map[string]int{}, nil, nil
	}
	return d
}

// many has n plans, every seventh of which fails.
func many(n int) data {
	d := goodDay()
	d.Rows = nil
	for i := range n {
		statuses := map[int]string{}
		if i%7 == 0 {
			statuses[0] = failed
		}
		d.Rows = append(d.Rows, history(plan(fmt.Sprintf("dbs1%06d", i), fmt.Sprintf("database-%d", i)), 20, time.Duration(i%20)*time.Hour, day, statuses))
	}
	return d
}

var hostileNames = []string{
	`<script>window.owned = 1</script>`,
	`</script><script>window.owned = 1</script>`,
	`<img src=x onerror="window.owned = 1">`,
	`"><b>bold</b> & 'quoted' %{if} <!--`,
}

// hostile has names and messages that a page must not take for markup.
func hostile() data {
	d := goodDay()
	d.Rows = nil
	for i, name := range hostileNames {
		r := history(plan(fmt.Sprintf("dbs1%d", i), name), 3, time.Hour, day, map[int]string{0: failed})
		r.Error, r.Database = new(name), new(name)
		r.Backups[0].Error = new(name)
		d.Rows = append(d.Rows, r)
	}
	return d
}
