package datasources

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

func newTaurusDBRestoreRanges() datasource.DataSource {
	type restoreRange = taurusdb.RestoreRange
	bounds := func(r *restoreRange) (begin, end apijson.Millis) { return r.StartTime, r.EndTime }
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
		traits:    func(*restoreRange) traits { return traits{} }, // equal ranges are the same range
		order:     earliestFirst(bounds),
		summary:   rangeTimes(bounds),
		query: func(args *arguments) query[restoreRange] {
			return query[restoreRange]{fetch: prepare(args.clouds.TaurusDB.ShowBackupRestoreTime, taurusdb.ShowBackupRestoreTimeRequest{
				InstanceID: args.string("instance_id"),
				StartTime:  args.time("from"),
				EndTime:    args.time("until"),
				Region:     args.region,
				ProjectID:  args.string("project_id"),
			})}
		},
	}
}

func taurusRestoreRangeFields(i *taurusdb.RestoreRange) []attribute.Field {
	return []attribute.Field{
		attribute.Of("start_time", &i.StartTime, "Start of the range."),
		attribute.Of("end_time", &i.EndTime, "End of the range."),
	}
}
