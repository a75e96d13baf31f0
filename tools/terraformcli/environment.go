package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Variables that would let a test on one machine do something else than on
// another: credentials and endpoints of the two clouds, settings of Terraform,
// proxies and certificate authorities.
var (
	droppedPrefixes = []string{
		"ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "DBS_",
		"HW_", "OS_", "HUAWEICLOUD_",
		"TF_", "XDG_",
	}
	droppedNames = []string{
		"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
		"SSL_CERT_FILE", "SSL_CERT_DIR",
		"DEBUG", // the Alibaba Cloud runtime prints credentials with DEBUG=dara
	}
	// What someone sets to look into the acceptance tests is let through.
	keptPrefixes = []string{"TF_ACC_LOG", "TF_ACC_PERSIST_WORKING_DIR"}
)

// testEnvironment is the environment of the acceptance tests with the CLI. It
// writes a CLI configuration into home, which becomes the home folder.
func testEnvironment(ctx context.Context, found cli, home string) ([]string, error) {
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return dropped(strings.ToUpper(name))
	})
	// Go keeps its caches in the home folder unless told where they are.
	output, err := goCommand(ctx, "env", "-json", "GOPATH", "GOCACHE", "GOMODCACHE", "GOENV")
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	goSettings := make(map[string]string)
	if err := json.Unmarshal(output, &goSettings); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	for name, value := range goSettings {
		environment = append(environment, name+"="+value)
	}

	// A configuration of its own keeps a broken ~/.terraformrc, dev_overrides
	// and mirrors out. No provider is to be installed from anywhere, so it
	// names an empty mirror.
	mirror := filepath.Join(home, "no-providers")
	configuration := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	configurationFile := filepath.Join(home, "terraform.rc")
	if err := os.Mkdir(mirror, 0o750); err != nil {
		return nil, err
	}
	if err := os.WriteFile(configurationFile, []byte(configuration), 0o600); err != nil {
		return nil, err
	}

	host := "registry.terraform.io"
	if found.product == openTofu {
		host = "registry.opentofu.org"
	}
	return append(environment,
		"HOME="+home,
		"USERPROFILE="+home,
		"CHECKPOINT_DISABLE=1",
		"TF_CLI_CONFIG_FILE="+configurationFile,
		"TF_ACC=1",
		"TF_ACC_TERRAFORM_PATH="+found.path,
		"TF_ACC_PROVIDER_HOST="+host,
		"TF_ACC_PROVIDER_NAMESPACE=cloudbackup",
	), nil
}

// dropped tells whether a variable, by its name in upper case, is left out.
func dropped(name string) bool {
	hasPrefix := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	if slices.ContainsFunc(keptPrefixes, hasPrefix) {
		return false
	}
	return slices.Contains(droppedNames, name) || slices.ContainsFunc(droppedPrefixes, hasPrefix)
}
