package taurusdb

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BackupV3 is one full backup of ShowInstanceBackups. Each field is declared
// here alone: json is the API's name, its type says what it holds, and doc
// describes it to Terraform's users ('x' is written as code there). BackupMode
// is not on the API page; the vendor's newer clients have it.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ShowInstanceBackups.html
type BackupV3 struct {
	Id           scalar.Text `json:"id" doc:"Backup ID."`
	Name         scalar.Text `json:"name" doc:"Backup name."`
	Description  scalar.Text `json:"description" doc:"Description of the backup."`
	InstanceId   scalar.Text `json:"instance_id" doc:"ID of the instance that was backed up."`
	InstanceName scalar.Text `json:"instance_name" doc:"Name of the instance that was backed up."`
	Status       scalar.Text `json:"status" doc:"Status of the backup: 'BUILDING' (in progress), 'COMPLETED', 'FAILED' or 'DELETING'."`
	Size         scalar.Text `json:"size" doc:"Size of the backup in 'size_unit', as the API writes it. 'size_bytes' is the number."`
	SizeUnit     scalar.Text `json:"size_unit" doc:"Unit of 'size', 'KB' for example."`
	Created      scalar.Text `json:"created" doc:"When the backup was created, as the API writes it, in 'time_zone'. 'created_at' is the same in RFC 3339."`
	Updated      scalar.Text `json:"updated" doc:"When the backup was updated, as the API writes it, in 'time_zone'. 'updated_at' is the same in RFC 3339."`
	TimeZone     scalar.Text `json:"time_zone" doc:"Time zone of 'created' and 'updated', 'UTC+08:00' for example."`
	BackupType   scalar.Text `json:"backup_type" doc:"Type of the backup: 'Db' (physical) or 'Snapshot'."`
	BackupLevel  scalar.Text `json:"backup_level" doc:"Level of the backup: '1' or '2'."`
	BackupMethod scalar.Text `json:"backup_method" doc:"Method of the backup: 'Db' (physical) or 'Snapshot'."`
	BackupMode   scalar.Text `json:"backup_mode" doc:"Mode of the backup."`
	UseDetail    scalar.Text `json:"use_detail" doc:"Usage details."`
}

// CreatedAt is when the backup was created, if that can be told.
func (b *BackupV3) CreatedAt() (time.Time, error) {
	return parseTime(b.Created.Value, b.TimeZone.Value)
}

// UpdatedAt is when the backup was updated, if that can be told.
func (b *BackupV3) UpdatedAt() (time.Time, error) {
	return parseTime(b.Updated.Value, b.TimeZone.Value)
}

// CreatedAtOrUTC is when the backup was created, as if in UTC where its time zone
// is not known. It serves to order backups, and for nothing else.
func (b *BackupV3) CreatedAtOrUTC() (time.Time, bool) {
	at, err := b.CreatedAt()
	if err != nil {
		at, err = parseTime(b.Created.Value, "UTC")
	}
	return at, err == nil
}

// offsetLayouts are the forms in which older answers write times, with an
// offset of their own.
var offsetLayouts = []string{time.RFC3339, "2006-01-02T15:04:05Z0700"}

// parseTime reads the documented form, "2026-01-04 17:30:30", in the backup's
// time zone.
func parseTime(text, zone string) (time.Time, error) {
	if strings.Contains(text, "T") {
		for _, layout := range offsetLayouts {
			if t, err := time.Parse(layout, text); err == nil {
				return inUTC(t)
			}
		}
	}
	location, err := parseZone(zone)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateTime, text, location)
	if err != nil {
		return time.Time{}, err
	}
	return inUTC(t)
}

// inUTC refuses a time that RFC 3339 can write in its own zone only.
func inUTC(t time.Time) (time.Time, error) {
	utc := t.UTC()
	if utc.Year() < 0 || utc.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%s is beyond the years 0 to 9999 in UTC", t)
	}
	return utc, nil
}

var zonePattern = regexp.MustCompile(`^(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$`)

// parseZone reads "UTC+08:00" and the like.
func parseZone(zone string) (*time.Location, error) {
	match := zonePattern.FindStringSubmatch(zone)
	if match == nil {
		return nil, fmt.Errorf("%q is no time zone like UTC+08:00", zone)
	}
	hours, _ := strconv.Atoi(match[2])   // Digits, or none: then it is 0.
	minutes, _ := strconv.Atoi(match[3]) // The same.
	if hours > 23 || minutes > 59 {
		return nil, fmt.Errorf("%q is no time zone: it is a day or more from UTC", zone)
	}
	seconds := hours*3600 + minutes*60
	if match[1] == "-" {
		seconds = -seconds
	}
	return time.FixedZone(zone, seconds), nil
}

// units are the sizes' units in bytes.
var units = map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}

// SizeBytes is the size in bytes, rounded; absent where the size is no number
// or its unit is not known.
func (b *BackupV3) SizeBytes() scalar.Integer {
	unit, ok := units[b.SizeUnit.Value]
	size, err := strconv.ParseFloat(b.Size.Value, 64)
	bytes := math.Round(size * unit)
	if !ok || err != nil || !(bytes >= 0 && bytes < math.MaxInt64) {
		return scalar.Integer{}
	}
	return scalar.NewInteger(int64(bytes))
}
