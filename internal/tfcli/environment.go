package tfcli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// Variables that would change what a test does: credentials and endpoints of the
// two clouds, settings of Terraform, proxies and certificate authorities.
var (
	droppedPrefixes = []string{
		"ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_", "DBS_", "STS_",
		"HW_", "OS_", "HUAWEICLOUD_", "HC_",
		"TF_", "XDG_",
	}
	droppedNames = []string{
		"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
		"DEBUG", // Alibaba Cloud's libraries log credentials with DEBUG=dara
	}
)

// environment is the machine's environment without such variables, and with
// another home folder.
func environment(home string) []string {
	kept := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		name = strings.ToUpper(name)
		return slices.Contains(droppedNames, name) ||
			slices.ContainsFunc(droppedPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	})
	return append(kept, "HOME="+home, "USERPROFILE="+home, "CHECKPOINT_DISABLE=1")
}

// TestEnvironment is the environment of a command that runs tests with the
// program and with the provider in a folder.
func (p Program) TestEnvironment(ctx context.Context, home, provider string) ([]string, error) {
	// The go command would look for its caches in the new home folder.
	output, err := exec.CommandContext(ctx, "go", "env", "-json", "GOPATH", "GOCACHE", "GOMODCACHE", "GOENV").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	settings := make(map[string]string)
	if err := json.Unmarshal(output, &settings); err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	env := environment(home)
	for name, value := range settings {
		env = append(env, name+"="+value)
	}
	return append(env, "TF_ACC=1", PathVariable+"="+p.Path, providerVariable+"="+provider), nil
}
