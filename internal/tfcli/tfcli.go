// Package tfcli finds a Terraform or OpenTofu CLI and runs it with the provider
// that is built from this source. Tests, the demo and the benchmark use it.
//
// A CLI runs without the machine's settings: no credentials, proxies, home
// folder or CLI configuration of the user. So a run does the same on every
// machine.
package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
)

// PathVariable names the CLI to use. Other providers' tests read it too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// The products, as each calls itself in the output of its version command.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// minimum is the oldest version of each product that the provider supports.
var minimum = map[string]string{Terraform: "1.3.0", OpenTofu: "1.6.0"}

// Program is a Terraform or OpenTofu program that was found.
type Program struct {
	Path    string // absolute
	Product string
	Version string // without its pre-release part
}

func (p Program) String() string { return p.Product + " " + p.Version }

// OlderThan compares the version with another one, such as 1.8.0.
func (p Program) OlderThan(version string) bool {
	return slices.Compare(numbers(p.Version), numbers(version)) < 0
}

func numbers(version string) []int {
	var major, minor, patch int
	_, _ = fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
	return []int{major, minor, patch}
}

// Find returns the program that TF_ACC_TERRAFORM_PATH names. If it is unset, it
// returns the first supported one of terraform and tofu on the PATH. If there is
// none, it downloads Terraform, or builds OpenTofu if that is not possible.
func Find(ctx context.Context) (Program, error) {
	if path := os.Getenv(PathVariable); path != "" {
		program, err := inspect(ctx, path)
		if err != nil {
			return program, fmt.Errorf("%s: %w", PathVariable, err)
		}
		return program, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if program, ok := lookPath(ctx, name); ok {
			return program, nil
		}
	}
	program, downloadErr := downloadTerraform(ctx)
	if downloadErr == nil {
		return program, nil
	}
	logf("%v; building OpenTofu instead", downloadErr)
	program, buildErr := openTofuModule.build(ctx)
	if buildErr != nil {
		return program, fmt.Errorf("no Terraform CLI: put terraform or tofu on the PATH, or set %s\n%w",
			PathVariable, errors.Join(downloadErr, buildErr))
	}
	return program, nil
}

// FindOpenTofu returns tofu from the PATH, or builds it.
func FindOpenTofu(ctx context.Context) (Program, error) {
	if program, ok := lookPath(ctx, "tofu"); ok {
		return program, nil
	}
	return openTofuModule.build(ctx)
}

// FindOldest returns the oldest supported Terraform, which it builds.
func FindOldest(ctx context.Context) (Program, error) { return oldestModule.build(ctx) }

// lookPath looks on the PATH for a supported program.
func lookPath(ctx context.Context, name string) (Program, bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Program{}, false
	}
	program, err := inspect(ctx, path)
	if err == nil && program.OlderThan(minimum[program.Product]) {
		err = fmt.Errorf("it is %s", program)
	}
	if err != nil {
		logf("skipping %s on the PATH: %v", name, err)
	}
	return program, err == nil
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\d+\.\d+\.\d+)`)

// inspect runs the version command of a program.
func inspect(ctx context.Context, path string) (Program, error) {
	path, err := filepath.Abs(path) // tests run in the folders of their packages
	if err != nil {
		return Program{}, err
	}
	command := exec.CommandContext(ctx, path, "version")
	// A broken CLI configuration of the user or a missing network must not matter.
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		return Program{}, fmt.Errorf("%s version: %w", path, err)
	}
	match := versionLine.FindStringSubmatch(string(output))
	if match == nil {
		return Program{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: its version command printed %.100q", path, output)
	}
	return Program{Path: path, Product: match[1], Version: match[2]}, nil
}

// Main runs a tool, with a folder that is removed afterwards. An interrupt ends it.
func Main(run func(ctx context.Context, folder string) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	folder, err := os.MkdirTemp("", "tfcli-")
	if err == nil {
		err = run(ctx, folder)
	}
	_ = os.RemoveAll(folder)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, filepath.Base(os.Args[0])+":", err)
		os.Exit(1)
	}
}

// logf writes to standard error: standard output belongs to the commands.
func logf(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "tfcli: "+format+"\n", arguments...)
}
