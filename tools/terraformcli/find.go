package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/hashicorp/go-version"
)

// The products, as each calls itself in the first line of its version command.
const (
	terraform = "Terraform"
	openTofu  = "OpenTofu"
)

// minimum is the oldest version of each product that the provider supports.
var minimum = map[string]*version.Version{
	terraform: version.Must(version.NewVersion("1.3.0")),
	openTofu:  version.Must(version.NewVersion("1.6.0")),
}

// cli is a Terraform or OpenTofu program that was found to run.
type cli struct {
	path    string
	product string
	version *version.Version
}

func (c cli) String() string {
	return fmt.Sprintf("%s v%s", c.product, c.version)
}

// supported tells whether the provider supports the program's version.
func (c cli) supported() bool {
	return c.version.Core().GreaterThanOrEqual(minimum[c.product])
}

// findAny returns the CLI that TF_ACC_TERRAFORM_PATH names, or the first of
// terraform and tofu on the PATH that is supported, or one that it gets itself.
func findAny(ctx context.Context) (cli, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		found, err := inspect(ctx, path)
		if err != nil {
			return cli{}, fmt.Errorf("TF_ACC_TERRAFORM_PATH: %w", err)
		}
		return found, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, ok := lookPath(ctx, name, terraform, openTofu); ok {
			return found, nil
		}
	}
	found, downloadErr := downloadTerraform(ctx)
	if downloadErr == nil {
		return found, nil
	}
	logf("Terraform can't be downloaded, OpenTofu is next: %v", downloadErr)
	found, buildErr := buildOpenTofu(ctx)
	if buildErr != nil {
		return cli{}, fmt.Errorf("no Terraform CLI: put terraform or tofu on the PATH, or name one in TF_ACC_TERRAFORM_PATH\n%w",
			errors.Join(downloadErr, buildErr))
	}
	return found, nil
}

// findOpenTofu returns tofu on the PATH if it is supported, or builds it.
func findOpenTofu(ctx context.Context) (cli, error) {
	if found, ok := lookPath(ctx, "tofu", openTofu); ok {
		return found, nil
	}
	return buildOpenTofu(ctx)
}

// lookPath looks for a supported program of one of the products on the PATH. A
// program that doesn't serve is passed over with a line that says so: unlike
// one that is named, nobody asked for it.
func lookPath(ctx context.Context, name string, products ...string) (cli, bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return cli{}, false
	}
	found, err := inspect(ctx, path)
	if err != nil {
		logf("passing over %s on the PATH: %v", name, err)
		return cli{}, false
	}
	for _, product := range products {
		if found.product == product && found.supported() {
			return found, true
		}
	}
	logf("passing over %s on the PATH: it is %s", name, found)
	return cli{}, false
}

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)

// inspect runs a program's version command to learn what it is. The path that
// it returns is absolute, as tests run in their packages' folders.
func inspect(ctx context.Context, path string) (cli, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return cli{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "version")
	// The user's CLI configuration may be broken, and the check for a newer
	// version needs a network; neither says anything about the program.
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+os.DevNull, "CHECKPOINT_DISABLE=1")
	cmd.WaitDelay = time.Second
	output, err := cmd.Output()
	if err != nil {
		return cli{}, fmt.Errorf("%s version: %w", path, err)
	}
	match := versionLine.FindSubmatch(output)
	if match == nil {
		return cli{}, fmt.Errorf("%s version says neither Terraform nor OpenTofu: %.100q", path, output)
	}
	number, err := version.NewVersion(string(match[2]))
	if err != nil {
		return cli{}, fmt.Errorf("%s version: %w", path, err)
	}
	return cli{path: path, product: string(match[1]), version: number}, nil
}
