package dbs_test

import (
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BenchmarkDecode reads the body of a page of 100 items into its types.
func BenchmarkDecode(b *testing.B) {
	b.Run("list=dbs_backup_plans", func(b *testing.B) {
		bench.Decode(b, bench.Lists[0], func(body []byte) (int, error) {
			var answer struct {
				Items struct{ BackupPlanDetail []dbs.BackupPlanDetail }
			}
			err := scalar.Unmarshal(body, &answer)
			return len(answer.Items.BackupPlanDetail), err
		})
	})
	b.Run("list=dbs_full_backups", func(b *testing.B) {
		bench.Decode(b, bench.Lists[1], func(body []byte) (int, error) {
			var answer struct {
				Items struct{ FullBackupFile []dbs.FullBackupFile }
			}
			err := scalar.Unmarshal(body, &answer)
			return len(answer.Items.FullBackupFile), err
		})
	})
}
