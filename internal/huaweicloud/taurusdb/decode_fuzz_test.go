package taurusdb

import (
	"os"
	"testing"
	"time"
)

// Whatever the body, decoding it ends in backups or an error, and what is worked
// out of a backup can be written as RFC 3339 and is no negative size.
func FuzzDecode(f *testing.F) {
	body, err := os.ReadFile("../../datasources/testdata/samples/taurusdb_backups.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add(body[:len(body)/2])
	for _, body := range []string{
		`{}`, `null`, `{"backups": null, "total_count": 0}`,
		`{"backups": [{"id": 1, "created": "9999-12-31 23:59:59", "time_zone": "UTC-12:00"}], "total_count": "1"}`,
		`{"backups": [{"id": "a", "created": "0000-01-01 00:00:00", "time_zone": "UTC+14:00", "size": "1e308", "size_unit": "GB"}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodeBackups(body)
		if err != nil {
			return
		}
		for _, backup := range page.Items {
			if at, err := backup.CreatedAt(); err == nil {
				if _, err := time.Parse(time.RFC3339, at.Format(time.RFC3339)); err != nil {
					t.Fatalf("created_at: %v", err)
				}
			}
			if size := backup.SizeBytes(); size.Value < 0 {
				t.Fatalf("size_bytes is %d", size.Value)
			}
		}
	})
}
