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

// guide is a guide's text, before its examples are put in.
type guide struct {
	text string
}

func openGuide(t *testing.T, name string) guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name+".md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return guide{string(text)}
}

// fences are the contents of the code blocks of a language.
func (g guide) fences(language string) []string {
	var fences []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)\n```").FindAllStringSubmatch(g.text, -1) {
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

// prints expects each paragraph of what the guide says is printed to be printed,
// but for times and line breaks.
func (g guide) prints(t *testing.T, output string) {
	t.Helper()
	same := func(text string) string {
		return strings.Join(strings.Fields(timestamp.ReplaceAllString(text, "TIME")), " ")
	}
	output = same(output)
	fences := g.fences("text")
	if len(fences) == 0 {
		t.Error("nothing is printed in the guide")
	}
	for _, fence := range fences {
		for paragraph := range strings.SplitSeq(fence, "\n\n") {
			if !strings.Contains(output, same(paragraph)) {
				t.Errorf("the guide has what isn't printed:\n%s", paragraph)
			}
		}
	}
	if t.Failed() {
		t.Log(output)
	}
}

// run plans an example with the guide's variables on the demo's day.
func (g guide) run(t *testing.T, name string, c *cloud, args ...string) string {
	t.Helper()
	e := open(t, name, c, "1.8.0", "1.7.0")
	if e.Product().Name != "Terraform" {
		t.Skip("the guides have what Terraform prints")
	}
	e.Write("demo.auto.tfvars", g.variables(t, name))
	return e.Run(append([]string{"plan"}, args...)...).Output()
}

func TestDriftChecksGuide(t *testing.T) {
	t.Parallel()
	g, c := openGuide(t, "drift-checks"), demo(t)
	g.prints(t, g.run(t, "drift-check", c)+g.run(t, "scheduled-plan", c)+g.run(t, "coverage", c))
}

func TestRestorePointsGuide(t *testing.T) {
	t.Parallel()
	g, c := openGuide(t, "restore-points"), demo(t)
	yesterday := "-var=before=" + c.now.Add(-day).UTC().Format(time.RFC3339)
	g.prints(t, g.run(t, "restore-point", c, yesterday)+g.run(t, "restore-point", c, "-var=before=2020-01-01T00:00:00Z"))
}

// The guide's flags are the program's, and its keys the demo's.
func TestMockServerGuide(t *testing.T) {
	t.Parallel()
	g := openGuide(t, "mock-server")
	set := flag.NewFlagSet("mockcloud", flag.ContinueOnError)
	new(mockcloud.Faults).Flags(set)
	for _, program := range []string{"data", "h", "items", "log"} {
		set.Bool(program, false, "")
	}
	named := regexp.MustCompile("[` ]-([a-z][a-z0-9-]+)").FindAllStringSubmatch(strings.Join(regexp.MustCompile("`-[^`]*`").FindAllString(g.text, -1), " "), -1)
	if len(named) < 20 {
		t.Errorf("the guide names %d flags alone", len(named))
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
		if !strings.Contains(g.text, value) {
			t.Errorf("the guide lacks %s", value)
		}
	}
}

// What the guide prints of Terraform's tests, and the provider block that it has.
func TestMockServerGuideRuns(t *testing.T) {
	t.Parallel()
	g, c := openGuide(t, "mock-server"), demo(t)
	e := open(t, "terraform-test", serveExample(t), "1.8.0", "1.7.0")
	output := e.With(testKeys...).MustRun("test").Output()
	if e.Product().Name == "Terraform" {
		g.prints(t, output)
	}

	block, found := strings.CutPrefix(g.fences("hcl")[0], "# mock/provider.tf\n")
	if !found {
		t.Fatal("the first configuration of the guide isn't the provider's")
	}
	e = open(t, "data-sources/cloudbackup_taurusdb_backups", c, "1.3.0", "1.6.0")
	e.Write("provider.tf", required+strings.ReplaceAll(block, "http://127.0.0.1:8642", c.URL()))
	e.With("HW_ACCESS_KEY=other", "HW_AUTH_URL=", "HW_REGION_NAME=other").MustRun("plan")
}
