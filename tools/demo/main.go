// Command demo shows the provider at work: it starts the mock server of both
// clouds, builds the provider, applies a configuration with all three data
// sources, prints its outputs, writes the report of examples/report, and leaves
// nothing running. It needs TF_ACC_TERRAFORM_PATH: "make demo" sets it.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

//go:embed main.tf
var configuration string

// report is where the page goes.
const report = "build/demo/report.html"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		return errors.New(`TF_ACC_TERRAFORM_PATH must name a Terraform or OpenTofu CLI: run "make demo"`)
	}
	folder, err := os.MkdirTemp("", "cloudbackup-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()

	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(time.Now()))
	url, err := server.Start("") //nolint:contextcheck // It serves until Close.
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	say("Started a mock server of Alibaba Cloud DBS and Huawei Cloud TaurusDB at %s.", url)

	say("Building the provider …")
	t := terraform{ctx: ctx, path: cli, environment: environment(folder, server)}
	if err := t.installProvider(folder); err != nil {
		return err
	}

	say("Applying tools/demo/main.tf, which reads the backup plans, the full backups of each plan and the\nbackups of two TaurusDB instances …\n")
	work := filepath.Join(folder, "demo")
	if err := t.apply(work, map[string]any{
		"instance_ids": []string{mockcloud.DemoInstanceID, mockcloud.DemoStaleInstanceID},
	}, func() error { return os.WriteFile(filepath.Join(work, "main.tf"), []byte(configuration), 0o600) }); err != nil {
		return err
	}
	for _, name := range []string{"plans", "full_backups", "taurusdb"} {
		text, err := t.run(work, "output", "-raw", name)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n\n", text)
	}
	complete, err := t.run(work, "output", "-raw", "complete")
	if err != nil {
		return err
	}
	requests := len(server.Requests())
	say("Every list was proven complete: %s. It took %d requests, each with a signature that the server verified.", complete, requests)

	if err := t.writeReport(filepath.Join(folder, "report")); err != nil {
		return err
	}
	say("Wrote %s: the same backups on a time axis, for a browser.", report)

	fmt.Print(`
Everything that was started is stopped again. To see your own backups, leave the endpoints out and
say who you are, in the provider's block or in the environment:

  export ALICLOUD_ACCESS_KEY=… ALICLOUD_SECRET_KEY=… ALICLOUD_REGION=cn-hangzhou
  export HW_ACCESS_KEY=… HW_SECRET_KEY=… HW_REGION_NAME=cn-north-4

README.md has a configuration for each cloud.
`)
	return nil
}

func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// environment is what the CLI sees: the demo's keys, and nothing of the machine's
// own settings.
func environment(folder string, server *mockcloud.Server) []string {
	env := append(server.DemoEnvironment(),
		"HOME="+folder, "USERPROFILE="+folder, "CHECKPOINT_DISABLE=1", "TF_INPUT=0", "TF_CLI_ARGS=-no-color",
		"TF_CLI_CONFIG_FILE="+filepath.Join(folder, "cli.tfrc"))
	for _, name := range []string{"PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// terraform runs a CLI.
type terraform struct {
	ctx         context.Context //nolint:containedctx // It lives as long as the program.
	path        string
	environment []string
}

// installProvider builds the provider and tells the CLI to take it from there.
func (t terraform) installProvider(folder string) error {
	plugins := filepath.Join(folder, "plugins")
	binary := filepath.Join(plugins, "terraform-provider-cloudbackup")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.CommandContext(t.ctx, "go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the provider: %w", err)
	}
	overrides := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/cloudbackup/cloudbackup" = %[1]q
    "registry.opentofu.org/cloudbackup/cloudbackup" = %[1]q
  }
}
`, filepath.ToSlash(plugins))
	return os.WriteFile(filepath.Join(folder, "cli.tfrc"), []byte(overrides), 0o600)
}

// apply applies the configuration that write puts into a new folder.
func (t terraform) apply(folder string, variables map[string]any, write func() error) error {
	if err := os.Mkdir(folder, 0o750); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	values, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "terraform.tfvars.json"), values, 0o600); err != nil {
		return err
	}
	_, err = t.run(folder, "apply", "-auto-approve")
	return err
}

// writeReport applies examples/report and keeps its page.
func (t terraform) writeReport(folder string) error {
	err := t.apply(folder, map[string]any{
		"dbs_regions":        []string{mockcloud.DemoAlibabaRegion},
		"taurusdb_instances": map[string]any{mockcloud.DemoInstanceID: map[string]any{}, mockcloud.DemoStaleInstanceID: map[string]any{}},
	}, func() error { return os.CopyFS(folder, os.DirFS("examples/report")) })
	if err != nil {
		return err
	}
	page, err := t.run(folder, "output", "-raw", "report")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(report), 0o750); err != nil {
		return err
	}
	return os.WriteFile(report, []byte(page), 0o600)
}

// run gives what a command of the CLI prints.
func (t terraform) run(folder string, args ...string) (string, error) {
	command := exec.CommandContext(t.ctx, t.path, args...)
	command.Dir, command.Env = folder, t.environment
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(t.path), args[0], err, output, exit.Stderr)
	}
	return string(output), err
}
