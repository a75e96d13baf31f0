package datasources

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

// object is a data source that returns a single object of an API. The object's
// attributes are those of the data source.
type object[T any] struct {
	base
	fields attribute.Fields[T]
	// query takes the arguments and returns what reads the object.
	query func(args *arguments) func(context.Context) (*T, error)
}

// Schema has the arguments and the object's attributes.
func (d *object[T]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	d.schema(ctx, d.fields.Attributes(), resp)
}

// Read reads the object.
func (d *object[T]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.read(ctx, req, resp, func(args *arguments) reader {
		fetch := d.query(args)
		return func(ctx context.Context) (map[string][]byte, error) {
			item, err := fetch(ctx)
			if err != nil {
				return nil, err
			}
			return d.fields.Encode(item)
		}
	})
}
