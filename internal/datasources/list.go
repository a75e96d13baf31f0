// Package datasources has the provider's data sources: one file each, with its
// arguments and what it takes from the API, and what all lists share.
package datasources

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bulk"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// defaultTimeout bounds a read where the configuration doesn't. Its description
// is that of the attribute timeouts.
const defaultTimeout = 5 * time.Minute

// list is a data source that shows a list of an API's items.
type list[T any] struct {
	// name is the type's name without the provider's prefix, dbs_backup_plans.
	name        string
	description string
	// subject is what is listed, for errors: "backup plans".
	subject string
	// cloud is where the list is read.
	cloud cloud
	// required is the argument, if any, that names what the list belongs to.
	required string
	// arguments are the attributes that the configuration sets.
	arguments map[string]schema.Attribute
	// attribute is the name of the list of items.
	attribute string
	table     *field.Table[T]
	id        func(*T) string
	// names, if any, gives what the attribute names shows.
	names func(*T) scalar.Text
	// status, and the documented values of it.
	status   func(*T) scalar.Text
	statuses []string
	// newest orders items by the time that latest goes by, newest first; equal
	// ones are ordered by id.
	newest func(a, b *T) int
	// latest, if any, describes the attributes latest and latest_successful.
	latest *latest[T]
	// read asks the API, and says what of the answer is listed, in what order.
	read func(ctx context.Context, clouds *Clouds, args *arguments) (*selection[T], error)

	clouds *Clouds
}

// latest is how the newest items are shown.
type latest[T any] struct {
	successful string // the status of an item that succeeded
	time       string // the attribute that latest_successful_time repeats
	at         func(*T) (time.Time, bool)
}

// selection is what a read brought: a list, and what of it is shown.
type selection[T any] struct {
	list listing.List[T]
	// region is where it was read.
	region string
	// keep is whether an item is listed. An error is a filter that can't be
	// applied to the item.
	keep func(*T) (bool, error)
	// order, if any, replaces the list's own.
	order func(a, b *T) int
}

func (d *list[T]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.name
}

func (d *list[T]) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	// Terraform validates a configuration before it configures the provider.
	d.clouds, _ = req.ProviderData.(*Clouds)
}

// Read reads the list, and sets the state once.
func (d *list[T]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	args := newArguments(ctx, req.Config, &resp.Diagnostics)
	timeout := args.timeout()
	if resp.Diagnostics.HasError() {
		return
	}
	if err := d.clouds.known(d.cloud); err != nil {
		d.fail(resp, err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	selected, err := d.read(ctx, d.clouds, args)
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil {
		d.fail(resp, err)
		return
	}
	items, err := d.listed(selected)
	if err != nil {
		d.fail(resp, err)
		return
	}
	if !selected.list.Complete {
		resp.Diagnostics.AddWarning(
			fmt.Sprintf("The list of %s may not be complete", d.subject),
			fmt.Sprintf("In %s%s, %s.\n\nWhat was read last is given with complete = false. Either items came or went while they were read, and reading again helps, or the API's total is wrong. A postcondition on \"complete\" makes this an error.",
				selected.region, args.scope(d.required), selected.list.Doubt),
		)
	}
	state, err := d.state(ctx, items, selected, args)
	if err != nil {
		d.fail(resp, err)
		return
	}
	values := args.values()
	maps.Copy(values, state)
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

func (d *list[T]) fail(resp *datasource.ReadResponse, err error) {
	resp.Diagnostics.AddError("Unable to read "+d.subject, err.Error())
}

// listed filters and orders. The order is total: the same items give the same
// list, whatever order the API answers in.
func (d *list[T]) listed(s *selection[T]) ([]*T, error) {
	items := make([]*T, 0, len(s.list.Items))
	for i := range s.list.Items {
		item := &s.list.Items[i]
		if s.keep != nil {
			keep, err := s.keep(item)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", d.id(item), err)
			}
			if !keep {
				continue
			}
		}
		items = append(items, item)
	}
	order := s.order
	if order == nil {
		order = d.newest
	}
	slices.SortFunc(items, func(a, b *T) int { return cmp.Or(order(a, b), cmp.Compare(d.id(a), d.id(b))) })
	return items, nil
}

// state gives the values of all computed attributes.
func (d *list[T]) state(ctx context.Context, items []*T, s *selection[T], args *arguments) (map[string]tftypes.Value, error) {
	state := map[string]tftypes.Value{
		"complete":         tftypes.NewValue(tftypes.Bool, s.list.Complete),
		"total_count":      field.Number(s.list.Total),
		"counts_by_status": d.counts(items),
		"region":           field.Text(scalar.Text{Value: s.region, Valid: s.region != ""}),
	}
	full := !args.boolean("summary_only")
	state["ids"] = texts(full, items, func(item *T) scalar.Text { return scalar.NewText(d.id(item)) })
	if d.names != nil {
		state["names"] = texts(full, items, d.names)
	}
	kind := tftypes.List{ElementType: d.table.Type()}
	state[d.attribute] = tftypes.NewValue(kind, nil)
	if full {
		wire, err := d.table.List(items)
		if err != nil {
			return nil, err
		}
		if !bulk.Hand(ctx, d.attribute, wire) {
			if state[d.attribute], err = field.Decode(wire, kind); err != nil {
				return nil, err
			}
		}
	}
	if d.latest == nil {
		return state, nil
	}
	return state, d.addLatest(state, items)
}

// addLatest shows the newest item and the newest one that succeeded. They go by
// time even if the list has another order.
func (d *list[T]) addLatest(state map[string]tftypes.Value, items []*T) (err error) {
	var newest, successful *T
	for _, item := range items {
		newest = d.newer(newest, item)
		if d.status(item).Value == d.latest.successful {
			successful = d.newer(successful, item)
		}
	}
	if state["latest"], err = d.table.Value(newest); err != nil {
		return err
	}
	if state["latest_successful"], err = d.table.Value(successful); err != nil {
		return err
	}
	var at scalar.Text
	if successful != nil {
		if t, ok := d.latest.at(successful); ok {
			at = scalar.NewText(scalar.FormatTime(t))
		}
	}
	state["latest_successful_time"] = field.Text(at)
	return nil
}

func (d *list[T]) newer(a, b *T) *T {
	if a == nil || cmp.Or(d.newest(b, a), cmp.Compare(d.id(b), d.id(a))) < 0 {
		return b
	}
	return a
}

// counts gives the number of items of each status, with zeros.
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
		values[status] = field.Number(&count)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, values)
}

// texts is a list of one text an item, or null.
func texts[T any](full bool, items []*T, text func(*T) scalar.Text) tftypes.Value {
	kind := tftypes.List{ElementType: tftypes.String}
	if !full {
		return tftypes.NewValue(kind, nil)
	}
	values := make([]tftypes.Value, len(items))
	for i, item := range items {
		values[i] = field.Text(text(item))
	}
	return tftypes.NewValue(kind, values)
}
