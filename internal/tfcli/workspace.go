package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// providerVariable names the folder with the provider, so that a test run doesn't
// build it again.
const providerVariable = "CLOUDBACKUP_TEST_PROVIDER"

const providerModule = "github.com/cloudbackup/terraform-provider-cloudbackup"

// BuildProvider builds the provider and returns its folder. It does nothing if
// the environment names a folder, and little if the provider is up to date.
func BuildProvider(ctx context.Context) (string, error) {
	if folder := os.Getenv(providerVariable); folder != "" {
		return folder, nil
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(root, "build")
	return folder, Build(ctx, folder, providerModule)
}

// Build builds main packages of this module into a folder.
func Build(ctx context.Context, folder string, packages ...string) error {
	_, err := goCommand(ctx, "", append([]string{"build", "-o", folder + "/"}, packages...)...)
	return err
}

// moduleRoot is the folder of this module's go.mod.
func moduleRoot(ctx context.Context) (string, error) {
	return goCommand(ctx, "", "list", "-m", "-f", "{{.Dir}}", providerModule)
}

// Workspace is a folder with a configuration, in which a program runs with the
// provider.
type Workspace struct {
	Program Program
	// Dir is the folder of the configuration.
	Dir string
	// Env is the environment of the program.
	Env []string
}

// NewWorkspace makes a workspace inside a folder. It uses every provider that is in
// the folder providers. Variables are further ones of the environment, each
// "NAME=value".
func (p Program) NewWorkspace(folder, providers string, variables ...string) (*Workspace, error) {
	w := &Workspace{Program: p, Dir: filepath.Join(folder, "configuration")}
	home, overrides := filepath.Join(folder, "home"), filepath.Join(folder, "cli.tfrc")
	w.Env = append(slices.DeleteFunc(os.Environ(), dropped.MatchString), "HOME="+home, "USERPROFILE="+home,
		"CHECKPOINT_DISABLE=1", "TF_INPUT=0", "TF_CLI_ARGS=-no-color", "TF_CLI_CONFIG_FILE="+overrides)
	w.Env = append(w.Env, variables...)
	return w, errors.Join(os.MkdirAll(w.Dir, 0o750), os.MkdirAll(home, 0o750), writeOverrides(overrides, providers))
}

// dropped are variables that would change what a test does: credentials and endpoints
// of the two clouds, settings of Terraform, proxies and certificate authorities, and
// DEBUG, with which Alibaba Cloud's libraries log credentials.
var dropped = regexp.MustCompile(`(?i)^((ALICLOUD|ALIBABA_CLOUD|ALIBABACLOUD|DBS|STS|HW|OS|HUAWEICLOUD|HC|TF|XDG)_|` +
	`((HTTP|HTTPS|ALL|NO)_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|DEBUG)=)`)

// writeOverrides writes a CLI configuration that takes the providers in a folder
// from there. It needs no init. An address without a host belongs to the registry
// of the CLI, as the source "cloudbackup/cloudbackup" of a configuration does.
func writeOverrides(path, providers string) error {
	programs, err := filepath.Glob(filepath.Join(providers, "terraform-provider-*"))
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("provider_installation {\n  dev_overrides {\n")
	for _, program := range programs {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(program), "terraform-provider-"), ".exe")
		fmt.Fprintf(&b, "    %q = %q\n", "cloudbackup/"+name, filepath.ToSlash(providers))
	}
	b.WriteString("  }\n}\n")
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// TestEnvironment is the environment of a command that runs tests with the
// program and with the provider in a folder.
func (p Program) TestEnvironment(ctx context.Context, folder, provider string) ([]string, error) {
	variables := []string{"TF_ACC=1", PathVariable + "=" + p.Path, providerVariable + "=" + provider}
	// The go command would look for its caches in the new home folder.
	for _, name := range []string{"GOPATH", "GOCACHE", "GOMODCACHE", "GOENV"} {
		value, err := goCommand(ctx, "", "env", name)
		if err != nil {
			return nil, err
		}
		variables = append(variables, name+"="+value)
	}
	workspace, err := p.NewWorkspace(folder, provider, variables...)
	if err != nil {
		return nil, err
	}
	return workspace.Env, nil
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
		err = fmt.Errorf("%s %s: %w\n%s%s", w.Program, args[0], err, output, exit.Stderr)
	}
	return string(output), err
}
