// Package taurusdb reads from Huawei Cloud TaurusDB, formerly GaussDB(for MySQL), API
// version 3: one file for each operation, with its request and its items. Names are
// the vendor's, with Go's initialisms.
package taurusdb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Client reads from TaurusDB. It is safe for concurrent use.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *huaweicloud.Client
}

// instanceAdvice is for operations that read one instance.
var instanceAdvice = []request.Advice{
	{
		Codes: []string{"DBS.280404", "DBS.200002", "DBS.200013", "DBS.200045", "DBS.200408", "DBS.200602", "DBS.201028", "DBS.280005", "DBS.290005", "DBS.290011", "DBS.05000044"},
		Text:  "There is no such TaurusDB instance in this project. Check instance_id, region and project_id.",
	},
	{
		Codes: []string{"DBS.200044", "DBS.201003", "DBS.280015", "DBS.280056"},
		Text:  "The instance is not in this project, or the user may not see it. Check instance_id, region, project_id and the permissions.",
	},
	{
		Codes:  []string{"DBS.200001", "DBS.200004", "DBS.280001", "DBS.280216", "DBS.200024"},
		Status: 400,
		Text:   "An argument is invalid, or there is no such instance. Check instance_id, region, project_id and the other arguments of the data source.",
	},
	{Codes: []string{"DBS.201205"}, Text: "A backup of the instance is running. Read again when it has finished."},
	{Status: 404, Text: "There is no such TaurusDB instance in this project. Check instance_id, region and project_id."},
}

// projectAdvice is for operations that read a project.
var projectAdvice = []request.Advice{{
	Codes:  []string{"DBS.200001", "DBS.200004", "DBS.280001", "DBS.280216", "DBS.200024"},
	Status: 400,
	Text:   "An argument is invalid. Check region, project_id and the other arguments of the data source.",
}}

// path is a path below a project. Segments are escaped.
func path(segments ...string) func(projectID string) string {
	return func(projectID string) string {
		path := "/v3/" + url.PathEscape(projectID)
		for _, segment := range segments {
			path += "/" + url.PathEscape(segment)
		}
		return path
	}
}

// response is a response that can be decoded: a struct that embeds an envelope.
type response interface {
	envelope() *huaweicloud.Envelope
}

// base is embedded in every response.
type base struct{ huaweicloud.Envelope }

func (b *base) envelope() *huaweicloud.Envelope { return &b.Envelope }

// call calls an operation. fresh returns the response to decode into, and check says
// why the response of a success can't be used.
func call[R response](ctx context.Context, c *Client, op huaweicloud.Operation, fresh func() R, check func(R) error) error {
	var r R
	return c.Cloud.Do(ctx, op, func(body []byte) (*huaweicloud.Envelope, error) {
		r = fresh()
		err := apijson.Unmarshal(body, r)
		return r.envelope(), err
	}, func() error { return check(r) })
}

// listResponse is a response with a list.
type listResponse[T any] interface {
	response
	list() (apijson.Items[T], apijson.Int64)
}

// paginated is an operation that lists items page by page.
type paginated[T any] struct {
	operation huaweicloud.Operation
	limit     int
	response  func() listResponse[T]
	id        func(item *T) string
	belongs   func(item *T) error // nil: any item belongs to the list
}

// list reads all pages.
func (p paginated[T]) list(ctx context.Context, c *Client) (listing.List[T], error) {
	source := listing.Source[T]{
		ID:          p.id,
		IDField:     "id",
		Belongs:     p.belongs,
		PageSize:    p.limit,
		Concurrency: c.Cloud.MaxConcurrent(),
	}
	source.Page = func(ctx context.Context, at listing.Position) (listing.Page[T], error) {
		op := p.operation
		op.Query = maps.Clone(op.Query)
		op.Query.Set("offset", strconv.Itoa(at.Offset))
		op.Query.Set("limit", strconv.Itoa(at.Limit))
		op.Subject += fmt.Sprintf(" (page %d)", at.Page+1)
		var page listing.Page[T]
		err := call(ctx, c, op, p.response, func(r listResponse[T]) error {
			items, total := r.list()
			page = listing.Page[T]{Items: items.List, Present: items.Present}
			if total.Valid {
				page.Total = &total.Value
			}
			return source.Check(page, at)
		})
		return page, err
	}
	return listing.Read(ctx, source)
}

// ofInstance returns an error for an item of another instance than the one that was
// requested. An item without an instance ID is accepted.
func ofInstance(id, requested string) error {
	if id != "" && requested != "" && id != requested {
		return fmt.Errorf("the response contains a backup of instance %q, which was not requested", id)
	}
	return nil
}

// errNoList is a response without a list.
var errNoList = errors.New("the response contains no list, so it was not treated as an empty one")

// set adds a parameter that has a value.
func set(query url.Values, name, value string) {
	if value != "" {
		query.Set(name, value)
	}
}
