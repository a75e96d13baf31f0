package tfcli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// terraformVersion is downloaded if there is no CLI on the PATH.
const terraformVersion = "1.15.6"

// releases is HashiCorp's server of releases; tests replace it.
var releases = "https://releases.hashicorp.com"

// module is a CLI that is built from its Go module. "go install" refuses it,
// because its go.mod has a replace directive, but the module builds from the
// module cache.
type module struct {
	product, path, version string
	main                   string // the main package, relative to the module
	ldflags                string // as in the product's own releases
}

var (
	openTofuModule = module{OpenTofu, "github.com/opentofu/opentofu", "v1.12.6", "./cmd/tofu", "-s -w -X github.com/opentofu/opentofu/version.dev=no"}
	// The last release of the oldest supported minor version. It builds with a
	// current Go; Terraform 1.4 and later don't.
	oldestModule = module{Terraform, "github.com/hashicorp/terraform", "v1.3.10", ".", "-s -w"}
)

// downloadTerraform downloads Terraform with hc-install, which verifies the
// checksum and its signature, unless an earlier run did.
func downloadTerraform(ctx context.Context) (Program, error) {
	return cached(ctx, Terraform, terraformVersion, func(folder string) error {
		// hc-install would try for minutes on a machine without internet access.
		client := http.Client{Timeout: 10 * time.Second}
		response, err := client.Head(releases + "/terraform/" + terraformVersion + "/") //nolint:noctx // It has a timeout.
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		root, err := moduleRoot(ctx)
		if err != nil {
			return err
		}
		logf("downloading Terraform %s", terraformVersion)
		_, err = goCommand(ctx, root, "tool", "-modfile=tools/develop/go.mod", "hc-install",
			"install", "-version", terraformVersion, "-path", folder, "terraform")
		return err
	})
}

// build builds the program with the Go toolchain, unless an earlier run did.
func (m module) build(ctx context.Context) (Program, error) {
	return cached(ctx, m.product, m.version, func(folder string) error {
		logf("building %s %s from its Go module, once: this takes some minutes", m.product, m.version)
		// Not in this module: its go.sum doesn't have what a CLI needs.
		if _, err := goCommand(ctx, os.TempDir(), "mod", "download", m.path+"@"+m.version); err != nil {
			return err
		}
		modules, err := goCommand(ctx, os.TempDir(), "env", "GOMODCACHE")
		if err != nil {
			return err
		}
		source := filepath.Join(modules, filepath.FromSlash(m.path+"@"+m.version))
		_, err = goCommand(ctx, os.TempDir(), "build", "-C", source, "-ldflags", m.ldflags, "-o", folder+"/", m.main)
		return err
	})
}

// goCommand runs the go command and returns what it prints. Its messages are shown.
func goCommand(ctx context.Context, folder string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", arguments[0], err)
	}
	return strings.TrimSpace(string(output)), nil
}

// cached returns the program in a folder of the user's cache. If it isn't there,
// install writes it into another folder, which is then renamed: an interrupted
// installation leaves no broken program.
func cached(ctx context.Context, product, version string, install func(folder string) error) (Program, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Program{}, err
	}
	folder := filepath.Join(cache, "terraform-provider-cloudbackup", strings.ToLower(product)+"-"+version)
	path := filepath.Join(folder, map[string]string{Terraform: "terraform", OpenTofu: "tofu"}[product])
	if program, err := inspect(ctx, path); err == nil {
		return program, nil
	}
	partial := fmt.Sprintf("%s-partial-%d", folder, os.Getpid())
	if err := os.MkdirAll(partial, 0o750); err != nil {
		return Program{}, err
	}
	defer func() { _ = os.RemoveAll(partial) }()
	if err := install(partial); err != nil {
		return Program{}, fmt.Errorf("installing %s %s: %w", product, version, err)
	}
	if err := errors.Join(os.RemoveAll(folder), os.Rename(partial, folder)); err != nil {
		return Program{}, err
	}
	return inspect(ctx, path)
}
