package datasources

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

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
	// traits are the values of an item that the list itself uses.
	traits func(*T) traits
	// statuses are the documented values of the status, for counts_by_status.
	statuses []string
	// time is what the list is sorted by, the latest first, and what a query filters by.
	time func(*T) (at time.Time, ok bool, err error)
	// order, if set, replaces the order by time. Items that are equal in it are sorted by key.
	order order[T]
	// summary are further attributes that follow from the listed items, which are in the
	// order of the list. latest is the first with a status, or the first of all with "";
	// nil if there is none.
	summary func(items []*T, latest func(status string) *T) []attribute.Field
	// paginated is whether the API has pages. Such a list can be long, and so has
	// summary_only.
	paginated bool
	// query takes the arguments and says what to read.
	query func(args *arguments) query[T]
}

// traits are values of an item. Those that the API's items lack are nil.
type traits struct {
	// id, name and status are for ids, names and counts_by_status.
	id, name, status *apijson.String
	// key is unique among the items. If it is empty, the ID is.
	key string
}

func (t traits) uniqueKey() string {
	if t.key == "" && t.id != nil {
		return t.id.Value
	}
	return t.key
}

// query is one read of a list: the request, and what the provider selects from the
// response. Filters that are not set select everything.
type query[T any] struct {
	fetch  func(context.Context) (listing.List[T], error)
	status string
	name   *regexp.Regexp
	time   timeRange
	filter func(*T) bool
	// order, if set, replaces the list's own. The summary is still in the list's own.
	order order[T]
}

// order compares two items.
type order[T any] func(a, b *T) int

// result is what a read returns.
type result[T any] struct {
	listing.List[T]
	items  []*T // those that the query selects, in the list's own order
	listed []*T // the same in the order of the query; nil with summary_only
}

// Schema has the arguments, and what every list returns.
func (d *list[T]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := attribute.Fields[result[T]](d.computed).Attributes()
	if d.paginated {
		computed["summary_only"] = schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("Whether to omit the item lists (`%s`, `ids` and, if present, `names`), so that the plan and the state stay small. Default: `false`.", d.attribute),
		}
	}
	d.schema(ctx, computed, resp)
}

// computed are the attributes of a result.
func (d *list[T]) computed(r *result[T]) []attribute.Field {
	null := ""
	if d.paginated {
		null = " Null if `summary_only` is set."
	}
	fields := []attribute.Field{
		attribute.Objects(d.attribute, r.listed, fmt.Sprintf("The %s.%s", d.subject, null), d.fields),
		attribute.Of("total_count", &r.Total, "Number of items that the API reports, before filters that the provider applies. Null if the API does not report it."),
		attribute.Computed("complete", apijson.Bool{Value: r.Complete, Valid: true}, "Whether the provider verified that the list is complete. If false, the provider also issues a warning with details."),
	}
	has := d.traits(new(T))
	if has.id != nil {
		ids := d.strings(r.listed, func(t traits) *apijson.String { return t.id })
		fields = append(fields, attribute.Computed("ids", ids, "IDs of the listed items, in the order of the list."+null))
	}
	if has.name != nil {
		names := d.strings(r.listed, func(t traits) *apijson.String { return t.name })
		fields = append(fields, attribute.Computed("names", names, "Names of the listed items, in the order of the list."+null))
	}
	if has.status != nil {
		description := fmt.Sprintf("Number of listed items per status. Documented statuses are always present: %s. Items without a status are counted under an empty string.", codes(d.statuses))
		fields = append(fields, attribute.Computed("counts_by_status", d.counts(r.items), description))
	}
	if d.summary != nil {
		latest := func(status string) *T {
			for _, item := range r.items {
				if status == "" || d.traits(item).status.Value == status {
					return item
				}
			}
			return nil
		}
		fields = append(fields, d.summary(r.items, latest)...)
	}
	return fields
}

// strings is one string of each item; absent if there are no items at all.
func (d *list[T]) strings(items []*T, get func(traits) *apijson.String) apijson.Items[apijson.String] {
	values := apijson.Items[apijson.String]{Present: items != nil}
	for _, item := range items {
		values.List = append(values.List, *get(d.traits(item)))
	}
	return values
}

// counts is the number of items of each status. Documented statuses are always in it.
func (d *list[T]) counts(items []*T) map[string]apijson.Int64 {
	counts := map[string]apijson.Int64{}
	for _, status := range d.statuses {
		counts[status] = apijson.NewInt64(0)
	}
	for _, item := range items {
		status := d.traits(item).status.Value
		counts[status] = apijson.NewInt64(counts[status].Value + 1)
	}
	return counts
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
		return func(ctx context.Context) (map[string][]byte, error) {
			list := listing.List[T]{Total: apijson.NewInt64(0), Complete: true}
			if !args.noRequest {
				var err error
				if list, err = query.fetch(ctx); err != nil {
					return nil, err
				}
			}
			items, err := d.selectItems(list.Items, query)
			if err != nil {
				return nil, err
			}
			if !list.Complete {
				resp.Diagnostics.AddWarning(
					fmt.Sprintf("The list of %s may be incomplete", d.subject),
					fmt.Sprintf("The list%s in %s could not be verified as complete: %s. It is returned with complete = false.\n\n"+
						"If items were added or removed during the read, reading again helps. If the warning persists, the total count of the API is wrong. "+
						"To fail instead, add a postcondition on complete. See %s", scope, args.region, list.Mismatch, completenessURL))
			}
			r := &result[T]{List: list, items: items}
			if full {
				r.listed = items
			}
			if full && query.order != nil {
				r.listed = slices.Clone(items)
				d.sort(r.listed, query.order)
			}
			return attribute.Fields[result[T]](d.computed).Encode(r)
		}
	})
}

const completenessURL = "https://registry.terraform.io/providers/cloudbackup/cloudbackup/latest/docs/guides/completeness"

// selectItems filters and sorts.
func (d *list[T]) selectItems(all []T, query query[T]) ([]*T, error) {
	items := make([]*T, 0, len(all))
	for i := range all {
		selected, err := d.selects(query, &all[i])
		if err != nil {
			return nil, err
		}
		if selected {
			items = append(items, &all[i])
		}
	}
	order := d.order
	if order == nil {
		order = func(a, b *T) int { return descending.times(timeOf(d.time(a)), timeOf(d.time(b))) }
	}
	d.sort(items, order)
	return items, nil
}

// sort sorts in a total order: the same items result in the same list, in any order in which
// the API returned them.
func (d *list[T]) sort(items []*T, order order[T]) {
	slices.SortFunc(items, func(a, b *T) int {
		if different := order(a, b); different != 0 {
			return different
		}
		return cmp.Compare(d.traits(a).uniqueKey(), d.traits(b).uniqueKey())
	})
}

// selects is whether a query selects an item. An item without the time that the query
// filters by is not selected. One whose time can't be read is an error.
func (d *list[T]) selects(q query[T], item *T) (bool, error) {
	t := d.traits(item)
	if q.status != "" && q.status != t.status.Value ||
		q.name != nil && !q.name.MatchString(t.name.Value) ||
		q.filter != nil && !q.filter(item) {
		return false, nil
	}
	if q.time.argument == "" {
		return true, nil
	}
	at, ok, err := d.time(item)
	if ok && err != nil {
		// What comes from the item is masked and cut.
		shown := d.clouds.Secrets.Show(fmt.Sprintf("item %s: %s can't be applied: %v", t.id.Value, q.time.argument, err), maxShown)
		return false, &argumentError{q.time.argument, errors.New(shown)}
	}
	return ok && q.time.contains(at), nil
}

// maxShown is how many characters of an item's value an error shows.
const maxShown = 400

// prepare returns a function that sends a request.
func prepare[R, T any](operation func(context.Context, R) (T, error), request R) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return operation(ctx, request) }
}

// passDirectly says how a time of a latest backup is meant to be used.
const passDirectly = "Pass it directly to `provider::cloudbackup::older_than`, for which null is older than any duration. " + rfc3339

// rfc3339 is the form of a computed time.
const rfc3339 = "RFC 3339 in UTC. Null if there is none."
