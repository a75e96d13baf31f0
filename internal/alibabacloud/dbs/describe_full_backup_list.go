package dbs

import (
	"context"
	"strconv"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// FullBackupStatuses are the documented values of a full backup's status.
var FullBackupStatuses = []string{"schedule", FullBackupRunning, FullBackupFinished, FullBackupFailed, "pause"}

// Statuses of a full backup.
const (
	FullBackupRunning  = "running"
	FullBackupFinished = "finish"
	FullBackupFailed   = "stop"
)

// DescribeFullBackupListRequest selects full backups of a plan. Empty fields are not
// sent. The API also has StartTimestamp and EndTimestamp, whose unit is ambiguous.
type DescribeFullBackupListRequest struct {
	BackupPlanID    string
	BackupSetID     string
	RegionID        string
	ShowStorageType bool
	PageSize        int
}

// DescribeFullBackupList lists the full backups that the request selects.
func (c *Client) DescribeFullBackupList(ctx context.Context, r DescribeFullBackupListRequest) (listing.List[FullBackup], error) {
	return list(ctx, c, operation("DescribeFullBackupList", "the full backups of plan "+r.BackupPlanID, r.RegionID, map[string]string{
		"BackupPlanId":    r.BackupPlanID,
		"BackupSetId":     r.BackupSetID,
		"RegionId":        r.RegionID,
		"ShowStorageType": strconv.FormatBool(r.ShowStorageType),
	}), listing.Source[FullBackup]{
		PageSize: r.PageSize,
		ID:       func(backup *FullBackup) string { return backup.BackupSetID.Value },
		IDField:  "BackupSetId",
	})
}

// FullBackup is a full backup, FullBackupFile in the API. The last 13 fields are not on
// the API page; the vendor's newer clients have them.
//
// https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describefullbackuplist
type FullBackup struct {
	BackupSetID                    apijson.String `json:"BackupSetId"`
	BackupStatus                   apijson.String `json:"BackupStatus"`
	BackupSize                     apijson.Int64  `json:"BackupSize"`
	BackupObjects                  apijson.String `json:"BackupObjects"`
	CreateTime                     apijson.Millis `json:"CreateTime"`
	StartTime                      apijson.Millis `json:"StartTime"`
	EndTime                        apijson.Millis `json:"EndTime"`
	FinishTime                     apijson.Millis `json:"FinishTime"`
	BackupSetExpiredTime           apijson.Millis `json:"BackupSetExpiredTime"`
	ErrMessage                     apijson.String `json:"ErrMessage"`
	SourceEndpointIPPort           apijson.String `json:"SourceEndpointIpPort"`
	StorageMethod                  apijson.String `json:"StorageMethod"`
	BackupGatewayIdentifier        apijson.String `json:"BackupGatewayIdentifier"`
	CrossAliyunID                  apijson.String `json:"CrossAliyunId"`
	CrossRoleName                  apijson.String `json:"CrossRoleName"`
	LogicalFullBackupProgress      apijson.Int64  `json:"LogicalFullBackupProgress"`
	LogicalStructureBackupProgress apijson.Int64  `json:"LogicalStructureBackupProgress"`
	SourceEndpointEnableSSL        apijson.String `json:"SourceEndpointEnableSsl"`
	SourceEndpointHost             apijson.String `json:"SourceEndpointHost"`
	SourceEndpointInstanceID       apijson.String `json:"SourceEndpointInstanceId"`
	SourceEndpointInstanceType     apijson.String `json:"SourceEndpointInstanceType"`
	SourceEndpointPort             apijson.String `json:"SourceEndpointPort"`
	SourceEndpointRegion           apijson.String `json:"SourceEndpointRegion"`
	SourceEndpointUserName         apijson.String `json:"SourceEndpointUserName"`
	StorageEncryptMethod           apijson.String `json:"StorageEncryptMethod"`
}

func (FullBackup) listName() string { return "FullBackupFile" }
