package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// providerVariable names the folder with the provider, so that the packages of
// one test run don't build it again.
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

// Build builds a main package of this module into a folder.
func Build(ctx context.Context, folder, path string, flags ...string) error {
	target := filepath.Join(folder, filepath.Base(path)+suffix())
	command := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", target}, flags...), path)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", path, err, output)
	}
	return nil
}

// moduleRoot is the folder of this module's go.mod.
func moduleRoot(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", providerModule).Output()
	if err != nil {
		return "", fmt.Errorf("finding the folder of %s: %w", providerModule, err)
	}
	return strings.TrimSpace(string(output)), nil
}

// writeOverrides writes a CLI configuration that takes providers of this
// project, by name, from folders. It needs no init.
func writeOverrides(path string, folders map[string]string) error {
	var b strings.Builder
	b.WriteString("provider_installation {\n  dev_overrides {\n")
	for name, folder := range folders {
		// A configuration's source "cloudbackup/x" belongs to the registry of the CLI.
		for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			fmt.Fprintf(&b, "    %q = %q\n", host+"/cloudbackup/"+name, filepath.ToSlash(folder))
		}
	}
	b.WriteString("  }\n}\n")
	return os.WriteFile(path, []byte(b.String()), 0o600)
}
