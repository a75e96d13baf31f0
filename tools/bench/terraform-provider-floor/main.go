// Command terraform-provider-floor is a provider that has one of the real provider's data
// sources, and returns a recorded state. A plan with it takes the time that Terraform
// itself takes: no provider can be faster.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// floor has the settings that are in FLOOR as JSON.
type floor struct {
	tfprotov6.ProviderServer `json:"-"`

	Source string        // the data source's name without the provider's
	State  string        // file with its state in MessagePack
	Sleep  time.Duration // before an answer
}

func main() {
	server := floor{ProviderServer: provider.Server("floor")}
	if err := json.Unmarshal([]byte(os.Getenv("FLOOR")), &server); err != nil {
		log.Fatalf("FLOOR: %v", err)
	}
	err := tf6server.Serve("registry.terraform.io/cloudbackup/floor", func() tfprotov6.ProviderServer { return server })
	if err != nil {
		log.Fatal(err)
	}
}

// GetProviderSchema returns the schema of the one data source, under a name of its own.
func (f floor) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	full, err := f.ProviderServer.GetProviderSchema(ctx, req)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:          &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		DataSourceSchemas: map[string]*tfprotov6.Schema{"floor_" + f.Source: full.DataSourceSchemas["cloudbackup_"+f.Source]},
	}, nil
}

// ReadDataSource returns the recorded state.
func (f floor) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	time.Sleep(f.Sleep)
	state, err := os.ReadFile(f.State)
	return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: state}}, err
}

func (floor) ValidateProviderConfig(_ context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (floor) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (floor) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}
