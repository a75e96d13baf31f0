// Package dbs reads from Alibaba Cloud Database Backup (DBS), API version
// 2019-03-06: one file for each operation, with its request and its items. Names are
// the vendor's, with Go's initialisms.
package dbs

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// PageSizes are the page sizes of the operations that list a plan's backups.
var PageSizes = []int64{30, 50, 100}

// Client reads from DBS. It is safe for concurrent use.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *alibabacloud.Client
}

// operation is an operation of DBS. Its permission has its name. Parameters without a
// value are not sent.
func operation(name, subject, region string, parameters map[string]string) cloud.Operation {
	return cloud.Operation{
		Name:       name,
		Permission: "dbs:" + name,
		Subject:    subject + " in " + region,
		Region:     region,
		Query:      cloud.NonEmpty(parameters),
	}
}

// list reads all pages of an operation.
func list[T item](ctx context.Context, c *Client, op cloud.Operation, source listing.Source[T]) (listing.List[T], error) {
	return cloud.List[T, response[T]](ctx, &c.Cloud.Client, op, source, func(query url.Values, at listing.Position) {
		query.Set("PageNum", strconv.Itoa(at.Page))
		query.Set("PageSize", strconv.Itoa(at.Limit))
	})
}

// item is a type that an operation lists, or that a list inside of an item has, if it is
// wrapped in an object like this one.
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

// Page returns the items and the total count.
func (r *response[T]) Page() listing.Page[T] {
	// Without a name, the total says whether there is nothing to list.
	present := r.Items.Present && (r.Items.named || !r.TotalElements.Valid)
	return listing.Page[T]{Items: r.Items.List, Present: present, Total: r.TotalElements}
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
	if dec.PeekKind() != '{' {
		err := i.Items.UnmarshalJSONFrom(dec)
		if err == nil && len(i.List) > 0 {
			err = errors.New("an array instead of an object")
		}
		return err
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	i.Present = true
	var zero T
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		switch {
		case err != nil:
		case name.String() == zero.listName():
			i.named = true
			err = i.Items.UnmarshalJSONFrom(dec)
		default:
			err = dec.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
