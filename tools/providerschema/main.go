// Command providerschema prints the provider's schema as JSON, as tfplugindocs
// takes it with --providers-schema.
//
//	providerschema <provider binary>
//
// It asks the Terraform or OpenTofu CLI that TF_ACC_TERRAFORM_PATH names, so that
// the documentation can be made on a machine that has only one of them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

const (
	source = "cloudbackup/cloudbackup"
	// tfplugindocs looks for the provider under this name, whatever its own is.
	documented = "registry.terraform.io/hashicorp/cloudbackup"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: providerschema <provider binary>")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	schema, err := providerSchema(ctx, os.Getenv("TF_ACC_TERRAFORM_PATH"), os.Args[1])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "providerschema:", err)
		os.Exit(1)
	}
	fmt.Println(string(schema))
}

// providerSchema returns the schema of the provider in the binary, as the CLI
// gives it, under the name that tfplugindocs expects.
func providerSchema(ctx context.Context, cli, binary string) (schema []byte, err error) {
	if cli == "" {
		return nil, errors.New("TF_ACC_TERRAFORM_PATH is not set")
	}
	binary, err = filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "providerschema-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	files := map[string]string{
		"main.tf": fmt.Sprintf("terraform {\n  required_providers {\n    cloudbackup = {\n      source = %q\n    }\n  }\n}\n", source),
		// dev_overrides takes the binary as it is: no init, no checksum.
		"terraform.rc": fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n",
			source, filepath.ToSlash(filepath.Dir(binary))),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}

	cmd := exec.CommandContext(ctx, cli, "providers", "schema", "-json")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(folder, "terraform.rc"), "CHECKPOINT_DISABLE=1")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s providers schema: %w\n%s", cli, err, stderr.String())
	}
	return rename(output)
}

// rename gives the one provider of the CLI's answer the name that tfplugindocs
// expects. It refuses an answer without functions: a CLI before Terraform 1.8
// or OpenTofu 1.7 leaves them out, and with them their pages would go.
func rename(answer []byte) ([]byte, error) {
	var document map[string]json.RawMessage
	if err := json.Unmarshal(answer, &document); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	var providers map[string]json.RawMessage
	if err := json.Unmarshal(document["provider_schemas"], &providers); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	if len(providers) != 1 {
		return nil, fmt.Errorf("the schema has %d providers, not one", len(providers))
	}
	for _, provider := range providers {
		var parts struct {
			Functions map[string]json.RawMessage `json:"functions"`
		}
		if err := json.Unmarshal(provider, &parts); err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		if len(parts.Functions) == 0 {
			return nil, errors.New("the schema has no functions: the documentation needs Terraform 1.8, OpenTofu 1.7 or later")
		}
		renamed, err := json.Marshal(map[string]json.RawMessage{documented: provider})
		if err != nil {
			return nil, err
		}
		document["provider_schemas"] = renamed
	}
	return json.Marshal(document)
}
