package bench

import "testing"

// Decode measures the reading of a page of 100 items. decode gives the number of
// items that it found.
func Decode(b *testing.B, list List, decode func(body []byte) (items int, err error)) {
	b.Helper()
	page := list.Pages(pageSize)[0]
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if items, err := decode(page); err != nil || items != pageSize {
			b.Fatalf("%d items: %v", items, err)
		}
	}
}
