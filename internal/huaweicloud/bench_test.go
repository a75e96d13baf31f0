package huaweicloud_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// BenchmarkSign makes and signs the request of a page.
func BenchmarkSign(b *testing.B) {
	sign := huaweicloud.Signer("https://gaussdb.cn-north-4.myhuaweicloud.com",
		"/v3/619d3e78f61b4be68bc5aa0b59edcf7b/instances/61a4ea66210545909d74a05c27a7179ein07/backups",
		url.Values{"offset": {strconv.Itoa(100)}, "limit": {"100"}, "order_field": {"name"}, "order_rule": {"asc"}},
		http.Header{"X-Language": {"en-us"}}, "619d3e78f61b4be68bc5aa0b59edcf7b", "AK", "SECRET-of-AK", "STS")
	b.ReportAllocs()
	for b.Loop() {
		if err := sign(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
