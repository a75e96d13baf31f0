package listing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// BenchmarkRead pages through lists that cost nothing to make, 16 pages at a
// time. At 50 ms a page, what counts is how many pages wait for each other: the
// metric round-trips.
func BenchmarkRead(b *testing.B) {
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		for _, n := range []int{100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("latency=%v/items=%d", latency, n), func(b *testing.B) {
				source := pages(n, latency)
				b.ReportAllocs()
				for b.Loop() {
					list, err := listing.Read(b.Context(), source)
					if err != nil || len(list.Items) != n || !list.Complete {
						b.Fatalf("%d items, complete %v, %v", len(list.Items), list.Complete, err)
					}
				}
				if latency > 0 {
					b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(latency), "round-trips")
				}
			})
		}
	}
}

// item is as large as a backup plan.
type item struct {
	id string
	_  [1_240]byte
}

func pages(n int, latency time.Duration) listing.Source[item] {
	items := make([]item, n)
	for i := range items {
		items[i].id = fmt.Sprintf("item-%d", i)
	}
	return listing.Source[item]{
		Page: func(_ context.Context, at listing.Position) (listing.Page[item], error) {
			time.Sleep(latency)
			from := min(at.Offset, n)
			return listing.Page[item]{Items: items[from:min(from+at.Limit, n)], Present: true, Total: apijson.NewInt64(int64(n))}, nil
		},
		ID:          func(i *item) string { return i.id },
		IDField:     "Id",
		PageSize:    100,
		Concurrency: 16,
	}
}
