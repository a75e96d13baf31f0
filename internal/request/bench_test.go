package request_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// BenchmarkDo is a signed call to a server on this machine, whose response is not decoded.
func BenchmarkDo(b *testing.B) {
	for _, kilobytes := range []int{1, 200} {
		b.Run(fmt.Sprintf("%dKB", kilobytes), func(b *testing.B) {
			text := strings.Repeat("x", kilobytes<<10)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(text)))
				reply(w, 200, text)
			}))
			defer s.Close()
			c := request.New(request.Options{})
			cache, _ := numbered(0)
			call := signed(get(s.URL, nil), cache)
			call.Decode = func(r request.Response) error {
				if len(r.Body) != len(text) {
					return fmt.Errorf("%d bytes", len(r.Body))
				}
				return nil
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Do(b.Context(), call); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkChain is a signed call without a network: what the chain itself costs.
func BenchmarkChain(b *testing.B) {
	c, call := offline(nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Do(b.Context(), call); err != nil {
			b.Fatal(err)
		}
	}
}

// offline is a client whose transport answers at once, and a signed call.
func offline(logger *slog.Logger) (*request.Client, request.Call) {
	c := request.New(request.Options{Logger: logger})
	request.Adapt(c, func(tr *http.Transport) { tr.RegisterProtocol("http", answers{}) })
	cache, _ := numbered(0)
	return c, signed(get("http://api.test/", nil), cache)
}

// answers is a transport that answers at once.
type answers struct{}

func (answers) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
}

// attemptAllocations returns the number of allocations of a call.
func attemptAllocations(t *testing.T, logger *slog.Logger) float64 {
	t.Helper()
	c, call := offline(logger)
	return testing.AllocsPerRun(100, func() {
		if err := c.Do(context.Background(), call); err != nil {
			t.Fatal(err)
		}
	})
}
