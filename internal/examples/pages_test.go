package examples_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// demo is the cloud that the registry's examples speak of.
func demo(t *testing.T) *cloud {
	t.Helper()
	now := time.Now()
	return serve(t, mockcloud.Demo(now), now)
}

// required is what the examples of the data sources and functions leave out.
const required = `
terraform {
  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}
`

// pages are the examples of the registry's pages, which are applied as they are.
var pages = map[string]struct {
	terraform, openTofu string
	more                string   // configuration
	outputs             []string // parts of their JSON
}{
	"provider": {
		"1.3.0", "1.6.0", `
data "cloudbackup_dbs_backup_plans" "all" {}

output "ids" {
  value = data.cloudbackup_dbs_backup_plans.all.ids
}`, []string{`"dbs1ordersmysql"`},
	},
	"data-sources/cloudbackup_dbs_backup_plans": {"1.3.0", "1.6.0", required, []string{`"dbs1stagingmysql":{`, `"check_pass":1`}},
	"data-sources/cloudbackup_dbs_full_backups": {"1.3.0", "1.6.0", required, []string{`"backup_set_id":"1ibh2f5uorders2"`, `"1ibh2f5uorders3":"the connection was lost`}},
	"data-sources/cloudbackup_taurusdb_backups": {"1.3.0", "1.6.0", required, []string{`"name":"before-migration"`, `"size_bytes":7625113600`}},
	"functions/older_than":                      {"1.8.0", "1.7.0", required, nil},
	"functions/age_seconds":                     {"1.8.0", "1.7.0", required, nil},
	"report":                                    {"1.3.0", "1.6.0", "", []string{"orders-mysql", "billing-auto-1"}},
}

func TestPages(t *testing.T) {
	t.Parallel()
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := demo(t)
			e := open(t, name, c, page.terraform, page.openTofu)
			e.Write("more.tf", page.more)
			if name == "report" {
				e.set(map[string]any{
					"dbs_regions":        []string{mockcloud.DemoAlibabaRegion},
					"taurusdb_instances": map[string]any{mockcloud.DemoInstanceID: map[string]any{}, mockcloud.DemoStaleInstanceID: map[string]any{}},
				})
			}
			e.apply()
			c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
			e.plan(unchanged)
			var outputs bytes.Buffer
			if err := json.Compact(&outputs, []byte(e.MustRun("output", "-json").Stdout)); err != nil {
				t.Fatal(err)
			}
			for _, want := range page.outputs {
				if !strings.Contains(outputs.String(), want) {
					t.Errorf("no %s in %s", want, &outputs)
				}
			}
		})
	}
}

// The checks of the functions' pages warn on the days that they are for.
func TestFunctionPagesWarn(t *testing.T) {
	t.Parallel()
	c := demo(t)
	for _, test := range []struct{ name, old, none string }{
		{
			"functions/older_than",
			"The newest good backup of orders is older than 26 hours, or there is none.",
			"The newest good backup of orders is older than 26 hours, or there is none.",
		},
		{
			"functions/age_seconds",
			"The newest good backup of orders is 27 hours old.",
			"There is no good backup of orders.",
		},
	} {
		c.FullBackups(mockcloud.DemoPlanID).Set(c.fullBackup("old", "finish", 27*time.Hour))
		c.Backups(mockcloud.DemoInstanceID).Set(c.backup("old", "COMPLETED", 27*time.Hour))
		e := open(t, test.name, c, "1.8.0", "1.7.0")
		e.Write("more.tf", required)
		e.apply(test.old)
		c.FullBackups(mockcloud.DemoPlanID).Set()
		c.Backups(mockcloud.DemoInstanceID).Set(c.backup("new", "BUILDING", 0))
		e.plan(unchanged, test.none)
	}
}

// serveExample is a cloud with the fixture of the example terraform-test, and
// testKeys are its keys.
func serveExample(t *testing.T) *cloud {
	t.Helper()
	text, err := os.ReadFile(folder + "/terraform-test/tests/fixture.json")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	fixture, err := mockcloud.ParseFixture(text, now)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, fixture, now)
}

var testKeys = []string{"ALICLOUD_ACCESS_KEY=test", "ALICLOUD_SECRET_KEY=test", "HW_ACCESS_KEY=test", "HW_SECRET_KEY=test"}

// Terraform's own tests pass with the example's fixture, and fail on another day.
func TestTerraformTest(t *testing.T) {
	t.Parallel()
	c := serveExample(t)
	e := open(t, "terraform-test", c, "1.8.0", "1.7.0")
	e.CLI = e.With(testKeys...)
	e.MustRun("test")

	c.FullBackups("dbs1wiki").Set(c.FullBackups("dbs1shop").Items()...)
	if result := e.Run("test"); result.Exit == 0 || !strings.Contains(result.Output(), "check.plan_has_a_young_backup") {
		t.Errorf("a check that should fail and didn't passed the test: exit status %d\n%s", result.Exit, result.Output())
	}
}

// No example is left out of these tests.
func TestEveryExampleIsApplied(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{
		"drift-check": true, "scheduled-plan": true, "coverage": true, "restore-point": true, "for-each": true, "terraform-test": true,
	}
	for name := range pages {
		tested[name] = true
	}
	var found []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".tf" && !slices.Contains(found, path.Dir(name)) {
			found = append(found, path.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		if !tested[name] {
			t.Errorf("examples/%s is not tested", name)
		}
	}
	if len(found) != len(tested) {
		t.Errorf("%d examples are there, %d are tested", len(found), len(tested))
	}
}
