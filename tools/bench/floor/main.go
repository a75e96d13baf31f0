// Command floor is a Terraform provider that does nothing: its one data source,
// floor_items, answers with FLOOR_ITEMS items that are ready-made. Their
// attributes are the letters of FLOOR_ATTRIBUTES: t is a text, n a number, b a
// boolean. How long a plan takes with it is what Terraform itself takes, and no
// provider can be faster.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	items, err := strconv.ParseUint(os.Getenv("FLOOR_ITEMS"), 10, 32)
	if err != nil {
		log.Fatalf("FLOOR_ITEMS: %v", err)
	}
	server := floor{items: uint32(items), attributes: os.Getenv("FLOOR_ATTRIBUTES")}
	err = tf6server.Serve("registry.terraform.io/cloudbackup/floor", func() tfprotov6.ProviderServer { return server })
	if err != nil {
		log.Fatal(err)
	}
}

var samples = map[rune]tftypes.Value{
	't': tftypes.NewValue(tftypes.String, "text of an item"),
	'n': tftypes.NewValue(tftypes.Number, 1_583_740_896_000),
	'b': tftypes.NewValue(tftypes.Bool, true),
}

// floor has what Terraform calls for a data source, and nothing else.
type floor struct {
	tfprotov6.ProviderServer
	items      uint32
	attributes string
}

func (f floor) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	item := &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeList}
	for i, letter := range f.attributes {
		item.Attributes = append(item.Attributes, &tfprotov6.SchemaAttribute{Name: name(i), Type: samples[letter].Type(), Computed: true})
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		DataSourceSchemas: map[string]*tfprotov6.Schema{"floor_items": {Block: &tfprotov6.SchemaBlock{
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "items", NestedType: item, Computed: true}},
		}}},
	}, nil
}

// ReadDataSource writes the same item as often as is wanted, in MessagePack.
func (f floor) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	kind := tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}
	values := map[string]tftypes.Value{}
	for i, letter := range f.attributes {
		kind.AttributeTypes[name(i)] = samples[letter].Type()
		values[name(i)] = samples[letter]
	}
	item, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		return nil, err
	}
	const object, text, list = "\x81", "\xa5", "\xdd" // of one attribute, of five bytes, of a number that follows
	state := binary.BigEndian.AppendUint32([]byte(object+text+"items"+list), f.items)
	return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{
		MsgPack: slices.Concat(state, bytes.Repeat(item.MsgPack, int(f.items))),
	}}, nil
}

// name is as long as the attributes of a backup plan are on average.
func name(i int) string { return fmt.Sprintf("attribute_of_an_item_%02d", i) }

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

func (floor) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}
