package dbs

import (
	"context"
	"strconv"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// DescribeRestoreRangeInfoRequest selects restore ranges of a plan. Both times are
// required by the API.
type DescribeRestoreRangeInfoRequest struct {
	BackupPlanID             string
	BeginTimestampForRestore time.Time
	EndTimestampForRestore   time.Time
	RegionID                 string
}

// DescribeRestoreRangeInfo lists the time ranges to which a plan's database can be
// restored. The API has no pages and no total count for them.
func (c *Client) DescribeRestoreRangeInfo(ctx context.Context, r DescribeRestoreRangeInfoRequest) (listing.List[RestoreRange], error) {
	op := operation("DescribeRestoreRangeInfo", "the restore ranges of plan "+r.BackupPlanID, r.RegionID, map[string]string{
		"BackupPlanId":             r.BackupPlanID,
		"BeginTimestampForRestore": strconv.FormatInt(r.BeginTimestampForRestore.UnixMilli(), 10),
		"EndTimestampForRestore":   strconv.FormatInt(r.EndTimestampForRestore.UnixMilli(), 10),
		"RegionId":                 r.RegionID,
	})
	return cloud.ListOnce[RestoreRange, response[RestoreRange]](ctx, &c.Cloud.Client, op)
}

// RestoreRange is a time range to which a database can be restored, DBSRecoverRange in
// the API. The fields that begin with BackupSource are in its newest generation only.
type RestoreRange struct {
	BeginTimestampForRestore   apijson.Millis         `json:"BeginTimestampForRestore"`
	EndTimestampForRestore     apijson.Millis         `json:"EndTimestampForRestore"`
	RangeType                  apijson.String         `json:"RangeType"`
	FullBackupList             items[RangeFullBackup] `json:"FullBackupList"`
	SourceEndpointInstanceID   apijson.String         `json:"SourceEndpointInstanceID"`
	SourceEndpointInstanceType apijson.String         `json:"SourceEndpointInstanceType"`
	BackupSourceHost           apijson.String         `json:"BackupSourceHost"`
	BackupSourceInstanceID     apijson.String         `json:"BackupSourceInstanceId"`
	BackupSourceInstanceType   apijson.String         `json:"BackupSourceInstanceType"`
	BackupSourcePort           apijson.String         `json:"BackupSourcePort"`
}

func (RestoreRange) listName() string { return "DBSRecoverRange" }

// RangeFullBackup is a full backup of a restore range of type point.
type RangeFullBackup struct {
	BackupSetID apijson.String `json:"BackupSetId"`
	StartTime   apijson.Millis `json:"StartTime"`
	EndTime     apijson.Millis `json:"EndTime"`
}

func (RangeFullBackup) listName() string { return "FullBackupDetail" }
