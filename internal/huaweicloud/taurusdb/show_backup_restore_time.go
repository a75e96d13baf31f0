package taurusdb

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// ShowBackupRestoreTimeRequest selects restore ranges of an instance. The API requires
// both times or neither.
type ShowBackupRestoreTimeRequest struct {
	InstanceID string
	StartTime  *time.Time
	EndTime    *time.Time
	Region     string
	ProjectID  string // "": the region's project
}

// ShowBackupRestoreTime lists the time ranges to which an instance can be restored. The
// API has no pages and no total count for them.
func (c *Client) ShowBackupRestoreTime(ctx context.Context, r ShowBackupRestoreTimeRequest) (listing.List[RestoreRange], error) {
	query := url.Values{}
	if r.StartTime != nil && r.EndTime != nil {
		query.Set("start_time", strconv.FormatInt(r.StartTime.UnixMilli(), 10))
		query.Set("end_time", strconv.FormatInt(r.EndTime.UnixMilli(), 10))
	}
	return cloud.ListOnce[RestoreRange, restoreTimes](ctx, &c.Cloud.Client, cloud.Operation{
		Name:       "ShowBackupRestoreTime",
		Permission: "gaussdbformysql:backup:getRestoreTime (gaussdb:instance:list and gaussdb:backup:list in a role or policy)",
		Subject:    "the restore ranges of instance " + r.InstanceID + " in " + r.Region,
		Region:     r.Region, ProjectID: r.ProjectID,
		Path:  []string{"instances", r.InstanceID, "restore-time"},
		Query: query,
	})
}

type restoreTimes struct {
	huaweicloud.Envelope
	RestoreTimes apijson.Items[RestoreRange] `json:"restore_times"`
}

// Page returns the ranges. The API returns no total count.
func (r *restoreTimes) Page() listing.Page[RestoreRange] {
	return listing.Page[RestoreRange]{Items: r.RestoreTimes.List, Present: r.RestoreTimes.Present}
}

// RestoreRange is a time range to which an instance can be restored.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowBackupRestoreTime.html
type RestoreRange struct {
	StartTime apijson.Millis `json:"start_time"`
	EndTime   apijson.Millis `json:"end_time"`
}
