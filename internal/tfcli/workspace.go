package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Workspace is a folder with a configuration, in which a program runs with the
// providers of this project.
type Workspace struct {
	Program Program
	// Dir is the folder of the configuration.
	Dir string
	// Env is the environment of the program.
	Env []string
}

// NewWorkspace makes a workspace inside a folder. Providers are folders by the
// provider's name; environment has further variables, each "NAME=value".
func (p Program) NewWorkspace(folder string, providers map[string]string, environmentVariables ...string) (*Workspace, error) {
	w := &Workspace{Program: p, Dir: filepath.Join(folder, "configuration")}
	home, temporary := filepath.Join(folder, "home"), filepath.Join(folder, "tmp")
	for _, dir := range []string{w.Dir, home, temporary} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, err
		}
	}
	overrides := filepath.Join(folder, "cli.tfrc")
	if err := writeOverrides(overrides, providers); err != nil {
		return nil, err
	}
	w.Env = append(environment(home), "TMPDIR="+temporary, "TEMP="+temporary, "TMP="+temporary,
		"TF_INPUT=0", "TF_CLI_ARGS=-no-color", "TF_CLI_CONFIG_FILE="+overrides)
	w.Env = append(w.Env, environmentVariables...)
	return w, nil
}

// WriteFile writes a file of the configuration.
func (w *Workspace) WriteFile(name, content string) error {
	path := filepath.Join(w.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// Command is a command of the program that has not started.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.Program.Path, args...)
	command.Dir, command.Env = w.Dir, w.Env
	// An interrupt lets the program end the provider; a kill does not.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	return command
}

// Output runs a command and returns what it prints to standard output.
func (w *Workspace) Output(ctx context.Context, args ...string) (string, error) {
	output, err := w.Command(ctx, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(w.Program.Path), args[0], err, output, exit.Stderr)
	}
	return string(output), err
}
