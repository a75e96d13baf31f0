package request_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

const latency = 50 * time.Millisecond

// An allowance decides which requests a simulated server accepts.
type allowance interface{ allow(now time.Time) bool }

// A tokenBucket accepts a rate, and a burst after a time without requests.
type tokenBucket struct {
	rate, burst, tokens float64
	last                time.Time
}

func (b *tokenBucket) allow(now time.Time) bool {
	if b.last.IsZero() {
		b.tokens = b.burst
	} else {
		b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.tokens < 1-1e-9 {
		return false
	}
	b.tokens--
	return true
}

// A fixedWindow accepts a number of requests in each second.
type fixedWindow struct {
	max      int
	used     int
	previous time.Time
}

func (f *fixedWindow) allow(now time.Time) bool {
	if window := now.Truncate(time.Second); window != f.previous {
		f.previous, f.used = window, 0
	}
	f.used++
	return f.used <= f.max
}

// A sweep is the result of many single reads.
type sweep struct {
	took     time.Duration
	requests int
	refused  int
	failed   int
}

// runSweep makes reads at once, against a server that takes the latency to respond.
func runSweep(t *testing.T, o request.Options, reads, parallel int, allowed allowance, retryAfter string) (s sweep) {
	t.Helper()
	var mu sync.Mutex
	bubble(t, o, func(_ int, w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		s.requests++
		ok := allowed == nil || allowed.allow(time.Now())
		if !ok {
			s.refused++
		}
		mu.Unlock()
		time.Sleep(latency)
		if !ok {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			reply(w, 429, `{"Code":"Throttling.User"}`)
			return
		}
		reply(w, 200, `{}`)
	}, func(t *testing.T, _ *server, c *request.Client) {
		start := time.Now()
		var wg sync.WaitGroup
		tickets := make(chan struct{}, parallel)
		for range reads {
			wg.Go(func() {
				tickets <- struct{}{}
				defer func() { <-tickets }()
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				if err := c.Do(ctx, get("http://api.test/", nil)); err != nil {
					mu.Lock()
					s.failed++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		s.took = time.Since(start)
	})
	return s
}

// defaults are the options of a provider configuration without values.
var defaults = request.Options{MaxRetries: request.DefaultMaxRetries}

// A sweep of 200 single reads against a server that throttles finishes close to the ideal time, with
// few requests refused, and without a failure. The figures are in the test's log.
func TestSweep(t *testing.T) {
	t.Parallel()
	bucket := func(rate, burst float64) func() allowance {
		return func() allowance { return &tokenBucket{rate: rate, burst: burst} }
	}
	const all = 200
	for _, tt := range []struct {
		name       string
		allowance  func() allowance
		rate       float64 // allowed per second
		retryAfter string
		parallel   int
		time       float64 // at most, as a multiple of the ideal time
		refused    float64 // at most, in percent of the requests
	}{
		{"10 per second", bucket(10, 10), 10, "", all, 1.3, 15},
		{"10 per second, 10 reads at once", bucket(10, 10), 10, "", 10, 1.3, 15},
		{"10 per second, Retry-After", bucket(10, 10), 10, "1", all, 1.3, 15},
		{"10 in each second", func() allowance { return &fixedWindow{max: 10} }, 10, "", all, 1.3, 15},
		{"10 per second, no burst", bucket(10, 1), 10, "", all, 1.6, 15},
		{"2 per second", bucket(2, 2), 2, "", 10, 1.3, 30},
		{"50 per second", bucket(50, 50), 50, "", all, 1.3, 15},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := runSweep(t, defaults, all, tt.parallel, tt.allowance(), tt.retryAfter)
			ratio := s.took.Seconds() * tt.rate / all
			refused := 100 * float64(s.refused) / float64(s.requests)
			t.Logf("%v: %.2f of the ideal time, %.0f %% of %d requests refused", tt.name, ratio, refused, s.requests)
			if ratio > tt.time || refused > tt.refused || s.failed > 0 {
				t.Errorf("want at most %.1f of the time and %.0f %% refused; %d reads failed", tt.time, tt.refused, s.failed)
			}
		})
	}
}
