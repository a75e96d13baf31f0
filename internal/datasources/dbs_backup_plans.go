package datasources

import (
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

func newDBSBackupPlans() datasource.DataSource {
	type plan = dbs.BackupPlan
	return &list[plan]{
		base: base{
			name:        "dbs_backup_plans",
			description: "Lists the backup plans of Alibaba Cloud Database Backup (DBS), the most recently created one first.",
			subject:     "backup plans",
			cloud:       alibabaCloud,
			arguments: map[string]schema.Attribute{
				"backup_plan_ids": schema.SetAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "IDs of the backup plans to list. If the set is empty, no request is sent and the result is empty. Applied by the API.",
					Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(isListedID)},
				},
				"backup_plan_name":   stringArgument("Name of the backup plans. Applied by the API, whose documentation does not say how it matches."),
				"backup_plan_status": enumArgument("Status of the backup plans. Applied by the API.", dbs.BackupPlanStatuses),
				"backup_method":      enumArgument("Backup method of the backup plans. Applied by the API and by the provider, because the API's documentation does not list this parameter.", dbs.BackupMethods),
				"resource_group_id":  stringArgument("ID of the resource group of the backup plans. Applied by the API."),
				"name_regex":         nameRegexArgument(),
				"page_size":          anyPageSize(),
			},
		},
		attribute: "plans",
		fields:    backupPlanFields,
		traits: func(p *plan) traits {
			return traits{id: &p.BackupPlanID, name: &p.BackupPlanName, status: &p.BackupPlanStatus}
		},
		statuses:  dbs.BackupPlanStatuses,
		time:      func(p *plan) (time.Time, bool, error) { return p.BackupPlanCreateTime.Time() },
		paginated: true,
		query: func(args *arguments) query[plan] {
			request := dbs.DescribeBackupPlanListRequest{
				BackupPlanID:     args.strings("backup_plan_ids"),
				BackupPlanName:   args.string("backup_plan_name"),
				BackupPlanStatus: args.string("backup_plan_status"),
				BackupMethod:     args.string("backup_method"),
				ResourceGroupID:  args.string("resource_group_id"),
				Region:           args.region,
				PageSize:         args.pageSize(),
			}
			// Without IDs, the API would list all plans.
			args.noRequest = request.BackupPlanID != nil && len(request.BackupPlanID) == 0
			return query[plan]{
				fetch: prepare(args.clouds.DBS.DescribeBackupPlanList, request),
				name:  args.nameRegex(),
				filter: func(p *plan) bool {
					return request.BackupMethod == "" || p.BackupMethod.Value == request.BackupMethod
				},
			}
		},
	}
}

// isListedID validates an ID that can be part of a list of IDs separated by commas.
var isListedID = stringvalidator.RegexMatches(regexp.MustCompile(`^[^,\s]{1,64}$`), "must be one ID of at most 64 characters, without commas or spaces")

func backupPlanFields(i *dbs.BackupPlan) []attribute.Field {
	return []attribute.Field{
		attribute.Of("backup_plan_id", &i.BackupPlanID, "Backup plan ID."),
		attribute.Of("backup_plan_name", &i.BackupPlanName, "Backup plan name."),
		attribute.Of("backup_plan_status", &i.BackupPlanStatus, "Status of the plan: `wait` (not configured), `init` (not started, the precheck failed), `running`, `stop` (failed), `pause` (paused), `locked` or `check_pass` (the precheck passed)."),
		attribute.Of("backup_plan_create_time", &i.BackupPlanCreateTime, "Time at which the plan was created."),
		attribute.Of("backup_plan_region", &i.BackupPlanRegion, "Region of the plan."),
		attribute.Of("backup_method", &i.BackupMethod, "Backup method: `logical`, `physical` or `duplication`."),
		attribute.Of("backup_objects", &i.BackupObjects, "Databases, schemas and tables that are backed up, as a JSON string. Decode it with `jsondecode`."),
		attribute.Of("backup_period", &i.BackupPeriod, "Days of the week on which a full backup is made, separated by commas. The API returns upper case, `MONDAY,THURSDAY` for example."),
		attribute.Of("backup_start_time", &i.BackupStartTime, "Time of day at which a full backup starts, in the form `HH:mm`."),
		attribute.Of("backup_retention_period", &i.BackupRetentionPeriod, "Number of days for which backups are kept, 0 to 1825."),
		attribute.Of("backup_storage_type", &i.BackupStorageType, "Storage type: `system` for the built-in storage of DBS, or an empty string for an OSS bucket of the account."),
		attribute.Of("backup_gateway_id", &i.BackupGatewayID, "ID of the backup gateway. The API returns 0 or nothing if there is none."),
		attribute.Of("backup_gateway_identifier", &i.BackupGatewayIdentifier, "Identifier of the backup gateway."),
		attribute.Of("database_type", &i.DatabaseType, "Type of the database, `MySQL` for example."),
		attribute.Of("instance_class", &i.InstanceClass, "Instance class of the plan: `micro`, `small`, `medium`, `large` or `xlarge` (no traffic limit)."),
		attribute.Of("instance_charge_type", &i.InstanceChargeType, "Billing method of the plan, `PREPAY` for example."),
		attribute.Of("instance_expired_timestamp", &i.InstanceExpiredTimestamp, "Time at which the subscription of the plan ends."),
		attribute.Of("resource_group_id", &i.ResourceGroupID, "ID of the resource group."),
		attribute.Of("enable_backup_log", &i.EnableBackupLog, "Whether logs are backed up incrementally."),
		attribute.Of("enable_mysql_physical_backup_bin_log", &i.EnableMySQLPhysicalBackupBinLog, "Whether binary logs are backed up with physical backups of MySQL."),
		attribute.Of("err_message", &i.ErrMessage, "Error message of the failed precheck."),
		attribute.Of("begin_timestamp_for_restore", &i.BeginTimestampForRestore, "Start of the time range to which the database can be restored."),
		attribute.Of("end_timestamp_for_restore", &i.EndTimestampForRestore, "End of the time range to which the database can be restored. It moves with every log backup."),
		attribute.Of("oss_bucket_name", &i.OSSBucketName, "Name of the OSS bucket."),
		attribute.Of("oss_bucket_region", &i.OSSBucketRegion, "Region of the OSS bucket."),
		attribute.Of("storage_encrypt_method", &i.StorageEncryptMethod, "Encryption of the stored backups, `encrypted` for example."),
		attribute.Of("duplication_infrequent_access_period", &i.DuplicationInfrequentAccessPeriod, "Number of days after which full backups move to Infrequent Access storage."),
		attribute.Of("duplication_archive_period", &i.DuplicationArchivePeriod, "Number of days after which full backups move to archive storage."),
		attribute.Of("increment_backup_retention_period", &i.IncrementBackupRetentionPeriod, "Number of days for which incremental backups are kept. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("increment_duplication_infrequent_access_period", &i.IncrementDuplicationInfrequentAccessPeriod, "Number of days after which incremental backups move to Infrequent Access storage. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("increment_duplication_archive_period", &i.IncrementDuplicationArchivePeriod, "Number of days after which incremental backups move to archive storage. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("log_backup_retention_period", &i.LogBackupRetentionPeriod, "Number of days for which log backups are kept. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("log_duplication_infrequent_access_period", &i.LogDuplicationInfrequentAccessPeriod, "Number of days after which log backups move to Infrequent Access storage. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("log_duplication_archive_period", &i.LogDuplicationArchivePeriod, "Number of days after which log backups move to archive storage. Returned as a string by the API; use `tonumber()`."),
		attribute.Of("source_endpoint_instance_type", &i.SourceEndpointInstanceType, "Location of the database: `rds`, `ecs`, `express` (leased line, VPN gateway or Smart Access Gateway), `agent` (backup gateway), `dds` (ApsaraDB for MongoDB) or `other` (by IP address and port)."),
		attribute.Of("source_endpoint_instance_id", &i.SourceEndpointInstanceID, "ID of the database instance."),
		attribute.Of("source_endpoint_region", &i.SourceEndpointRegion, "Region of the database."),
		attribute.Of("source_endpoint_ip_port", &i.SourceEndpointIPPort, "Address of the database, in the form `host:port`."),
		attribute.Of("source_endpoint_host", &i.SourceEndpointHost, "Host of the database."),
		attribute.Of("source_endpoint_port", &i.SourceEndpointPort, "Port of the database, as a string."),
		attribute.Of("source_endpoint_database_name", &i.SourceEndpointDatabaseName, "Name of the database."),
		attribute.Of("source_endpoint_user_name", &i.SourceEndpointUserName, "Database account that DBS uses."),
		attribute.Of("source_endpoint_oracle_sid", &i.SourceEndpointOracleSID, "System ID of an Oracle database."),
		attribute.Of("source_endpoint_enable_ssl", &i.SourceEndpointEnableSSL, "Whether the database is read over TLS: the string `true` or `false`."),
		attribute.Of("cross_aliyun_id", &i.CrossAliyunID, "ID of the account whose database is backed up, if it is another account."),
		attribute.Of("cross_role_name", &i.CrossRoleName, "RAM role with which the database of another account is backed up."),
		attribute.Of("open_backup_set_auto_download", &i.OpenBackupSetAutoDownload, "Whether backup sets are downloaded automatically."),
		attribute.Of("backup_set_download_dir", &i.BackupSetDownloadDir, "Directory on the server to which backup sets are downloaded."),
		attribute.Of("backup_set_download_target_type", &i.BackupSetDownloadTargetType, "Kind of server to which backup sets are downloaded: `agent` (one with a backup gateway)."),
		attribute.Of("backup_set_download_gateway_id", &i.BackupSetDownloadGatewayID, "ID of the backup gateway through which backup sets are downloaded."),
		attribute.Of("backup_set_download_full_data_format", &i.BackupSetDownloadFullDataFormat, "Format of downloaded full backups: `Native`, `SQL`, `CSV` or `JSON`."),
		attribute.Of("backup_set_download_increment_data_format", &i.BackupSetDownloadIncrementDataFormat, "Format of downloaded incremental backups: `Native`, `SQL`, `CSV` or `JSON`."),
	}
}
