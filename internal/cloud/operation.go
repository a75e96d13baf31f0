package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// An Operation is one call of an operation of an API.
type Operation struct {
	Name       string // "DescribeBackupPlanList"
	Permission string // what allows it: "dbs:DescribeBackupPlanList"
	Subject    string // what is read, for errors
	Region     string // the data source's region; "": the provider's
	Query      url.Values
	Advice     []request.Advice // on its errors

	// Of Huawei Cloud's operations.
	ProjectID string   // the data source's project; "": the region's
	Path      []string // segments below the project
	Header    http.Header
}

// NonEmpty returns the parameters, or the headers, that have a value.
func NonEmpty(values map[string]string) map[string][]string {
	set := map[string][]string{}
	for name, value := range values {
		if value != "" {
			set[name] = []string{value}
		}
	}
	return set
}

// Do calls an operation until it succeeds, fails for good, or the context ends. check
// takes the response of a success, and says why it still can't be used. The error is a
// [*request.Error], also if a setting is missing or wrong.
func Do[R any, P Response[R]](ctx context.Context, c *Client, op Operation, check func(*R) error) error {
	call, source, err := c.prepare(ctx, &op)
	if err != nil {
		return c.Fail(op, err)
	}
	call.Operation, call.Subject, call.Credentials = op.Name, op.Subject, source.Cache
	values := []string{"{permission}", op.Permission, "{region}", op.Region, "{project}", op.ProjectID, "{credentials}", source.Name}
	return Send[R, P](ctx, c, call, Advise(values, op.Advice, c.Advice), check)
}

func (c *Client) prepare(ctx context.Context, op *Operation) (call request.Call, source *credentials.Source, err error) {
	if op.Region, err = c.Region(ctx, op.Region); err != nil {
		return call, nil, err
	}
	if call, err = c.Call(ctx, op); err != nil {
		return call, nil, err
	}
	source, err = c.Select(ctx)
	return call, source, err
}

// Send sends a call and reads its response.
func Send[R any, P Response[R]](ctx context.Context, c *Client, call request.Call, advise Adviser, check func(*R) error) error {
	call.Cloud = c.Vendor
	call.Decode = func(r request.Response) error {
		response, err := read[R, P](r, advise)
		if err != nil {
			return err
		}
		return check(response)
	}
	return c.Requests.Do(ctx, call)
}

// A ListResponse is the response of an operation that lists items.
type ListResponse[T, R any] interface {
	Response[R]
	Page() listing.Page[T]
}

// List reads all pages of an operation that lists items page by page. setPage adds the
// parameters of a page to a query.
func List[T, R any, P ListResponse[T, R]](ctx context.Context, c *Client, op Operation, source listing.Source[T], setPage func(url.Values, listing.Position)) (listing.List[T], error) {
	source.Concurrency = c.Requests.MaxConcurrent()
	source.Page = func(ctx context.Context, at listing.Position) (page listing.Page[T], err error) {
		op := op
		op.Query = maps.Clone(op.Query)
		setPage(op.Query, at)
		op.Subject += fmt.Sprintf(" (page %d)", at.Page+1)
		err = Do[R, P](ctx, c, op, func(r *R) error {
			page = P(r).Page()
			return source.Check(page, at)
		})
		return page, err
	}
	return listing.Read(ctx, source)
}

// ListOnce reads an operation that lists its items in one response, without a total
// count. One response is one moment, so the list is complete.
func ListOnce[T, R any, P ListResponse[T, R]](ctx context.Context, c *Client, op Operation) (listing.List[T], error) {
	list := listing.List[T]{Complete: true}
	err := Do[R, P](ctx, c, op, func(r *R) error {
		page := P(r).Page()
		if !page.Present {
			return errors.New("the response contains no list, so it was not treated as an empty one")
		}
		list.Items = page.Items
		return nil
	})
	return list, err
}
