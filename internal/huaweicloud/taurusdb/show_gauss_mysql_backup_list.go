package taurusdb

import (
	"context"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// ProjectBackupStatuses are the documented values of a project backup's status.
var ProjectBackupStatuses = []string{"BUILDING", BackupCompleted, BackupFailed, "AVAILABLE"}

// BackupTypes are the documented values of a backup's type.
var BackupTypes = []string{"auto", "manual"}

// ShowGaussMySQLBackupListRequest selects full backups of a project. Empty fields are
// not sent.
type ShowGaussMySQLBackupListRequest struct {
	InstanceID   string
	BackupType   string
	BeginTime    *time.Time // backups that began at this time or later
	EndTime      *time.Time
	Name         string
	InstanceName string
	Region       string
	ProjectID    string // "": the region's project
	Limit        int
}

// ShowGaussMySQLBackupList lists the full backups that the request selects.
func (c *Client) ShowGaussMySQLBackupList(ctx context.Context, r ShowGaussMySQLBackupListRequest) (listing.List[ProjectBackup], error) {
	return list[backups[ProjectBackup]](ctx, c, cloud.Operation{
		Name:       "ShowGaussMySqlBackupList",
		Permission: "gaussdbformysql:backup:list (gaussdb:backup:list in a role or policy)",
		Subject:    "the full backups of the project in " + r.Region,
		Region:     r.Region, ProjectID: r.ProjectID,
		Path: []string{"backups"},
		Query: cloud.NonEmpty(map[string]string{
			"instance_id":   r.InstanceID,
			"backup_type":   r.BackupType,
			"begin_time":    apiTime(r.BeginTime),
			"end_time":      apiTime(r.EndTime),
			"name":          r.Name,
			"instance_name": r.InstanceName,
		}),
		Advice: projectAdvice,
	}, r.Limit, func(backup *ProjectBackup) string { return backup.ID.Value },
		func(backup *ProjectBackup) error { return ofInstance(backup.InstanceID.Value, r.InstanceID) })
}

// apiTime writes a time as the API requires it, "2020-07-06T10:41:14+0800"; "" if there
// is none.
func apiTime(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05-0700")
}

// ProjectBackup is a full backup of an instance of the project, Backups in the API.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowGaussMySqlBackupList.html
type ProjectBackup struct {
	ID           apijson.String     `json:"id"`
	Name         apijson.String     `json:"name"`
	Description  apijson.String     `json:"description"`
	BeginTime    apijson.OffsetTime `json:"begin_time"`
	EndTime      apijson.OffsetTime `json:"end_time"`
	Status       apijson.String     `json:"status"`
	TakeUpTime   apijson.Int64      `json:"take_up_time"` // minutes
	Type         apijson.String     `json:"type"`
	Size         apijson.Float64    `json:"size"` // MB
	Datastore    *BackupDatastore   `json:"datastore"`
	InstanceID   apijson.String     `json:"instance_id"`
	InstanceName apijson.String     `json:"instance_name"`
	BackupLevel  apijson.String     `json:"backup_level"`
}

// BackupDatastore is the database of a backup.
type BackupDatastore struct {
	Type    apijson.String `json:"type"`
	Version apijson.String `json:"version"`
}

// SizeBytes is the size in bytes, rounded; absent if there is none.
func (b *ProjectBackup) SizeBytes() apijson.Int64 {
	if !b.Size.Valid {
		return apijson.Int64{}
	}
	return sizeBytes(b.Size.Value, "MB")
}
