package request

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

const (
	firstPause = 5 * time.Second // longest pause because of a single throttled response
	// givenUpFor is how long calls fail at once after a host has throttled everything for longer than
	// a call's retries take.
	givenUpFor = 10 * time.Second
	// longestSleep is how soon a call that waits notices a new pause.
	longestSleep = time.Second
)

// A limiter bounds the requests to one host: the number in flight, and the rate if there is a
// maximum or the host throttles. A throttled response that says how long to wait pauses the
// host for all calls.
type limiter struct {
	host    string
	options *Options
	slots   chan struct{} // has an element for each request in flight

	mu       sync.Mutex
	rate     adaptiveRate
	next     time.Time // when the rate allows the next request
	resume   time.Time // end of the pause
	givenUp  time.Time // until then, calls fail at once
	passed   time.Time // when the host last did not throttle
	refused  time.Time // since when it has throttled everything; zero: it has not
	response string    // the last throttled one
}

// limiter returns the limiter of a host. Token services have their own, even on the same host:
// requests for credentials and requests that need them never wait for each other.
func (c *Client) limiter(host string, tokenService bool) *limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := fmt.Sprint(host, tokenService)
	if c.limiters[key] == nil {
		c.limiters[key] = &limiter{host: host, options: &c.options, slots: make(chan struct{}, c.options.MaxConcurrent)}
	}
	return c.limiters[key]
}

// waitForPause waits until the host is not paused.
func (l *limiter) waitForPause(ctx context.Context) *Error {
	return l.wait(ctx, func(now time.Time) time.Duration { return l.resume.Sub(now) })
}

// acquire waits for a free slot, and until the rate allows a request. Holding a slot while waiting
// for the rate costs nothing: no other request could be sent. After a success, release must be
// called. If the host is paused meanwhile, acquire returns at once without a success.
func (l *limiter) acquire(ctx context.Context) (acquired bool, e *Error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return false, l.waitForPause(ctx) // which returns the error of the context
	}
	e = l.wait(ctx, func(now time.Time) time.Duration {
		if l.resume.After(now) {
			return 0
		}
		wait := l.next.Sub(now)
		if acquired = wait <= 0; acquired {
			l.next = now.Add(l.interval(now))
		}
		return wait
	})
	if !acquired {
		l.release()
	}
	return acquired, e
}

func (l *limiter) release() { <-l.slots }

// wait waits until left returns 0. It fails if the context ends, or would end before the pause.
func (l *limiter) wait(ctx context.Context, left func(now time.Time) time.Duration) *Error {
	for {
		l.mu.Lock()
		now, wait := time.Now(), time.Duration(0)
		e := l.refusal(ctx, now)
		if e == nil {
			wait = left(now)
		}
		l.mu.Unlock()
		if e != nil || wait <= 0 {
			return e
		}
		_ = sleep(ctx, min(wait, longestSleep)) // refusal looks at the context
	}
}

// refusal is the error of a call that can't be sent in time; nil if it may wait.
func (l *limiter) refusal(ctx context.Context, now time.Time) *Error {
	pause := l.resume.Sub(now)
	left, timeout := timeLeft(ctx)
	e := &Error{ended: true, Class: Throttled}
	switch {
	case ctx.Err() != nil:
		e = contextEnded(ctx, "waiting to be sent to "+l.host)
		if l.rate.limited {
			e.Class = Throttled
			e.Message += "; " + l.host + " is throttling, its last throttled response: " + l.response
		}
	case l.givenUp.After(now):
		e.Message = fmt.Sprintf("%s has throttled every request for %v; its last response: %s", l.host, round(now.Sub(l.refused)), l.response)
	case pause > 0 && left <= pause:
		e.Err = context.DeadlineExceeded
		e.Message = fmt.Sprintf("%s is throttling for another %v, but %v are left of %s; the response that said so: %s",
			l.host, round(pause), round(left), timeout, l.response)
	default:
		return nil
	}
	return e
}

// interval is the time between two requests; 0: there is no limit.
func (l *limiter) interval(now time.Time) time.Duration {
	limit := l.rate.limit(now)
	if l.options.PerSecond > 0 {
		limit = min(limit, l.options.PerSecond)
	}
	return time.Duration(float64(time.Second) / limit)
}

// observe learns from the result of an attempt.
func (l *limiter) observe(ctx context.Context, a *attempt, e *Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case e != nil && e.Class == Throttled:
		l.throttle(ctx, a, e, now)
	case e == nil, e.Class != Transient && e.Class != ServerError && e.Status != 0:
		l.passed, l.refused = now, time.Time{}
		l.rate.pass(a.admitted, now)
	}
}

// throttle lowers the rate after a throttled response, and pauses the host if the response says
// how long to wait.
//
// The response may be wrong, or be about its own call only. So it pauses the host for firstPause at
// most, and not at all if other requests passed since the same call was throttled before. It
// pauses the host for as long as it says if its request was sent after another throttled
// response, and nothing passed in between.
func (l *limiter) throttle(ctx context.Context, a *attempt, e *Error, now time.Time) {
	l.response = strings.TrimLeft(fmt.Sprintf("%s, %s, to %s", e.facts(0), e.cause(), e.Operation), ", ")
	pause := e.retryAfter
	if !a.throttled.IsZero() && l.passed.After(a.throttled) {
		pause = 0
	} else if l.refused.IsZero() || !a.admitted.After(l.refused) {
		pause = min(pause, firstPause)
	}
	if l.refused.IsZero() {
		l.refused = now
	}
	if l.rate.throttle(a.admitted, now) {
		l.next = now.Add(l.interval(now))
		l.options.Logger.InfoContext(ctx, "API host throttles: rate limited", "host", l.host,
			"requests_per_second", math.Round(10*l.rate.limit(now))/10, "response", l.response)
	}
	if until := now.Add(pause); until.After(l.resume) && pause > 0 {
		if !l.resume.After(now) {
			l.options.Logger.WarnContext(ctx, "API host throttles: paused", "host", l.host, "pause", pause, "response", l.response)
		}
		l.resume = until
	}
	if throttledFor := now.Sub(l.refused); throttledFor >= longestWait*time.Duration(max(1, l.options.MaxRetries)) {
		e.stopped = fmt.Sprintf("There was no further attempt: %s has throttled every request for %v.", l.host, round(throttledFor))
		l.givenUp = now.Add(givenUpFor)
	}
}
