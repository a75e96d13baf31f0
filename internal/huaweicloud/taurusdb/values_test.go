package taurusdb

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	tests := map[[2]string]string{
		{"2026-01-04 17:30:30", "UTC+08:00"}:             "2026-01-04T09:30:30Z",
		{"2026-01-04 17:30:30", "UTC+8"}:                 "2026-01-04T09:30:30Z",
		{"2026-01-04 17:30:30", "UTC-03:30"}:             "2026-01-04T21:00:30Z",
		{"2026-01-04 17:30:30", "GMT+0100"}:              "2026-01-04T16:30:30Z",
		{"2026-01-04 17:30:30", "UTC"}:                   "2026-01-04T17:30:30Z",
		{"2018-11-06T10:34:06+0000", ""}:                 "2018-11-06T10:34:06Z",
		{"2018-11-06T10:34:06+08:00", "UTC-05:00"}:       "2018-11-06T02:34:06Z",
		{"2026-01-04 17:30:30", ""}:                      "error",
		{"2026-01-04 17:30:30", "Asia/Shanghai"}:         "error",
		{"2026-01-04 17:30:30", "UTC+24:00"}:             "error",
		{"2026-01-04 17:30:30", "UTC+08:60"}:             "error",
		{"2026-02-30 17:30:30", "UTC"}:                   "error",
		{"0000-01-01 00:00:00", "UTC+08:00"}:             "error",
		{"9999-12-31 23:59:59", "UTC-01:00"}:             "error",
		{"", "UTC"}:                                      "error",
		{"2026-01-04T17:30:30 or thereabouts", "UTC+08"}: "error",
	}
	for in, want := range tests {
		at, err := parseTime(in[0], in[1])
		got := at.Format(time.RFC3339)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q in %q is %s, want %s", in[0], in[1], got, want)
		}
	}
}

// A time that is written in a zone and read in it again is the same time.
func TestZones(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(-14*60, 14*60).Draw(t, "offset")
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "time"), 0).UTC()
		sign, size := '+', minutes
		if minutes < 0 {
			sign, size = '-', -minutes
		}
		zone := fmt.Sprintf("UTC%c%02d:%02d", sign, size/60, size%60)
		local := at.In(time.FixedZone("", minutes*60)).Format(time.DateTime)
		if got, err := parseTime(local, zone); err != nil || !got.Equal(at) {
			t.Fatalf("%s in %s is %s (%v), want %s", local, zone, got, err, at)
		}
	})
}

func TestSizeBytes(t *testing.T) {
	t.Parallel()
	tests := map[[2]string]apijson.Int64{
		{"74464.0", "KB"}:  apijson.NewInt64(74464 * 1024),
		{"0.5", "MB"}:      apijson.NewInt64(512 * 1024),
		{"1.25", "GB"}:     apijson.NewInt64(5 << 28),
		{"2", "TB"}:        apijson.NewInt64(2 << 40),
		{"0.0001", "KB"}:   apijson.NewInt64(0),
		{"1", "EB"}:        {},
		{"1", ""}:          {},
		{"many", "KB"}:     {},
		{"-1", "KB"}:       {},
		{"NaN", "KB"}:      {},
		{"1e300", "KB"}:    {},
		{"", "KB"}:         {},
		{"8388608", "TB"}:  {},
		{"0", "GB"}:        apijson.NewInt64(0),
		{"0.00049", "KB"}:  apijson.NewInt64(1),
		{"0.000488", "KB"}: apijson.NewInt64(0),
	}
	for in, want := range tests {
		b := InstanceBackup{Size: apijson.NewString(in[0]), SizeUnit: apijson.NewString(in[1])}
		if got := b.SizeBytes(); got != want {
			t.Errorf("%s %s is %+v, want %+v", in[0], in[1], got, want)
		}
	}
	project := ProjectBackup{Size: apijson.Float64{Value: 2803, Valid: true}}
	if got := project.SizeBytes(); got != apijson.NewInt64(2803<<20) {
		t.Errorf("2803 MB are %+v", got)
	}
	if got := (&ProjectBackup{}).SizeBytes(); got.Valid {
		t.Errorf("no size is %+v", got)
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keepDays apijson.Int64
		days     string
	}{
		`{"keep_days": 7, "period": "1,2,3,4,5,6,7"}`: {apijson.NewInt64(7), "[Monday Tuesday Wednesday Thursday Friday Saturday Sunday]"},
		`{"keep_days": "7,", "period": "7, 1"}`:       {apijson.NewInt64(7), "[Monday Sunday]"},
		`{"keep_days": "732", "period": "3,3"}`:       {apijson.NewInt64(732), "[Wednesday]"},
		`{"keep_days": 0}`:                            {apijson.NewInt64(0), "absent"},
		`{"keep_days": "", "period": ""}`:             {apijson.Int64{}, "[]"},
		`{"period": "1,8"}`:                           {apijson.Int64{}, "absent"},
		`{"period": null}`:                            {apijson.Int64{}, "absent"},
	}
	for body, want := range tests {
		var p BackupPolicy
		if err := apijson.Unmarshal([]byte(body), &p); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		days := "absent"
		if d := p.Days(); d.Present {
			names := []string{}
			for _, day := range d.List {
				names = append(names, day.Value)
			}
			days = fmt.Sprint(names)
		}
		if p.KeepDays.Int64 != want.keepDays || days != want.days {
			t.Errorf("%s: %+v, %s", body, p.KeepDays, days)
		}
	}
	if err := apijson.Unmarshal([]byte(`{"keep_days": "a week"}`), &BackupPolicy{}); err == nil {
		t.Error("a week is no error")
	}
}
