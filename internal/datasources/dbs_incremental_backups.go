package datasources

import (
	"cmp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

func newDBSIncrementalBackups() datasource.DataSource {
	type backup = dbs.IncrementalBackup
	return &list[backup]{
		base: base{
			name:        "dbs_incremental_backups",
			description: "Lists the incremental (log) backups of a backup plan of Alibaba Cloud Database Backup (DBS), the most recently started one first.",
			subject:     "incremental backups",
			cloud:       alibabaCloud,
			arguments: map[string]schema.Attribute{
				"backup_plan_id":    requiredArgument("ID of the backup plan. Applied by the API."),
				"show_storage_type": showStorageTypeArgument(),
				"backup_status":     statusArgument("backups", dbs.IncrementalBackupStatuses),
				"started_after":     timeFilterArgument("Only backups that started at this time or later."),
				"started_before":    timeFilterArgument("Only backups that started before this time."),
				"page_size":         backupPageSize(),
			},
		},
		scope:     "backup_plan_id",
		attribute: "backups",
		fields:    incrementalBackupFields,
		traits:    func(b *backup) traits { return traits{id: &b.BackupSetID, status: &b.BackupStatus, key: b.Key()} },
		statuses:  dbs.IncrementalBackupStatuses,
		time:      func(b *backup) (time.Time, bool, error) { return b.StartTime.Time() },
		summary: func(_ []*backup, latest func(status string) *backup) []attribute.Field {
			end := timeOf(cmp.Or(latest(""), &backup{}).EndTime.Time())
			return []attribute.Field{
				attribute.Object("latest", latest(""), "The most recently started backup regardless of its status. Normally its status is still `FILLING`. Null if there is none.", incrementalBackupFields),
				attribute.Computed("latest_time", end, "Time up to which `latest` reaches (`end_time`): what a check of the recovery point objective (RPO) needs. "+passDirectly),
			}
		},
		paginated: true,
		query: func(args *arguments) query[backup] {
			request := dbs.DescribeIncrementBackupListRequest{
				BackupPlanID:    args.string("backup_plan_id"),
				RegionID:        args.region,
				ShowStorageType: args.bool("show_storage_type", true),
				PageSize:        args.pageSize(),
			}
			return query[backup]{
				fetch:  prepare(args.clouds.DBS.DescribeIncrementBackupList, request),
				status: args.string("backup_status"),
				time:   args.timeRange("started_after", "started_before"),
			}
		},
	}
}

func incrementalBackupFields(i *dbs.IncrementalBackup) []attribute.Field {
	return []attribute.Field{
		attribute.Of("backup_set_id", &i.BackupSetID, "ID of the backup set: the name of a log file, `mysql-bin.000042` for example. Not unique by itself."),
		attribute.Of("backup_set_job_id", &i.BackupSetJobID, "ID of the backup job."),
		attribute.Of("backup_status", &i.BackupStatus, "Status of the backup: `INIT` (not started), `FILLING` (in progress), `COMPLETED` or `UNCOMPLETED`."),
		attribute.Of("start_time", &i.StartTime, "Time at which the backup starts."),
		attribute.Of("end_time", &i.EndTime, "Time up to which the backup reaches."),
		attribute.Of("backup_set_expired_time", &i.BackupSetExpiredTime, "Time at which the backup set expires."),
		attribute.Of("backup_size", &i.BackupSize, "Size of the backup. The API does not document the unit."),
		attribute.Of("storage_method", &i.StorageMethod, "Storage type: `Standard`, `IA` (Infrequent Access), `Archive` or `UNKNOWN`. Null if `show_storage_type` is `false`."),
		attribute.Of("source_endpoint_ip_port", &i.SourceEndpointIPPort, "Address of the database, in the form `host:port`."),
		attribute.Of("source_endpoint_host", &i.SourceEndpointHost, "Host of the database. Returned by newer versions of the API only."),
		attribute.Of("source_endpoint_instance_id", &i.SourceEndpointInstanceID, "ID of the database instance. Returned by newer versions of the API only."),
		attribute.Of("source_endpoint_instance_type", &i.SourceEndpointInstanceType, "Location of the database, `rds` for example. Returned by newer versions of the API only."),
		attribute.Of("source_endpoint_port", &i.SourceEndpointPort, "Port of the database, as a string. Returned by newer versions of the API only."),
		attribute.Of("source_endpoint_region", &i.SourceEndpointRegion, "Region of the database. Returned by newer versions of the API only."),
	}
}
