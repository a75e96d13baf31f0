// Package taurusdb reads from Huawei Cloud TaurusDB, formerly GaussDB(for MySQL), API
// version 3: one file for each operation, with its request and its items. Names are
// the vendor's, with Go's initialisms.
package taurusdb

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Client reads from TaurusDB. It is safe for concurrent use.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *huaweicloud.Client
}

// projectAdvice is for operations that read a project, not an instance.
var projectAdvice = []request.Advice{{
	Codes:  []string{"DBS.200001", "DBS.200004", "DBS.280001", "DBS.280216", "DBS.200024"},
	Status: 400,
	Text:   "An argument is invalid. Check region, project_id and the other arguments of the data source.",
}}

// list reads all pages of an operation, whose response is an R.
func list[R, T any, P cloud.ListResponse[T, R]](ctx context.Context, c *Client, op cloud.Operation, limit int, id func(*T) string, belongs func(*T) error) (listing.List[T], error) {
	source := listing.Source[T]{PageSize: limit, ID: id, IDField: "id", Belongs: belongs}
	return cloud.List[T, R, P](ctx, &c.Cloud.Client, op, source, func(query url.Values, at listing.Position) {
		query.Set("offset", strconv.Itoa(at.Offset))
		query.Set("limit", strconv.Itoa(at.Limit))
	})
}

// counted is what the responses of all operations with pages have.
type counted struct {
	huaweicloud.Envelope
	TotalCount apijson.Int64 `json:"total_count"`
}

// backups is the response of the operations that list backups. A list of another name has
// a type of its own, beside its operation.
type backups[T any] struct {
	counted
	Backups apijson.Items[T] `json:"backups"`
}

// Page returns the backups.
func (r *backups[T]) Page() listing.Page[T] {
	return listing.Page[T]{Items: r.Backups.List, Present: r.Backups.Present, Total: r.TotalCount}
}

// ofInstance returns an error for an item of another instance than the one that was
// requested. An item without an instance ID is accepted.
func ofInstance(id, requested string) error {
	if id != "" && requested != "" && id != requested {
		return fmt.Errorf("the response contains a backup of instance %q, which was not requested", id)
	}
	return nil
}
