package datasources

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// taurusBackups is the table of the data source taurusdb_backups.
var taurusBackups = field.Of(
	field.Computed("created_at", "'created', read in 'time_zone'. RFC 3339, UTC; null where that cannot be done.",
		func(b *taurusdb.BackupV3) scalar.Text { return timeText(b.CreatedAt()) }),
	field.Computed("updated_at", "'updated', read in 'time_zone'. RFC 3339, UTC; null where that cannot be done.",
		func(b *taurusdb.BackupV3) scalar.Text { return timeText(b.UpdatedAt()) }),
	field.Computed("size_bytes", "'size' in bytes, rounded, with KB, MB and GB as powers of 1,024; null where the unit is another one.",
		func(b *taurusdb.BackupV3) scalar.Integer { return b.SizeBytes() }),
)

// NewTaurusDBBackups is the data source taurusdb_backups.
func NewTaurusDBBackups() datasource.DataSource {
	type backup = taurusdb.BackupV3
	return &list[backup]{
		name:        "taurusdb_backups",
		description: "Full backups of a Huawei Cloud TaurusDB instance, by [Querying the Full Backups of a Specified Instance](https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowInstanceBackups.html). The newest backup is first, unless `order_field` is set.",
		subject:     "TaurusDB backups",
		cloud:       huaweiCloud,
		required:    "instance_id",
		arguments: map[string]schema.Attribute{
			"instance_id":    requiredArgument("ID of the instance: 32 letters or digits and `in07`.", isInstanceID),
			"order_field":    choiceArgument("Field by which the list is ordered: the name, the time of creation or the type. Backups that are equal in it are ordered by id. `latest` goes by time all the same.", taurusdb.OrderFields),
			"order_rule":     choiceArgument("Direction of `order_field`, `asc` by default.", taurusdb.OrderRules),
			"filter_field":   choiceArgument("Field that the API filters by.", taurusdb.FilterFields, stringvalidator.AlsoRequires(path.MatchRoot("filter_content"))),
			"filter_content": textArgument("What the API filters `filter_field` by.", stringvalidator.AlsoRequires(path.MatchRoot("filter_field"))),
			"language":       choiceArgument("Language of the API's messages (`X-Language`).", taurusdb.Languages),
			"region":         regionArgument(),
			"project_id":     textArgument("ID of the project. By default the provider's, if the region is the provider's too; else the region's project, looked up in IAM.", isProjectID),
			"status":         textArgument(fmt.Sprintf("Status of the backups to list: %s, or one that the API has added. Applied to what the API gives.", codes(taurusdb.BackupStatuses))),
			"name_regex":     nameRegexArgument(),
			"created_after":  timeArgument("List backups created at this time or later."),
			"created_before": timeArgument("List backups created before this time."),
			"page_size":      pageSizeArgument("1 to 100", anyPageSize),
		},
		attribute: "backups",
		table:     taurusBackups,
		id:        func(b *backup) string { return b.Id.Value },
		status:    func(b *backup) scalar.Text { return b.Status },
		statuses:  taurusdb.BackupStatuses,
		newest:    func(a, b *backup) int { return byCreation(descending, a, b) },
		latest: &latest[backup]{
			successful: taurusdb.BackupCompleted,
			time:       "created_at",
			at: func(b *backup) (time.Time, bool) {
				at, err := b.CreatedAt()
				return at, err == nil
			},
		},
		read: readTaurusBackups,
	}
}

var (
	isInstanceID = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Za-z]{32}in07$`), "must be 32 letters or digits and in07")
	isProjectID  = stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9A-Za-z]{32}$`), "must be 32 letters or digits")
)

func readTaurusBackups(ctx context.Context, clouds *Clouds, args *arguments) (*selection[taurusdb.BackupV3], error) {
	request := taurusdb.ShowInstanceBackupsRequest{
		InstanceId:    args.text("instance_id"),
		OrderField:    args.text("order_field"),
		OrderRule:     args.text("order_rule"),
		FilterField:   args.text("filter_field"),
		FilterContent: args.text("filter_content"),
		XLanguage:     args.text("language"),
		ProjectId:     args.text("project_id"),
		Limit:         args.number("page_size", defaultPageSize),
	}
	status, pattern := args.text("status"), args.pattern("name_regex")
	created := window{from: args.instant("created_after"), before: args.instant("created_before")}
	if args.diags.HasError() {
		return nil, nil
	}
	region, err := clouds.TaurusDB.Cloud.Region(args.text("region"))
	if err != nil {
		return nil, err
	}
	request.Region = region
	backups, err := clouds.TaurusDB.ShowInstanceBackups(ctx, request)
	if err != nil {
		return nil, err
	}
	return &selection[taurusdb.BackupV3]{
		list:   backups,
		region: region,
		order:  taurusOrder(request.OrderField, request.OrderRule),
		keep: func(b *taurusdb.BackupV3) (bool, error) {
			if status != "" && b.Status.Value != status || !pattern.MatchString(b.Name.Value) {
				return false, nil
			}
			at, err := b.CreatedAt()
			return created.keeps(at, b.Created.Value != "", err)
		},
	}, nil
}

// byCreation orders by creation. Only here is a time without a time zone taken as
// UTC: every backup has to have its place.
func byCreation(d direction, a, b *taurusdb.BackupV3) int {
	timeA, hasA := a.CreatedAtOrUTC()
	timeB, hasB := b.CreatedAtOrUTC()
	return d.times(timeA, hasA, timeB, hasB)
}

// taurusOrder is the order that the arguments ask for; nil is the usual one.
func taurusOrder(field, rule string) func(a, b *taurusdb.BackupV3) int {
	d := ascending
	if rule == "desc" {
		d = descending
	}
	switch field {
	case "name":
		return func(a, b *taurusdb.BackupV3) int { return d.texts(a.Name, b.Name) }
	case "type":
		return func(a, b *taurusdb.BackupV3) int { return d.texts(a.BackupType, b.BackupType) }
	case "beginTime":
		return func(a, b *taurusdb.BackupV3) int { return byCreation(d, a, b) }
	}
	return nil
}

func timeText(at time.Time, err error) scalar.Text {
	if err != nil {
		return scalar.Text{}
	}
	return scalar.NewText(scalar.FormatTime(at))
}
