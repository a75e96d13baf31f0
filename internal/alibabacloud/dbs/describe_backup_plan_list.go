package dbs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// BackupPlanStatuses are the documented values of a plan's status.
var BackupPlanStatuses = []string{"wait", "init", "running", "stop", "pause", "locked", "check_pass"}

// BackupMethods are the documented values of a plan's backup method.
var BackupMethods = []string{"logical", "physical", "duplication"}

// DescribeBackupPlanListRequest selects backup plans. Empty fields are not sent.
type DescribeBackupPlanListRequest struct {
	BackupPlanID     []string
	BackupPlanName   string
	BackupPlanStatus string
	BackupMethod     string
	ResourceGroupID  string
	Region           string
	PageSize         int
}

// maxIDs bounds the IDs in one request, whose parameters are part of the URL: gateways
// refuse URLs of more than 8 KB, and an ID has some 20 characters.
const maxIDs = 100

// DescribeBackupPlanList lists the backup plans that the request selects. IDs that
// don't fit into one request are sent in several.
func (c *Client) DescribeBackupPlanList(ctx context.Context, r DescribeBackupPlanListRequest) (listing.List[BackupPlan], error) {
	if len(r.BackupPlanID) <= maxIDs {
		return c.describeBackupPlans(ctx, r, r.BackupPlanID)
	}
	list := listing.List[BackupPlan]{Complete: true, Total: apijson.NewInt64(0)}
	for ids := range slices.Chunk(r.BackupPlanID, maxIDs) {
		part, err := c.describeBackupPlans(ctx, r, ids)
		if err != nil {
			return part, err
		}
		list.Items = append(list.Items, part.Items...)
		list.Total = apijson.Int64{Value: list.Total.Value + part.Total.Value, Valid: list.Total.Valid && part.Total.Valid}
		list.Complete = list.Complete && part.Complete
		list.Mismatch = cmp.Or(list.Mismatch, part.Mismatch)
	}
	return list, nil
}

func (c *Client) describeBackupPlans(ctx context.Context, r DescribeBackupPlanListRequest, ids []string) (listing.List[BackupPlan], error) {
	return list(ctx, c, operation("DescribeBackupPlanList", "the backup plans", r.Region, map[string]string{
		"BackupPlanId":     strings.Join(ids, ","),
		"BackupPlanName":   r.BackupPlanName,
		"BackupPlanStatus": r.BackupPlanStatus,
		"BackupMethod":     r.BackupMethod,
		"ResourceGroupId":  r.ResourceGroupID,
		"Region":           r.Region,
	}), listing.Source[BackupPlan]{
		PageSize: r.PageSize,
		ID:       func(plan *BackupPlan) string { return plan.BackupPlanID.Value },
		IDField:  "BackupPlanId",
		Belongs: func(plan *BackupPlan) error {
			if len(ids) > 0 && !slices.Contains(ids, plan.BackupPlanID.Value) {
				return fmt.Errorf("the response contains backup plan %q, which was not requested", plan.BackupPlanID.Value)
			}
			return nil
		},
	})
}

// BackupPlan is a backup plan, BackupPlanDetail in the API.
//
// https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describebackupplanlist
type BackupPlan struct {
	BackupPlanID                               apijson.String `json:"BackupPlanId"`
	BackupPlanName                             apijson.String `json:"BackupPlanName"`
	BackupPlanStatus                           apijson.String `json:"BackupPlanStatus"`
	BackupPlanCreateTime                       apijson.Millis `json:"BackupPlanCreateTime"`
	BackupPlanRegion                           apijson.String `json:"BackupPlanRegion"`
	BackupMethod                               apijson.String `json:"BackupMethod"`
	BackupObjects                              apijson.String `json:"BackupObjects"`
	BackupPeriod                               apijson.String `json:"BackupPeriod"`
	BackupStartTime                            apijson.String `json:"BackupStartTime"`
	BackupRetentionPeriod                      apijson.Int64  `json:"BackupRetentionPeriod"`
	BackupStorageType                          apijson.String `json:"BackupStorageType"`
	BackupGatewayID                            apijson.Int64  `json:"BackupGatewayId"`
	BackupGatewayIdentifier                    apijson.String `json:"BackupGatewayIdentifier"`
	DatabaseType                               apijson.String `json:"DatabaseType"`
	InstanceClass                              apijson.String `json:"InstanceClass"`
	InstanceChargeType                         apijson.String `json:"InstanceChargeType"`
	InstanceExpiredTimestamp                   apijson.Millis `json:"InstanceExpiredTimestamp"`
	ResourceGroupID                            apijson.String `json:"ResourceGroupId"`
	EnableBackupLog                            apijson.Bool   `json:"EnableBackupLog"`
	EnableMySQLPhysicalBackupBinLog            apijson.Bool   `json:"EnableMysqlPhysicalBackupBinLog"`
	ErrMessage                                 apijson.String `json:"ErrMessage"`
	BeginTimestampForRestore                   apijson.Millis `json:"BeginTimestampForRestore"`
	EndTimestampForRestore                     apijson.Millis `json:"EndTimestampForRestore"`
	OSSBucketName                              apijson.String `json:"OSSBucketName"`
	OSSBucketRegion                            apijson.String `json:"OSSBucketRegion"`
	StorageEncryptMethod                       apijson.String `json:"StorageEncryptMethod"`
	DuplicationInfrequentAccessPeriod          apijson.Int64  `json:"DuplicationInfrequentAccessPeriod"`
	DuplicationArchivePeriod                   apijson.Int64  `json:"DuplicationArchivePeriod"`
	IncrementBackupRetentionPeriod             apijson.String `json:"IncrementBackupRetentionPeriod"`
	IncrementDuplicationInfrequentAccessPeriod apijson.String `json:"IncrementDuplicationInfrequentAccessPeriod"`
	IncrementDuplicationArchivePeriod          apijson.String `json:"IncrementDuplicationArchivePeriod"`
	LogBackupRetentionPeriod                   apijson.String `json:"LogBackupRetentionPeriod"`
	LogDuplicationInfrequentAccessPeriod       apijson.String `json:"LogDuplicationInfrequentAccessPeriod"`
	LogDuplicationArchivePeriod                apijson.String `json:"LogDuplicationArchivePeriod"`
	SourceEndpointInstanceType                 apijson.String `json:"SourceEndpointInstanceType"`
	SourceEndpointInstanceID                   apijson.String `json:"SourceEndpointInstanceID"`
	SourceEndpointRegion                       apijson.String `json:"SourceEndpointRegion"`
	SourceEndpointIPPort                       apijson.String `json:"SourceEndpointIpPort"`
	SourceEndpointHost                         apijson.String `json:"SourceEndpointHost"`
	SourceEndpointPort                         apijson.String `json:"SourceEndpointPort"`
	SourceEndpointDatabaseName                 apijson.String `json:"SourceEndpointDatabaseName"`
	SourceEndpointUserName                     apijson.String `json:"SourceEndpointUserName"`
	SourceEndpointOracleSID                    apijson.String `json:"SourceEndpointOracleSID"`
	SourceEndpointEnableSSL                    apijson.String `json:"SourceEndpointEnableSsl"`
	CrossAliyunID                              apijson.String `json:"CrossAliyunId"`
	CrossRoleName                              apijson.String `json:"CrossRoleName"`
	OpenBackupSetAutoDownload                  apijson.Bool   `json:"OpenBackupSetAutoDownload"`
	BackupSetDownloadDir                       apijson.String `json:"BackupSetDownloadDir"`
	BackupSetDownloadTargetType                apijson.String `json:"BackupSetDownloadTargetType"`
	BackupSetDownloadGatewayID                 apijson.Int64  `json:"BackupSetDownloadGatewayId"`
	BackupSetDownloadFullDataFormat            apijson.String `json:"BackupSetDownloadFullDataFormat"`
	BackupSetDownloadIncrementDataFormat       apijson.String `json:"BackupSetDownloadIncrementDataFormat"`
}

func (BackupPlan) listName() string { return "BackupPlanDetail" }
