package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

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

// openPages opens the provider's example as a root module that calls the examples of
// these pages, with an output for each. One run is enough for all of them.
func openPages(t *testing.T, c *cloud, pages ...string) *example {
	t.Helper()
	e := open(t, "provider", c, "1.8.0", "1.8.0")
	var b strings.Builder
	for _, page := range pages {
		name, at := path.Base(page), ""
		e.Write(path.Join("..", page, "required.tf"), required)
		text, err := os.ReadFile(filepath.Join(e.Dir, "..", page, "data-source.tf"))
		if err == nil && strings.Contains(string(text), `variable "restore_time"`) {
			at = fmt.Sprintf("restore_time = %q", c.now.Add(-hour).UTC().Format(time.RFC3339))
		}
		fmt.Fprintf(&b, "module %q {\n  source = %q\n  %s\n}\noutput %q {\n  value = module.%s\n}\n", name, "../"+page, at, name, name)
	}
	e.Write("pages.tf", b.String())
	e.MustRun("get")
	return e
}

// The examples of the registry's pages are applied as they are, with the demo's
// backups. A second plan is empty.
func TestAccPages(t *testing.T) {
	t.Parallel()
	c := demo(t)
	pages := glob(t, "data-sources/*", "functions/*")
	if len(pages) < 11 {
		t.Fatalf("only %d pages have examples: %q", len(pages), pages)
	}
	e := openPages(t, c, pages...)
	e.apply()
	c.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 1})
	e.changes()
	got := e.plan()
	text, err := json.Marshal(got.outputs)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"cloudbackup_dbs_backup_plans":{"mysql_retention_days":{`, `"dbs1ordersmysql":365`,
		`"orders_last_failure":"the connection was lost`, `"before_migration":"a1f0`, `"taurusdb_instances":["billing",`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	for check, want := range map[string]string{
		"mysql_plans_run":                    "Backup plans that are not running: dbs1newmysql (wait), dbs1stagingmysql (check_pass).",
		"every_instance_keeps_backups":       "Backups are kept for less than 7 days: reporting-copy, sessions.",
		"every_instance_has_a_recent_backup": "No successful backup in the last 26 hours: billing, reporting-copy.",
	} {
		if !slices.ContainsFunc(got.failed[check], func(message string) bool { return message == want }) {
			t.Errorf("the check %s says %q, want %q", check, got.failed[check], want)
		}
		delete(got.failed, check)
	}
	if len(got.failed) > 0 {
		t.Errorf("more checks failed: %q", got.failed)
	}
}

// The checks of the pages warn if there is no backup.
func TestPagesWarn(t *testing.T) {
	t.Parallel()
	c := demo(t)
	c.FullBackups(mockcloud.DemoPlanID).Set(c.fullBackup("running", "running", 0))
	c.IncrementalBackups(mockcloud.DemoPlanID).Set()
	c.PlanRestoreRanges(mockcloud.DemoPlanID).Set()
	c.InstanceRestoreRanges(mockcloud.DemoInstanceID).Set()
	c.Backups(mockcloud.DemoInstanceID).Set()
	c.Policy(mockcloud.DemoInstanceID).Set(mockcloud.Policy().With("keep_days", 1).With("period", "1"))
	pages := glob(t, "data-sources/*", "functions/*")
	e := openPages(t, c, pages...)
	failed := e.plan().failed
	for check, messages := range map[string]int{
		"orders_full_backup": 1, "orders_log_backup": 1, "orders_restore_time": 2, "orders_backup_policy": 2, "orders_backup": 1,
		"every_instance_has_a_recent_backup": 1, "orders_backup_age": 2,
	} {
		if got := failed[check]; len(got) != messages {
			t.Errorf("the check %s says %q, want %d messages", check, got, messages)
		}
	}
	if got := failed["orders_backup_age"]; !slices.Contains(got, "There is no successful backup of orders.") {
		t.Errorf("the checks of the functions say %q", got)
	}
}

// The provider's example needs no check blocks and no functions.
func TestAccProviderPage(t *testing.T) {
	t.Parallel()
	e := open(t, "provider", demo(t), "1.3.0", "1.6.0")
	e.apply()
	e.changes()
}

// Terraform's own tests pass with the example's fixture and print what the guide has,
// and they fail with other backups.
func TestAccTerraformTest(t *testing.T) {
	t.Parallel()
	c := serveExample(t)
	e := open(t, "terraform-test", c, "1.8.0", "1.7.0", testKeys...)
	if output := e.MustRun("test").Output(); e.Program.Product == tfcli.Terraform {
		openGuide(t, "mock-server").prints(t, output)
	}
	c.FullBackups("dbs1wiki").Set(c.FullBackups("dbs1shop").Items()...)
	if result := e.Run("test"); result.Exit == 0 || !strings.Contains(result.Output(), "check.") {
		t.Errorf("the test passes without the failure that it expects: exit code %d\n%s", result.Exit, result.Output())
	}
}

// serveExample is a cloud with the fixture of the example terraform-test, and
// testKeys are its keys.
func serveExample(t *testing.T) *cloud {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "terraform-test", "tests", "fixture.json"))
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

var testKeys = []string{
	"ALIBABA_CLOUD_ACCESS_KEY_ID=test", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=test", "HW_ACCESS_KEY=test", "HW_SECRET_KEY=test",
}

// No example is left out of these tests.
func TestEveryExampleIsTested(t *testing.T) {
	t.Parallel()
	want := []string{"accounts", "backup-checks", "data-sources", "functions", "pipeline", "provider", "report", "restore-point", "terraform-test"}
	if got := glob(t, "*"); !slices.Equal(got, want) {
		t.Errorf("the examples are %q, tested are %q", got, want)
	}
}

// glob returns the folders of examples that match one of the patterns.
func glob(t *testing.T, patterns ...string) []string {
	t.Helper()
	var folders []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			relative, err := filepath.Rel(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			folders = append(folders, filepath.ToSlash(relative))
		}
	}
	return folders
}
