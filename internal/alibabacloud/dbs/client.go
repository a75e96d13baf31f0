// Package dbs reads from Alibaba Cloud Database Backup (DBS), API version
// 2019-03-06: one file for each operation, with its request and its items. Names are
// the vendor's, with Go's initialisms.
package dbs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// PageSizes are the page sizes of the operations that list a plan's backups.
var PageSizes = []int64{30, 50, 100}

// Client reads from DBS. It is safe for concurrent use.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *alibabacloud.Client
}

// planAdvice is for operations that read one backup plan.
var planAdvice = []request.Advice{{
	Codes: []string{"InvalidParameterValid", "InvalidJobId", "Param.*", "InvalidParameter*"},
	Text:  "Check that the backup plan exists in this region and belongs to the account of the credentials.",
}}

// item is a type that an operation lists.
type item interface {
	// listName is the API's name of the list.
	listName() string
}

// response is the response of an operation that lists items.
type response[T item] struct {
	alibabacloud.Envelope
	TotalElements apijson.Int64
	Items         items[T]
}

// items is a list inside of an object: {"BackupPlanDetail": [...]}. An empty list may
// also be an object without it, or an empty array: then it is present, but not named.
type items[T item] struct {
	apijson.Items[T]
	named bool
}

// UnmarshalJSONFrom reads the list.
func (i *items[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*i = items[T]{}
	switch dec.PeekKind() {
	case 'n':
		_, err := dec.ReadToken()
		return err
	case '[':
		err := i.Items.UnmarshalJSONFrom(dec)
		if err == nil && len(i.List) > 0 {
			err = errors.New("an array instead of an object")
		}
		return err
	case '{':
	default:
		return errors.New("another value instead of an object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	i.Present = true
	var zero T
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if name.String() != zero.listName() {
			err = dec.SkipValue()
		} else {
			i.named = true
			err = i.Items.UnmarshalJSONFrom(dec)
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// paginated is an operation that lists items page by page.
type paginated[T item] struct {
	operation alibabacloud.Operation
	pageSize  int
	id        func(item *T) string
	idField   string
	belongs   func(item *T) error // nil: any item belongs to the list
}

// list reads all pages.
func (p paginated[T]) list(ctx context.Context, c *Client) (listing.List[T], error) {
	source := listing.Source[T]{
		ID:          p.id,
		IDField:     p.idField,
		Belongs:     p.belongs,
		PageSize:    p.pageSize,
		Concurrency: c.Cloud.MaxConcurrent(),
	}
	source.Page = func(ctx context.Context, at listing.Position) (listing.Page[T], error) {
		op := p.operation
		op.Query = maps.Clone(op.Query)
		op.Query.Set("PageNum", strconv.Itoa(at.Page))
		op.Query.Set("PageSize", strconv.Itoa(at.Limit))
		op.Subject += fmt.Sprintf(" (page %d)", at.Page+1)
		var page listing.Page[T]
		err := call(ctx, c, op, func(r *response[T]) error {
			page = listing.Page[T]{Items: r.Items.List, Present: r.Items.Present}
			if r.TotalElements.Valid {
				page.Total = &r.TotalElements.Value
				// Without a name, the total says whether there is nothing to list.
				page.Present = page.Present && r.Items.named
			}
			return source.Check(page, at)
		})
		return page, err
	}
	return listing.Read(ctx, source)
}

// listOnce reads an operation that lists its items in one response, without a total
// count. One response is one moment, so the list is complete.
func listOnce[T item](ctx context.Context, c *Client, op alibabacloud.Operation) (listing.List[T], error) {
	list := listing.List[T]{Complete: true}
	err := call(ctx, c, op, func(r *response[T]) error {
		if !r.Items.Present {
			return errors.New("the response contains no list, so it was not treated as an empty one")
		}
		list.Items = r.Items.List
		return nil
	})
	return list, err
}

// call calls an operation. check takes the response of a success, and says why it
// can't be used.
func call[T item](ctx context.Context, c *Client, op alibabacloud.Operation, check func(*response[T]) error) error {
	var r *response[T]
	return c.Cloud.Do(ctx, op, func(body []byte) (*alibabacloud.Envelope, error) {
		r = &response[T]{}
		err := apijson.Unmarshal(body, r)
		return &r.Envelope, err
	}, func() error { return check(r) })
}

// set adds a parameter that has a value.
func set(query url.Values, name string, values ...string) {
	if value := strings.Join(values, ","); value != "" {
		query.Set(name, value)
	}
}
