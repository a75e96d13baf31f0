package datasources

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

func newTaurusDBRestoreRanges() datasource.DataSource {
	type restoreRange = taurusdb.RestoreRange
	pair := func(argument schema.StringAttribute, other string) schema.StringAttribute {
		argument.Validators = []validator.String{stringvalidator.AlsoRequires(path.MatchRoot(other))}
		return argument
	}
	return &list[restoreRange]{
		base: base{
			name:        "taurusdb_restore_ranges",
			description: "Lists the time ranges to which a Huawei Cloud TaurusDB instance can be restored, the earliest one first. There may be gaps between them.",
			subject:     "restore ranges",
			cloud:       huaweiCloud,
			arguments: map[string]schema.Attribute{
				"instance_id": requiredArgument(instanceIDDescription, isInstanceID),
				"from":        pair(timeArgument("Start of the time in which to look for ranges. Requires `until`. Applied by the API; an older version of it may ignore both."), "until"),
				"until":       pair(timeArgument("End of the time in which to look for ranges. Requires `from`. Applied by the API; an older version of it may ignore both."), "from"),
			},
		},
		scope:     "instance_id",
		attribute: "ranges",
		fields:    taurusRestoreRangeFields,
		key:       func(*restoreRange) string { return "" }, // equal ranges are the same range
		order: func(a, b *restoreRange) int {
			return cmp.Or(
				ascending.times(instantOf(a.StartTime.Time()), instantOf(b.StartTime.Time())),
				ascending.times(instantOf(a.EndTime.Time()), instantOf(b.EndTime.Time())))
		},
		computed: rangeTimes(
			func(r *restoreRange) instant { return instantOf(r.StartTime.Time()) },
			func(r *restoreRange) instant { return instantOf(r.EndTime.Time()) }),
		query: func(args *arguments) query[restoreRange] {
			request := taurusdb.ShowBackupRestoreTimeRequest{
				InstanceID: args.string("instance_id"),
				StartTime:  args.time("from"),
				EndTime:    args.time("until"),
				ProjectID:  args.string("project_id"),
			}
			return query[restoreRange]{fetch: func(ctx context.Context, clouds *Clouds, region string) (listing.List[restoreRange], error) {
				request.Region = region
				return clouds.TaurusDB.ShowBackupRestoreTime(ctx, request)
			}}
		},
	}
}

func taurusRestoreRangeFields(i *taurusdb.RestoreRange) []attribute.Field {
	return []attribute.Field{
		attribute.Of("start_time", &i.StartTime, "Start of the range."),
		attribute.Of("end_time", &i.EndTime, "End of the range."),
	}
}
