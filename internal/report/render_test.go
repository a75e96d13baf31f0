//go:build report

package report_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// data, region, row and backup are the value that main.tf hands to the page's
// template.
type data struct {
	Regions          []region `json:"regions"`
	LimitsWithoutRow []string `json:"limits_without_row"`
	Rows             []row    `json:"rows"`
}

type region struct {
	Region   string `json:"region"`
	Complete bool   `json:"complete"`
}

type row struct {
	Service          string         `json:"service"`
	Region           *string        `json:"region"`
	ID               string         `json:"id"`
	Name             *string        `json:"name"`
	Status           *string        `json:"status"`
	Error            *string        `json:"error"`
	Database         *string        `json:"database"`
	RetentionDays    *int           `json:"retention_days"`
	MinRetentionDays int            `json:"min_retention_days"`
	MaxAge           string         `json:"max_age"`
	Complete         bool           `json:"complete"`
	NewestGood       *string        `json:"newest_good"`
	OldestGood       *string        `json:"oldest_good"`
	Counts           map[string]int `json:"counts"`
	Backups          []backup       `json:"backups"`
}

type backup struct {
	ID     string  `json:"id"`
	Name   *string `json:"name"`
	Status *string `json:"status"`
	Start  *string `json:"start"`
	End    *string `json:"end"`
	Error  *string `json:"error"`
}

// before is the time that lies so long before now, as the provider writes it.
func before(age time.Duration) *string {
	return new(time.Now().Add(-age).UTC().Format(time.RFC3339))
}

func cliPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Terraform CLI found: put terraform or tofu on the PATH or set TF_ACC_TERRAFORM_PATH")
	return ""
}

// A module is the example without its data sources: its own output and files,
// with data from the test in their place. So it needs no provider.
type module struct {
	folder string
	path   string
}

func newModule(t *testing.T, d data) *module {
	t.Helper()
	m := &module{folder: t.TempDir(), path: cliPath(t)}
	for _, name := range []string{"outputs.tf", "report.html.tftpl", "report.css", "report.js"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "examples", "report", name))
		if err != nil {
			t.Fatal(err)
		}
		m.write(t, name, content)
	}
	content, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	m.write(t, "data.json", content)
	m.write(t, "data.tf", []byte("locals {\n  data = jsondecode(file(\"${path.module}/data.json\"))\n}\n"))
	m.write(t, "cli.tfrc", nil)
	m.run(t, "init", "-input=false")
	m.run(t, "apply", "-input=false", "-auto-approve")
	return m
}

func (m *module) write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.folder, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run gives what the CLI wrote to its standard output.
func (m *module) run(t *testing.T, arguments ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), m.path, arguments...)
	command.Dir = m.folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(m.folder, "cli.tfrc"),
		"TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TF_LOG=", "TF_CLI_ARGS=")
	output, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			output = append(output, exit.Stderr...)
		}
		t.Fatalf("%s: %v\n%s", arguments[0], err, output)
	}
	return output
}

// render makes the page from the data and gives the file that holds it.
func render(t *testing.T, d data) string {
	t.Helper()
	m := newModule(t, d)
	m.write(t, "report.html", m.run(t, "output", "-raw", "report"))
	return filepath.Join(m.folder, "report.html")
}
