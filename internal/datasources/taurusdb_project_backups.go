package datasources

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

func newTaurusDBProjectBackups() datasource.DataSource {
	type backup = taurusdb.ProjectBackup
	return &list[backup]{
		base: base{
			name:        "taurusdb_project_backups",
			description: "Lists the full backups of all Huawei Cloud TaurusDB instances of a project, the most recently begun one first.",
			subject:     "TaurusDB backups of the project",
			cloud:       huaweiCloud,
			arguments: map[string]schema.Attribute{
				"instance_id":   stringArgument(instanceIDDescription+" Applied by the API.", isInstanceID),
				"backup_type":   enumArgument("Type of the backups. Applied by the API.", taurusdb.BackupTypes),
				"begin_time":    timeArgument("Only backups that began at this time or later. Applied by the API."),
				"end_time":      timeArgument("Only backups before this time, which must be later than `begin_time`. Applied by the API."),
				"name":          stringArgument("Name of the backups. Applied by the API, whose documentation does not say whether it matches parts of names."),
				"instance_name": stringArgument("Name of the instances. Applied by the API."),
				"status":        statusArgument("backups", taurusdb.ProjectBackupStatuses),
				"name_regex":    nameRegexArgument(),
				"page_size":     anyPageSize(),
			},
		},
		attribute: "backups",
		fields:    projectBackupFields,
		traits:    func(b *backup) traits { return traits{id: &b.ID, name: &b.Name, status: &b.Status} },
		statuses:  taurusdb.ProjectBackupStatuses,
		time:      func(b *backup) (time.Time, bool, error) { return b.BeginTime.Time() },
		summary: func(items []*backup, _ func(status string) *backup) []attribute.Field {
			latest, successful, ends := map[string]*backup{}, map[string]*backup{}, map[string]time.Time{}
			for _, b := range slices.Backward(items) { // the latest are the last to be set
				id := b.InstanceID.Value
				if id == "" {
					continue
				}
				latest[id] = b
				if b.Status.Value == taurusdb.BackupCompleted {
					successful[id], ends[id] = b, timeOf(b.EndTime.Time())
				}
			}
			return []attribute.Field{
				attribute.Map("latest_by_instance", latest, "The most recently begun backup of each instance regardless of its status, by instance ID. Instances without a backup are not in it.", projectBackupFields),
				attribute.Map("latest_successful_by_instance", successful, "The most recently begun backup with status `COMPLETED` of each instance, by instance ID. Instances without one are not in it.", projectBackupFields),
				attribute.Computed("latest_successful_time_by_instance", ends, "Time at which the latest successful backup of each instance ended (`end_time`, RFC 3339 in UTC), by instance ID. Instances without one are not in it: pass `lookup(map, id, null)` to `provider::cloudbackup::older_than`, for which null is older than any duration."),
			}
		},
		paginated: true,
		query: func(args *arguments) query[backup] {
			request := taurusdb.ShowGaussMySQLBackupListRequest{
				InstanceID:   args.string("instance_id"),
				BackupType:   args.string("backup_type"),
				BeginTime:    args.time("begin_time"),
				EndTime:      args.time("end_time"),
				Name:         args.string("name"),
				InstanceName: args.string("instance_name"),
				ProjectID:    args.string("project_id"),
				Region:       args.region,
				Limit:        args.pageSize(),
			}
			return query[backup]{
				fetch:  prepare(args.clouds.TaurusDB.ShowGaussMySQLBackupList, request),
				status: args.string("status"),
				name:   args.nameRegex(),
			}
		},
	}
}

func projectBackupFields(i *taurusdb.ProjectBackup) []attribute.Field {
	return []attribute.Field{
		attribute.Of("id", &i.ID, "Backup ID."),
		attribute.Of("name", &i.Name, "Backup name."),
		attribute.Of("description", &i.Description, "Description of the backup. Null if there is none."),
		attribute.Of("begin_time", &i.BeginTime, "Time at which the backup began."),
		attribute.Of("end_time", &i.EndTime, "Time at which the backup ended."),
		attribute.Of("status", &i.Status, "Status of the backup: `BUILDING` (in progress), `COMPLETED`, `FAILED` or `AVAILABLE`."),
		attribute.Of("take_up_time", &i.TakeUpTime, "Duration of the backup in minutes."),
		attribute.Of("type", &i.Type, "Type of the backup: `auto` or `manual`."),
		attribute.Of("size", &i.Size, "Size of the backup in MB. `size_bytes` is the number of bytes."),
		attribute.Object("datastore", i.Datastore, "Database of the backup. Null if the API does not return it.", func(i *taurusdb.BackupDatastore) []attribute.Field {
			return []attribute.Field{
				attribute.Of("type", &i.Type, "Database engine, `gaussdb-mysql` for example."),
				attribute.Of("version", &i.Version, "Version of the database engine."),
			}
		}),
		attribute.Of("instance_id", &i.InstanceID, "ID of the instance that was backed up."),
		attribute.Of("instance_name", &i.InstanceName, "Name of the instance that was backed up. Null in older versions of the API."),
		attribute.Of("backup_level", &i.BackupLevel, "Level of the backup: `1` or `2`; `0` while it is being created, or if it failed. Null if level-1 backups are not enabled."),
		attribute.Computed("size_bytes", i.SizeBytes(), "`size` in bytes, rounded. MB are powers of 1,024."),
	}
}
