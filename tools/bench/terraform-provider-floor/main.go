// Command terraform-provider-floor is a provider whose one data source,
// floor_items, returns ready-made items. A plan with it takes the time that
// Terraform itself takes: no provider can be faster.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"log"
	"os"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// floor implements the calls that a data source needs. FLOOR has it as JSON.
type floor struct {
	tfprotov6.ProviderServer `json:"-"`

	Items uint32
	Types map[string]string // of each attribute of an item
	Sleep time.Duration     // before an answer
}

func main() {
	var server floor
	if err := json.Unmarshal([]byte(os.Getenv("FLOOR")), &server); err != nil {
		log.Fatalf("FLOOR: %v", err)
	}
	err := tf6server.Serve("registry.terraform.io/cloudbackup/floor", func() tfprotov6.ProviderServer { return server })
	if err != nil {
		log.Fatal(err)
	}
}

var samples = map[string]tftypes.Value{
	"string": tftypes.NewValue(tftypes.String, "value of an item"),
	"number": tftypes.NewValue(tftypes.Number, 1_583_740_896_000),
	"bool":   tftypes.NewValue(tftypes.Bool, true),
}

func (f floor) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	item := &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeList}
	for name, typ := range f.Types {
		item.Attributes = append(item.Attributes, &tfprotov6.SchemaAttribute{Name: name, Type: samples[typ].Type(), Computed: true})
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		DataSourceSchemas: map[string]*tfprotov6.Schema{"floor_items": {Block: &tfprotov6.SchemaBlock{
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "items", NestedType: item, Computed: true}},
		}}},
	}, nil
}

// ReadDataSource returns copies of one item, in MessagePack.
func (f floor) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	time.Sleep(f.Sleep)
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	values := map[string]tftypes.Value{}
	for name, attribute := range f.Types {
		typ.AttributeTypes[name] = samples[attribute].Type()
		values[name] = samples[attribute]
	}
	item, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		return nil, err
	}
	const object, key, list = "\x81", "\xa5", "\xdd" // one attribute, five bytes, 32 bits of length
	state := binary.BigEndian.AppendUint32([]byte(object+key+"items"+list), f.Items)
	return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{
		MsgPack: slices.Concat(state, bytes.Repeat(item.MsgPack, int(f.Items))),
	}}, nil
}

func (floor) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
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
