package taurusdb

import (
	"context"
	"strconv"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
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
	return list[backups[InstanceBackup]](ctx, c, cloud.Operation{
		Name:       "ShowInstanceBackups",
		Permission: "gaussdbformysql:instance:listBackup (gaussdb:backup:list in a role or policy)",
		Subject:    "the full backups of instance " + r.InstanceID + " in " + r.Region,
		Region:     r.Region, ProjectID: r.ProjectID,
		Path: []string{"instances", r.InstanceID, "backups"},
		Query: cloud.NonEmpty(map[string]string{
			"order_field":    r.OrderField,
			"order_rule":     r.OrderRule,
			"filter_field":   r.FilterField,
			"filter_content": r.FilterContent,
		}),
		Header: cloud.NonEmpty(map[string]string{"X-Language": r.XLanguage}),
	}, r.Limit, func(backup *InstanceBackup) string { return backup.ID.Value },
		func(backup *InstanceBackup) error { return ofInstance(backup.InstanceID.Value, r.InstanceID) })
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

// CreatedAt returns the time of creation, read in the backup's time zone. It is false if
// there is none. The error says that it can't be read.
func (b *InstanceBackup) CreatedAt() (at time.Time, ok bool, err error) {
	at, err = parseTime(b.Created.Value, b.TimeZone.Value)
	return at, b.Created.Value != "", err
}

// UpdatedAt returns the time of the last update in the same way.
func (b *InstanceBackup) UpdatedAt() (at time.Time, ok bool, err error) {
	at, err = parseTime(b.Updated.Value, b.TimeZone.Value)
	return at, b.Updated.Value != "", err
}

// CreatedAtOrUTC is CreatedAt, read in UTC if the time zone is unknown. It is for sorting
// only.
func (b *InstanceBackup) CreatedAtOrUTC() (at time.Time, ok bool, err error) {
	if at, ok, err = b.CreatedAt(); err != nil {
		at, err = parseTime(b.Created.Value, "UTC")
	}
	return at, ok, err
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
