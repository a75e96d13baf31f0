package dbs

import (
	"context"
	"strconv"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// IncrementalBackupStatuses are the documented values of an incremental backup's status.
var IncrementalBackupStatuses = []string{"INIT", "FILLING", "COMPLETED", "UNCOMPLETED"}

// DescribeIncrementBackupListRequest selects incremental backups of a plan. Empty
// fields are not sent.
type DescribeIncrementBackupListRequest struct {
	BackupPlanID    string
	RegionID        string
	ShowStorageType bool
	PageSize        int
}

// DescribeIncrementBackupList lists the incremental backups that the request selects.
func (c *Client) DescribeIncrementBackupList(ctx context.Context, r DescribeIncrementBackupListRequest) (listing.List[IncrementalBackup], error) {
	return list(ctx, c, operation("DescribeIncrementBackupList", "the incremental backups of plan "+r.BackupPlanID, r.RegionID, map[string]string{
		"BackupPlanId":    r.BackupPlanID,
		"RegionId":        r.RegionID,
		"ShowStorageType": strconv.FormatBool(r.ShowStorageType),
	}), listing.Source[IncrementalBackup]{PageSize: r.PageSize, ID: (*IncrementalBackup).Key, IDField: "BackupSetId"})
}

// IncrementalBackup is an incremental or log backup, IncrementBackupFile in the API.
// The last five fields are in the newest generation of the API only.
type IncrementalBackup struct {
	BackupSetID                apijson.String `json:"BackupSetId"`
	BackupSetJobID             apijson.String `json:"BackupSetJobId"`
	BackupStatus               apijson.String `json:"BackupStatus"`
	StartTime                  apijson.Millis `json:"StartTime"`
	EndTime                    apijson.Millis `json:"EndTime"`
	BackupSetExpiredTime       apijson.Millis `json:"BackupSetExpiredTime"`
	BackupSize                 apijson.Int64  `json:"BackupSize"`
	StorageMethod              apijson.String `json:"StorageMethod"`
	SourceEndpointIPPort       apijson.String `json:"SourceEndpointIpPort"`
	SourceEndpointHost         apijson.String `json:"SourceEndpointHost"`
	SourceEndpointInstanceID   apijson.String `json:"SourceEndpointInstanceId"`
	SourceEndpointInstanceType apijson.String `json:"SourceEndpointInstanceType"`
	SourceEndpointPort         apijson.String `json:"SourceEndpointPort"`
	SourceEndpointRegion       apijson.String `json:"SourceEndpointRegion"`
}

func (IncrementalBackup) listName() string { return "IncrementBackupFile" }

// Key identifies a backup; "" if it has no backup set ID. The set ID is the name of a log
// file, such as mysql-bin.000042, which a second source or a reset repeats. So the
// key is the job ID, the set ID and the start time together.
func (b *IncrementalBackup) Key() string {
	if b.BackupSetID.Value == "" {
		return ""
	}
	return strings.Join([]string{b.BackupSetJobID.Value, b.BackupSetID.Value, strconv.FormatInt(b.StartTime.Value, 10)}, "\n")
}
