package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
)

// CLI runs the Terraform or OpenTofu CLI in a folder of its own, with the
// provider built from this source. It sees nothing of the machine's settings:
// no credentials, proxies, home folder or CLI configuration.
//
// A package that uses it must run its tests by [Main].
type CLI struct {
	// Dir is the folder of the configuration.
	Dir string

	t    testing.TB
	path string
	env  []string
}

// NewCLI copies the files of a folder to one of the test's own, where the CLI
// runs with the environment's further variables, each "NAME=value". The folder
// "" is an empty one. It skips the test where acceptance tests aren't wanted.
func NewCLI(t testing.TB, folder string, environment ...string) *CLI {
	t.Helper()
	path := cliPath(t)
	provider, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	c := &CLI{Dir: filepath.Join(root, "configuration"), t: t, path: path}
	for _, dir := range []string{c.Dir, filepath.Join(root, "home"), filepath.Join(root, "tmp")} {
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if folder != "" {
		if err := os.CopyFS(c.Dir, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
	}
	configuration := filepath.Join(root, "cli.tfrc")
	if err := os.WriteFile(configuration, []byte(developmentOverrides(provider)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"PATH", "SYSTEMROOT"} {
		if value, set := os.LookupEnv(name); set {
			c.env = append(c.env, name+"="+value)
		}
	}
	home, temporary := filepath.Join(root, "home"), filepath.Join(root, "tmp")
	c.env = append(c.env,
		"HOME="+home, "USERPROFILE="+home,
		"TMPDIR="+temporary, "TEMP="+temporary, "TMP="+temporary,
		"CHECKPOINT_DISABLE=1", "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "TF_CLI_CONFIG_FILE="+configuration,
	)
	c.env = append(c.env, environment...)
	return c
}

// cliPath is the CLI that the tests were given.
func cliPath(t testing.TB) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC set: make test sets it")
	}
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		t.Fatal("TF_ACC_TERRAFORM_PATH must name a Terraform or OpenTofu CLI: make test sets it")
	}
	return path
}

// developmentOverrides is a CLI configuration that takes the provider from a
// folder, whichever registry a configuration means. It needs no init.
func developmentOverrides(folder string) string {
	var b strings.Builder
	b.WriteString("provider_installation {\n  dev_overrides {\n")
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		fmt.Fprintf(&b, "    %q = %q\n", registry+"/cloudbackup/cloudbackup", filepath.ToSlash(folder))
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

// With returns the same CLI, in the same folder, with further variables.
func (c *CLI) With(environment ...string) *CLI {
	changed := *c
	changed.env = append(c.env[:len(c.env):len(c.env)], environment...)
	return &changed
}

// Write makes a file of the configuration.
func (c *CLI) Write(name, content string) {
	c.t.Helper()
	path := filepath.Join(c.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Result is what a command of the CLI wrote, and how it ended.
type Result struct {
	Stdout, Stderr string
	Exit           int
	// Took is how long it ran.
	Took time.Duration
}

// Output is all that was written.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Run runs a command of the CLI to its end, whatever that is.
func (c *CLI) Run(args ...string) Result {
	c.t.Helper()
	return c.Start(args...).Wait()
}

// MustRun is Run for commands that must succeed.
func (c *CLI) MustRun(args ...string) Result {
	c.t.Helper()
	result := c.Run(args...)
	if result.Exit != 0 {
		c.t.Fatalf("%s: exit status %d\n%s", strings.Join(args, " "), result.Exit, result.Output())
	}
	return result
}

// Running is a command of the CLI that was started.
type Running struct {
	t              testing.TB
	command        *exec.Cmd
	started        time.Time
	stdout, stderr bytes.Buffer
}

// Start starts a command of the CLI. It is killed if the test ends before.
func (c *CLI) Start(args ...string) *Running {
	c.t.Helper()
	r := &Running{t: c.t, command: c.command(c.t.Context(), args...), started: time.Now()}
	r.command.Stdout, r.command.Stderr = &r.stdout, &r.stderr
	if err := r.command.Start(); err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *CLI) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.path, args...) //nolint:gosec // The CLI is the one that the tests were given.
	command.Dir, command.Env = c.Dir, c.env
	command.WaitDelay = 10 * time.Second
	return command
}

// Interrupt sends what Ctrl-C sends.
func (r *Running) Interrupt() {
	r.t.Helper()
	if err := r.command.Process.Signal(os.Interrupt); err != nil {
		r.t.Fatal(err)
	}
}

// Wait waits for the end of the command.
func (r *Running) Wait() Result {
	r.t.Helper()
	err := r.command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return Result{
		Stdout: r.stdout.String(), Stderr: r.stderr.String(),
		Exit: r.command.ProcessState.ExitCode(), Took: time.Since(r.started),
	}
}

// Product is a CLI by its name, Terraform or OpenTofu, and its version.
type Product struct {
	Name    string
	Version *version.Version
}

// Product tells which CLI runs.
func (c *CLI) Product() Product {
	c.t.Helper()
	product, err := inspect()
	if err != nil {
		c.t.Fatal(err)
	}
	return product
}

// SkipBelow skips the test on a CLI that is older. A configuration's
// required_version has to say the same.
func (c *CLI) SkipBelow(terraform, openTofu string) {
	c.t.Helper()
	product, needed := c.Product(), terraform
	if product.Name == "OpenTofu" {
		needed = openTofu
	}
	if product.Version.Core().LessThan(version.Must(version.NewVersion(needed))) {
		c.t.Skipf("%s %s is older than %s", product.Name, product.Version, needed)
	}
}

// inspect asks the CLI who it is, once.
var inspect = sync.OnceValues(func() (Product, error) {
	output, err := versionOutput()
	if err != nil {
		return Product{}, err
	}
	name, _, _ := strings.Cut(string(output), " ")
	output, err = versionOutput("-json")
	if err != nil {
		return Product{}, err
	}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		return Product{}, fmt.Errorf("the CLI's version: %w", err)
	}
	number, err := version.NewVersion(answer.Version)
	if err != nil {
		return Product{}, fmt.Errorf("the CLI's version: %w", err)
	}
	return Product{Name: name, Version: number}, nil
})

func versionOutput(args ...string) ([]byte, error) {
	command := exec.CommandContext(context.Background(), os.Getenv("TF_ACC_TERRAFORM_PATH"), append([]string{"version"}, args...)...) //nolint:gosec // As above.
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	return output, nil
}

// built is where the provider is, "" before it was built.
var built string

// buildProvider builds the provider once and returns its folder.
var buildProvider = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "cloudbackup-provider-")
	if err != nil {
		return "", err
	}
	built = folder
	binary := filepath.Join(folder, "terraform-provider-cloudbackup")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	command := exec.CommandContext(context.Background(), "go", "build", "-o", binary, "github.com/cloudbackup/terraform-provider-cloudbackup") //nolint:gosec // The arguments are this file's own.
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build of the provider: %w\n%s", err, output)
	}
	return folder, nil
})

// Main runs the tests of a package that uses [NewCLI], and removes what that
// built: func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }.
func Main(m *testing.M) int {
	defer func() {
		if built != "" {
			_ = os.RemoveAll(built)
		}
	}()
	return m.Run()
}
