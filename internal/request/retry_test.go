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

// Each row is a server that fails in one way forever: how many requests it gets
// tells the policy.
func TestTriesByFailure(t *testing.T) {
	const retries = 8
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   int
	}{
		{"throttled by code", 400, `{"Code":"Throttling"}`, 1 + retries},
		{"throttled by status", 429, `{"Code":"Unheard"}`, 1 + retries},
		{"transient by code", 400, `{"Code":"Busy"}`, 1 + retries},
		{"transient in band", 200, `{"Code":"Busy"}`, 1 + retries},
		{"bad gateway", 502, `<html><title>Bad gateway</title>`, 1 + retries},
		{"unavailable", 503, ``, 1 + retries},
		{"gateway timeout", 504, `{"Code":"Unheard"}`, 1 + retries},
		{"request timeout", 408, ``, 1 + retries},
		{"internal error", 500, `{"Code":"Unheard"}`, 1 + 3},
		{"internal error, transient by code", 500, `{"Code":"Busy"}`, 1 + 3},
		{"internal error in band", 200, `{"Code":"InternalError"}`, 1 + 3},
		{"throttled with 500", 500, `{"Code":"Throttling"}`, 1 + retries},
		{"not implemented", 501, ``, 1},
		{"unauthorized", 401, `{"Code":"SignatureDoesNotMatch"}`, 1},
		{"forbidden", 403, `{"Code":"NoPermission"}`, 1},
		{"forbidden by a proxy", 403, `<html>no</html>`, 1},
		{"not found", 404, `{"Code":"NotFound"}`, 1},
		{"final in band", 200, `{"Code":"Unheard"}`, 1},
		{"cut JSON", 200, `{"Items":[1`, 2},
		{"wrong type", 200, `{"Items":7}`, 2},
		{"empty", 200, ``, 2},
		{"a proxy's page", 200, `<!doctype html><title>Log in</title>`, 2},
		{"redirect", 307, ``, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, request.Options{MaxRetries: retries},
				func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, tt.status, tt.body) },
				func(t *testing.T, s *server, c *request.Client) {
					e := failed(t, c.Do(t.Context(), call("http://api.test/", nil)))
					if got := len(s.arrivals()); got != tt.want || e.Tries != tt.want || e.Status != tt.status {
						t.Errorf("%d requests, %d tries and status %d in the error, want %d, %d and %d",
							got, e.Tries, e.Status, tt.want, tt.want, tt.status)
					}
				})
		})
	}
}

// A connection that breaks before or in the middle of an answer is tried again, with a
// request that is made anew.
func TestBrokenConnections(t *testing.T) {
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
			var got answer
			made := 0
			call := call("http://api.test/", &got)
			build := call.Build
			call.Build = func(ctx context.Context) (*http.Request, error) {
				made++
				return build(ctx)
			}
			if err := c.Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			if n := len(s.arrivals()); len(got.Items) != 2 || made != 4 || n != 4 {
				t.Errorf("items %v after %d requests made and %d arrived", got.Items, made, n)
			}
		})
}

// A server that hangs costs one request's time limit, and the call goes on.
func TestRequestTimeout(t *testing.T) {
	hang := func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	bubble(t, request.Options{MaxRetries: 2, Timeout: 30 * time.Second}, hang,
		func(t *testing.T, s *server, c *request.Client) {
			e := failed(t, c.Do(t.Context(), call("http://api.test/", nil)))
			if n := len(s.arrivals()); n != 3 || e.Fault != request.Transient || !strings.Contains(e.Error(), "30s") {
				t.Errorf("%d requests: %v", n, e)
			}
		})
}

// Whatever a server answers, the number of requests is bounded, waits are seconds and
// not minutes, no wait is shorter than the hint, and the call's deadline holds.
func TestRetryPolicy(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		retries := rapid.IntRange(0, 8).Draw(rt, "retries")
		limit := time.Duration(rapid.IntRange(1, 300).Draw(rt, "limit")) * time.Second
		statuses := rapid.SliceOfN(rapid.SampledFrom([]int{200, 400, 403, 408, 429, 500, 502, 503, 504}), 12, 12).Draw(rt, "statuses")
		hints := rapid.SliceOfN(rapid.IntRange(0, 40), 12, 12).Draw(rt, "hints")
		// rapid fails by a panic, which must not happen inside the bubble.
		var problem string
		wrong := func(format string, args ...any) { problem = fmt.Sprintf(format, args...) }

		bubble(t, request.Options{MaxRetries: retries, PerSecond: 1000},
			func(n int, w http.ResponseWriter, _ *http.Request) {
				status := statuses[(n-1)%12]
				if hint := hints[(n-1)%12]; hint > 0 {
					w.Header().Set("Retry-After", fmt.Sprint(hint))
				}
				reply(w, status, `{}`)
			},
			func(t *testing.T, s *server, c *request.Client) {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				start := time.Now()
				err := c.Do(ctx, call("http://api.test/", nil))
				took := time.Since(start)
				seen := s.arrivals()

				if len(seen) == 0 || len(seen) > 1+retries || took > limit {
					wrong("%d requests in %v of %v, with %d retries", len(seen), took, limit, retries)
					return
				}
				for i := 1; i < len(seen); i++ {
					least := max(time.Duration(hints[i-1])*time.Second, 250*time.Millisecond)
					most := max(least, 15*time.Second) + 2*time.Second // the slowest rate's turn
					if wait := seen[i].at - seen[i-1].at; wait < least || wait > most {
						wrong("waited %v before request %d, want %v to %v", wait, i+1, least, most)
					}
					if status := statuses[i-1]; status == 200 || status == 400 || status == 403 {
						wrong("request %d followed the status %d", i+1, status)
					}
				}
				last := statuses[len(seen)-1]
				if (err == nil) != (last == 200) {
					wrong("status %d gives the error %v", last, err)
				}
				if err == nil {
					return
				}
				timely := errors.Is(err, context.DeadlineExceeded)
				if e := failed(t, err); e.Tries != len(seen) || e.Status != last {
					wrong("%d requests, the last status %d, and the error %v", len(seen), last, e)
				}
				if timely && (last == 400 || last == 403) {
					wrong("a final failure blames the time: %v", err)
				}
			})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// A hint is followed in each of the ways that servers write it.
func TestHints(t *testing.T) {
	for _, tt := range []struct {
		name   string
		header http.Header
		least  time.Duration
	}{
		{"seconds", http.Header{"Retry-After": {"40"}}, 40 * time.Second},
		{"date", http.Header{"Retry-After": {"Sat, 21 Nov 2026 12:01:00 GMT"}, "Date": {"Sat, 21 Nov 2026 12:00:00 GMT"}}, time.Minute},
		{"milliseconds", http.Header{"X-Acs-Retry-After": {"42000"}}, 42 * time.Second},
		{"time left", http.Header{"X-Ratelimit-User-Api": {"Limit:1,Remain:0,TimeLeft:30000,Reset:1234"}, "X-Ratelimit-User": {"TimeLeft:5"}}, 30 * time.Second},
		{"the longest of several", http.Header{"Retry-After": {"20"}, "X-Acs-Retry-After": {"31000"}}, 31 * time.Second},
		{"a date that is past", http.Header{"Retry-After": {"Sat, 21 Nov 2020 12:01:00 GMT"}, "Date": {"Sat, 21 Nov 2026 12:00:00 GMT"}}, 0},
		{"nonsense", http.Header{"Retry-After": {"soon"}, "X-Acs-Retry-After": {"-1"}, "X-Ratelimit-User": {"TimeLeft"}}, 0},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, request.Options{MaxRetries: 1},
				func(n int, w http.ResponseWriter, _ *http.Request) {
					if n > 1 {
						reply(w, 200, `{}`)
						return
					}
					for name, values := range tt.header {
						w.Header()[name] = values
					}
					reply(w, 429, `{}`)
				},
				func(t *testing.T, s *server, c *request.Client) {
					if err := c.Do(t.Context(), call("http://api.test/", nil)); err != nil {
						t.Fatal(err)
					}
					seen := s.arrivals()
					if wait := seen[1].at - seen[0].at; wait < tt.least || wait > tt.least+time.Second {
						t.Errorf("waited %v, the hint is %v", wait, tt.least)
					}
				})
		})
	}
}

// A hint that the time limit doesn't leave room for ends the call at once.
func TestHintBeyondTheDeadline(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit time.Duration // 0 is none
		hint  string
	}{
		{"deadline", 40 * time.Second, "120"},
		{"no deadline", 0, "7200"},
		{"beyond any time", time.Hour, "99999999999999999999999"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, request.Options{MaxRetries: 8},
				func(_ int, w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", tt.hint)
					reply(w, 503, `{"Code":"Closed","Message":"we are closed"}`)
				},
				func(t *testing.T, s *server, c *request.Client) {
					ctx := t.Context()
					if tt.limit > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, tt.limit)
						defer cancel()
					}
					start := time.Now()
					err := c.Do(ctx, call("http://api.test/", nil))
					if took := time.Since(start); took != 0 || len(s.arrivals()) != 1 {
						t.Errorf("ended after %v and %d requests", took, len(s.arrivals()))
					}
					if errors.Is(err, context.DeadlineExceeded) != (tt.limit > 0) {
						t.Errorf("the cause is wrong: %v", err)
					}
					for _, want := range []string{"asks to wait", "Closed: we are closed", "503"} {
						if !strings.Contains(err.Error(), want) {
							t.Errorf("the error lacks %q: %v", want, err)
						}
					}
				})
		})
	}
}

// Where the context ends between two tries, the error tells that and the last failure.
func TestEndWhileWaiting(t *testing.T) {
	for _, tt := range []struct {
		name string
		want error
		said string
		ctx  func(context.Context) (context.Context, context.CancelFunc)
	}{
		{"interrupt", context.Canceled, "interrupted", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(100*time.Millisecond, func() { cancel(errors.New("terraform stops")) })
			return ctx, func() { cancel(nil) }
		}},
		{"deadline", context.DeadlineExceeded, "time limit", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 100*time.Millisecond)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, request.Options{MaxRetries: 8},
				func(_ int, w http.ResponseWriter, _ *http.Request) {
					reply(w, 503, `{"Code":"Down","Message":"come back later"}`)
				},
				func(t *testing.T, _ *server, c *request.Client) {
					ctx, cancel := tt.ctx(t.Context())
					defer cancel()
					start := time.Now()
					err := c.Do(ctx, call("http://api.test/", nil))
					if took := time.Since(start); took > 100*time.Millisecond {
						t.Errorf("ended after %v", took)
					}
					if !errors.Is(err, tt.want) {
						t.Errorf("%v is not %v", err, tt.want)
					}
					for _, want := range []string{tt.said, "Down: come back later", "the things", "DescribeThings"} {
						if !strings.Contains(err.Error(), want) {
							t.Errorf("the error lacks %q: %v", want, err)
						}
					}
				})
		})
	}
}

// An error of Build is final, unless it says otherwise; one that another client has
// tried to overcome is final whatever it says.
func TestBuildFails(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want int
	}{
		{"plain", errors.New("no credentials"), 1},
		{"transient", &request.Error{Message: "the token service is down", Fault: request.Transient}, 4},
		{"tried already", &request.Error{Message: "the project service is down", Fault: request.Transient, Tries: 4}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, request.Options{MaxRetries: 3, Cloud: "Test Cloud"},
				func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
				func(t *testing.T, s *server, c *request.Client) {
					made := 0
					call := call("http://api.test/", nil)
					call.Build = func(context.Context) (*http.Request, error) {
						made++
						return nil, tt.err
					}
					err := c.Do(t.Context(), call)
					said := strings.TrimPrefix(tt.err.Error(), "Unable to read the answer: ")
					if made != tt.want || len(s.arrivals()) != 0 || !strings.Contains(err.Error(), strings.SplitN(said, "\n", 2)[0]) {
						t.Errorf("made %d times: %v", made, err)
					}
				})
		})
	}
}
