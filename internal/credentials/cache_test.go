package credentials_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

// A service issues keys of an hour: key 1, key 2, and so on.
type service struct {
	calls    atomic.Int32
	lifetime time.Duration // zero: they don't expire
	takes    time.Duration
	static   bool // it always issues key 1
	fails    atomic.Pointer[error]
}

func (s *service) Retrieve(ctx context.Context) (credentials.Credentials, error) {
	n := s.calls.Add(1)
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return credentials.Credentials{}, ctx.Err()
	}
	if err := s.fails.Load(); err != nil {
		return credentials.Credentials{}, *err
	}
	if s.static {
		n = 1
	}
	c := credentials.Credentials{AccessKey: fmt.Sprint("key ", n), SecretKey: "s", Source: "the service"}
	if s.lifetime > 0 {
		c.Expires = time.Now().Add(s.lifetime)
	}
	return c, nil
}

func (s *service) fail(err error) {
	if err == nil {
		s.fails.Store(nil)
		return
	}
	s.fails.Store(&err)
}

// use is an attempt that takes a while and ends with a verdict. It returns the key.
func use(t *testing.T, c *credentials.Cache, takes time.Duration, verdict credentials.Verdict) string {
	t.Helper()
	creds, err := c.Begin(t.Context())
	if err != nil {
		t.Error(err)
		return ""
	}
	time.Sleep(takes)
	c.End(creds, verdict, errors.New("the answer"))
	return creds.AccessKey
}

func accepted(t *testing.T, c *credentials.Cache) string {
	t.Helper()
	return use(t, c, 0, credentials.Accepted)
}

// Keys are renewed at three quarters of their life, once for all, without a wait.
func TestRenewalBeforeExpiry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{lifetime: time.Hour, takes: time.Second}
		c := credentials.NewCache(s.Retrieve)
		started := time.Now()
		for _, step := range []struct {
			after time.Duration
			key   string
		}{{0, "key 1"}, {44 * time.Minute, "key 1"}, {46 * time.Minute, "key 1"}, {47 * time.Minute, "key 2"}, {90 * time.Minute, "key 2"}} {
			time.Sleep(step.after - time.Since(started))
			before := time.Now()
			var wait sync.WaitGroup
			for range 20 {
				wait.Go(func() {
					if got := accepted(t, c); got != step.key {
						t.Errorf("after %s, the key is %s, want %s", step.after, got, step.key)
					}
				})
			}
			wait.Wait()
			if waited := time.Since(before); step.after > 0 && waited > 0 {
				t.Errorf("after %s, the callers waited for %s", step.after, waited)
			}
			synctest.Wait()
		}
		if n := s.calls.Load(); n != 2 {
			t.Errorf("%d retrievals", n)
		}
		time.Sleep(10 * time.Hour)
		if got := accepted(t, c); got != "key 3" {
			t.Errorf("after the expiry, the key is %s", got)
		}
	})
}

// A renewal that fails is logged and tried again; the keys are used until they expire.
func TestRenewalThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &service{lifetime: time.Hour}
		c := credentials.NewCache(s.Retrieve)
		c.Logger = slog.New(slog.NewTextHandler(&log, nil))
		accepted(t, c)
		s.fail(errors.New("out of order"))
		for range 59 {
			time.Sleep(time.Minute)
			if got := accepted(t, c); got != "key 1" {
				t.Fatalf("the key is %s", got)
			}
			synctest.Wait()
		}
		if n := s.calls.Load(); n < 10 || n > 20 {
			t.Errorf("%d retrievals in the last quarter of an hour", n)
		}
		time.Sleep(time.Minute)
		if _, err := c.Begin(t.Context()); err == nil || err.Error() != "out of order" {
			t.Errorf("after the expiry, the error is %v", err)
		}
		s.fail(nil)
		time.Sleep(time.Minute)
		accepted(t, c)
		if got := log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "out of order") || strings.Count(got, "level=INFO") != 1 {
			t.Errorf("the log is\n%s", got)
		}
	})
}

// A renewal that hangs holds up no caller, and ends.
func TestRenewalThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{lifetime: time.Hour}
		c := credentials.NewCache(s.Retrieve)
		accepted(t, c)
		time.Sleep(50 * time.Minute)
		s.takes = 24 * time.Hour
		before := time.Now()
		for range 9 {
			accepted(t, c)
		}
		if waited := time.Since(before); waited > 0 {
			t.Errorf("the callers waited for %s", waited)
		}
		time.Sleep(5 * time.Minute) // for the goroutine to end
	})
}

// Callers that wait share a retrieval and its failure; a later one starts anew.
func TestRetrievalIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{takes: time.Minute}
		s.fail(errors.New("refused"))
		c := credentials.NewCache(s.Retrieve)
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				if _, err := c.Begin(t.Context()); err == nil || err.Error() != "refused" {
					t.Errorf("the error is %v", err)
				}
			})
		}
		wait.Wait()
		if _, err := c.Begin(t.Context()); err == nil || s.calls.Load() != 1 {
			t.Errorf("%d retrievals, %v", s.calls.Load(), err)
		}
		s.fail(nil)
		time.Sleep(11 * time.Second)
		if got := accepted(t, c); got != "key 2" {
			t.Errorf("the key is %s", got)
		}
	})
}

// One caller's timeout is not another's failure, and a retrieval without callers ends.
func TestTimeoutOfACaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{takes: time.Minute}
		c := credentials.NewCache(s.Retrieve)
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := c.Begin(short); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the error is %v", err)
			}
		})
		synctest.Wait()
		wait.Go(func() { accepted(t, c) })
		wait.Wait()
		if n := s.calls.Load(); n != 1 {
			t.Errorf("%d retrievals", n)
		}

		s = &service{takes: time.Hour}
		c = credentials.NewCache(s.Retrieve)
		short, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Begin(short); err == nil {
			t.Error("there is no error")
		}
		s.takes = 0
		if got := accepted(t, c); got != "key 2" { // the first retrieval's end is not this caller's failure
			t.Errorf("the key is %s", got)
		}
	})
}

// A retrieval that hangs ends by itself.
func TestRetrievalThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := credentials.NewCache((&service{takes: 24 * time.Hour}).Retrieve)
		started := time.Now()
		if _, err := c.Begin(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > 5*time.Minute {
			t.Errorf("after %s: %v", time.Since(started), err)
		}
	})
}

// Until an answer has confirmed them, keys are used one at a time; then at once.
func TestFirstUseGoesAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := credentials.NewCache((&service{}).Retrieve)
		var inUse, most atomic.Int32
		started := time.Now()
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				creds, err := c.Begin(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				n := inUse.Add(1)
				if n > 1 && time.Since(started) < time.Second {
					t.Error("two attempts at once use keys that are not confirmed")
				}
				most.Store(max(most.Load(), n))
				time.Sleep(time.Second)
				inUse.Add(-1)
				c.End(creds, credentials.Accepted, nil)
			})
		}
		wait.Wait()
		if took := time.Since(started); took != 2*time.Second || most.Load() != 9 {
			t.Errorf("it took %s, %d at once", took, most.Load())
		}
	})
}

// A rejection answers all others, without another attempt, until the keys change.
func TestRejection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{lifetime: time.Hour}
		c := credentials.NewCache(s.Retrieve)
		rejected := errors.New("wrong signature")
		var sent atomic.Int32
		var wait sync.WaitGroup
		for range 200 {
			wait.Go(func() {
				creds, err := c.Begin(t.Context())
				if err == nil {
					sent.Add(1)
					time.Sleep(time.Second)
					c.End(creds, credentials.Rejected, rejected)
				} else if !errors.Is(err, rejected) {
					t.Errorf("the error is %v", err)
				}
			})
		}
		wait.Wait()
		if n := sent.Load(); n != 1 {
			t.Errorf("%d attempts with keys that were rejected", n)
		}
		time.Sleep(46 * time.Minute)
		if _, err := c.Begin(t.Context()); !errors.Is(err, rejected) {
			t.Errorf("the error is %v", err)
		}
		synctest.Wait() // for the renewal
		if got := accepted(t, c); got != "key 2" {
			t.Errorf("the key is %s", got)
		}
	})
}

// A service that doesn't answer does not hold up all others, but the attempts with keys
// that are not confirmed are few.
func TestServiceThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := credentials.NewCache((&service{}).Retrieve)
		started := time.Now()
		var early atomic.Int32
		var wait sync.WaitGroup
		for range 10 {
			wait.Go(func() {
				creds, err := c.Begin(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				if time.Since(started) < 20*time.Second {
					early.Add(1)
				}
				time.Sleep(30 * time.Second)
				c.End(creds, credentials.Unknown, errors.New("timeout"))
			})
		}
		wait.Wait()
		if took := time.Since(started); early.Load() > 4 || took > 90*time.Second {
			t.Errorf("%d attempts in 20 seconds, all in %s", early.Load(), took)
		}
	})
}

// Keys that an answer calls expired are renewed exactly once; if there are no newer
// ones, the answer is the error.
func TestExpired(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{lifetime: time.Hour, takes: time.Second}
		c := credentials.NewCache(s.Retrieve)
		accepted(t, c)
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if got := use(t, c, time.Second, credentials.Expired); got != "key 1" {
					t.Errorf("the key is %s", got)
				}
				if got := accepted(t, c); got != "key 2" {
					t.Errorf("the key is %s", got)
				}
			})
		}
		wait.Wait()
		if n := s.calls.Load(); n != 2 {
			t.Errorf("%d retrievals", n)
		}

		s = &service{static: true}
		c = credentials.NewCache(s.Retrieve)
		use(t, c, 0, credentials.Expired)
		for range 3 {
			if _, err := c.Begin(t.Context()); err == nil || err.Error() != "the answer" {
				t.Errorf("the error is %v", err)
			}
		}
		if n := s.calls.Load(); n != 2 {
			t.Errorf("%d retrievals", n)
		}
	})
}

// A token has no signature that could lock it, and can be valid elsewhere.
func TestTokens(t *testing.T) {
	t.Parallel()
	c := credentials.Static(credentials.Credentials{AuthToken: "t"}).Cache
	first, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Begin(t.Context())
	if err != nil || second != first {
		t.Error(second, err)
	}
	c.End(first, credentials.Rejected, errors.New("no"))
	if _, err := c.Begin(t.Context()); err != nil {
		t.Error(err)
	}
}

// The verdict on keys that were renewed in the meantime says nothing about new ones.
func TestLateVerdict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{lifetime: time.Hour}
		c := credentials.NewCache(s.Retrieve)
		old, err := c.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.End(old, credentials.Expired, errors.New("x"))
		if got := accepted(t, c); got != "key 2" {
			t.Errorf("the key is %s", got)
		}
		c.End(old, credentials.Rejected, errors.New("late"))
		if got := accepted(t, c); got != "key 2" {
			t.Errorf("the key is %s", got)
		}
	})
}

// A group that keeps its values forgets a failure.
func TestGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var m credentials.Group[string]
		calls := 0
		find := func(context.Context) (string, error) {
			time.Sleep(time.Second)
			if calls++; calls == 1 {
				return "", errors.New("not yet")
			}
			return fmt.Sprint("value ", calls), nil
		}
		if _, err := m.Do(t.Context(), "a", find); err == nil {
			t.Error("there is no error")
		}
		var wait sync.WaitGroup
		for range 9 {
			wait.Go(func() {
				if got, err := m.Do(t.Context(), "a", find); got != "value 2" || err != nil {
					t.Error(got, err)
				}
			})
		}
		wait.Wait()
		if got, err := m.Do(t.Context(), "b", find); got != "value 3" || err != nil {
			t.Error(got, err)
		}
	})
}
