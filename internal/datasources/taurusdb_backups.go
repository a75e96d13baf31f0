package datasources

import (
	"cmp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

func newTaurusDBBackups() datasource.DataSource {
	type backup = taurusdb.InstanceBackup
	return &list[backup]{
		base: base{
			name:        "taurusdb_backups",
			description: "Lists the full backups of a Huawei Cloud TaurusDB instance, the most recently created one first, unless `order_field` is set.",
			subject:     "TaurusDB backups",
			cloud:       huaweiCloud,
			arguments: map[string]schema.Attribute{
				"instance_id":    requiredArgument(instanceIDDescription, isInstanceID),
				"order_field":    enumArgument("Field to sort the list by: the name, the time of creation or the type. Ties are sorted by ID. `latest` is always based on the time of creation.", taurusdb.OrderFields),
				"order_rule":     enumArgument("Direction of `order_field`. Default: `asc`.", taurusdb.OrderRules),
				"filter_field":   enumArgument("Field that the API filters by.", taurusdb.FilterFields, stringvalidator.AlsoRequires(path.MatchRoot("filter_content"))),
				"filter_content": stringArgument("Value of `filter_field`. Applied by the API.", stringvalidator.AlsoRequires(path.MatchRoot("filter_field"))),
				"language":       enumArgument("Language of the API's messages (`X-Language`).", taurusdb.Languages),
				"status":         statusArgument("backups", taurusdb.BackupStatuses),
				"name_regex":     nameRegexArgument(),
				"created_after":  timeFilterArgument("Only backups that were created at this time or later."),
				"created_before": timeFilterArgument("Only backups that were created before this time."),
				"page_size":      anyPageSize(),
			},
		},
		scope:     "instance_id",
		attribute: "backups",
		fields:    instanceBackupFields,
		traits:    func(b *backup) traits { return traits{id: &b.ID, name: &b.Name, status: &b.Status} },
		statuses:  taurusdb.BackupStatuses,
		time:      (*backup).CreatedAt,
		order:     byCreation(descending),
		summary: func(_ []*backup, latest func(status string) *backup) []attribute.Field {
			successful := latest(taurusdb.BackupCompleted)
			created := timeOf(cmp.Or(successful, &backup{}).CreatedAt())
			return []attribute.Field{
				attribute.Object("latest", latest(""), "The most recently created backup regardless of its status. Null if there is none.", instanceBackupFields),
				attribute.Object("latest_successful", successful, "The most recently created backup with status `COMPLETED`. Null if there is none.", instanceBackupFields),
				attribute.Object("latest_failed", latest(taurusdb.BackupFailed), "The most recently created backup with status `FAILED`. Null if there is none.", instanceBackupFields),
				attribute.Computed("latest_successful_time", created, "Time at which `latest_successful` was created (`created_at`). "+passDirectly),
			}
		},
		paginated: true,
		query: func(args *arguments) query[backup] {
			request := taurusdb.ShowInstanceBackupsRequest{
				InstanceID:    args.string("instance_id"),
				OrderField:    args.string("order_field"),
				OrderRule:     args.string("order_rule"),
				FilterField:   args.string("filter_field"),
				FilterContent: args.string("filter_content"),
				XLanguage:     args.string("language"),
				ProjectID:     args.string("project_id"),
				Region:        args.region,
				Limit:         args.pageSize(),
			}
			d := ascending
			if request.OrderRule == "desc" {
				d = descending
			}
			return query[backup]{
				fetch:  prepare(args.clouds.TaurusDB.ShowInstanceBackups, request),
				status: args.string("status"),
				name:   args.nameRegex(),
				time:   args.timeRange("created_after", "created_before"),
				order: map[string]order[backup]{
					"name":      func(a, b *backup) int { return d.strings(a.Name, b.Name) },
					"type":      func(a, b *backup) int { return d.strings(a.BackupType, b.BackupType) },
					"beginTime": byCreation(d),
				}[request.OrderField],
			}
		},
	}
}

// byCreation sorts by creation. A time in an unknown time zone is read in UTC, because
// every backup must have a place.
func byCreation(d direction) order[taurusdb.InstanceBackup] {
	created := func(b *taurusdb.InstanceBackup) time.Time {
		return timeOf(b.CreatedAtOrUTC())
	}
	return func(a, b *taurusdb.InstanceBackup) int { return d.times(created(a), created(b)) }
}

func instanceBackupFields(i *taurusdb.InstanceBackup) []attribute.Field {
	return []attribute.Field{
		attribute.Of("id", &i.ID, "Backup ID."),
		attribute.Of("name", &i.Name, "Backup name."),
		attribute.Of("description", &i.Description, "Description of the backup."),
		attribute.Of("instance_id", &i.InstanceID, "ID of the instance that was backed up."),
		attribute.Of("instance_name", &i.InstanceName, "Name of the instance that was backed up."),
		attribute.Of("status", &i.Status, "Status of the backup: `BUILDING` (in progress), `COMPLETED`, `FAILED` or `DELETING`."),
		attribute.Of("size", &i.Size, "Size of the backup in `size_unit`, as a string. `size_bytes` is the number of bytes."),
		attribute.Of("size_unit", &i.SizeUnit, "Unit of `size`, `KB` for example."),
		attribute.Of("created", &i.Created, "Time at which the backup was created, as the API returns it, in `time_zone`. `created_at` is the same time in RFC 3339."),
		attribute.Of("updated", &i.Updated, "Time at which the backup was updated, as the API returns it, in `time_zone`. `updated_at` is the same time in RFC 3339."),
		attribute.Of("time_zone", &i.TimeZone, "Time zone of `created` and `updated`, `UTC+08:00` for example."),
		attribute.Of("backup_type", &i.BackupType, "Type of the backup: `Db` (physical) or `Snapshot`."),
		attribute.Of("backup_level", &i.BackupLevel, "Level of the backup: `1` or `2`; `0` while it is being created, or if it failed."),
		attribute.Of("backup_method", &i.BackupMethod, "Method of the backup: `Db` (physical) or `Snapshot`."),
		attribute.Of("backup_mode", &i.BackupMode, "Mode of the backup: `completed` (full) or `differential`. Returned by newer versions of the API only."),
		attribute.Of("use_detail", &i.UseDetail, "Usage details."),
		attribute.Computed("created_at", timeOf(i.CreatedAt()), "`created`, read in `time_zone`. RFC 3339 in UTC. Null if that is not possible."),
		attribute.Computed("updated_at", timeOf(i.UpdatedAt()), "`updated`, read in `time_zone`. RFC 3339 in UTC. Null if that is not possible."),
		attribute.Computed("size_bytes", i.SizeBytes(), "`size` in bytes, rounded. KB, MB, GB and TB are powers of 1,024. Null for other units."),
	}
}
