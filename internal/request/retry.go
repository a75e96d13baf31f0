package request

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

const (
	firstWait   = 500 * time.Millisecond // on average, before the first retry
	longestWait = 10 * time.Second       // on average, before later ones
	fewRetries  = 3                      // of server errors
)

// Do sends a call until it succeeds, fails permanently, has used up its retries, or its context
// ends. The error is an [*Error]. errors.Is finds the context's error if the context ended, or
// would end before the next attempt.
func (c *Client) Do(ctx context.Context, call Call) error {
	var (
		last      *Error
		failures  [classes]int
		sent      int
		throttled time.Time
	)
	for {
		e := c.attempt(ctx, &attempt{call: &call, number: sent + 1, throttled: throttled})
		if e == nil {
			return nil
		}
		if e.ended {
			return c.giveUp(last, e)
		}
		last, sent = e, max(sent, e.Attempts)
		failures[e.Class]++
		if e.stopped != "" || !c.shouldRetry(e.Class, failures) {
			return c.giveUp(last, nil)
		}
		if e.Class == ExpiredCredentials {
			continue
		}
		if e.Class == Throttled {
			throttled = time.Now()
		}
		wait := max(e.retryAfter, backoff(sent))
		if left, timeout := timeLeft(ctx); left <= wait {
			reason := "the next attempt could start in"
			if wait == e.retryAfter {
				reason = "the server requested a wait of"
			}
			return c.giveUp(last, &Error{Err: context.DeadlineExceeded, Message: fmt.Sprintf(
				"%s %v, but %v are left of %s", reason, round(wait), round(left), timeout)})
		}
		if sleep(ctx, wait) != nil {
			return c.giveUp(last, contextEnded(ctx, "waiting for the next attempt"))
		}
	}
}

// shouldRetry reports whether the last failure is worth another attempt.
func (c *Client) shouldRetry(class Class, failures [classes]int) bool {
	retries := c.options.MaxRetries
	allowed := [classes]int{Transient: retries, Throttled: retries, ServerError: min(fewRetries, retries), Malformed: min(1, retries), ExpiredCredentials: 1}
	total := -failures[ExpiredCredentials] // a renewal is no retry
	for _, n := range failures {
		total += n
	}
	return failures[class] <= allowed[class] && total <= retries
}

// backoff is the wait before the retry number n: random, so that calls that failed together are
// not retried together.
func backoff(n int) time.Duration {
	average := min(longestWait, firstWait<<min(n-1, 10))
	return average/2 + rand.N(average) //nolint:gosec // not a secret
}

// giveUp returns the error of a call: its last failure, and why there was no further attempt. If
// no attempt failed before, that is the error.
func (c *Client) giveUp(last, end *Error) error {
	e := end
	if last != nil {
		copied := *last // the credentials' cache may hold the original
		e = &copied
		if end != nil {
			e.stopped = "There was no further attempt: " + end.Message + "."
			e.Err = errors.Join(end.Err, last.Err)
			e.Attempts = max(last.Attempts, end.Attempts)
		}
	}
	switch {
	case e.Class == Throttled:
		e.Advice = c.throttlingAdvice()
	case e.Advice == "" && end != nil && errors.Is(end.Err, context.DeadlineExceeded):
		e.Advice = "If the API needs longer, raise the read timeout (timeouts). Otherwise check the network. " + See("timeouts")
	}
	return e
}

// throttlingAdvice states the limits in use.
func (c *Client) throttlingAdvice() string {
	perSecond := "unset"
	if c.options.PerSecond > 0 {
		perSecond = fmt.Sprint(c.options.PerSecond)
	}
	return fmt.Sprintf("The limits in use are max_concurrent_requests = %d, requests_per_second = %s and max_retries = %d. "+
		"Lower the first two or raise the third. Other clients of the account count towards the API's limit too. %s",
		c.options.MaxConcurrent, perSecond, c.options.MaxRetries, See("throttling"))
}

type timeoutKey struct{}

// A timeout is where a deadline comes from. A derived context may have an earlier deadline.
type timeout struct {
	value    time.Duration
	deadline time.Time
}

// WithTimeout is [context.WithTimeout]; in addition, the errors of calls state the timeout.
func WithTimeout(ctx context.Context, value time.Duration) (context.Context, context.CancelFunc) {
	deadline := time.Now().Add(value)
	return context.WithDeadline(context.WithValue(ctx, timeoutKey{}, timeout{value, deadline}), deadline)
}

// timeLeft returns the time until the deadline, and words for the timeout.
func timeLeft(ctx context.Context) (left time.Duration, name string) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return math.MaxInt64, ""
	}
	name = "the timeout"
	if t, _ := ctx.Value(timeoutKey{}).(timeout); t.deadline.Equal(deadline) {
		name = fmt.Sprintf("the timeout of %v", t.value)
	}
	return time.Until(deadline), name
}

// contextEnded is the error for a context that ended while a call was doing something.
func contextEnded(ctx context.Context, doing string) *Error {
	e := &Error{ended: true, Err: ctx.Err(), Message: "it was interrupted while " + doing}
	if errors.Is(e.Err, context.DeadlineExceeded) {
		_, timeout := timeLeft(ctx)
		e.Message = timeout + " ended while " + doing
	}
	return e
}

// sleep waits. It fails if the context ends before.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// round shortens a duration for a message.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}
