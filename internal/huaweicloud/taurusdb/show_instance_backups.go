package taurusdb

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// BackupStatuses are the documented values of an instance backup's status.
var BackupStatuses = []string{"BUILDING", BackupCompleted, BackupFailed, "DELETING"}

// Statuses of a backup.
const (
	BackupCompleted = "COMPLETED"
	BackupFailed    = "FAILED"
)

// The documented values of a request's parameters.
var (
	OrderFields  = []string{"name", "beginTime", "type"}
	OrderRules   = []string{"asc", "desc"}
	FilterFields = []string{"name"}
	Languages    = []string{"en-us", "zh-cn"}
)

// ShowInstanceBackupsRequest selects full backups of an instance. Empty fields are not
// sent.
type ShowInstanceBackupsRequest struct {
	InstanceID    string
	OrderField    string
	OrderRule     string
	FilterField   string
	FilterContent string
	XLanguage     string
	Region        string
	ProjectID     string // "": the region's project
	Limit         int
}

// ShowInstanceBackups lists the full backups that the request selects.
func (c *Client) ShowInstanceBackups(ctx context.Context, r ShowInstanceBackupsRequest) (listing.List[InstanceBackup], error) {
	op := huaweicloud.Operation{
		Name:       "ShowInstanceBackups",
		Permission: "gaussdbformysql:instance:listBackup (gaussdb:backup:list in a role or policy)",
		Subject:    "the full backups of instance " + r.InstanceID + " in " + r.Region,
		Region:     r.Region,
		ProjectID:  r.ProjectID,
		Path:       path("instances", r.InstanceID, "backups"),
		Query:      url.Values{},
		Header:     http.Header{},
		Advice:     instanceAdvice,
	}
	set(op.Query, "order_field", r.OrderField)
	set(op.Query, "order_rule", r.OrderRule)
	set(op.Query, "filter_field", r.FilterField)
	set(op.Query, "filter_content", r.FilterContent)
	if r.XLanguage != "" {
		op.Header.Set("X-Language", r.XLanguage)
	}
	return paginated[InstanceBackup]{
		operation: op,
		limit:     r.Limit,
		response:  func() listResponse[InstanceBackup] { return &instanceBackups{} },
		id:        func(backup *InstanceBackup) string { return backup.ID.Value },
		belongs:   func(backup *InstanceBackup) error { return ofInstance(backup.InstanceID.Value, r.InstanceID) },
	}.list(ctx, c)
}

type instanceBackups struct {
	base
	Backups    apijson.Items[InstanceBackup] `json:"backups"`
	TotalCount apijson.Int64                 `json:"total_count"`
}

func (r *instanceBackups) list() (apijson.Items[InstanceBackup], apijson.Int64) {
	return r.Backups, r.TotalCount
}

// InstanceBackup is a full backup of an instance, BackupV3 in the API. BackupMode is not
// on the API page; the vendor's newer clients have it.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowInstanceBackups.html
type InstanceBackup struct {
	ID           apijson.String `json:"id"`
	Name         apijson.String `json:"name"`
	Description  apijson.String `json:"description"`
	InstanceID   apijson.String `json:"instance_id"`
	InstanceName apijson.String `json:"instance_name"`
	Status       apijson.String `json:"status"`
	Size         apijson.String `json:"size"`
	SizeUnit     apijson.String `json:"size_unit"`
	Created      apijson.String `json:"created"`
	Updated      apijson.String `json:"updated"`
	TimeZone     apijson.String `json:"time_zone"`
	BackupType   apijson.String `json:"backup_type"`
	BackupLevel  apijson.String `json:"backup_level"`
	BackupMethod apijson.String `json:"backup_method"`
	BackupMode   apijson.String `json:"backup_mode"`
	UseDetail    apijson.String `json:"use_detail"`
}

// CreatedAt is the time of creation, read in the backup's time zone.
func (b *InstanceBackup) CreatedAt() (time.Time, error) {
	return parseTime(b.Created.Value, b.TimeZone.Value)
}

// UpdatedAt is the time of the last update, read in the backup's time zone.
func (b *InstanceBackup) UpdatedAt() (time.Time, error) {
	return parseTime(b.Updated.Value, b.TimeZone.Value)
}

// CreatedAtOrUTC is the time of creation, read in UTC if the time zone is unknown. It is
// for sorting only.
func (b *InstanceBackup) CreatedAtOrUTC() (time.Time, bool) {
	at, err := b.CreatedAt()
	if err != nil {
		at, err = parseTime(b.Created.Value, "UTC")
	}
	return at, err == nil
}

// SizeBytes is the size in bytes, rounded; absent if the size is not a number or its unit
// is unknown.
func (b *InstanceBackup) SizeBytes() apijson.Int64 {
	size, err := strconv.ParseFloat(b.Size.Value, 64)
	if err != nil {
		return apijson.Int64{}
	}
	return sizeBytes(size, b.SizeUnit.Value)
}
