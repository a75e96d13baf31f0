package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// terraformVersion is downloaded where no CLI is on the PATH.
const terraformVersion = "1.15.6"

// module is a CLI that can be built from its Go module. It can't be had by go
// install, which refuses a module whose go.mod has a replace directive.
type module struct {
	name    string // for messages
	path    string
	version string
	main    string // the main package, relative to the module
	binary  string
	ldflags string // what the product's own releases set
}

var (
	openTofuModule = module{
		name: "OpenTofu", path: "github.com/opentofu/opentofu", version: "v1.12.6",
		main: "./cmd/tofu", binary: "tofu",
		ldflags: "-s -w -X github.com/opentofu/opentofu/version.dev=no",
	}
	// The last of the oldest minor version that the provider supports. It
	// builds from its module with a current Go; Terraform 1.4 and later don't.
	oldestModule = module{
		name: "Terraform", path: "github.com/hashicorp/terraform", version: "v1.3.10",
		main: ".", binary: "terraform",
		ldflags: "-s -w",
	}
)

// downloadTerraform downloads Terraform from HashiCorp's releases, which
// hc-install verifies by checksum and signature, unless it was before.
func downloadTerraform(ctx context.Context) (cli, error) {
	folder, err := cacheFolder("terraform-v" + terraformVersion)
	if err != nil {
		return cli{}, err
	}
	if found, err := inspect(ctx, filepath.Join(folder, product.Terraform.BinaryName())); err == nil {
		return found, nil
	}
	// It is unpacked next to where it belongs and then renamed, so that a
	// download that was cut short is never taken for a CLI.
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return cli{}, err
	}
	partial, err := os.MkdirTemp(parent, "partial-")
	if err != nil {
		return cli{}, err
	}
	defer removeAll(partial)

	logf("downloading Terraform v%s", terraformVersion)
	release := &releases.ExactVersion{
		Product:    product.Terraform,
		Version:    version.Must(version.NewVersion(terraformVersion)),
		InstallDir: partial,
		Timeout:    5 * time.Minute,
		HTTPClient: impatientClient(),
	}
	if _, err := release.Install(ctx); err != nil {
		return cli{}, fmt.Errorf("downloading Terraform: %w", err)
	}
	removeAll(folder)
	if err := os.Rename(partial, folder); err != nil {
		return cli{}, err
	}
	return inspect(ctx, filepath.Join(folder, product.Terraform.BinaryName()))
}

// impatientClient gives up soon on a server that can't be reached, so that a
// machine without internet goes on to the next way, but has time for the body.
func impatientClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: 10 * time.Second,
		ForceAttemptHTTP2:     true,
	}}
}

func buildOpenTofu(ctx context.Context) (cli, error) { return openTofuModule.build(ctx) }

func buildOldest(ctx context.Context) (cli, error) { return oldestModule.build(ctx) }

// build builds the module's program with the Go toolchain, unless it was before.
func (m module) build(ctx context.Context) (cli, error) {
	folder, err := cacheFolder(strings.ToLower(m.name) + "-" + m.version)
	if err != nil {
		return cli{}, err
	}
	target := filepath.Join(folder, m.binary+executableSuffix())
	if found, err := inspect(ctx, target); err == nil {
		return found, nil
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return cli{}, err
	}
	partial, err := os.MkdirTemp(folder, "partial-")
	if err != nil {
		return cli{}, err
	}
	defer removeAll(partial)

	logf("building %s %s from its Go module, once: some minutes", m.name, m.version)
	stop := reportProgress(m.name)
	defer stop()
	source, err := m.download(ctx)
	if err != nil {
		return cli{}, err
	}
	built := filepath.Join(partial, filepath.Base(target))
	if _, err := goCommand(ctx, "build", "-C", source, "-ldflags", m.ldflags, "-o", built, m.main); err != nil {
		return cli{}, fmt.Errorf("building %s %s: %w", m.name, m.version, err)
	}
	// The rename makes it whole or not there, also when two builds race.
	if err := os.Rename(built, target); err != nil {
		return cli{}, err
	}
	return inspect(ctx, target)
}

// download puts the module's source into the module cache and returns where it is.
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
		return "", fmt.Errorf("downloading the source of %s %s: %w", m.name, m.version, err)
	}
	return answer.Dir, nil
}

// goCommand runs the go command outside of any module and for this machine,
// whatever the caller's build is for, and returns its standard output.
func goCommand(ctx context.Context, arguments ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = os.TempDir()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

// reportProgress says every half minute that the work goes on, until stopped.
func reportProgress(name string) (stop func()) {
	start := time.Now()
	ticker := time.NewTicker(30 * time.Second)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				logf("still building %s, for %s now", name, time.Since(start).Round(time.Second))
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}

// cacheFolder is the folder, in the user's cache, that keeps the named CLI.
func cacheFolder(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place to keep a CLI: %w", err)
	}
	return filepath.Join(cache, "terraform-provider-cloudbackup", name), nil
}

func removeAll(path string) {
	if err := os.RemoveAll(path); err != nil {
		logf("leaving %s behind: %v", path, err)
	}
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
