package examples_test

import (
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// openReport opens the example, which ignores these plans and instances.
func openReport(t *testing.T, c *cloud, ignored ...string) *example {
	t.Helper()
	requirements := map[string]any{}
	for _, name := range ignored {
		requirements[name] = map[string]any{"ignored": true}
	}
	e := open(t, "report", c, "1.8.0", "1.7.0")
	e.set(map[string]any{
		"dbs_regions":      []string{mockcloud.DemoAlibabaRegion},
		"taurusdb_regions": []string{mockcloud.DemoHuaweiRegion},
		"requirements":     requirements,
	})
	return e
}

// The whole example, from the clouds' APIs to the page. The page is that of the
// backups alone: a second plan has no changes.
func TestAccReport(t *testing.T) {
	t.Parallel()
	e := openReport(t, demo(t), "archive-sqlserver")
	e.apply()
	html := e.MustRun("output", "-raw", "report").Stdout
	for _, want := range []string{
		`<h1>7 of 11 failing, 1 of 11 needs attention</h1>`,
		`8 DBS plans in cn-hangzhou · 4 TaurusDB instances in cn-north-4`,
		`<li>retention_days: 3, min_retention_days: 7</li>`,
		`<a href="#row-dbs1archivesql">archive-sqlserver</a>`,
		`not checked`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	// Each plan and instance has its own backups, those that started in the last 30
	// days.
	for id, backups := range map[string][]string{
		mockcloud.DemoPlanID: {"1ibh2f5uorders1", "1ibh2f5uorders5"}, "dbs1archivesql": nil, mockcloud.DemoInstanceID: {"a1f0c2d4e6b84f0c9d2e1a3b5c7d9e02br07"},
	} {
		_, row, _ := strings.Cut(html, `id="row-`+id+`"`)
		row, _, _ = strings.Cut(row, "</tr>")
		for _, backup := range backups {
			if !strings.Contains(row, backup) {
				t.Errorf("the row of %s has no backup %s", id, backup)
			}
		}
		if (backups == nil) == strings.Contains(row, "<details>") {
			t.Errorf("the row of %s: %s", id, row)
		}
	}
	e.changes()
}
