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

// list reads all pages of an operation.
func list[T any](ctx context.Context, c *Client, op cloud.Operation, limit int, id func(*T) string, belongs func(*T) error) (listing.List[T], error) {
	source := listing.Source[T]{PageSize: limit, ID: id, IDField: "id", Belongs: belongs}
	return cloud.List[T, response[T]](ctx, &c.Cloud.Client, op, source, func(query url.Values, at listing.Position) {
		query.Set("offset", strconv.Itoa(at.Offset))
		query.Set("limit", strconv.Itoa(at.Limit))
	})
}

// response is the response of an operation that lists items. The list has one of these
// names.
type response[T any] struct {
	huaweicloud.Envelope
	Backups      apijson.Items[T] `json:"backups"`
	Instances    apijson.Items[T] `json:"instances"`
	RestoreTimes apijson.Items[T] `json:"restore_times"`
	TotalCount   apijson.Int64    `json:"total_count"`
}

// Page returns the items and the total count.
func (r *response[T]) Page() (page listing.Page[T]) {
	for _, items := range []apijson.Items[T]{r.Backups, r.Instances, r.RestoreTimes} {
		if items.Present {
			page.Items, page.Present = items.List, true
		}
	}
	if r.TotalCount.Valid {
		page.Total = &r.TotalCount.Value
	}
	return page
}

// ofInstance returns an error for an item of another instance than the one that was
// requested. An item without an instance ID is accepted.
func ofInstance(id, requested string) error {
	if id != "" && requested != "" && id != requested {
		return fmt.Errorf("the response contains a backup of instance %q, which was not requested", id)
	}
	return nil
}
