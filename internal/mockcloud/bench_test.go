package mockcloud_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// One page of 100 out of 10,000 items, without the network.
func BenchmarkPage(b *testing.B) {
	for _, l := range lists {
		b.Run(l.name, func(b *testing.B) {
			server := mockcloud.New(mockcloud.Options{Clock: func() time.Time { return now }})
			fill(server, 10_000, now)
			c := &client{t: b, server: server, base: "http://127.0.0.1", alibaba: alibaba, huawei: huawei}
			b.ReportAllocs()
			b.ResetTimer()
			for n := range b.N {
				b.StopTimer()
				number, size := fmt.Sprint(n%100), "100"
				r := l.request(c, map[bool]string{true: "PageNum", false: "offset"}[l.dbs], number, map[bool]string{true: "PageSize", false: "limit"}[l.dbs], size)
				w := httptest.NewRecorder()
				b.StartTimer()
				server.ServeHTTP(w, r)
				if w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}

func BenchmarkPlans(b *testing.B) {
	for b.Loop() {
		mockcloud.Plans(10_000, now)
	}
}
