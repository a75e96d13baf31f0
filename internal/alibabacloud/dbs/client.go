// Package dbs reads the lists of Alibaba Cloud Database Backup (DBS), API
// version 2019-03-06. Names of requests, answers and fields are the vendor's.
package dbs

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// Client reads from DBS.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *alibabacloud.Client
	// Concurrency is how many pages of a list are asked for at the same time.
	Concurrency int
}

// answer is what every operation's answer has beside its items.
type answer struct {
	ErrCode        scalar.Text
	ErrMessage     scalar.Text
	HttpStatusCode scalar.Integer
	RequestId      scalar.Text
	Success        scalar.Boolean
	TotalElements  scalar.Integer
}

// list is what sets one list operation apart from another.
type list[T any] struct {
	operation alibabacloud.Operation
	pageSize  int
	// id gives an item's id, whose field is called idField.
	id      func(item *T) string
	idField string
	// decode reads a body into an answer and a list, which is nil where the body
	// has none.
	decode func(body []byte) (answer, []T, error)
}

// read reads the list whole.
func (l list[T]) read(ctx context.Context, c *Client) (listing.List[T], error) {
	return listing.Read(ctx, l.source(c))
}

func (l list[T]) source(c *Client) listing.Source[T] {
	return listing.Source[T]{
		Page:        func(ctx context.Context, at listing.Position) (listing.Page[T], error) { return l.page(ctx, c, at) },
		ID:          l.id,
		IDField:     l.idField,
		PageSize:    l.pageSize,
		Concurrency: c.Concurrency,
	}
}

func (l list[T]) page(ctx context.Context, c *Client, at listing.Position) (listing.Page[T], error) {
	op := l.operation
	op.Query = maps.Clone(op.Query)
	op.Query.Set("PageNum", strconv.Itoa(at.Page))
	op.Query.Set("PageSize", strconv.Itoa(at.Limit))
	op.Subject = fmt.Sprintf("page %d of %s", at.Page, op.Subject)

	var read listing.Page[T]
	err := c.Cloud.Do(ctx, op, func(body []byte) (alibabacloud.Envelope, error) {
		a, items, err := l.decode(body)
		if err != nil {
			return alibabacloud.Envelope{}, err
		}
		read = listing.Page[T]{Items: items, Listed: items != nil}
		if a.TotalElements.Valid {
			read.Total = &a.TotalElements.Value
		}
		envelope := a.envelope(len(items) > 0)
		envelope.Problem = l.source(c).Check(read, at)
		return envelope, nil
	})
	return read, err
}

func (a answer) envelope(hasItems bool) alibabacloud.Envelope {
	e := alibabacloud.Envelope{
		ErrCode:        a.ErrCode.Value,
		ErrMessage:     a.ErrMessage.Value,
		RequestID:      a.RequestId.Value,
		HTTPStatusCode: int(a.HttpStatusCode.Value),
		HasItems:       hasItems,
	}
	if a.Success.Valid {
		e.Success = &a.Success.Value
	}
	return e
}

// set adds a parameter that has a value.
func set(query url.Values, name string, values ...string) {
	if value := strings.Join(values, ","); value != "" {
		query.Set(name, value)
	}
}
