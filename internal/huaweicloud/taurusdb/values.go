package taurusdb

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// parseTime reads the documented form, "2026-01-04 17:30:30", in a time zone. Older
// responses have an offset instead.
func parseTime(value, zone string) (time.Time, error) {
	if strings.Contains(value, "T") {
		at, _, err := apijson.OffsetTime{String: apijson.NewString(value)}.Time()
		return at, err
	}
	location, err := parseZone(zone)
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation(time.DateTime, value, location)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time such as 2026-01-04 17:30:30", value)
	}
	if utc := at.UTC(); utc.Year() >= 0 && utc.Year() <= 9999 {
		return utc, nil
	}
	return time.Time{}, fmt.Errorf("%q is outside of the years 0 to 9999 in UTC", value)
}

var zonePattern = regexp.MustCompile(`^(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d{2}))?)?$`)

// parseZone reads "UTC+08:00" and the like.
func parseZone(zone string) (*time.Location, error) {
	match := zonePattern.FindStringSubmatch(zone)
	if match == nil {
		return nil, fmt.Errorf("%q is not a time zone such as UTC+08:00", zone)
	}
	hours, _ := strconv.Atoi(match[2])   // digits, or none: then it is 0
	minutes, _ := strconv.Atoi(match[3]) // the same
	if hours > 23 || minutes > 59 {
		return nil, fmt.Errorf("%q is not a time zone: it is a day or more from UTC", zone)
	}
	seconds := hours*3600 + minutes*60
	if match[1] == "-" {
		seconds = -seconds
	}
	return time.FixedZone(zone, seconds), nil
}

// units are the units of sizes, in bytes.
var units = map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}

// sizeBytes is a size in bytes, rounded; absent if the unit is unknown or the
// size is not a number of bytes.
func sizeBytes(size float64, unit string) apijson.Int64 {
	factor, ok := units[unit]
	bytes := math.Round(size * factor)
	if !ok || !(bytes >= 0 && bytes < math.MaxInt64) {
		return apijson.Int64{}
	}
	return apijson.NewInt64(int64(bytes))
}
