package mockcloud_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// BenchmarkPage is the cost of one page of 100 items out of 20,000, signature
// included, without a connection: what the server adds to benchmarks of
// clients.
func BenchmarkPage(b *testing.B) {
	c := start(b, 20_000)
	for name, request := range map[string]func(n int) *http.Request{
		"plans": func(n int) *http.Request {
			return c.dbsRequest(mockcloud.DescribeBackupPlanList, "PageSize", "100", "PageNum", fmt.Sprint(n%200))
		},
		"full backups": func(n int) *http.Request {
			return c.dbsRequest(mockcloud.DescribeFullBackupList, "BackupPlanId", planID, "PageSize", "100", "PageNum", fmt.Sprint(n%200))
		},
		"backups": func(n int) *http.Request {
			return c.huaweiRequest(fmt.Sprintf("/v3/%s/instances/%s/backups?limit=100&offset=%d", projectID, instanceID, n%200*100))
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			bytes := 0
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				r := request(n)
				w := httptest.NewRecorder()
				b.StartTimer()
				c.server.ServeHTTP(w, r)
				b.StopTimer()
				if w.Code != http.StatusOK {
					body, _ := io.ReadAll(w.Body)
					b.Fatalf("%d %s", w.Code, body)
				}
				bytes += w.Body.Len()
				b.StartTimer()
			}
			b.SetBytes(int64(bytes / b.N))
		})
	}
}

// BenchmarkPlans is the cost of making 1,000 plans.
func BenchmarkPlans(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mockcloud.Plans(1_000, now)
	}
}
