package datasources

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema has the data source's arguments, and what every list gives.
func (d *list[T]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := maps.Clone(d.arguments)
	attributes["summary_only"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("Whether to leave the lists of items (`%s` and the like) null and give the counts and the latest items alone. A drift check's plan output stays small so.", d.attribute),
	}
	attributes["timeouts"] = timeoutsAttribute(ctx)

	attributes[d.attribute] = schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: fmt.Sprintf("The %s. Null with `summary_only`.", d.subject),
		NestedObject:        schema.NestedAttributeObject{Attributes: d.table.Attributes()},
	}
	attributes["ids"] = textsAttribute("The ids of the listed items, in the same order. Null with `summary_only`.")
	if d.names != nil {
		attributes["names"] = textsAttribute("The names of the listed items, in the same order. Null with `summary_only`.")
	}
	attributes["total_count"] = schema.Int64Attribute{
		Computed:            true,
		MarkdownDescription: "How many items the API says match the filters that are sent to it; null if it doesn't say.",
	}
	attributes["counts_by_status"] = schema.MapAttribute{
		Computed:            true,
		ElementType:         types.Int64Type,
		MarkdownDescription: fmt.Sprintf("Number of listed items by status, with 0 for each documented status that none has: %s. Items without a status are counted under an empty text.", codes(d.statuses)),
	}
	attributes["complete"] = schema.BoolAttribute{
		Computed:            true,
		MarkdownDescription: "Whether the list was proven to be all that the cloud had at one moment. When it is false there is a warning too, with the numbers.",
	}
	if d.latest != nil {
		attributes["latest"] = schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The newest of the listed items, whatever its status and whatever the list's order; null if there are none.",
			Attributes:          d.table.Attributes(),
		}
		attributes["latest_successful"] = schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("The newest of the listed items whose status is `%s`; null if there is none.", d.latest.successful),
			Attributes:          d.table.Attributes(),
		}
		attributes["latest_successful_time"] = schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("`%s` of `latest_successful`, RFC 3339, UTC; null if there is none. `provider::cloudbackup::older_than` takes it as it is.", d.latest.time),
		}
	}
	resp.Schema = schema.Schema{MarkdownDescription: d.description, Attributes: attributes}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "How long the read of the list may take, all pages and retries included, as a duration like `30s`; `5m` by default.",
	})
	// The package has no option for the description of the whole.
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "Limits of time."
		return nested
	}
	return attribute
}

func textsAttribute(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// textArgument is an optional text. An empty one is refused: it would not be
// sent, and so would filter nothing.
func textArgument(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          append([]validator.String{stringvalidator.LengthAtLeast(1)}, validators...),
	}
}

// choiceArgument is an optional text of a few values, or of one.
func choiceArgument(description string, values []string, validators ...validator.String) schema.StringAttribute {
	return textArgument(fmt.Sprintf("%s %s.", description, oneOf(values)), append(validators, stringvalidator.OneOf(values...))...)
}

func requiredArgument(description string, validators ...validator.String) schema.StringAttribute {
	argument := textArgument(description, validators...)
	argument.Optional, argument.Required = false, true
	return argument
}

// regionArgument shows where was read also where the provider said so.
func regionArgument() schema.StringAttribute {
	argument := textArgument("Region to read; it chooses the endpoint too. The provider's by default.", isRegion)
	argument.Computed = true
	return argument
}

func nameRegexArgument() schema.StringAttribute {
	return textArgument("Regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) that the names of the listed items match. Applied to what the API gives.", isPattern{})
}

func timeArgument(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		CustomType:          timetypes.RFC3339Type{},
		MarkdownDescription: description + " RFC 3339, such as `2026-01-31T00:00:00Z`. Items without that time are left out. Applied to what the API gives.",
	}
}

func pageSizeArgument(allowed string, validators ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: fmt.Sprintf("How many items to ask for at once: %s, %d by default. All pages are read whatever it is.", allowed, defaultPageSize),
		Validators:          validators,
	}
}

// defaultPageSize is the largest that all three operations take.
const defaultPageSize = 100

var anyPageSize = int64validator.Between(1, 100)

func oneOf(values []string) string {
	if len(values) == 1 {
		return "Only " + codes(values)
	}
	return "One of " + codes(values)
}

// codes lists values as code.
func codes(values []string) string {
	return "`" + strings.Join(values, "`, `") + "`"
}
