// Package examples_test runs the provider with a real CLI, against the mock server.
// Every configuration in the folder examples/ is applied, in normal operation and in
// each failure scenario. smoke_test.go tests what else only a CLI shows.
package examples_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// workspace is a workspace of a test, which a command that can't be started fails.
type workspace struct {
	*tfcli.Workspace

	t testing.TB
}

// newWorkspace makes a workspace with the provider and a copy of the files of a folder;
// "" is an empty one. It skips the test unless TF_ACC is set: "make test" does.
func newWorkspace(t testing.TB, folder string, environment ...string) *workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip(`a test with a Terraform CLI, which "make test" runs`)
	}
	found := setUp()
	must(t, found.err)
	parent := t.TempDir()
	temporary := filepath.Join(parent, "tmp")
	must(t, os.Mkdir(temporary, 0o750))
	w, err := found.program.NewWorkspace(parent, found.provider, append([]string{"TMPDIR=" + temporary}, environment...)...)
	must(t, err)
	if folder != "" {
		must(t, os.CopyFS(w.Dir, os.DirFS(folder)))
	}
	return &workspace{Workspace: w, t: t}
}

// setUp finds the program and builds the provider, once.
var setUp = sync.OnceValue(func() (found struct {
	program  tfcli.Program
	provider string
	err      error
}) {
	ctx := context.Background()
	if found.program, found.err = tfcli.Find(ctx); found.err == nil {
		found.provider, found.err = tfcli.BuildProvider(ctx)
	}
	return found
})

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// With returns the same workspace with further variables.
func (w *workspace) With(environment ...string) *workspace {
	with := *w.Workspace
	with.Env = append(with.Env[:len(with.Env):len(with.Env)], environment...)
	return &workspace{Workspace: &with, t: w.t}
}

// Write writes a file of the configuration.
func (w *workspace) Write(name, content string) {
	w.t.Helper()
	path := filepath.Join(w.Dir, filepath.FromSlash(name))
	must(w.t, os.MkdirAll(filepath.Dir(path), 0o750))
	must(w.t, os.WriteFile(path, []byte(content), 0o600))
}

// SkipBelow skips the test if the program is older than a version of its product.
func (w *workspace) SkipBelow(terraform, openTofu string) {
	w.t.Helper()
	needed := terraform
	if w.Program.Product == tfcli.OpenTofu {
		needed = openTofu
	}
	if w.Program.OlderThan(needed) {
		w.t.Skipf("%s is older than %s", w.Program, needed)
	}
}

// commandResult is the output of a command and its exit code.
type commandResult struct {
	Stdout, Stderr string
	Exit           int
}

// Output is standard output and standard error.
func (r commandResult) Output() string { return r.Stdout + r.Stderr }

// Run runs a command to its end.
func (w *workspace) Run(args ...string) commandResult {
	w.t.Helper()
	return w.Start(args...).Wait()
}

// MustRun runs a command that must succeed.
func (w *workspace) MustRun(args ...string) commandResult {
	w.t.Helper()
	result := w.Run(args...)
	if result.Exit != 0 {
		w.t.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), result.Exit, result.Output())
	}
	return result
}

// runningCommand is a command that was started.
type runningCommand struct {
	command        *exec.Cmd
	t              testing.TB
	stdout, stderr bytes.Buffer
}

// Start starts a command. It is interrupted if the test ends first.
func (w *workspace) Start(args ...string) *runningCommand {
	w.t.Helper()
	r := &runningCommand{t: w.t, command: w.Command(w.t.Context(), args...)}
	r.command.Stdout, r.command.Stderr = &r.stdout, &r.stderr
	must(w.t, r.command.Start())
	return r
}

// Wait waits for the end of the command.
func (r *runningCommand) Wait() commandResult {
	r.t.Helper()
	err := r.command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return commandResult{Stdout: r.stdout.String(), Stderr: r.stderr.String(), Exit: r.command.ProcessState.ExitCode()}
}
