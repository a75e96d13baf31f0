package taurusdb_test

import (
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BenchmarkDecode reads the body of a page of 100 items into its types.
func BenchmarkDecode(b *testing.B) {
	b.Run("list=taurusdb_backups", func(b *testing.B) {
		bench.Decode(b, bench.Lists[2], func(body []byte) (int, error) {
			var answer struct {
				Backups []taurusdb.BackupV3 `json:"backups"`
			}
			err := scalar.Unmarshal(body, &answer)
			return len(answer.Backups), err
		})
	})
}
