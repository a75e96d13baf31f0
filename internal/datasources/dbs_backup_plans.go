package datasources

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// backupPlans is the table of the data source dbs_backup_plans.
var backupPlans = field.Of[dbs.BackupPlanDetail]()

// NewDBSBackupPlans is the data source dbs_backup_plans.
func NewDBSBackupPlans() datasource.DataSource {
	type plan = dbs.BackupPlanDetail
	return &list[plan]{
		name:        "dbs_backup_plans",
		description: "Backup plans of Alibaba Cloud Database Backup (DBS), by [DescribeBackupPlanList](https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describebackupplanlist). The newest plan is first.",
		subject:     "backup plans",
		cloud:       alibabaCloud,
		arguments: map[string]schema.Attribute{
			"backup_plan_ids": schema.SetAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Ids of the plans to list. An empty set lists nothing, and asks nothing.",
				Validators:          []validator.Set{setvalidator.ValueStringsAre(isListedID)},
			},
			"backup_plan_name":   textArgument("Name of the plans to list, as the API matches it."),
			"backup_plan_status": choiceArgument("Status of the plans to list.", dbs.BackupPlanStatuses),
			"backup_method":      choiceArgument("Backup method of the plans to list.", dbs.BackupMethods),
			"resource_group_id":  textArgument("ID of the resource group of the plans to list."),
			"region":             regionArgument(),
			"name_regex":         nameRegexArgument(),
			"page_size":          pageSizeArgument("1 to 100", anyPageSize),
		},
		attribute: "plans",
		table:     backupPlans,
		id:        func(p *plan) string { return p.BackupPlanId.Value },
		names:     func(p *plan) scalar.Text { return p.BackupPlanName },
		status:    func(p *plan) scalar.Text { return p.BackupPlanStatus },
		statuses:  dbs.BackupPlanStatuses,
		newest: func(a, b *plan) int {
			timeA, hasA := a.BackupPlanCreateTime.Instant()
			timeB, hasB := b.BackupPlanCreateTime.Instant()
			return descending.times(timeA, hasA, timeB, hasB)
		},
		read: readBackupPlans,
	}
}

// isListedID is an id that can stand in the API's list of ids.
var isListedID = stringvalidator.RegexMatches(regexp.MustCompile(`^[^,\s]+$`), "must be one id, without commas or spaces")

func readBackupPlans(ctx context.Context, clouds *Clouds, args *arguments) (*selection[dbs.BackupPlanDetail], error) {
	request := dbs.DescribeBackupPlanListRequest{
		BackupPlanId:     args.texts("backup_plan_ids"),
		BackupPlanName:   args.text("backup_plan_name"),
		BackupPlanStatus: args.text("backup_plan_status"),
		BackupMethod:     args.text("backup_method"),
		ResourceGroupId:  args.text("resource_group_id"),
		PageSize:         args.number("page_size", defaultPageSize),
	}
	pattern := args.pattern("name_regex")
	if args.diags.HasError() {
		return nil, nil
	}
	if request.BackupPlanId != nil && len(request.BackupPlanId) == 0 {
		// To the API, no ids would mean all plans.
		none := int64(0)
		return &selection[dbs.BackupPlanDetail]{
			list:   listing.List[dbs.BackupPlanDetail]{Total: &none, Complete: true},
			region: args.text("region"),
		}, nil
	}
	region, err := clouds.DBS.Cloud.Region(args.text("region"))
	if err != nil {
		return nil, err
	}
	request.Region = region
	plans, err := clouds.DBS.DescribeBackupPlanList(ctx, request)
	if err != nil {
		return nil, err
	}
	return &selection[dbs.BackupPlanDetail]{
		list:   plans,
		region: region,
		keep:   func(p *dbs.BackupPlanDetail) (bool, error) { return pattern.MatchString(p.BackupPlanName.Value), nil },
	}, nil
}
