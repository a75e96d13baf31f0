package dbs

import (
	"context"
	"net/url"
	"strconv"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BackupStatuses are the documented values of a full backup's status.
var BackupStatuses = []string{"schedule", "running", "finish", "stop", "pause"}

// BackupFinished is the status of a full backup that succeeded.
const BackupFinished = "finish"

// FullBackupPageSizes are the page sizes that the API takes.
var FullBackupPageSizes = []int64{30, 50, 100}

// DescribeFullBackupListRequest asks for the full backups of a plan. What is
// empty is not sent.
type DescribeFullBackupListRequest struct {
	BackupPlanId    string
	BackupSetId     string
	RegionId        string
	ShowStorageType bool
	PageSize        int
}

// DescribeFullBackupList reads all full backups that the request asks for.
func (c *Client) DescribeFullBackupList(ctx context.Context, r DescribeFullBackupListRequest) (listing.List[FullBackupFile], error) {
	query := url.Values{}
	set(query, "BackupPlanId", r.BackupPlanId)
	set(query, "BackupSetId", r.BackupSetId)
	set(query, "RegionId", r.RegionId)
	set(query, "ShowStorageType", strconv.FormatBool(r.ShowStorageType))
	return list[FullBackupFile]{
		operation: alibabacloud.Operation{
			Action:  "DescribeFullBackupList",
			Subject: "the full backups of plan " + r.BackupPlanId + " in " + r.RegionId,
			Region:  r.RegionId,
			Query:   query,
		},
		pageSize: r.PageSize,
		id:       func(backup *FullBackupFile) string { return backup.BackupSetId.Value },
		idField:  "BackupSetId",
		decode:   decodeFullBackups,
	}.read(ctx, c)
}

func decodeFullBackups(body []byte) (answer, []FullBackupFile, error) {
	var response struct {
		answer
		Items struct{ FullBackupFile []FullBackupFile }
	}
	err := scalar.Unmarshal(body, &response)
	return response.answer, response.Items.FullBackupFile, err
}
