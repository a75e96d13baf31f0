package datasources

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

func newTaurusDBBackupPolicy() datasource.DataSource {
	return &object[taurusdb.BackupPolicy]{
		base: base{
			name:        "taurusdb_backup_policy",
			description: "Returns the policy of automated backups of a Huawei Cloud TaurusDB instance.",
			subject:     "backup policy",
			cloud:       huaweiCloud,
			arguments: map[string]schema.Attribute{
				"instance_id": requiredArgument(instanceIDDescription, isInstanceID),
			},
		},
		fields: backupPolicyFields,
		query: func(args *arguments) func(context.Context) (*taurusdb.BackupPolicy, error) {
			return prepare(args.clouds.TaurusDB.ShowGaussMySQLBackupPolicy, taurusdb.ShowGaussMySQLBackupPolicyRequest{
				InstanceID: args.string("instance_id"),
				ProjectID:  args.string("project_id"),
				Region:     args.region,
			})
		},
	}
}

func backupPolicyFields(i *taurusdb.BackupPolicy) []attribute.Field {
	return []attribute.Field{
		attribute.Of("keep_days", &i.KeepDays.Int64, "Number of days for which automated backups are kept, 1 to 732 (up to 3,660 on request)."),
		attribute.Of("start_time", &i.StartTime, "Backup window in UTC, in the form `hh:mm-HH:MM`."),
		attribute.Of("period", &i.Period, "Days of the week on which a backup is made, as the API returns them: numbers separated by commas, 1 is Monday."),
		attribute.Of("retention_num_backup_level1", &i.RetentionNumBackupLevel1, "Number of level-1 backups that are kept: 0 or 1. Null if level-1 backups are not enabled."),
		attribute.Computed("days", i.Days(), "`period` as a list of weekday names, `Monday` to `Sunday`. Null if there is no period, or if it is not a list of numbers from 1 to 7."),
	}
}
