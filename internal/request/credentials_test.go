package request_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// numbered returns credentials with a new token each time, which expire after a while.
func numbered(lifetime time.Duration) (*credentials.Cache, *atomic.Int64) {
	var retrieved atomic.Int64
	return credentials.NewCache(func(context.Context) (credentials.Credentials, error) {
		c := credentials.Credentials{AuthToken: fmt.Sprintf("token-%d", retrieved.Add(1)), Source: "the test"}
		if lifetime > 0 {
			c.Expires = time.Now().Add(lifetime)
		}
		return c, nil
	}), &retrieved
}

// signed makes a call that sends its credentials' token.
func signed(call request.Call, cache *credentials.Cache) request.Call {
	call.Credentials = cache
	call.Sign = func(req *http.Request, c credentials.Credentials) error {
		req.Header.Set("X-Auth-Token", c.AuthToken)
		return nil
	}
	return call
}

// A call that needs credentials never waits for the call that retrieves them, even if all services
// are on one host and one request may be in flight: the token service has limits of its own.
func TestTokenServiceHasItsOwnLimits(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxConcurrent: 1, PerSecond: 1, MaxRetries: 1},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				time.Sleep(20 * time.Second)
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			start := time.Now()
			token := func(next *credentials.Cache) *credentials.Cache {
				return credentials.NewCache(func(ctx context.Context) (credentials.Credentials, error) {
					call := get("http://api.test/token", nil)
					call.TokenService = true
					if next != nil {
						call = signed(call, next)
					}
					err := c.Do(ctx, call)
					return credentials.Credentials{AuthToken: "token"}, err
				})
			}
			var wg sync.WaitGroup
			wg.Go(func() { // takes the only slot
				if err := c.Do(t.Context(), get("http://api.test/slow", nil)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Second)
			role := token(token(nil)) // a role is assumed with the keys of another token service
			for range 3 {
				wg.Go(func() {
					ctx, cancel := request.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					if err := c.Do(ctx, signed(get("http://api.test/", nil), role)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Go(func() {
				if _, err := role.Begin(t.Context()); err != nil || time.Since(start) > 3*time.Second {
					t.Errorf("the token came after %v: %v", time.Since(start), err)
				}
			})
			wg.Wait()
		})
}

// No slot is taken while credentials are retrieved: other calls of the host go on.
func TestNoSlotIsHeldWhileCredentialsAreRetrieved(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxConcurrent: 1},
		func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
		func(t *testing.T, _ *server, c *request.Client) {
			slow := credentials.NewCache(func(context.Context) (credentials.Credentials, error) {
				time.Sleep(time.Minute)
				return credentials.Credentials{AuthToken: "token"}, nil
			})
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := c.Do(t.Context(), signed(get("http://api.test/slow", nil), slow)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Second)
			start := time.Now()
			together(t, c, 5)
			if took := time.Since(start); took != 0 {
				t.Errorf("the other calls took %v", took)
			}
			wg.Wait()
		})
}

// Each attempt is signed with credentials that are valid when it is sent: those that expire while
// the request waits for its slot or for its retry are retrieved again.
func TestCredentialsAreValidWhenSent(t *testing.T) {
	t.Parallel()
	cache, retrieved := numbered(10 * time.Minute)
	var start time.Time
	bubble(t, request.Options{MaxConcurrent: 1, MaxRetries: 1, Timeout: time.Hour},
		func(_ int, w http.ResponseWriter, r *http.Request) {
			var number int
			_, _ = fmt.Sscanf(r.Header.Get("X-Auth-Token"), "token-%d", &number)
			if r.URL.Path == "/signed" && number == 1 && time.Since(start) >= 10*time.Minute {
				t.Errorf("the expired token was sent after %v", time.Since(start))
			}
			switch r.URL.Path {
			case "/slow":
				time.Sleep(30 * time.Minute)
			case "/retry":
				if number == 1 {
					w.Header().Set("Retry-After", "1200")
					reply(w, 503, ``)
					return
				}
			}
			reply(w, 200, `{}`)
		},
		func(t *testing.T, _ *server, c *request.Client) {
			start = time.Now()
			if err := c.Do(t.Context(), signed(get("http://api.test/signed", nil), cache)); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() { // takes the only slot
				if err := c.Do(t.Context(), get("http://api.test/slow", nil)); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Second)
			wg.Go(func() { // waits for it, with credentials
				if err := c.Do(t.Context(), signed(get("http://api.test/signed", nil), cache)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if err := c.Do(t.Context(), signed(get("http://other.test/retry", nil), cache)); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			if retrieved.Load() < 2 {
				t.Errorf("%d tokens", retrieved.Load())
			}
		})
}

// An answer that says that the credentials have expired causes one renewal and one retry, also
// without retries. If the new ones are refused too, that is the error.
func TestExpiredCredentialsAreRenewedOnce(t *testing.T) {
	t.Parallel()
	for _, always := range []bool{false, true} {
		cache, retrieved := numbered(0)
		bubble(t, request.Options{},
			func(_ int, w http.ResponseWriter, r *http.Request) {
				if always || r.Header.Get("X-Auth-Token") == "token-1" {
					reply(w, 401, `{"Code":"TokenExpired","Message":"expired"}`)
					return
				}
				reply(w, 200, `{}`)
			},
			func(t *testing.T, s *server, c *request.Client) {
				start := time.Now()
				err := c.Do(t.Context(), signed(get("http://api.test/", nil), cache))
				if (err != nil) != always || len(s.arrivals()) != 2 || retrieved.Load() != 2 || time.Since(start) != 0 {
					t.Errorf("%d requests with %d tokens: %v", len(s.arrivals()), retrieved.Load(), err)
				}
				if always && failed(t, err).Class != request.ExpiredCredentials {
					t.Errorf("the class is %v", failed(t, err).Class)
				}
			})
	}
}

// A wrong key is sent once, however many calls there are: the first goes alone, and its error
// answers the others.
func TestRejectedCredentialsAreSentOnce(t *testing.T) {
	t.Parallel()
	cache := credentials.NewCache(func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{AccessKey: "key", SecretKey: "wrong"}, nil
	})
	bubble(t, request.Options{MaxRetries: 8},
		func(_ int, w http.ResponseWriter, _ *http.Request) {
			time.Sleep(latency)
			w.Header().Set("X-Request-Id", "ID-1")
			reply(w, 401, `{"Code":"WrongKey","Message":"the signature does not match"}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var wg sync.WaitGroup
			var unsent atomic.Int64
			for range 200 {
				wg.Go(func() {
					err := c.Do(t.Context(), signed(get("http://api.test/", nil), cache))
					e := failed(t, err)
					if e.Class != request.RejectedCredentials {
						t.Errorf("the class is %v", e.Class)
					}
					contains(t, err, "WrongKey: the signature does not match", "request ID ID-1")
					if e.Attempts == 0 {
						unsent.Add(1)
						contains(t, err, "DescribeThings failed for the things: the service rejected the credentials before, so this request was not sent\n")
					}
				})
			}
			wg.Wait()
			if n := len(s.arrivals()); n != 1 || unsent.Load() != 199 {
				t.Errorf("%d requests, %d calls without one", n, unsent.Load())
			}
		})
}

// The same if the host throttles before it rejects the key: calls that wait for the end of the pause
// don't pass by the first one.
func TestRejectedCredentialsAreSentOnceAfterAPause(t *testing.T) {
	t.Parallel()
	cache := credentials.NewCache(func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{AccessKey: "key", SecretKey: "wrong"}, nil
	})
	bubble(t, request.Options{MaxRetries: 8},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			time.Sleep(latency)
			if n <= 2 {
				w.Header().Set("Retry-After", "60")
				reply(w, 400, `{"Code":"Throttling"}`)
				return
			}
			reply(w, 401, `{"Code":"WrongKey"}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			var wg sync.WaitGroup
			for range 30 {
				wg.Go(func() { _ = failed(t, c.Do(t.Context(), signed(get("http://api.test/", nil), cache))) })
			}
			wg.Wait()
			if n := len(s.arrivals()); n != 3 {
				t.Errorf("%d requests, want 2 that were throttled and 1 that was rejected", n)
			}
		})
}

// A host that is paused holds up no other host, although both share new credentials.
func TestPauseDoesNotHoldCredentials(t *testing.T) {
	t.Parallel()
	for range 20 { // which attempt goes first is chance
		cache := credentials.NewCache(func(context.Context) (credentials.Credentials, error) {
			return credentials.Credentials{AccessKey: "key", SecretKey: "right"}, nil
		})
		bubble(t, request.Options{MaxRetries: 2},
			func(_ int, w http.ResponseWriter, r *http.Request) {
				time.Sleep(latency)
				if r.Host == "paused.test" {
					w.Header().Set("Retry-After", "120")
					reply(w, 400, `{"Code":"Throttling"}`)
					return
				}
				reply(w, 200, `{}`)
			},
			func(t *testing.T, _ *server, c *request.Client) {
				ctx, cancel := request.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				start := time.Now()
				var paused, others sync.WaitGroup
				for range 5 {
					paused.Go(func() { _ = failed(t, c.Do(ctx, signed(get("http://paused.test/", nil), cache))) })
					others.Go(func() {
						if err := c.Do(ctx, signed(get("http://api.test/", nil), cache)); err != nil {
							t.Error(err)
						}
					})
				}
				others.Wait()
				if took := time.Since(start); took > time.Second {
					t.Errorf("the other host took %v", took)
				}
				paused.Wait()
			})
	}
}

// Credentials that can't be retrieved are an error that states the service's own. It is not retried,
// as the call to that service had its retries.
func TestCredentialsFail(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: 2},
		func(_ int, w http.ResponseWriter, _ *http.Request) {
			reply(w, 503, `{"Code":"Down","Message":"\u001b[2Jno tokens today"}`)
		},
		func(t *testing.T, s *server, c *request.Client) {
			cache := credentials.NewCache(func(ctx context.Context) (credentials.Credentials, error) {
				call := get("http://sts.test/", nil)
				call.TokenService, call.Operation, call.Subject = true, "AssumeRole", "the role acs:ram::1:role/x"
				return credentials.Credentials{}, c.Do(ctx, call)
			})
			err := c.Do(t.Context(), signed(get("http://api.test/", nil), cache))
			contains(t, err, "DescribeThings failed for the things: there are no credentials to sign the request with\n"+
				"AssumeRole failed for the role acs:ram::1:role/x: Down: [2Jno tokens today\nHTTP status 503 Service Unavailable, after 3 attempts")
			if e := failed(t, err); e.Attempts != 0 || e.Class != request.Permanent || len(s.arrivals()) != 3 {
				t.Errorf("%d requests: %v", len(s.arrivals()), err)
			}
		})
}

// The end of the caller's context while credentials are retrieved is stated as such.
func TestTimeoutWhileCredentialsAreRetrieved(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{},
		func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
		func(t *testing.T, _ *server, c *request.Client) {
			cache := credentials.NewCache(func(ctx context.Context) (credentials.Credentials, error) {
				<-ctx.Done()
				return credentials.Credentials{}, ctx.Err()
			})
			ctx, cancel := request.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			err := c.Do(ctx, signed(get("http://api.test/", nil), cache))
			contains(t, err, "the timeout of 20s ended while waiting for the credentials")
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			time.Sleep(time.Hour) // the retrieval ends by its own timeout
		})
}

// A signer that fails is an error without an attempt.
func TestSignerFails(t *testing.T) {
	t.Parallel()
	bubble(t, request.Options{MaxRetries: 8},
		func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) },
		func(t *testing.T, s *server, c *request.Client) {
			cache, _ := numbered(0)
			call := signed(get("http://api.test/", nil), cache)
			call.Sign = func(*http.Request, credentials.Credentials) error { return errors.New("no key") }
			err := c.Do(t.Context(), call)
			contains(t, err, "the request could not be signed\nno key")
			if len(s.arrivals()) != 0 {
				t.Error("a request without a signature was sent")
			}
		})
}
