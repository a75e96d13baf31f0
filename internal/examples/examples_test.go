package examples_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

const folder = "../../examples"

// example is one example in a folder of its own.
type example struct {
	*acctest.CLI
	t *testing.T
}

// open prepares an example to be run against a cloud, on the CLIs that it needs.
func open(t *testing.T, name string, c *cloud, terraform, openTofu string) *example {
	t.Helper()
	e := &example{t: t, CLI: acctest.NewCLI(t, filepath.Join(folder, filepath.FromSlash(name)), c.DemoEnvironment()...)}
	e.SkipBelow(terraform, openTofu)
	return e
}

// set gives the example's variables their values.
func (e *example) set(variables map[string]any) {
	e.t.Helper()
	text, err := json.Marshal(variables)
	if err != nil {
		e.t.Fatal(err)
	}
	e.Write("test.auto.tfvars.json", string(text))
}

// The exit statuses of "plan -detailed-exitcode".
const (
	unchanged = 0
	failing   = 1
	changed   = 2
)

// plan plans, and expects an exit status and these warnings and errors, in any
// order, and no others. Times in them are written TIME.
func (e *example) plan(exit int, messages ...string) {
	e.t.Helper()
	e.expect(exit, messages, "plan", "-json", "-detailed-exitcode")
}

// apply applies, and expects these warnings and no others.
func (e *example) apply(messages ...string) {
	e.t.Helper()
	e.expect(0, messages, "apply", "-json", "-auto-approve")
}

func (e *example) expect(exit int, messages []string, args ...string) {
	e.t.Helper()
	result := e.Run(args...)
	got, details := diagnostics(e.t, result.Stdout)
	slices.Sort(messages)
	slices.Sort(got)
	if result.Exit != exit || !slices.Equal(got, messages) {
		e.t.Errorf("%s: exit status %d, want %d\ngot:\n  %s\nwant:\n  %s\n%s", args[0], result.Exit, exit,
			strings.Join(got, "\n  "), strings.Join(messages, "\n  "), details+result.Stderr)
	}
}

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)

// diagnostics are the messages of what -json printed: what conditions say, and
// the summary of anything else. The details of the latter are for reports.
func diagnostics(t *testing.T, stdout string) (messages []string, details string) {
	t.Helper()
	lines := bufio.NewScanner(strings.NewReader(stdout))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Diagnostic *struct{ Summary, Detail string }
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in what the CLI printed: %s", err, lines.Bytes())
		}
		d := line.Diagnostic
		switch {
		case d == nil || strings.Contains(d.Summary, "evelopment overrides"):
		case strings.Contains(d.Summary, "condition failed") || strings.Contains(d.Summary, "assertion failed"):
			messages = append(messages, timestamp.ReplaceAllString(strings.TrimSpace(d.Detail), "TIME"))
		default:
			messages = append(messages, d.Summary)
			details += d.Detail + "\n"
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return messages, details
}

// outputs are the values of the last apply.
func (e *example) outputs() map[string]any {
	e.t.Helper()
	var outputs map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(e.MustRun("output", "-json").Stdout), &outputs); err != nil {
		e.t.Fatal(err)
	}
	values := map[string]any{}
	for name, output := range outputs {
		values[name] = output.Value
	}
	return values
}

// output is the JSON of one value of the last apply.
func (e *example) output(name string) string {
	e.t.Helper()
	text, err := json.Marshal(e.outputs()[name])
	if err != nil {
		e.t.Fatal(err)
	}
	return string(text)
}
