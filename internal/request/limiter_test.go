package request_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
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
			if err := c.Do(t.Context(), get(fmt.Sprintf("http://api.test/%d", i), nil)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// A gauge counts what happens at once.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) enter() {
	n := g.now.Add(1)
	for old := g.most.Load(); n > old; old = g.most.Load() {
		if g.most.CompareAndSwap(old, n) {
			return
		}
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// No more requests than allowed are in flight to one host, and the limit is used fully.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	var first, second gauge
	bubble(t, request.Options{MaxConcurrent: 3},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			g := &first
			if r.Host == "second.test" {
				g = &second
			}
			g.enter()
			time.Sleep(time.Second)
			g.leave()
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			start := time.Now()
			var wg sync.WaitGroup
			for i := range 30 {
				wg.Go(func() {
					host := []string{"first.test", "second.test"}[i%2]
					if err := c.Do(t.Context(), get("http://"+host+"/", nil)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if took := time.Since(start); first.most.Load() != 3 || second.most.Load() != 3 || took != 5*time.Second {
				t.Errorf("%d and %d requests at once, want 3 each; took %v, want 5 s", first.most.Load(), second.most.Load(), took)
			}
		})
}

// Without throttling there is no rate: a sweep takes as long as its latency alone.
func TestNoRateByDefault(t *testing.T) {
	t.Parallel()
	s := runSweep(t, defaults, 480, 480, nil, "")
	if want := 30 * latency; s.took != want {
		t.Errorf("took %v, want %v", s.took, want)
	}
}

// No second sees more requests than requests_per_second, retries included.
func TestRequestsPerSecond(t *testing.T) {
	t.Parallel()
	const perSecond = 5
	bubble(t, request.Options{MaxConcurrent: 50, PerSecond: perSecond, MaxRetries: 30},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 10 { // First attempts only: a retry queues behind the 30 calls.
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
			if last := seen[len(seen)-1].at; last > 12*time.Second {
				t.Errorf("%d requests took %v", len(seen), last)
			}
		})
}

// A high rate is reached although timers are coarse.
func TestHighRequestsPerSecond(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{PerSecond: 2000},
		func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
		func(t *testing.T, s *server, c *request.Client) {
			together(t, c, 500)
			seen := s.arrivals()
			if last := seen[len(seen)-1].at; last < 150*time.Millisecond || last > 260*time.Millisecond {
				t.Errorf("500 requests took %v", last)
			}
		})
}

// A call that waits for its retry takes no slot from the others.
func TestWaitingHoldsNoSlot(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxConcurrent: 1, MaxRetries: 1},
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
			if len(seen) != 6 || seen[4].at != 0 || seen[5].at < time.Minute || seen[5].path != seen[0].path {
				t.Errorf("arrivals %v", seen)
			}
		})
}

// A throttled response lowers the rate of its host to a fraction of what was getting through,
// and the rate grows back until there is none. Other hosts are not slowed.
func TestThrottlingLowersTheRate(t *testing.T) {
	t.Parallel()
	const throttled = 100
	bubble(t, request.Options{MaxConcurrent: 1, MaxRetries: 1},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == throttled {
				reply(w, 400, `{"Code":"Throttling"}`)
				return
			}
			time.Sleep(latency)
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var wg sync.WaitGroup
			wg.Go(func() { together(t, c, 400) }) // 20 per second, as there is one slot
			wg.Wait()
			seen := s.arrivals()
			gap := func(i int) time.Duration { return seen[i].at - seen[i-1].at }
			// 0.7 of 20 per second is an interval of 71 ms.
			if g := gap(throttled); g < 70*time.Millisecond || g > 75*time.Millisecond {
				t.Errorf("the gap after the throttled request is %v", g)
			}
			if g := gap(throttled + 120); g != latency {
				t.Errorf("the gap is %v later, want %v", g, latency)
			}
			for i := throttled + 3; i < throttled+120; i++ {
				if gap(i) > gap(i-1)+time.Millisecond {
					t.Errorf("request %d waited %v, the one before %v", i, gap(i), gap(i-1))
				}
			}
			start := time.Now()
			if err := c.Do(t.Context(), get("http://other.test/", nil)); err != nil || time.Since(start) != latency {
				t.Errorf("another host took %v: %v", time.Since(start), err)
			}
		})
}

// Requests that were in flight when the rate was lowered don't lower it again.
func TestThrottlingInFlightCountsOnce(t *testing.T) {
	t.Parallel()
	var out lockedBuffer
	bubble(t, request.Options{MaxConcurrent: 8, MaxRetries: 8, Logger: slog.New(slog.NewTextHandler(&out, nil))},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Duration(n) * time.Millisecond)
			if n > 100 && n <= 108 {
				reply(w, 429, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			together(t, c, 100)
			together(t, c, 8)
		})
	if lowered := strings.Count(out.String(), "rate limited"); lowered != 1 {
		t.Errorf("the rate was lowered %d times:\n%s", lowered, out.String())
	}
}

// A throttled response that says how long to wait pauses the host, the whole host, and no other
// one.
func TestRetryAfterPausesTheHost(t *testing.T) {
	t.Parallel()
	var out lockedBuffer
	bubble(t, request.Options{MaxConcurrent: 4, MaxRetries: 1, Logger: slog.New(slog.NewTextHandler(&out, nil))},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.Header().Set("X-Request-Id", "ID-1")
				w.Header().Set("Retry-After", "4")
				reply(w, 400, `{"Code":"Throttling"}`)
				return
			}
			time.Sleep(latency)
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var wg sync.WaitGroup
			wg.Go(func() { together(t, c, 20) }) // most wait for a slot when the pause begins
			time.Sleep(time.Millisecond)
			wg.Go(func() { together(t, c, 20) })
			wg.Go(func() {
				if err := c.Do(t.Context(), get("http://other.test/", nil)); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			early := 0
			for _, a := range s.arrivals() {
				if a.host == "other.test" && a.at > time.Second {
					t.Errorf("a request to another host at %v", a.at)
				}
				if a.host != "other.test" && a.at < 4*time.Second {
					early++
				}
			}
			if early > 4 {
				t.Errorf("%d requests before the end of the pause, want those in flight when it began", early)
			}
		})
	logged := out.String()
	if strings.Count(logged, "level=WARN") != 1 || !strings.Contains(logged, "host=api.test pause=4s") || !strings.Contains(logged, "ID-1") {
		t.Errorf("the log is\n%s", logged)
	}
}

// A call that is always throttled pauses the host once: then others got through.
func TestThrottledCallPausesTheHostOnce(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: request.DefaultMaxRetries},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/throttled" {
				w.Header().Set("Retry-After", "6")
				reply(w, 429, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := c.Do(t.Context(), get("http://api.test/throttled", nil)); err == nil {
					t.Error("the throttled call succeeded")
				}
			})
			var longest time.Duration
			for range 60 {
				time.Sleep(time.Second)
				start := time.Now()
				together(t, c, 1)
				if took := time.Since(start); took > time.Second {
					longest = max(longest, took)
					t.Logf("a call waited %v at %v", took, s.arrivals()[len(s.arrivals())-1].at)
					if s.arrivals()[len(s.arrivals())-1].at > 10*time.Second {
						t.Error("the host was paused again")
					}
				}
			}
			wg.Wait()
			if longest > 5*time.Second {
				t.Errorf("a call waited %v", longest)
			}
		})
}

// One response with a Retry-After of a day, or a call that is always throttled, holds up the others for
// seconds only: the call itself fails by its own retries.
func TestOneThrottledCallAmongMany(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		retryAfter string
		throttled  int // calls
	}{{"", 1}, {"1", 1}, {"30", 1}, {"86400", 1}, {"86400", 3}} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()
			bubble(t, request.Options{MaxRetries: request.DefaultMaxRetries},
				func(_ int, w http.ResponseWriter, r *http.Request) {
					var call int
					_, _ = fmt.Sscanf(r.URL.Path, "/%d", &call)
					if call < tt.throttled {
						if tt.retryAfter != "" {
							w.Header().Set("Retry-After", tt.retryAfter)
						}
						reply(w, 429, `{"Code":"Throttling"}`)
						return
					}
					time.Sleep(latency)
					reply(w, 200, `{}`)
				},
				func(t *testing.T, _ *server, c *request.Client) {
					start := time.Now()
					var wg sync.WaitGroup
					tickets := make(chan struct{}, 10) // like Terraform's -parallelism
					var others atomic.Int64
					for i := range 60 {
						wg.Go(func() {
							tickets <- struct{}{}
							defer func() { <-tickets }()
							ctx, cancel := request.WithTimeout(t.Context(), 5*time.Minute)
							defer cancel()
							err := c.Do(ctx, get(fmt.Sprintf("http://api.test/%d", i), nil))
							if (err != nil) != (i < tt.throttled) {
								t.Errorf("read %d: %v", i, err)
							}
							if i < tt.throttled {
								contains(t, err, "Throttling", "max_concurrent_requests = 16, requests_per_second = unset and max_retries = 8")
								t.Logf("the throttled call failed after %v", time.Since(start))
							} else {
								others.Store(int64(time.Since(start)))
							}
						})
					}
					wg.Wait()
					if took := time.Duration(others.Load()); took > 15*time.Second {
						t.Errorf("the others took %v", took)
					}
					if took := time.Since(start); took > 5*time.Minute {
						t.Errorf("took %v", took)
					}
				})
		})
	}
}

// A host that throttles everything lets each read end in about a minute, with an error that says
// so, however many reads there are.
func TestHostThrottlesEverything(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		retryAfter string
		parallel   int
	}{{"", 10}, {"", 30}, {"5", 10}, {"20", 30}, {"", 1}} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()
			bubble(t, request.Options{MaxRetries: request.DefaultMaxRetries},
				func(n int, w http.ResponseWriter, _ *http.Request) {
					if tt.retryAfter != "" {
						w.Header().Set("Retry-After", tt.retryAfter)
					}
					w.Header().Set("X-Acs-Request-Id", fmt.Sprintf("ID-%d", n))
					reply(w, 400, `{"Code":"Throttling","Message":"too fast"}`)
				},
				func(t *testing.T, s *server, c *request.Client) {
					start := time.Now()
					var wg sync.WaitGroup
					tickets := make(chan struct{}, tt.parallel)
					for i := range 30 {
						wg.Go(func() {
							tickets <- struct{}{}
							defer func() { <-tickets }()
							ctx, cancel := request.WithTimeout(t.Context(), 5*time.Minute)
							defer cancel()
							err := c.Do(ctx, get(fmt.Sprintf("http://api.test/%d", i), nil))
							if e := failed(t, err); e.Class != request.Throttled {
								t.Errorf("class %v", e.Class)
							}
							contains(t, err, "Throttling: too fast", "ID-", "max_retries = 8")
							if i == 29 {
								t.Logf("%v: %v", time.Since(start), err)
							}
						})
					}
					wg.Wait()
					if took := time.Since(start); took < 20*time.Second || took > 100*time.Second {
						t.Errorf("took %v with %d requests", took, len(s.arrivals()))
					}
				})
		})
	}
}

// After everything was throttled, the host is used again as soon as it answers.
func TestHostRecovers(t *testing.T) {
	t.Parallel()
	until := time.Time{}
	bubble(t, request.Options{MaxRetries: 8},
		func(_ int, w http.ResponseWriter, _ *http.Request) {
			if time.Now().Before(until) {
				reply(w, 429, ``)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			until = time.Now().Add(3 * time.Minute)
			for time.Now().Before(until) {
				if err := c.Do(t.Context(), get("http://api.test/", nil)); err == nil {
					break
				}
				time.Sleep(time.Second)
			}
			time.Sleep(time.Until(until) + 15*time.Second)
			start := time.Now()
			together(t, c, 100)
			if took := time.Since(start); took > 15*time.Second {
				t.Errorf("100 requests took %v", took)
			}
		})
}

// A region with a Retry-After of two minutes does not hold up another one. Its reads whose timeout
// is shorter fail soon, and state the response.
func TestOneRegionAsksToWait(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: request.DefaultMaxRetries},
		func(n int, w http.ResponseWriter, r *http.Request) {
			time.Sleep(latency)
			if r.Host == "slow.test" {
				w.Header().Set("Retry-After", "120")
				w.Header().Set("X-Request-Id", fmt.Sprintf("ID-%d", n))
				reply(w, 429, `{"Code":"APIGW.0308","Message":"threshold"}`)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			start := time.Now()
			var wg sync.WaitGroup
			var unsent atomic.Int64
			for i := range 200 {
				wg.Go(func() {
					ctx, cancel := request.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					if i%2 == 0 {
						if err := c.Do(ctx, get("http://fast.test/", nil)); err != nil || time.Since(start) > time.Second {
							t.Errorf("%v: %v", time.Since(start), err)
						}
						return
					}
					err := c.Do(ctx, get("http://slow.test/", nil))
					e := failed(t, err)
					if took := time.Since(start); took > 10*time.Second || e.Class != request.Throttled || !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("after %v: %v", took, err)
					}
					if e.Attempts > 0 {
						contains(t, err, "APIGW.0308", "the server requested a wait of 2m0s, but ", " are left of the timeout of 1m0s")
						return
					}
					if unsent.Add(1) == 1 {
						t.Log(err)
					}
					contains(t, err, "DescribeThings failed for the things: slow.test is throttling for another ", "left of the timeout of 1m0s",
						"the response that said so: HTTP status 429 Too Many Requests, request ID ID-", "APIGW.0308: threshold, to DescribeThings", "max_concurrent_requests = 16")
				})
			}
			wg.Wait()
			if unsent.Load() == 0 {
				t.Error("every read was sent")
			}
		})
}

// A timeout that ends while a call waits for the rate of a throttled host says so.
func TestTimeoutWhileThrottled(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: 8},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			if n%2 == 1 {
				reply(w, 429, `{"Code":"Throttling"}`)
				return
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			var wg sync.WaitGroup
			var unsent atomic.Int64
			for range 50 {
				wg.Go(func() {
					ctx, cancel := request.WithTimeout(t.Context(), 3*time.Second)
					defer cancel()
					err := c.Do(ctx, get("http://api.test/", nil))
					if err == nil {
						return
					}
					if e := failed(t, err); e.Attempts == 0 {
						unsent.Add(1)
						contains(t, err, "the timeout of 3s ended while waiting to be sent to api.test; api.test is throttling", "Throttling", "429")
					}
					contains(t, err, "timeout of 3s", "max_retries")
				})
			}
			wg.Wait()
			if unsent.Load() == 0 {
				t.Error("every call was sent")
			}
		})
}

// An interrupt reaches the calls that wait for a slot, for the rate and for a response.
func TestInterruptReachesEveryCall(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxConcurrent: 2, PerSecond: 1},
		func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(t *testing.T, _ *server, c *request.Client) {
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					err := c.Do(ctx, get("http://api.test/", nil))
					if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "interrupted while waiting") {
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
			err := c.Do(ctx, get("http://api.test/", nil))
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			contains(t, err, "DescribeThings failed for the things: it was interrupted while waiting to be sent to api.test")
		})
}

// A lockedBuffer collects what several goroutines log.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
