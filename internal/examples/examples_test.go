package examples_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const folder = "../../examples"

// example is one example in a workspace with all of them, as some call others.
type example struct{ *workspace }

// open prepares an example to be run against a cloud, on the CLIs that it supports.
func open(t *testing.T, name string, c *cloud, terraform, openTofu string, environment ...string) *example {
	t.Helper()
	e := &example{newWorkspace(t, folder, append(c.DemoEnvironment(), environment...)...)}
	e.SkipBelow(terraform, openTofu)
	e.Dir = filepath.Join(e.Dir, filepath.FromSlash(name))
	files, err := filepath.Glob(filepath.Join(e.Dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nmodule \"") {
			e.MustRun("get")
			break
		}
	}
	return e
}

// set sets the example's variables.
func (e *example) set(variables map[string]any) {
	e.t.Helper()
	text, err := json.Marshal(variables)
	if err != nil {
		e.t.Fatal(err)
	}
	e.Write("test.auto.tfvars.json", string(text))
}

// plan is a plan that succeeded.
type plan struct {
	// failed has the messages of the failed checks, by the name of the check.
	failed  map[string][]string
	outputs map[string]any
}

func (e *example) plan(args ...string) plan {
	e.t.Helper()
	e.MustRun(append([]string{"plan", "-out=test.tfplan"}, args...)...)
	var shown struct {
		Checks []struct {
			Address   struct{ Name string }
			Status    string
			Instances []struct{ Problems []struct{ Message string } }
		}
		Planned struct {
			Outputs map[string]struct{ Value any }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal([]byte(e.MustRun("show", "-json", "test.tfplan").Stdout), &shown); err != nil {
		e.t.Fatal(err)
	}
	p := plan{failed: map[string][]string{}, outputs: map[string]any{}}
	for _, check := range shown.Checks {
		var messages []string
		for _, instance := range check.Instances {
			for _, problem := range instance.Problems {
				messages = append(messages, problem.Message)
			}
		}
		if (check.Status == "fail") != (messages != nil) || check.Status == "unknown" {
			e.t.Errorf("the check %s has the status %s and the messages %q", check.Address.Name, check.Status, messages)
		}
		if messages != nil {
			p.failed[check.Address.Name] = append(p.failed[check.Address.Name], messages...)
		}
	}
	for name, output := range shown.Planned.Outputs {
		p.outputs[name] = output.Value
	}
	return p
}

// apply applies.
func (e *example) apply() {
	e.t.Helper()
	e.MustRun("apply", "-auto-approve")
}

// changes expects a plan with changes of these outputs and resources, and no others.
func (e *example) changes(want ...string) {
	e.t.Helper()
	var got []string
	for line := range strings.Lines(e.MustRun("plan", "-json").Stdout) {
		var event struct {
			Type    string
			Outputs map[string]struct{ Action string }
			Change  struct{ Resource struct{ Addr string } }
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			e.t.Fatalf("%v in %s", err, line)
		}
		for name, output := range event.Outputs {
			if event.Type == "outputs" && output.Action != "noop" {
				got = append(got, name)
			}
		}
		if event.Type == "planned_change" {
			got = append(got, event.Change.Resource.Addr)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		e.t.Errorf("the plan changes %q, want %q", got, want)
	}
}

// fails expects a plan that fails and prints these messages.
func (e *example) fails(messages ...string) {
	e.t.Helper()
	result := e.Run("plan")
	if result.Exit != 1 {
		e.t.Errorf("plan: exit code %d, want 1", result.Exit)
	}
	printed := flat(result.Output())
	for _, message := range messages {
		if !strings.Contains(printed, flat(message)) {
			e.t.Errorf("plan does not print %q", message)
		}
	}
	if e.t.Failed() {
		e.t.Log(result.Output())
	}
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

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)

// flat is a string without its line breaks, and with TIME for each time.
func flat(text string) string {
	return strings.Join(strings.Fields(timestamp.ReplaceAllString(text, "TIME")), " ")
}

// contains reports whether a string has all parts, with any blanks between their words.
func contains(text string, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(flat(text), flat(part)) })
}

// attributeOf reads one attribute of each object of an output.
func attributeOf(t *testing.T, output any, name string) []string {
	t.Helper()
	objects, ok := output.([]any)
	if !ok {
		t.Fatalf("the output is no list: %v", output)
	}
	var values []string
	for _, object := range objects {
		attributes, _ := object.(map[string]any)
		value, _ := attributes[name].(string)
		values = append(values, value)
	}
	return values
}
