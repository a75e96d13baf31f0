package request_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Each row is a server that always fails in one way: the number of requests shows the policy.
func TestAttemptsByFailure(t *testing.T) {
	t.Parallel()
	const retries = 8
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   int
		class  request.Class
	}{
		{"throttled by code", 400, `{"Code":"Throttling"}`, 1 + retries, request.Throttled},
		{"throttled by status", 429, `{"Code":"Unheard"}`, 1 + retries, request.Throttled},
		{"throttled with 500", 500, `{"Code":"Throttling"}`, 1 + retries, request.Throttled},
		{"throttled with 503", 503, `{"Code":"Throttling"}`, 1 + retries, request.Throttled},
		{"transient by code", 400, `{"Code":"Busy"}`, 1 + retries, request.Transient},
		{"transient in a 200", 200, `{"Code":"Busy"}`, 1 + retries, request.Transient},
		{"bad gateway", 502, `<html><title>Bad gateway</title>`, 1 + retries, request.Transient},
		{"unavailable", 503, ``, 1 + retries, request.Transient},
		{"unavailable with a permanent code", 503, `{"Code":"NoPermission"}`, 1 + retries, request.Transient},
		{"gateway timeout", 504, `{"Code":"Unheard"}`, 1 + retries, request.Transient},
		{"request timeout", 408, ``, 1 + retries, request.Transient},
		{"internal error", 500, `{"Code":"Unheard"}`, 1 + 3, request.ServerError},
		{"internal error, transient by code", 500, `{"Code":"Busy"}`, 1 + 3, request.ServerError},
		{"internal error in a 200", 200, `{"Code":"InternalError"}`, 1 + 3, request.ServerError},
		{"unknown status", 599, ``, 1 + 3, request.ServerError},
		{"not implemented", 501, ``, 1, request.Permanent},
		{"HTTP version", 505, `{"Code":"Busy"}`, 1, request.Permanent},
		{"unauthorized", 401, `{"Code":"WrongKey"}`, 1, request.RejectedCredentials},
		{"unauthorized with 503", 503, `{"Code":"WrongKey"}`, 1, request.RejectedCredentials},
		{"expired", 401, `{"Code":"TokenExpired"}`, 2, request.ExpiredCredentials},
		{"forbidden", 403, `{"Code":"NoPermission"}`, 1, request.Permanent},
		{"forbidden by a proxy", 403, `<html>no</html>`, 1, request.Permanent},
		{"proxy authentication", 407, `<html>no</html>`, 1, request.Permanent},
		{"not found", 404, `{"Code":"NotFound"}`, 1, request.Permanent},
		{"permanent in a 200", 200, `{"Code":"Unheard"}`, 1, request.Permanent},
		{"cut JSON", 200, `{"Items":[1`, 2, request.Malformed},
		{"wrong type", 200, `{"Items":7}`, 2, request.Malformed},
		{"empty", 200, ``, 2, request.Malformed},
		{"a proxy's page", 200, `<!doctype html><title>Log in</title>`, 2, request.Malformed},
		{"redirect", 307, ``, 1, request.Permanent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, request.Options{MaxRetries: retries},
				func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, tt.status, tt.body) },
				func(t *testing.T, s *server, c *request.Client) {
					e := failed(t, c.Do(t.Context(), get("http://api.test/", nil)))
					// A host that throttles everything may be given up before the last retry.
					got := len(s.arrivals())
					if got != tt.want || e.Attempts != tt.want || e.Status != tt.status || e.Class != tt.class {
						t.Errorf("%d requests, %d attempts, status %d and class %v in the error, want %d, %d, %d and %v",
							got, e.Attempts, e.Status, e.Class, tt.want, tt.want, tt.status, tt.class)
					}
					if request.Classify(e.Class, tt.status) != e.Class {
						t.Errorf("Classify changes %v", e.Class)
					}
				})
		})
	}
}

// Without retries, every failure is the last.
func TestNoRetries(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			reply(w, map[string]int{"/busy": 503, "/error": 500, "/malformed": 200}[r.URL.Path], `x`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			for _, path := range []string{"busy", "error", "malformed"} {
				if e := failed(t, c.Do(t.Context(), get("http://api.test/"+path, nil))); e.Attempts != 1 {
					t.Errorf("%s: %d attempts", path, e.Attempts)
				}
			}
			if n := len(s.arrivals()); n != 3 {
				t.Errorf("%d requests", n)
			}
		})
}

// A connection that breaks before or in a response is retried, with a request that is made anew.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: 3},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			switch n {
			case 1:
				panic(http.ErrAbortHandler)
			case 2:
				w.Header().Set("Content-Length", "1000")
				_, _ = io.WriteString(w, `{"Items":[1,`)
				panic(http.ErrAbortHandler)
			case 3:
				_, _ = io.WriteString(w, `{"Items":[1,`)
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
			reply(w, 200, `{"Items":[1,2]}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var got body
			made := 0
			call := get("http://api.test/", &got)
			newRequest := call.NewRequest
			call.NewRequest = func(ctx context.Context) (*http.Request, error) {
				made++
				return newRequest(ctx)
			}
			if err := c.Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			if n := len(s.arrivals()); len(got.Items) != 2 || made != 4 || n != 4 {
				t.Errorf("items %v after %d requests made and %d received", got.Items, made, n)
			}
		})
}

// A server that hangs costs one request's timeout, and the call goes on. The error states the
// timeout's value.
func TestRequestTimeout(t *testing.T) {
	t.Parallel()
	for _, own := range []time.Duration{0, 2 * time.Second} {
		hang := func(_ int, w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
		bubble(t, request.Options{MaxRetries: 2, Timeout: 20 * time.Second}, hang,
			func(t *testing.T, s *server, c *request.Client) {
				call := get("http://api.test/", nil)
				call.Timeout = own
				e := failed(t, c.Do(t.Context(), call))
				want := "20s"
				if own > 0 {
					want = "2s"
				}
				contains(t, e, "there was no complete response from api.test within "+want+" (request_timeout)", "after 3 attempts", "raise request_timeout", "#timeouts")
				if n := len(s.arrivals()); n != 3 || e.Class != request.Transient {
					t.Errorf("%d requests: %v", n, e)
				}
				if errors.Is(e, context.DeadlineExceeded) != true {
					t.Error("the cause is lost")
				}
			})
	}
}

// The number of requests is bounded, waits are seconds and not minutes,
// no wait is shorter than the server requested, and the call's deadline holds.
func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		retries := rapid.IntRange(0, 8).Draw(rt, "retries")
		limit := time.Duration(rapid.IntRange(1, 300).Draw(rt, "limit")) * time.Second
		statuses := rapid.SliceOfN(rapid.SampledFrom([]int{200, 400, 403, 408, 429, 500, 502, 503, 504}), 12, 12).Draw(rt, "statuses")
		waits := rapid.SliceOfN(rapid.IntRange(0, 40), 12, 12).Draw(rt, "waits")
		// rapid fails by a panic, which must not happen inside the bubble.
		var problem string
		wrong := func(format string, args ...any) { problem = fmt.Sprintf(format, args...) }

		bubble(t, request.Options{MaxRetries: retries},
			func(n int, w http.ResponseWriter, _ *http.Request) {
				if wait := waits[(n-1)%12]; wait > 0 {
					w.Header().Set("Retry-After", fmt.Sprint(wait))
				}
				reply(w, statuses[(n-1)%12], `{}`)
			},
			func(t *testing.T, s *server, c *request.Client) {
				ctx, cancel := request.WithTimeout(t.Context(), limit)
				defer cancel()
				start := time.Now()
				err := c.Do(ctx, get("http://api.test/", nil))
				took := time.Since(start)
				seen := s.arrivals()

				if len(seen) == 0 || len(seen) > 1+retries || took > limit {
					wrong("%d requests in %v of %v, with %d retries", len(seen), took, limit, retries)
					return
				}
				for i := 1; i < len(seen); i++ {
					least := max(time.Duration(waits[i-1])*time.Second, 250*time.Millisecond)
					most := max(least, 15*time.Second) + 2*time.Second // the lowest rate's interval
					if wait := seen[i].at - seen[i-1].at; wait < least || wait > most {
						wrong("waited %v before request %d, want %v to %v", wait, i+1, least, most)
					}
					if status := statuses[i-1]; status == 200 || status == 400 || status == 403 {
						wrong("request %d followed the status %d", i+1, status)
					}
				}
				last := statuses[len(seen)-1]
				if (err == nil) != (last == 200) {
					wrong("status %d, but the error is %v", last, err)
				}
				if err == nil {
					return
				}
				if e := failed(t, err); e.Attempts != len(seen) || e.Status != last {
					wrong("%d requests, the last status %d, and the error %v", len(seen), last, e)
				}
				if errors.Is(err, context.DeadlineExceeded) && (last == 400 || last == 403) {
					wrong("a permanent failure blames the timeout: %v", err)
				}
			})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// The wait that a server requests is kept, in each of the ways that servers write it.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		header http.Header
		least  time.Duration
	}{
		{"seconds", http.Header{"Retry-After": {"40"}}, 40 * time.Second},
		{"date", http.Header{"Retry-After": {"Sat, 21 Nov 2026 12:01:00 GMT"}, "Date": {"Sat, 21 Nov 2026 12:00:00 GMT"}}, time.Minute},
		{"milliseconds", http.Header{"X-Acs-Retry-After": {"42000"}}, 42 * time.Second},
		{"time left", http.Header{"X-Ratelimit-User-Api": {"Limit:1,Remain:0,TimeLeft:30000,Reset:1234"}, "X-Ratelimit-User": {"TimeLeft:5"}}, 30 * time.Second},
		{"time left of the user", http.Header{"X-Ratelimit-User": {"Limit:1, TimeLeft: 17000"}}, 17 * time.Second},
		{"the longest of several", http.Header{"Retry-After": {"20"}, "X-Acs-Retry-After": {"31000"}}, 31 * time.Second},
		{"a date in the past", http.Header{"Retry-After": {"Sat, 21 Nov 2020 12:01:00 GMT"}, "Date": {"Sat, 21 Nov 2026 12:00:00 GMT"}}, 0},
		{"nonsense", http.Header{"Retry-After": {"soon"}, "X-Acs-Retry-After": {"-1"}, "X-Ratelimit-User": {"TimeLeft"}}, 0},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, 0},
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(tt.name, status), func(t *testing.T) {
				t.Parallel()
				bubble(t, request.Options{MaxRetries: 1},
					func(n int, w http.ResponseWriter, _ *http.Request) {
						if n > 1 {
							reply(w, 200, `{}`)
							return
						}
						for name, values := range tt.header {
							w.Header()[name] = values
						}
						reply(w, status, `{}`)
					},
					func(t *testing.T, s *server, c *request.Client) {
						if err := c.Do(t.Context(), get("http://api.test/", nil)); err != nil {
							t.Fatal(err)
						}
						seen := s.arrivals()
						// The lowest rate allows a request every two seconds.
						if wait := seen[1].at - seen[0].at; wait < tt.least || wait > tt.least+2*time.Second {
							t.Errorf("waited %v, the server requested %v", wait, tt.least)
						}
					})
			})
		}
	}
}

// A wait for which there is no time ends the call at once, with the values.
func TestWaitBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		limit time.Duration
		wait  string
		text  string
	}{
		{40 * time.Second, "120", "the server requested a wait of 2m0s, but 40s are left of the timeout of 40s"},
		{5 * time.Minute, "86400", "the server requested a wait of 24h0m0s, but 5m0s are left of the timeout of 5m0s"},
		{time.Hour, "99999999999999999999999", "the server requested a wait of 8760h0m0s"},
		{100 * time.Millisecond, "", "but 100ms are left of the timeout of 100ms"},
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(tt.wait, status), func(t *testing.T) {
				t.Parallel()
				bubble(t, request.Options{MaxRetries: 8},
					func(_ int, w http.ResponseWriter, _ *http.Request) {
						if tt.wait != "" {
							w.Header().Set("Retry-After", tt.wait)
						}
						reply(w, status, `{"Code":"Closed","Message":"we are closed"}`)
					},
					func(t *testing.T, s *server, c *request.Client) {
						ctx, cancel := request.WithTimeout(t.Context(), tt.limit)
						defer cancel()
						start := time.Now()
						err := c.Do(ctx, get("http://api.test/", nil))
						if took := time.Since(start); took != 0 || len(s.arrivals()) != 1 {
							t.Errorf("ended after %v and %d requests", took, len(s.arrivals()))
						}
						if !errors.Is(err, context.DeadlineExceeded) {
							t.Errorf("not a timeout: %v", err)
						}
						contains(t, err, "Closed: we are closed", fmt.Sprint(status), "There was no further attempt: ", tt.text)
					})
			})
		}
	}
}

// If the context ends between two attempts, the error says so, and states the last failure.
func TestEndWhileWaiting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want error
		text string
		ctx  func(context.Context) (context.Context, context.CancelFunc)
	}{
		{"interrupt", context.Canceled, "There was no further attempt: it was interrupted while waiting for the next attempt.", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(100*time.Millisecond, func() { cancel(errors.New("terraform stops")) })
			return ctx, func() { cancel(nil) }
		}},
		{"deadline", context.DeadlineExceeded, "are left of the timeout of 200ms", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return request.WithTimeout(ctx, 200*time.Millisecond)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, request.Options{MaxRetries: 8},
				func(_ int, w http.ResponseWriter, _ *http.Request) {
					reply(w, 503, `{"Code":"Down","Message":"come back later"}`)
				},
				func(t *testing.T, _ *server, c *request.Client) {
					ctx, cancel := tt.ctx(t.Context())
					defer cancel()
					start := time.Now()
					err := c.Do(ctx, get("http://api.test/", nil))
					if took := time.Since(start); took > 100*time.Millisecond {
						t.Errorf("ended after %v", took)
					}
					if !errors.Is(err, tt.want) {
						t.Errorf("%v is not %v", err, tt.want)
					}
					contains(t, err, "DescribeThings failed for the things: Down: come back later\n", tt.text)
				})
		})
	}
}

// The read's timeout ends a call whose server hangs. The error states the timeout, not what is left of it,
// and keeps an earlier failure.
func TestReadTimeout(t *testing.T) {
	t.Parallel()
	for _, failFirst := range []bool{false, true} {
		bubble(t, request.Options{MaxRetries: 8},
			func(n int, w http.ResponseWriter, r *http.Request) {
				if failFirst && n == 1 {
					reply(w, 503, `{"Code":"Down"}`)
					return
				}
				<-r.Context().Done()
			},
			func(t *testing.T, _ *server, c *request.Client) {
				ctx, cancel := request.WithTimeout(t.Context(), 25*time.Second)
				defer cancel()
				time.Sleep(5 * time.Second) // an earlier page of the same read
				err := c.Do(ctx, get("http://api.test/", nil))
				e := failed(t, err)
				contains(t, err, "the timeout of 25s ended while waiting for the response of api.test")
				if failFirst {
					contains(t, err, "failed for the things: Down\nHTTP status 503 Service Unavailable, after 2 attempts\nThere was no further attempt: the timeout")
				} else {
					contains(t, err, "raise the read timeout", "#timeouts")
				}
				if !errors.Is(err, context.DeadlineExceeded) || e.Attempts == 0 {
					t.Errorf("%d attempts: %v", e.Attempts, err)
				}
			})
	}
}

// A request that can't be made is an error without an attempt.
func TestNewRequestFails(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: 3},
		func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
		func(t *testing.T, s *server, c *request.Client) {
			made := 0
			call := get("http://api.test/", nil)
			call.NewRequest = func(context.Context) (*http.Request, error) {
				made++
				return nil, errors.New("the instance ID is wrong")
			}
			err := c.Do(t.Context(), call)
			if made != 1 || len(s.arrivals()) != 0 || failed(t, err).Attempts != 0 {
				t.Errorf("made %d times: %v", made, err)
			}
			if want := "DescribeThings failed for the things: the request could not be made\nthe instance ID is wrong"; err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		})
}

// The class of a retried failure does not hide a later one: a server error after a throttled attempt
// still has its own retries.
func TestMixedFailures(t *testing.T) {
	t.Parallel()
	var script = strings.Fields("429 500 503 500 502 200")
	bubble(t, request.Options{MaxRetries: 8},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			var status int
			_, _ = fmt.Sscan(script[n-1], &status)
			reply(w, status, `{}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			if err := c.Do(t.Context(), get("http://api.test/", nil)); err != nil || len(s.arrivals()) != 6 {
				t.Errorf("%d requests: %v", len(s.arrivals()), err)
			}
		})
}
