package tfcli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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
	openTofuModule = module{
		product: OpenTofu, path: "github.com/opentofu/opentofu", version: "v1.12.6",
		main: "./cmd/tofu", ldflags: "-s -w -X github.com/opentofu/opentofu/version.dev=no",
	}
	// The last release of the oldest supported minor version. It builds with a
	// current Go; Terraform 1.4 and later don't.
	oldestModule = module{
		product: Terraform, path: "github.com/hashicorp/terraform", version: "v1.3.10",
		main: ".", ldflags: "-s -w",
	}
)

// downloadTerraform downloads Terraform with hc-install, which verifies the
// checksum and its signature, unless an earlier run did.
func downloadTerraform(ctx context.Context) (Program, error) {
	return cached(ctx, Terraform, terraformVersion, func(folder string) error {
		if err := reachable(ctx, releases+"/terraform/"+terraformVersion+"/"); err != nil {
			return fmt.Errorf("downloading Terraform: %w", err)
		}
		root, err := moduleRoot(ctx)
		if err != nil {
			return err
		}
		logf("downloading Terraform %s", terraformVersion)
		command := exec.CommandContext(ctx, "go", "tool", "-modfile=tools/develop/go.mod", "hc-install",
			"install", "-version", terraformVersion, "-path", folder, "terraform")
		command.Dir = root
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("downloading Terraform: %w\n%s", err, output)
		}
		return nil
	})
}

// reachable sends one request with a short timeout. hc-install would try for
// minutes on a machine without internet access.
func reachable(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// build builds the program with the Go toolchain, unless an earlier run did.
func (m module) build(ctx context.Context) (Program, error) {
	return cached(ctx, m.product, m.version, func(folder string) error {
		logf("building %s %s from its Go module, once: this takes some minutes", m.product, m.version)
		source, err := m.download(ctx)
		if err != nil {
			return err
		}
		if _, err := goCommand(ctx, "build", "-C", source, "-ldflags", m.ldflags, "-o", executable(folder, m.product), m.main); err != nil {
			return fmt.Errorf("building %s %s: %w", m.product, m.version, err)
		}
		return nil
	})
}

// download puts the module's source into the module cache and returns its folder.
func (m module) download(ctx context.Context) (string, error) {
	output, err := goCommand(ctx, "mod", "download", "-json", m.path+"@"+m.version)
	var answer struct{ Dir, Error string }
	if parseErr := json.Unmarshal(output, &answer); parseErr != nil {
		err = errors.Join(err, parseErr)
	}
	if answer.Error != "" {
		err = errors.New(answer.Error)
	}
	if err != nil {
		return "", fmt.Errorf("downloading the source of %s %s: %w", m.product, m.version, err)
	}
	return answer.Dir, nil
}

// goCommand runs the go command outside of any module and for this machine,
// and returns its standard output.
func goCommand(ctx context.Context, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = os.TempDir()
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	command.Stderr = os.Stderr
	return command.Output()
}

// cached returns the program in a folder of the user's cache. If it isn't there,
// install writes it into another folder, which is then renamed: an interrupted
// installation leaves no broken program.
func cached(ctx context.Context, product, version string, install func(folder string) error) (Program, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return Program{}, fmt.Errorf("no folder for a CLI: %w", err)
	}
	parent := filepath.Join(cache, "terraform-provider-cloudbackup")
	folder := filepath.Join(parent, strings.ToLower(product)+"-"+version)
	if program, err := inspect(ctx, executable(folder, product)); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return Program{}, err
	}
	partial, err := os.MkdirTemp(parent, "partial-")
	if err != nil {
		return Program{}, err
	}
	defer func() { _ = os.RemoveAll(partial) }()
	if err := install(partial); err != nil {
		return Program{}, err
	}
	if err := errors.Join(os.RemoveAll(folder), os.Rename(partial, folder)); err != nil {
		return Program{}, err
	}
	return inspect(ctx, executable(folder, product))
}

// executable is the path of a product's program in a folder.
func executable(folder, product string) string {
	name := "terraform"
	if product == OpenTofu {
		name = "tofu"
	}
	return filepath.Join(folder, name+suffix())
}

func suffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
