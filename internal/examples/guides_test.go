package examples_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// guide is the template of a guide, before its examples are inserted.
type guide string

func openGuide(t *testing.T, name string) guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name+".md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return guide(text)
}

// fences are the contents of the code blocks of a language.
func (g guide) fences(language string) []string {
	var fences []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)\n```").FindAllStringSubmatch(string(g), -1) {
		fences = append(fences, match[1])
	}
	return fences
}

// variables is the file of variables that the guide has for an example.
func (g guide) variables(t *testing.T, name string) string {
	t.Helper()
	for _, fence := range g.fences("hcl") {
		if rest, found := strings.CutPrefix(fence, "# "+name+"/demo.auto.tfvars\n"); found {
			return rest
		}
	}
	t.Fatalf("no variables of %s", name)
	return ""
}

// prints expects each paragraph of the output in the guide to be printed, except for
// times and line breaks.
func (g guide) prints(t *testing.T, output string) {
	t.Helper()
	printed, fences := flat(output), g.fences("text")
	if len(fences) == 0 {
		t.Error("there is no output in the guide")
	}
	for _, fence := range fences {
		for paragraph := range strings.SplitSeq(fence, "\n\n") {
			if !strings.Contains(printed, flat(paragraph)) {
				t.Errorf("the guide has output that is not printed:\n%s", paragraph)
			}
		}
	}
	if t.Failed() {
		t.Log(output)
	}
}

// The first configuration of the guide can be pasted as it is, except that the module
// is not downloaded here.
func TestBackupChecksGuide(t *testing.T) {
	t.Parallel()
	g := openGuide(t, "backup-checks")
	configuration := regexp.MustCompile(`"github\.com/[^"]*//examples/([^"?]*)\?ref=[^"]*"`).ReplaceAllString(g.fences("terraform")[0], `"../$1"`)
	e := open(t, "accounts", demo(t), "1.8.0", "1.8.0")
	e.Write("main.tf", configuration)
	e.MustRun("get")
	g.prints(t, e.MustRun("plan").Output())
}

func TestRestorePointsGuide(t *testing.T) {
	t.Parallel()
	g, c := openGuide(t, "restore-points"), demo(t)
	e := open(t, "restore-point", c, "1.8.0", "1.8.0", serveHuaweiCloud(t))
	e.Write("demo.auto.tfvars", g.variables(t, "restore-point"))
	output := e.MustRun("plan", "-var=restore_time="+c.now.Add(-day).UTC().Format(time.RFC3339)).Output()
	g.prints(t, output+e.Run("plan", "-var=restore_time=2020-01-01T00:00:00Z").Output())
}

// The problems, requirements and outputs that the guide lists are those of the module.
func TestBackupChecksGuideTables(t *testing.T) {
	t.Parallel()
	g := string(openGuide(t, "backup-checks"))
	var module strings.Builder
	for _, name := range []string{"variables", "problems", "checks", "outputs"} {
		text, err := os.ReadFile(filepath.Join(folder, "backup-checks", name+".tf"))
		if err != nil {
			t.Fatal(err)
		}
		module.Write(text)
	}
	for what, pattern := range map[string]string{
		"problem":   `"([a-z]+_[a-z_]+)", \[\]\)`,
		"check":     `check "([a-z_]+)"`,
		"attribute": `(?m)^    ([a-z_]+) += optional\(`,
		"output":    `output "([a-z_]+)"`,
	} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(module.String(), -1)
		if len(found) < 3 {
			t.Errorf("the module has only %d of: %s", len(found), what)
		}
		for _, match := range found {
			if !strings.Contains(g, "`"+match[1]+"`") {
				t.Errorf("the guide lacks the %s %s", what, match[1])
			}
		}
	}
}

// The flags in the guide are the program's, and its keys the demo's.
func TestMockServerGuide(t *testing.T) {
	t.Parallel()
	g := string(openGuide(t, "mock-server"))
	set := flag.NewFlagSet("mockcloud", flag.ContinueOnError)
	new(mockcloud.Faults).Flags(set)
	for _, program := range []string{"data", "h", "items", "log"} {
		set.Bool(program, false, "")
	}
	named := regexp.MustCompile("[` ]-([a-z][a-z0-9-]+)").FindAllStringSubmatch(strings.Join(regexp.MustCompile("`-[^`]*`").FindAllString(g, -1), " "), -1)
	if len(named) < 20 {
		t.Errorf("the guide names only %d flags", len(named))
	}
	for _, match := range named {
		if match[1] != "every" && set.Lookup(match[1]) == nil {
			t.Errorf("the program has no flag -%s", match[1])
		}
	}
	for _, value := range []string{
		mockcloud.DemoAlibabaAccessKey, mockcloud.DemoAlibabaSecretKey, mockcloud.DemoAlibabaRegion,
		mockcloud.DemoHuaweiAccessKey, mockcloud.DemoHuaweiSecretKey, mockcloud.DemoHuaweiRegion,
		mockcloud.DemoAuthToken, mockcloud.DemoProjectID, mockcloud.DemoInstanceID,
	} {
		if !strings.Contains(g, value) {
			t.Errorf("the guide lacks %s", value)
		}
	}
}

// The provider configuration in the guide reads from the mock server.
func TestMockServerGuideConfiguration(t *testing.T) {
	t.Parallel()
	g, c := openGuide(t, "mock-server"), demo(t)
	block, found := strings.CutPrefix(g.fences("hcl")[0], "# mock/provider.tf\n")
	if !found {
		t.Fatal("the first configuration of the guide is not the provider's")
	}
	e := open(t, "provider", c, "1.3.0", "1.6.0", "HW_ACCESS_KEY=other", "HW_AUTH_URL=", "HW_REGION_NAME=other")
	e.Write("provider.tf", required+strings.ReplaceAll(block, "http://127.0.0.1:8642", c.URL())+"\ndata \"cloudbackup_taurusdb_instances\" \"all\" {}\n")
	e.MustRun("plan")
}
