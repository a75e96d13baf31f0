package datasources

import (
	"cmp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
)

// earliestBackup is before any backup of this version of the API. It is not known whether the
// API accepts 0, and a range that moves with the clock could make the result move with it.
var earliestBackup = time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)

func newDBSRestoreRanges() datasource.DataSource {
	type restoreRange = dbs.RestoreRange
	bounds := func(r *restoreRange) (begin, end apijson.Millis) {
		return r.BeginTimestampForRestore, r.EndTimestampForRestore
	}
	return &list[restoreRange]{
		base: base{
			name:        "dbs_restore_ranges",
			description: "Lists the time ranges to which the database of a backup plan of Alibaba Cloud Database Backup (DBS) can be restored, the earliest one first.",
			subject:     "restore ranges",
			cloud:       alibabaCloud,
			arguments: map[string]schema.Attribute{
				"backup_plan_id": requiredArgument("ID of the backup plan. Applied by the API."),
				"from":           timeArgument("Start of the time in which to look for ranges. Default: `2018-01-01T00:00:00Z`, before any backup. Applied by the API."),
				"until":          timeArgument("End of the time in which to look for ranges. Default: the time of the read. Applied by the API."),
			},
		},
		scope:     "backup_plan_id",
		attribute: "ranges",
		fields:    dbsRestoreRangeFields,
		traits: func(r *restoreRange) traits {
			return traits{key: strings.Join([]string{r.RangeType.Value, r.SourceEndpointInstanceID.Value, r.BackupSourceInstanceID.Value, r.BackupSourceHost.Value, r.BackupSourcePort.Value}, "\n")}
		},
		order:   earliestFirst(bounds),
		summary: rangeTimes(bounds),
		query: func(args *arguments) query[restoreRange] {
			now := time.Now()
			return query[restoreRange]{fetch: prepare(args.clouds.DBS.DescribeRestoreRangeInfo, dbs.DescribeRestoreRangeInfoRequest{
				BackupPlanID:             args.string("backup_plan_id"),
				BeginTimestampForRestore: *cmp.Or(args.time("from"), &earliestBackup),
				EndTimestampForRestore:   *cmp.Or(args.time("until"), &now),
				RegionID:                 args.region,
			})}
		},
	}
}

// earliestFirst sorts ranges by their begin, and then by their end.
func earliestFirst[T any](bounds func(*T) (begin, end apijson.Millis)) order[T] {
	return func(a, b *T) int {
		beginA, endA := bounds(a)
		beginB, endB := bounds(b)
		return cmp.Or(
			ascending.times(timeOf(beginA.Time()), timeOf(beginB.Time())),
			ascending.times(timeOf(endA.Time()), timeOf(endB.Time())))
	}
}

// rangeTimes are the attributes of the earliest and the latest point in time of ranges.
func rangeTimes[T any](bounds func(*T) (begin, end apijson.Millis)) func([]*T, func(string) *T) []attribute.Field {
	return func(items []*T, _ func(string) *T) []attribute.Field {
		var earliest, latest time.Time
		for i, item := range items {
			begin, end := bounds(item)
			if i == 0 {
				earliest = timeOf(begin.Time())
			}
			if at := timeOf(end.Time()); descending.times(at, latest) < 0 {
				latest = at
			}
		}
		return []attribute.Field{
			attribute.Computed("earliest_time", earliest, "Earliest point in time to which a restore is possible: the start of the first range. "+rfc3339),
			attribute.Computed("latest_time", latest, "Latest point in time to which a restore is possible: the greatest end of all ranges. "+rfc3339),
		}
	}
}

func dbsRestoreRangeFields(i *dbs.RestoreRange) []attribute.Field {
	return []attribute.Field{
		attribute.Of("begin_timestamp_for_restore", &i.BeginTimestampForRestore, "Start of the range."),
		attribute.Of("end_timestamp_for_restore", &i.EndTimestampForRestore, "End of the range."),
		attribute.Of("range_type", &i.RangeType, "Type of the range: `range` (any time in it) or `point` (only its full backups)."),
		attribute.List("full_backups", &i.FullBackupList.Items, "Full backups of a range of type `point`. Null for other types.", func(i *dbs.RangeFullBackup) []attribute.Field {
			return []attribute.Field{
				attribute.Of("backup_set_id", &i.BackupSetID, "ID of the backup set."),
				attribute.Of("start_time", &i.StartTime, "Time at which the backup started."),
				attribute.Of("end_time", &i.EndTime, "Time at which the backup ended."),
			}
		}),
		attribute.Of("source_endpoint_instance_id", &i.SourceEndpointInstanceID, "ID of the database instance."),
		attribute.Of("source_endpoint_instance_type", &i.SourceEndpointInstanceType, "Location of the database, `rds` for example."),
		attribute.Of("backup_source_host", &i.BackupSourceHost, "Host of the database. Returned by newer versions of the API only."),
		attribute.Of("backup_source_instance_id", &i.BackupSourceInstanceID, "ID of the database instance. Returned by newer versions of the API only."),
		attribute.Of("backup_source_instance_type", &i.BackupSourceInstanceType, "Location of the database. Returned by newer versions of the API only."),
		attribute.Of("backup_source_port", &i.BackupSourcePort, "Port of the database, as a string. Returned by newer versions of the API only."),
	}
}
