package datasources

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// list is a data source that returns a list of an API's items. Fields that are not set
// leave out what they are for.
type list[T any] struct {
	base
	// scope is the required argument that the items belong to, for the warning.
	scope string
	// attribute is the name of the list of items, and fields are the items' attributes.
	attribute string
	fields    attribute.Fields[T]
	// key is unique among the items. Items that are equal in order are sorted by it.
	key func(*T) string
	// id and name are the items' values of the attributes ids and names.
	id, name func(*T) apijson.String
	// status, and its documented values, for counts_by_status.
	status   func(*T) apijson.String
	statuses []string
	// order sorts the items, unless a query has an order of its own.
	order order[T]
	// computed are further attributes that follow from the items.
	computed []computed[T]
	// paginated is whether the API has pages. Such a list can be long, and so has
	// summary_only.
	paginated bool
	// query takes the arguments and says what to read.
	query func(args *arguments) query[T]
}

// query is one read of a list.
type query[T any] struct {
	fetch func(ctx context.Context, clouds *Clouds, region string) (listing.List[T], error)
	// filter, if set, is whether an item is listed. An error means that the filter
	// can't be applied to the item.
	filter func(*T) (bool, error)
	// order, if set, replaces the list's own.
	order order[T]
}

// Schema has the arguments, and what every list returns.
func (d *list[T]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	null := ""
	if d.paginated {
		null = " Null if `summary_only` is set."
	}
	attributes := map[string]schema.Attribute{
		d.attribute: schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: fmt.Sprintf("The %s.%s", d.subject, null),
			NestedObject:        schema.NestedAttributeObject{Attributes: d.fields.Attributes()},
		},
		"total_count": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number of items that the API reports, before filters that the provider applies. Null if the API does not report it.",
		},
		"complete": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the provider verified that the list is complete. If false, the provider also issues a warning with details.",
		},
	}
	if d.paginated {
		attributes["summary_only"] = schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("Whether to omit the item lists (`%s`, `ids` and, if present, `names`), so that the plan and the state stay small. Default: `false`.", d.attribute),
		}
	}
	if d.id != nil {
		attributes["ids"] = stringsAttribute("IDs of the listed items, in the order of the list." + null)
	}
	if d.name != nil {
		attributes["names"] = stringsAttribute("Names of the listed items, in the order of the list." + null)
	}
	if d.status != nil {
		attributes["counts_by_status"] = schema.MapAttribute{
			Computed:            true,
			ElementType:         types.Int64Type,
			MarkdownDescription: fmt.Sprintf("Number of listed items per status. Documented statuses are always present: %s. Items without a status are counted under an empty string.", codes(d.statuses)),
		}
	}
	for _, c := range d.computed {
		attributes[c.name] = c.attribute
	}
	resp.Schema = d.schema(ctx, attributes)
}

func stringsAttribute(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Read reads the list.
func (d *list[T]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.read(ctx, req, resp, func(args *arguments) reader {
		query := d.query(args)
		scope := ""
		if d.scope != "" {
			scope = fmt.Sprintf(" for %s %s", d.scope, args.string(d.scope))
		}
		full := !d.paginated || !args.bool("summary_only", false)
		return func(ctx context.Context, region string) (state, error) {
			list, err := query.fetch(ctx, d.clouds, region)
			if err != nil {
				return state{}, err
			}
			items, err := d.selectItems(list.Items, query)
			if err != nil {
				return state{}, err
			}
			result, err := d.state(items, list, full)
			if !list.Complete {
				result.warning = d.incomplete(list, region, scope)
			}
			return result, err
		}
	})
}

// incomplete is the warning about a list that was not verified.
func (d *list[T]) incomplete(list listing.List[T], region, scope string) [2]string {
	return [2]string{
		fmt.Sprintf("The list of %s may be incomplete", d.subject),
		fmt.Sprintf("The list%s in %s could not be verified as complete: %s. It is returned with complete = false.\n\n"+
			"If items were added or removed during the read, reading again helps. If the warning persists, the total count of the API is wrong. "+
			"To fail instead, add a postcondition on complete. See %s", scope, region, list.Mismatch, completenessURL),
	}
}

const completenessURL = "https://registry.terraform.io/providers/cloudbackup/cloudbackup/latest/docs/guides/completeness"

// selectItems filters and sorts. The order is total: the same items result in the same
// list, in whatever order the API returned them.
func (d *list[T]) selectItems(all []T, query query[T]) ([]*T, error) {
	items := make([]*T, 0, len(all))
	for i := range all {
		if query.filter != nil {
			listed, err := query.filter(&all[i])
			if err != nil {
				return nil, d.filterError(&all[i], err)
			}
			if !listed {
				continue
			}
		}
		items = append(items, &all[i])
	}
	order := query.order
	if order == nil {
		order = d.order
	}
	slices.SortFunc(items, order.then(d.key))
	return items, nil
}

// filterError names the item. What comes from the item is fit to show.
func (d *list[T]) filterError(item *T, err error) error {
	id := d.key(item)
	if d.id != nil {
		id = d.id(item).Value
	}
	shown := fmt.Errorf("%s", d.clouds.Secrets.Show(fmt.Sprintf("item %s: %v", id, err), maxShown))
	if argument, ok := err.(*argumentError); ok { //nolint:errorlint // The filter returns it as it is.
		return &argumentError{argument.argument, shown}
	}
	return shown
}

// maxShown is how many characters of an item's value an error shows.
const maxShown = 400

// state has the values of all computed attributes.
func (d *list[T]) state(items []*T, list listing.List[T], full bool) (state, error) {
	result := state{raw: map[string][]byte{}, values: map[string]tftypes.Value{
		d.attribute: tftypes.NewValue(tftypes.List{ElementType: d.fields.Type()}, nil),
		"complete":  tftypes.NewValue(tftypes.Bool, list.Complete),
	}}
	var total any
	if list.Total != nil {
		total = *list.Total
	}
	result.values["total_count"] = tftypes.NewValue(tftypes.Number, total)
	if d.id != nil {
		result.values["ids"] = stringsValue(full, items, d.id)
	}
	if d.name != nil {
		result.values["names"] = stringsValue(full, items, d.name)
	}
	if d.status != nil {
		result.values["counts_by_status"] = d.counts(items)
	}
	for _, c := range d.computed {
		value, err := c.value(items)
		if err != nil {
			return state{}, err
		}
		result.values[c.name] = value
	}
	if !full {
		return result, nil
	}
	encoded, err := d.fields.EncodeList(items)
	result.raw[d.attribute] = encoded
	return result, err
}

// counts is the number of items of each status. Documented statuses are always in it.
func (d *list[T]) counts(items []*T) tftypes.Value {
	counts := make(map[string]int64, len(d.statuses))
	for _, status := range d.statuses {
		counts[status] = 0
	}
	for _, item := range items {
		counts[d.status(item).Value]++
	}
	values := make(map[string]tftypes.Value, len(counts))
	for status, count := range counts {
		values[status] = tftypes.NewValue(tftypes.Number, count)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, values)
}

// stringsValue is a list of one string per item, or null.
func stringsValue[T any](full bool, items []*T, get func(*T) apijson.String) tftypes.Value {
	typ := tftypes.List{ElementType: tftypes.String}
	if !full {
		return tftypes.NewValue(typ, nil)
	}
	values := make([]tftypes.Value, len(items))
	for i, item := range items {
		s := get(item)
		values[i] = stringValue(s.Value, s.Valid)
	}
	return tftypes.NewValue(typ, values)
}

func stringValue(s string, valid bool) tftypes.Value {
	if !valid {
		return tftypes.NewValue(tftypes.String, nil)
	}
	return tftypes.NewValue(tftypes.String, s)
}

// order compares two items.
type order[T any] func(a, b *T) int

// then sorts equal items by their key.
func (o order[T]) then(key func(*T) string) func(a, b *T) int {
	return func(a, b *T) int { return cmp.Or(o(a, b), cmp.Compare(key(a), key(b))) }
}

// computed is an attribute that follows from the listed items.
type computed[T any] struct {
	name      string
	attribute schema.Attribute
	value     func(items []*T) (tftypes.Value, error)
}

// first returns the first of the items that a filter selects, in an order that may be
// another one than the list's; nil if there is none.
func first[T any](items []*T, order func(a, b *T) int, selects func(*T) bool) *T {
	var found *T
	for _, item := range items {
		if (selects == nil || selects(item)) && (found == nil || order(item, found) < 0) {
			found = item
		}
	}
	return found
}

// latestWithStatus returns what chooses the first item, in an order, with one of the
// statuses; any item if there are none.
func latestWithStatus[T any](order func(a, b *T) int, status func(*T) string, statuses ...string) func(items []*T) *T {
	return func(items []*T) *T {
		return first(items, order, func(item *T) bool { return len(statuses) == 0 || slices.Contains(statuses, status(item)) })
	}
}

// itemAttribute is one of the listed items, or null.
func itemAttribute[T any](name, description string, fields attribute.Fields[T], choose func(items []*T) *T) computed[T] {
	return computed[T]{
		name:      name,
		attribute: schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: fields.Attributes()},
		value:     func(items []*T) (tftypes.Value, error) { return fields.Value(choose(items)) },
	}
}

// passDirectly says how a time of a latest backup is meant to be used.
const passDirectly = "Pass it directly to `provider::cloudbackup::older_than`, for which null is older than any duration."

// timeAttribute is a time in RFC 3339, or null.
func timeAttribute[T any](name, description string, get func(items []*T) instant) computed[T] {
	return computed[T]{
		name: name,
		attribute: schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: description + " RFC 3339 in UTC. Null if there is none.",
		},
		value: func(items []*T) (tftypes.Value, error) {
			at := get(items)
			return stringValue(at.String(), at.ok), nil
		},
	}
}

// itemsByKeyAttribute is a map of the first item of each key.
func itemsByKeyAttribute[T any](name, description string, fields attribute.Fields[T], choose func(items []*T) map[string]*T) computed[T] {
	return computed[T]{
		name: name,
		attribute: schema.MapNestedAttribute{
			Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: fields.Attributes()},
		},
		value: func(items []*T) (tftypes.Value, error) { return fields.MapValue(choose(items)) },
	}
}

// timesByKeyAttribute is a map of times in RFC 3339.
func timesByKeyAttribute[T any](name, description string, choose func(items []*T) map[string]*T, get func(*T) instant) computed[T] {
	return computed[T]{
		name:      name,
		attribute: schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description},
		value: func(items []*T) (tftypes.Value, error) {
			values := map[string]tftypes.Value{}
			for key, item := range choose(items) {
				at := get(item)
				values[key] = stringValue(at.String(), at.ok)
			}
			return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, values), nil
		},
	}
}

// firstByKey returns the first item of each key, without those that have none.
func firstByKey[T any](items []*T, key func(*T) string, order func(a, b *T) int, selects func(*T) bool) map[string]*T {
	byKey := map[string][]*T{}
	for _, item := range items {
		if k := key(item); k != "" {
			byKey[k] = append(byKey[k], item)
		}
	}
	found := map[string]*T{}
	for k, items := range byKey {
		if item := first(items, order, selects); item != nil {
			found[k] = item
		}
	}
	return found
}
