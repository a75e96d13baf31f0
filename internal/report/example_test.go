package report_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// The whole example, from the clouds' APIs to the page. The page is that of the
// backups alone: a second plan has no changes.
func TestAccReport(t *testing.T) {
	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(time.Now()))
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	cli := tfcli.New(t, "../../examples", append(server.DemoEnvironment(),
		`TF_VAR_dbs_regions=["`+mockcloud.DemoAlibabaRegion+`"]`, `TF_VAR_taurusdb_regions=["`+mockcloud.DemoHuaweiRegion+`"]`,
		`TF_VAR_requirements={archive-sqlserver={ignored=true}}`)...)
	cli.SkipBelow("1.8.0", "1.7.0")
	cli.Dir = filepath.Join(cli.Dir, "report")
	cli.MustRun("get")
	cli.MustRun("apply", "-auto-approve")
	html := cli.MustRun("output", "-raw", "report").Stdout
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
	if second := cli.Run("plan", "-detailed-exitcode"); second.Exit != 0 {
		t.Errorf("a second plan: exit code %d\n%s", second.Exit, second.Output())
	}
}
