package datasources

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// fullBackups is the table of the data source dbs_full_backups.
var fullBackups = field.Of[dbs.FullBackupFile]()

// NewDBSFullBackups is the data source dbs_full_backups.
func NewDBSFullBackups() datasource.DataSource {
	type backup = dbs.FullBackupFile
	return &list[backup]{
		name:        "dbs_full_backups",
		description: "Full backups of a backup plan of Alibaba Cloud Database Backup (DBS), by [DescribeFullBackupList](https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describefullbackuplist). The backup that started last is first.",
		subject:     "full backups",
		cloud:       alibabaCloud,
		required:    "backup_plan_id",
		arguments: map[string]schema.Attribute{
			"backup_plan_id": requiredArgument("ID of the backup plan."),
			"backup_set_id":  textArgument("ID of the backup set to list."),
			"show_storage_type": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the API gives `storage_method`. True by default.",
			},
			"region":         regionArgument(),
			"backup_status":  textArgument(fmt.Sprintf("Status of the backups to list: %s, or one that the API has added. Applied to what the API gives.", codes(dbs.BackupStatuses))),
			"started_after":  timeArgument("List backups that started at this time or later."),
			"started_before": timeArgument("List backups that started before this time."),
			"page_size":      pageSizeArgument("30, 50 or 100", int64validator.OneOf(dbs.FullBackupPageSizes...)),
		},
		attribute: "backups",
		table:     fullBackups,
		id:        func(b *backup) string { return b.BackupSetId.Value },
		status:    func(b *backup) scalar.Text { return b.BackupStatus },
		statuses:  dbs.BackupStatuses,
		newest: func(a, b *backup) int {
			timeA, hasA := a.StartTime.Instant()
			timeB, hasB := b.StartTime.Instant()
			return descending.times(timeA, hasA, timeB, hasB)
		},
		latest: &latest[backup]{
			successful: dbs.BackupFinished,
			time:       "finish_time",
			at:         func(b *backup) (time.Time, bool) { return b.FinishTime.Instant() },
		},
		read: readFullBackups,
	}
}

func readFullBackups(ctx context.Context, clouds *Clouds, args *arguments) (*selection[dbs.FullBackupFile], error) {
	request := dbs.DescribeFullBackupListRequest{
		BackupPlanId:    args.text("backup_plan_id"),
		BackupSetId:     args.text("backup_set_id"),
		ShowStorageType: args.booleanOr("show_storage_type", true),
		PageSize:        args.number("page_size", defaultPageSize),
	}
	status := args.text("backup_status")
	started := window{from: args.instant("started_after"), before: args.instant("started_before")}
	if args.diags.HasError() {
		return nil, nil
	}
	region, err := clouds.DBS.Cloud.Region(args.text("region"))
	if err != nil {
		return nil, err
	}
	request.RegionId = region
	backups, err := clouds.DBS.DescribeFullBackupList(ctx, request)
	if err != nil {
		return nil, err
	}
	return &selection[dbs.FullBackupFile]{
		list:   backups,
		region: region,
		keep: func(b *dbs.FullBackupFile) (bool, error) {
			if status != "" && b.BackupStatus.Value != status {
				return false, nil
			}
			return started.keeps(b.StartTime.Moment())
		},
	}, nil
}
