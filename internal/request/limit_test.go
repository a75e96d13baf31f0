package request_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// together makes n calls at once and waits for them.
func together(t *testing.T, c *request.Client, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := c.Do(t.Context(), call(fmt.Sprintf("http://api.test/%d", i), nil)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// No more requests than allowed are under way at once, and the limit is made use of.
func TestConcurrency(t *testing.T) {
	var now, most atomic.Int64
	bubble(t, request.Options{MaxConcurrent: 3, PerSecond: 1000},
		func(_ int, w http.ResponseWriter, _ *http.Request) {
			n := now.Add(1)
			for old := most.Load(); n > old; old = most.Load() {
				if most.CompareAndSwap(old, n) {
					break
				}
			}
			time.Sleep(time.Second)
			now.Add(-1)
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			together(t, c, 20)
			if most.Load() != 3 {
				t.Errorf("%d requests at once, want 3", most.Load())
			}
		})
}

// No window of a second sees more requests than allowed, retries included.
func TestRate(t *testing.T) {
	const perSecond = 5
	bubble(t, request.Options{MaxConcurrent: 50, PerSecond: perSecond, MaxRetries: 3},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n%3 == 0 {
				reply(w, 503, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 30)
			seen := s.arrivals()
			for i := perSecond; i < len(seen); i++ {
				if window := seen[i].at - seen[i-perSecond].at; window < time.Second-time.Microsecond {
					t.Errorf("%d requests within %v", perSecond+1, window)
				}
			}
		})
}

// A call that waits for its retry takes no place from the others.
func TestWaitingHoldsNoSlot(t *testing.T) {
	bubble(t, request.Options{MaxConcurrent: 1, PerSecond: 1000, MaxRetries: 1},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.Header().Set("Retry-After", "60")
				reply(w, 503, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 5)
			seen := s.arrivals()
			if len(seen) != 6 || seen[4].at > time.Second || seen[5].at < time.Minute || seen[5].path != seen[0].path {
				t.Errorf("arrivals %v", seen)
			}
		})
}

// A refusal stops every call of the client until its hint has passed, then they go on
// at half the rate, which climbs back with successes.
func TestThrottlingSlowsTheWholeClient(t *testing.T) {
	const refused = 10
	bubble(t, request.Options{MaxConcurrent: 4, PerSecond: 10, MaxRetries: 1},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == refused {
				w.Header().Set("Retry-After", "30")
				reply(w, 400, `{"Code":"Throttling"}`)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 120)
			seen := s.arrivals()
			if len(seen) != 121 {
				t.Fatalf("%d requests, want 121", len(seen))
			}
			gap := func(i int) time.Duration { return seen[i].at - seen[i-1].at }
			if gap(refused) < 30*time.Second {
				t.Errorf("the next request came %v after the refusal", gap(refused))
			}
			// The first gap after the wait is not looked at: a token was saved up during it.
			if first, last := gap(refused+2), gap(120); first < 180*time.Millisecond || last > 110*time.Millisecond {
				t.Errorf("gaps of %v right after the refusal and %v at the end, want 200ms and 100ms", first, last)
			}
			for i := refused + 3; i < len(seen); i++ {
				if gap(i) > gap(i-1)+10*time.Millisecond {
					t.Errorf("request %d waited %v, the one before %v", i, gap(i), gap(i-1))
				}
			}
		})
}

// The refusals of requests that were under way together count once; later ones count
// each, down to a floor.
func TestThrottlingCountsWaves(t *testing.T) {
	bubble(t, request.Options{MaxConcurrent: 8, PerSecond: 1000, MaxRetries: 8},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 8 {
				time.Sleep(time.Second)
				reply(w, 429, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 8)
			// One halving leaves 500 a second; eight would leave 4, and take 2 s for 8 requests.
			seen := s.arrivals()
			if len(seen) != 16 || seen[15].at > 4*time.Second {
				t.Errorf("%d requests, the last at %v", len(seen), seen[len(seen)-1].at)
			}
		})

	bubble(t, request.Options{PerSecond: 1, MaxRetries: 30},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 20 {
				reply(w, 429, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 1)
			seen := s.arrivals()
			for i := 1; i < len(seen); i++ {
				if gap := seen[i].at - seen[i-1].at; gap > 17*time.Second {
					t.Errorf("request %d waited %v", i+1, gap)
				}
			}
		})
}

// A call that can't have its turn before its deadline ends without waiting for it.
func TestNoTimeForATurn(t *testing.T) {
	bubble(t, request.Options{MaxRetries: 1},
		func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "100")
			reply(w, 429, ``)
		},
		func(t *testing.T, s *server, c *request.Client) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			for range 2 {
				start := time.Now()
				err := c.Do(ctx, call("http://api.test/", nil))
				if took := time.Since(start); took > time.Second || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "time limit") {
					t.Errorf("after %v: %v", took, err)
				}
			}
			if n := len(s.arrivals()); n != 1 {
				t.Errorf("%d requests, want 1: the second call knew", n)
			}
		})
}

// An interrupt reaches the calls that wait for a slot, for their turn and for an answer.
func TestInterruptReachesEveryCall(t *testing.T) {
	bubble(t, request.Options{MaxConcurrent: 2, PerSecond: 1},
		func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(t *testing.T, _ *server, c *request.Client) {
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					err := c.Do(ctx, call("http://api.test/", nil))
					if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "interrupted") {
						t.Error(err)
					}
				})
			}
			time.Sleep(1500 * time.Millisecond)
			start := time.Now()
			cancel()
			wg.Wait()
			if took := time.Since(start); took != 0 {
				t.Errorf("the calls ended %v after the interrupt", took)
			}
			if err := c.Do(ctx, call("http://api.test/", nil)); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
}
