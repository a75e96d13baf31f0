// Package taurusdb reads the full backups of Huawei Cloud TaurusDB instances.
// Names of requests, answers and fields are the vendor's.
package taurusdb

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BackupStatuses are the documented values of a backup's status.
var BackupStatuses = []string{"BUILDING", "COMPLETED", "FAILED", "DELETING"}

// BackupCompleted is the status of a backup that succeeded.
const BackupCompleted = "COMPLETED"

// The documented values of a request's parameters.
var (
	OrderFields  = []string{"name", "beginTime", "type"}
	OrderRules   = []string{"asc", "desc"}
	FilterFields = []string{"name"}
	Languages    = []string{"en-us", "zh-cn"}
)

// Client reads from TaurusDB.
type Client struct {
	// Cloud calls the API's operations.
	Cloud *huaweicloud.Client
	// Concurrency is how many pages of a list are asked for at the same time.
	Concurrency int
}

// ShowInstanceBackupsRequest asks for the full backups of an instance. What is
// empty is not sent.
type ShowInstanceBackupsRequest struct {
	InstanceId    string
	OrderField    string
	OrderRule     string
	FilterField   string
	FilterContent string
	XLanguage     string
	Region        string
	ProjectId     string // empty is the region's project
	Limit         int
}

// ShowInstanceBackups reads all full backups that the request asks for.
func (c *Client) ShowInstanceBackups(ctx context.Context, r ShowInstanceBackupsRequest) (listing.List[BackupV3], error) {
	return listing.Read(ctx, c.source(r))
}

func (c *Client) source(r ShowInstanceBackupsRequest) listing.Source[BackupV3] {
	return listing.Source[BackupV3]{
		ID:          func(backup *BackupV3) string { return backup.Id.Value },
		IDField:     "id",
		PageSize:    r.Limit,
		Concurrency: c.Concurrency,
		Page: func(ctx context.Context, at listing.Position) (listing.Page[BackupV3], error) {
			return c.page(ctx, r, at)
		},
	}
}

func (c *Client) page(ctx context.Context, r ShowInstanceBackupsRequest, at listing.Position) (listing.Page[BackupV3], error) {
	op := huaweicloud.Operation{
		Name:      "ShowInstanceBackups",
		Subject:   fmt.Sprintf("offset %d of the full backups of instance %s in %s", at.Offset, r.InstanceId, r.Region),
		Region:    r.Region,
		ProjectID: r.ProjectId,
		Path: func(projectID string) string {
			return "/v3/" + url.PathEscape(projectID) + "/instances/" + url.PathEscape(r.InstanceId) + "/backups"
		},
		Query:  url.Values{"offset": {strconv.Itoa(at.Offset)}, "limit": {strconv.Itoa(at.Limit)}},
		Header: http.Header{},
	}
	for name, value := range map[string]string{
		"order_field":    r.OrderField,
		"order_rule":     r.OrderRule,
		"filter_field":   r.FilterField,
		"filter_content": r.FilterContent,
	} {
		if value != "" {
			op.Query.Set(name, value)
		}
	}
	if r.XLanguage != "" {
		op.Header.Set("X-Language", r.XLanguage)
	}

	var read listing.Page[BackupV3]
	err := c.Cloud.Do(ctx, op, func(body []byte) error {
		var err error
		if read, err = decodeBackups(body); err != nil {
			return err
		}
		return c.source(r).Check(read, at)
	})
	return read, err
}

func decodeBackups(body []byte) (listing.Page[BackupV3], error) {
	var response struct {
		Backups    []BackupV3     `json:"backups"`
		TotalCount scalar.Integer `json:"total_count"`
	}
	if err := scalar.Unmarshal(body, &response); err != nil {
		return listing.Page[BackupV3]{}, err
	}
	page := listing.Page[BackupV3]{Items: response.Backups, Listed: response.Backups != nil}
	if response.TotalCount.Valid {
		page.Total = &response.TotalCount.Value
	}
	return page, nil
}
