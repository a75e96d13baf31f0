package dbs

import "github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"

// FullBackupFile is one full backup of DescribeFullBackupList. The last 13
// fields are not on the API page; the vendor's newer clients have them. See
// [BackupPlanDetail] for how a field is declared.
//
// https://www.alibabacloud.com/help/en/dms/developer-reference/api-dbs-2019-03-06-describefullbackuplist
type FullBackupFile struct {
	BackupSetId                    scalar.Text    `doc:"ID of the backup set."`
	BackupStatus                   scalar.Text    `doc:"Status of the backup: 'schedule' (initializing), 'running', 'finish', 'stop' (failed) or 'pause' (paused)."`
	BackupSize                     scalar.Integer `doc:"Size of the backup. The API page names no unit."`
	BackupObjects                  scalar.Text    `doc:"What was backed up, as JSON in a text: 'jsondecode' reads it."`
	CreateTime                     scalar.Millis  `doc:"When the backup task was created."`
	StartTime                      scalar.Millis  `doc:"When the backup started."`
	EndTime                        scalar.Millis  `doc:"When the backup ended."`
	FinishTime                     scalar.Millis  `doc:"When the backup task finished, after the backup itself ended."`
	BackupSetExpiredTime           scalar.Millis  `doc:"When the backup set expires."`
	ErrMessage                     scalar.Text    `doc:"Message of the failure, where there was one."`
	SourceEndpointIpPort           scalar.Text    `doc:"Address of the database, as 'host:port'."`
	StorageMethod                  scalar.Text    `doc:"Type of the storage: 'Standard', 'IA' (Infrequent Access), 'Archive' or 'UNKNOWN'. Null with 'show_storage_type = false'."`
	BackupGatewayIdentifier        scalar.Text    `doc:"Identifier of the backup gateway."`
	CrossAliyunId                  scalar.Text    `doc:"Account whose database was backed up, where it is another one."`
	CrossRoleName                  scalar.Text    `doc:"RAM role with which the database of another account was backed up."`
	LogicalFullBackupProgress      scalar.Integer `doc:"Progress of a logical full backup."`
	LogicalStructureBackupProgress scalar.Integer `doc:"Progress of the backup of the structure."`
	SourceEndpointEnableSsl        scalar.Text    `doc:"Whether the database was read over TLS, 'true' or 'false'. A text in the API."`
	SourceEndpointHost             scalar.Text    `doc:"Host of the database."`
	SourceEndpointInstanceId       scalar.Text    `doc:"ID of the database instance."`
	SourceEndpointInstanceType     scalar.Text    `doc:"Where the database is: 'rds', 'ecs', 'express' (leased line, VPN gateway or Smart Access Gateway), 'agent' (backup gateway), 'dds' (ApsaraDB for MongoDB) or 'other' (by IP address and port)."`
	SourceEndpointPort             scalar.Text    `doc:"Port of the database. A text in the API."`
	SourceEndpointRegion           scalar.Text    `doc:"Region of the database."`
	SourceEndpointUserName         scalar.Text    `doc:"Account with which DBS read the database."`
	StorageEncryptMethod           scalar.Text    `doc:"Encryption of the stored backup, 'encrypted' for example."`
}
