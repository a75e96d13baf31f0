package datasources

import (
	"cmp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

func newDBSFullBackups() datasource.DataSource {
	type backup = dbs.FullBackup
	return &list[backup]{
		base: base{
			name:        "dbs_full_backups",
			description: "Lists the full backups of a backup plan of Alibaba Cloud Database Backup (DBS), the most recently started one first.",
			subject:     "full backups",
			cloud:       alibabaCloud,
			arguments: map[string]schema.Attribute{
				"backup_plan_id":    requiredArgument("ID of the backup plan. Applied by the API."),
				"backup_set_id":     stringArgument("ID of a backup set. Applied by the API."),
				"show_storage_type": showStorageTypeArgument(),
				"backup_status":     statusArgument("backups", dbs.FullBackupStatuses),
				"started_after":     timeFilterArgument("Only backups that started at this time or later."),
				"started_before":    timeFilterArgument("Only backups that started before this time."),
				"page_size":         backupPageSize(),
			},
		},
		scope:     "backup_plan_id",
		attribute: "backups",
		fields:    fullBackupFields,
		traits:    func(b *backup) traits { return traits{id: &b.BackupSetID, status: &b.BackupStatus} },
		statuses:  dbs.FullBackupStatuses,
		time:      func(b *backup) (time.Time, bool, error) { return b.StartTime.Time() },
		summary: func(_ []*backup, latest func(status string) *backup) []attribute.Field {
			successful := latest(dbs.FullBackupFinished)
			finished := timeOf(cmp.Or(successful, &backup{}).FinishTime.Time())
			return []attribute.Field{
				attribute.Object("latest", latest(""), "The most recently started backup regardless of its status. Null if there is none.", fullBackupFields),
				attribute.Object("latest_successful", successful, "The most recently started backup with status `finish`. Null if there is none.", fullBackupFields),
				attribute.Object("latest_failed", latest(dbs.FullBackupFailed), "The most recently started backup with status `stop`. Null if there is none.", fullBackupFields),
				attribute.Computed("latest_successful_time", finished, "Time at which `latest_successful` finished (`finish_time`). "+passDirectly),
			}
		},
		paginated: true,
		query: func(args *arguments) query[backup] {
			request := dbs.DescribeFullBackupListRequest{
				BackupPlanID:    args.string("backup_plan_id"),
				BackupSetID:     args.string("backup_set_id"),
				RegionID:        args.region,
				ShowStorageType: args.bool("show_storage_type", true),
				PageSize:        args.pageSize(),
			}
			return query[backup]{
				fetch:  prepare(args.clouds.DBS.DescribeFullBackupList, request),
				status: args.string("backup_status"),
				time:   args.timeRange("started_after", "started_before"),
			}
		},
	}
}

func showStorageTypeArgument() schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether to return `storage_method`. Default: `true`. Applied by the API.",
	}
}

// backupPageSize is the argument of the operations that list a plan's backups.
func backupPageSize() schema.Int64Attribute {
	return pageSizeArgument("30, 50 or 100", int64validator.OneOf(dbs.PageSizes...))
}

func fullBackupFields(i *dbs.FullBackup) []attribute.Field {
	return []attribute.Field{
		attribute.Of("backup_set_id", &i.BackupSetID, "ID of the backup set."),
		attribute.Of("backup_status", &i.BackupStatus, "Status of the backup: `schedule` (initializing), `running`, `finish`, `stop` (failed) or `pause` (paused)."),
		attribute.Of("backup_size", &i.BackupSize, "Size of the backup. The API does not document the unit."),
		attribute.Of("backup_objects", &i.BackupObjects, "Objects that were backed up, as a JSON string. Decode it with `jsondecode`."),
		attribute.Of("create_time", &i.CreateTime, "Time at which the backup task was created."),
		attribute.Of("start_time", &i.StartTime, "Time at which the backup started."),
		attribute.Of("end_time", &i.EndTime, "Time at which the backup ended."),
		attribute.Of("finish_time", &i.FinishTime, "Time at which the backup task finished, after the backup itself ended."),
		attribute.Of("backup_set_expired_time", &i.BackupSetExpiredTime, "Time at which the backup set expires."),
		attribute.Of("err_message", &i.ErrMessage, "Error message, if the backup failed. The API may return the string `NULL` for none."),
		attribute.Of("source_endpoint_ip_port", &i.SourceEndpointIPPort, "Address of the database, in the form `host:port`."),
		attribute.Of("storage_method", &i.StorageMethod, "Storage type: `Standard`, `IA` (Infrequent Access), `Archive` or `UNKNOWN`. Null if `show_storage_type` is `false`."),
		attribute.Of("backup_gateway_identifier", &i.BackupGatewayIdentifier, "Identifier of the backup gateway."),
		attribute.Of("cross_aliyun_id", &i.CrossAliyunID, "ID of the account whose database was backed up, if it is another account."),
		attribute.Of("cross_role_name", &i.CrossRoleName, "RAM role with which the database of another account was backed up."),
		attribute.Of("logical_full_backup_progress", &i.LogicalFullBackupProgress, "Progress of a logical full backup."),
		attribute.Of("logical_structure_backup_progress", &i.LogicalStructureBackupProgress, "Progress of the backup of the structure."),
		attribute.Of("source_endpoint_enable_ssl", &i.SourceEndpointEnableSSL, "Whether the database was read over TLS: the string `true` or `false`."),
		attribute.Of("source_endpoint_host", &i.SourceEndpointHost, "Host of the database."),
		attribute.Of("source_endpoint_instance_id", &i.SourceEndpointInstanceID, "ID of the database instance."),
		attribute.Of("source_endpoint_instance_type", &i.SourceEndpointInstanceType, "Location of the database: `rds`, `ecs`, `express` (leased line, VPN gateway or Smart Access Gateway), `agent` (backup gateway), `dds` (ApsaraDB for MongoDB) or `other` (by IP address and port)."),
		attribute.Of("source_endpoint_port", &i.SourceEndpointPort, "Port of the database, as a string."),
		attribute.Of("source_endpoint_region", &i.SourceEndpointRegion, "Region of the database."),
		attribute.Of("source_endpoint_user_name", &i.SourceEndpointUserName, "Database account that DBS used."),
		attribute.Of("storage_encrypt_method", &i.StorageEncryptMethod, "Encryption of the stored backup, `encrypted` for example."),
	}
}
