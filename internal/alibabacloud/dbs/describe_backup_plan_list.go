package dbs

import (
	"context"
	"net/url"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BackupPlanStatuses are the documented values of a plan's status.
var BackupPlanStatuses = []string{"wait", "init", "running", "stop", "pause", "locked", "check_pass"}

// BackupMethods are the documented values of a plan's backup method.
var BackupMethods = []string{"logical", "physical", "duplication"}

// DescribeBackupPlanListRequest asks for backup plans. What is empty is not sent.
type DescribeBackupPlanListRequest struct {
	BackupPlanId     []string
	BackupPlanName   string
	BackupPlanStatus string
	BackupMethod     string
	ResourceGroupId  string
	Region           string
	PageSize         int
}

// DescribeBackupPlanList reads all backup plans that the request asks for.
func (c *Client) DescribeBackupPlanList(ctx context.Context, r DescribeBackupPlanListRequest) (listing.List[BackupPlanDetail], error) {
	query := url.Values{}
	set(query, "BackupPlanId", r.BackupPlanId...)
	set(query, "BackupPlanName", r.BackupPlanName)
	set(query, "BackupPlanStatus", r.BackupPlanStatus)
	set(query, "BackupMethod", r.BackupMethod)
	set(query, "ResourceGroupId", r.ResourceGroupId)
	set(query, "Region", r.Region)
	return list[BackupPlanDetail]{
		operation: alibabacloud.Operation{
			Action:  "DescribeBackupPlanList",
			Subject: "the backup plans in " + r.Region,
			Region:  r.Region,
			Query:   query,
		},
		pageSize: r.PageSize,
		id:       func(plan *BackupPlanDetail) string { return plan.BackupPlanId.Value },
		idField:  "BackupPlanId",
		decode:   decodeBackupPlans,
	}.read(ctx, c)
}

func decodeBackupPlans(body []byte) (answer, []BackupPlanDetail, error) {
	var response struct {
		answer
		Items struct{ BackupPlanDetail []BackupPlanDetail }
	}
	err := scalar.Unmarshal(body, &response)
	return response.answer, response.Items.BackupPlanDetail, err
}
