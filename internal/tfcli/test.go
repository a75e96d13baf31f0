package tfcli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Test is a workspace of a test. A command that can't be started fails the test.
type Test struct {
	*Workspace

	t testing.TB
}

// New makes a workspace with the provider and a copy of the files of a folder; ""
// is an empty one. It skips the test unless TF_ACC is set: "make test" does.
func New(t testing.TB, folder string, environment ...string) *Test {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip(`a test with a Terraform CLI, which "make test" runs`)
	}
	found := setUp()
	if found.err != nil {
		t.Fatal(found.err)
	}
	workspace, err := found.program.NewWorkspace(t.TempDir(), map[string]string{"cloudbackup": found.provider}, environment...)
	if err == nil && folder != "" {
		err = os.CopyFS(workspace.Dir, os.DirFS(folder))
	}
	if err != nil {
		t.Fatal(err)
	}
	return &Test{Workspace: workspace, t: t}
}

// setUp finds the program and builds the provider, once in a test process.
var setUp = sync.OnceValue(func() (found struct {
	program  Program
	provider string
	err      error
}) {
	ctx := context.Background()
	if found.program, found.err = Find(ctx); found.err == nil {
		found.provider, found.err = BuildProvider(ctx)
	}
	return found
})

// With returns the same workspace with further variables.
func (c *Test) With(environment ...string) *Test {
	workspace := *c.Workspace
	workspace.Env = append(workspace.Env[:len(workspace.Env):len(workspace.Env)], environment...)
	return &Test{Workspace: &workspace, t: c.t}
}

// Write writes a file of the configuration.
func (c *Test) Write(name, content string) {
	c.t.Helper()
	if err := c.WriteFile(name, content); err != nil {
		c.t.Fatal(err)
	}
}

// SkipBelow skips the test if the program is older than a version of its product.
func (c *Test) SkipBelow(terraform, openTofu string) {
	c.t.Helper()
	needed := terraform
	if c.Program.Product == OpenTofu {
		needed = openTofu
	}
	version, err := parseVersion(needed)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.Program.Version.Less(version) {
		c.t.Skipf("%s is older than %s", c.Program, version)
	}
}

// Result is the output of a command and its exit code.
type Result struct {
	Stdout, Stderr string
	Exit           int
	Took           time.Duration
}

// Output is standard output and standard error.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Run runs a command to its end.
func (c *Test) Run(args ...string) Result {
	c.t.Helper()
	return c.Start(args...).Wait()
}

// MustRun runs a command that must succeed.
func (c *Test) MustRun(args ...string) Result {
	c.t.Helper()
	result := c.Run(args...)
	if result.Exit != 0 {
		c.t.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), result.Exit, result.Output())
	}
	return result
}

// Running is a command that was started.
type Running struct {
	t              testing.TB
	command        *exec.Cmd
	started        time.Time
	stdout, stderr bytes.Buffer
}

// Start starts a command. It is interrupted if the test ends first.
func (c *Test) Start(args ...string) *Running {
	c.t.Helper()
	r := &Running{t: c.t, command: c.Command(c.t.Context(), args...), started: time.Now()}
	r.command.Stdout, r.command.Stderr = &r.stdout, &r.stderr
	if err := r.command.Start(); err != nil {
		c.t.Fatal(err)
	}
	return r
}

// Interrupt sends the signal of Ctrl-C.
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
