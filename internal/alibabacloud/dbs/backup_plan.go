package dbs

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"

// BackupPlanDetail is one backup plan of DescribeBackupPlanList. Each field is
// declared here alone: its name is the API's, its type says what it holds, and
// doc describes it to Terraform's users ('x' is written as code there).
//
// https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describebackupplanlist
type BackupPlanDetail struct {
	BackupPlanId                               scalar.Text    `doc:"Backup plan ID."`
	BackupPlanName                             scalar.Text    `doc:"Backup plan name."`
	BackupPlanStatus                           scalar.Text    `doc:"Status of the plan: 'wait' (not configured), 'init' (not started, the precheck failed), 'running', 'stop' (failed), 'pause' (paused), 'locked' or 'check_pass' (the precheck passed)."`
	BackupPlanCreateTime                       scalar.Millis  `doc:"When the plan was created."`
	BackupPlanRegion                           scalar.Text    `doc:"Region of the plan."`
	BackupMethod                               scalar.Text    `doc:"Backup method: 'logical', 'physical' or 'duplication'."`
	BackupObjects                              scalar.Text    `doc:"Databases, schemas and tables that are backed up, as JSON in a text: 'jsondecode' reads it."`
	BackupPeriod                               scalar.Text    `doc:"Days of the week on which a full backup is made, 'Monday' to 'Sunday', separated by commas."`
	BackupStartTime                            scalar.Text    `doc:"Time of day at which a full backup starts, as 'HH:mm'."`
	BackupRetentionPeriod                      scalar.Integer `doc:"Days for which backups are kept, 0 to 1825."`
	BackupStorageType                          scalar.Text    `doc:"Where the backups are stored: 'system' is the built-in storage of DBS, an empty text an OSS bucket of the account."`
	BackupGatewayId                            scalar.Integer `doc:"ID of the backup gateway."`
	BackupGatewayIdentifier                    scalar.Text    `doc:"Identifier of the backup gateway."`
	DatabaseType                               scalar.Text    `doc:"Type of the database, 'MySQL' for example."`
	InstanceClass                              scalar.Text    `doc:"Specification of the plan: 'micro', 'small', 'medium', 'large' or 'xlarge' (no traffic limit)."`
	InstanceChargeType                         scalar.Text    `doc:"Billing method of the plan, 'PREPAY' for example."`
	InstanceExpiredTimestamp                   scalar.Millis  `doc:"When the subscription of the plan ends."`
	ResourceGroupId                            scalar.Text    `doc:"ID of the resource group."`
	EnableBackupLog                            scalar.Boolean `doc:"Whether logs are backed up incrementally."`
	EnableMysqlPhysicalBackupBinLog            scalar.Boolean `doc:"Whether binary logs are backed up with physical backups of MySQL."`
	ErrMessage                                 scalar.Text    `doc:"Message of the precheck that failed."`
	BeginTimestampForRestore                   scalar.Millis  `doc:"Start of the time range to which the database can be restored."`
	EndTimestampForRestore                     scalar.Millis  `doc:"End of the time range to which the database can be restored."`
	OSSBucketName                              scalar.Text    `doc:"Name of the OSS bucket."`
	OSSBucketRegion                            scalar.Text    `doc:"Region of the OSS bucket."`
	StorageEncryptMethod                       scalar.Text    `doc:"Encryption of the stored backups, 'encrypted' for example."`
	DuplicationInfrequentAccessPeriod          scalar.Integer `doc:"Days after which full backups move to Infrequent Access storage."`
	DuplicationArchivePeriod                   scalar.Integer `doc:"Days after which full backups move to archive storage."`
	IncrementBackupRetentionPeriod             scalar.Text    `doc:"Days for which incremental backups are kept. A text in the API."`
	IncrementDuplicationInfrequentAccessPeriod scalar.Text    `doc:"Days after which incremental backups move to Infrequent Access storage. A text in the API."`
	IncrementDuplicationArchivePeriod          scalar.Text    `doc:"Days after which incremental backups move to archive storage. A text in the API."`
	LogBackupRetentionPeriod                   scalar.Text    `doc:"Days for which log backups are kept. A text in the API."`
	LogDuplicationInfrequentAccessPeriod       scalar.Text    `doc:"Days after which log backups move to Infrequent Access storage. A text in the API."`
	LogDuplicationArchivePeriod                scalar.Text    `doc:"Days after which log backups move to archive storage. A text in the API."`
	SourceEndpointInstanceType                 scalar.Text    `doc:"Where the database is: 'rds', 'ecs', 'express' (leased line, VPN gateway or Smart Access Gateway), 'agent' (backup gateway), 'dds' (ApsaraDB for MongoDB) or 'other' (by IP address and port)."`
	SourceEndpointInstanceID                   scalar.Text    `doc:"ID of the database instance."`
	SourceEndpointRegion                       scalar.Text    `doc:"Region of the database."`
	SourceEndpointIpPort                       scalar.Text    `doc:"Address of the database, as 'host:port'."`
	SourceEndpointHost                         scalar.Text    `doc:"Host of the database."`
	SourceEndpointPort                         scalar.Text    `doc:"Port of the database. A text in the API."`
	SourceEndpointDatabaseName                 scalar.Text    `doc:"Name of the database."`
	SourceEndpointUserName                     scalar.Text    `doc:"Account with which DBS reads the database."`
	SourceEndpointOracleSID                    scalar.Text    `doc:"System ID of an Oracle database."`
	SourceEndpointEnableSsl                    scalar.Text    `doc:"Whether the database is read over TLS, 'true' or 'false'. A text in the API."`
	CrossAliyunId                              scalar.Text    `doc:"Account whose database is backed up, where it is another one."`
	CrossRoleName                              scalar.Text    `doc:"RAM role with which the database of another account is backed up."`
	OpenBackupSetAutoDownload                  scalar.Boolean `doc:"Whether backup sets are downloaded automatically."`
	BackupSetDownloadDir                       scalar.Text    `doc:"Directory on the server to which backup sets are downloaded."`
	BackupSetDownloadTargetType                scalar.Text    `doc:"Kind of server to which backup sets are downloaded: 'agent' (one with a backup gateway)."`
	BackupSetDownloadGatewayId                 scalar.Integer `doc:"ID of the backup gateway through which backup sets are downloaded."`
	BackupSetDownloadFullDataFormat            scalar.Text    `doc:"Format of downloaded full backups: 'Native', 'SQL', 'CSV' or 'JSON'."`
	BackupSetDownloadIncrementDataFormat       scalar.Text    `doc:"Format of downloaded incremental backups: 'Native', 'SQL', 'CSV' or 'JSON'."`
}
