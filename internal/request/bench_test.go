package request_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// BenchmarkDo is a call to a server on this machine, answers not decoded.
func BenchmarkDo(b *testing.B) {
	for _, kilobytes := range []int{1, 200} {
		b.Run(fmt.Sprintf("%dKB", kilobytes), func(b *testing.B) {
			body := strings.Repeat("x", kilobytes<<10)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(body)))
				reply(w, 200, body)
			}))
			defer s.Close()
			o := fast()
			o.PerSecond = 1e9
			c := request.New(o)
			call := call(s.URL, nil)
			call.Read = func(a request.Answer) error {
				if len(a.Body) != len(body) {
					return fmt.Errorf("%d bytes", len(a.Body))
				}
				return nil
			}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Do(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMask is what an error or a log record costs, with the secrets of a request.
func BenchmarkMask(b *testing.B) {
	var s request.Secrets
	s.Add("LTAI5tAccessKeyOfTest", "SecretKey/Of+Test==", strings.Repeat("token+", 100), "6f8a1c9e5b7d3f20aa11bb22cc33dd44")
	text := strings.Repeat("the message of a vendor, ", 40)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if s.Mask(text) != text {
			b.Fatal("masked")
		}
	}
}
