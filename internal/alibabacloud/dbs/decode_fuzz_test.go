package dbs

import (
	"os"
	"testing"
	"unicode/utf8"
)

// Whatever the body, decoding it ends in items or an error, and every text of an
// item is one that Terraform can take.
func FuzzDecode(f *testing.F) {
	for _, sample := range []string{"dbs_backup_plans", "dbs_full_backups"} {
		body, err := os.ReadFile("../../datasources/testdata/samples/" + sample + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
	for _, body := range []string{`{}`, `null`, `{"Items": null}`, `{"Items": {"FullBackupFile": null}}`, `{"Success": "false", "ErrCode": 7}`, `{"TotalElements": "12"}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, plans, err := decodeBackupPlans(body); err == nil {
			for _, plan := range plans {
				if !utf8.ValidString(plan.BackupPlanId.Value + plan.BackupPlanName.Value) {
					t.Fatalf("%+v is no UTF-8", plan)
				}
			}
		}
		if a, backups, err := decodeFullBackups(body); err == nil && len(backups) > 0 && !a.envelope(true).HasItems {
			t.Fatal("items are lost")
		}
	})
}
