// Command providerschema prints the provider's schema as tfplugindocs reads it
// with --providers-schema. tfplugindocs would download a Terraform CLI to get it;
// this uses the one that tests use.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

const configuration = `terraform {
  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}
`

// documented is the address under which tfplugindocs looks for the provider.
const documented = "registry.terraform.io/hashicorp/cloudbackup"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	schema, err := providerSchema(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "providerschema:", err)
		os.Exit(1)
	}
	fmt.Println(string(schema))
}

func providerSchema(ctx context.Context) ([]byte, error) {
	program, err := tfcli.Find(ctx)
	if err != nil {
		return nil, err
	}
	provider, err := tfcli.BuildProvider(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "providerschema-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	workspace, err := program.NewWorkspace(folder, map[string]string{"cloudbackup": provider})
	if err != nil {
		return nil, err
	}
	if err := workspace.WriteFile("main.tf", configuration); err != nil {
		return nil, err
	}
	output, err := workspace.Output(ctx, "providers", "schema", "-json")
	if err != nil {
		return nil, err
	}
	return rename([]byte(output))
}

// rename gives the only provider of the CLI's output the address that
// tfplugindocs expects.
func rename(output []byte) ([]byte, error) {
	var document struct {
		FormatVersion   string                     `json:"format_version"`
		ProviderSchemas map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal(output, &document); err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	if len(document.ProviderSchemas) != 1 {
		return nil, fmt.Errorf("the schema has %d providers instead of one", len(document.ProviderSchemas))
	}
	for address, provider := range document.ProviderSchemas {
		var parts struct{ Functions map[string]any }
		if err := json.Unmarshal(provider, &parts); err != nil {
			return nil, fmt.Errorf("reading the schema of %s: %w", address, err)
		}
		if len(parts.Functions) == 0 {
			// Their pages would be deleted.
			return nil, errors.New("the schema has no functions: use Terraform 1.8 or OpenTofu 1.7 or later")
		}
		document.ProviderSchemas = map[string]json.RawMessage{documented: provider}
	}
	return json.Marshal(document)
}
