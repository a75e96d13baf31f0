package request

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"time"
)

const (
	firstPause = 5 * time.Second // longest pause because of a single throttled response
	// patience is how much longer than a call's retries take a host may throttle everything. Then the
	// calls that wait for it fail, and further calls for givenUpFor.
	patience   = 10 * time.Second
	givenUpFor = 10 * time.Second
	// catchUp is how late a request may be and not delay the next one: timers are too coarse to send
	// a thousand requests per second one by one.
	catchUp = 50 * time.Millisecond
)

type limiterKey struct {
	host         string
	tokenService bool
}

// A limiter bounds the requests to one host: the number in flight, and the rate if there is a
// maximum or the host throttles. A throttled response that says how long to wait pauses the
// host for all calls.
type limiter struct {
	host    string
	options *Options
	log     *slog.Logger
	slots   chan struct{} // has an element for each request in flight

	mu       sync.Mutex
	rate     adaptiveRate
	next     time.Time     // when the rate allows the next request
	resume   time.Time     // end of the pause
	givenUp  time.Time     // until then, calls fail at once
	changed  chan struct{} // closed when one of the last two changes
	passed   time.Time     // when the host last did not throttle
	refused  time.Time     // since when it has throttled everything; zero: it has not
	response string        // the last throttled one
}

// limiter returns the limiter of a host. Token services have their own, even on the same host:
// requests for credentials and requests that need them never wait for each other.
func (c *Client) limiter(host string, tokenService bool) *limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := limiterKey{host, tokenService}
	if c.limiters[key] == nil {
		c.limiters[key] = &limiter{
			host: host, options: &c.options, log: c.log,
			slots: make(chan struct{}, c.options.MaxConcurrent), changed: make(chan struct{}),
		}
	}
	return c.limiters[key]
}

// waitForPause waits until the host is not paused.
func (l *limiter) waitForPause(ctx context.Context) error {
	for {
		pause, changed, err := l.check(ctx, false)
		if err != nil || pause <= 0 {
			return err
		}
		_ = sleep(ctx, pause, changed) // check looks at the context
	}
}

// acquire waits for a free slot, and until the rate allows a request. Holding a slot while waiting
// for the rate costs nothing: no other request could be sent. The error is errAgain if the
// host is paused. After a success, release must be called.
func (l *limiter) acquire(ctx context.Context) error {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		_, _, err := l.check(ctx, false)
		return err
	}
	for {
		wait, changed, err := l.check(ctx, true)
		if err != nil {
			l.release()
		}
		if err != nil || wait <= 0 {
			return err
		}
		_ = sleep(ctx, wait, changed)
	}
}

func (l *limiter) release() { <-l.slots }

// check returns how long to wait for the end of the pause or, to send a request, for its place in
// the rate, which is taken if that is 0. The channel is closed when the pause changes.
func (l *limiter) check(ctx context.Context, send bool) (wait time.Duration, changed <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	pause := l.resume.Sub(now)
	left, timeout, bounded := timeLeft(ctx)
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
	case pause > 0 && send:
		return 0, nil, errAgain
	case pause > 0 && bounded && left <= pause:
		e.Err = context.DeadlineExceeded
		e.Message = fmt.Sprintf("%s is throttling for another %v, but %v are left of %s; the response that said so: %s",
			l.host, round(pause), round(left), timeout, l.response)
	case !send:
		return pause, l.changed, nil
	default:
		return l.reserve(now), l.changed, nil
	}
	return 0, nil, e
}

// reserve takes the place of a request in the rate and returns 0, or returns how long to wait.
func (l *limiter) reserve(now time.Time) time.Duration {
	interval := l.interval(now)
	if earliest := now.Add(-max(0, catchUp-interval)); l.next.Before(earliest) {
		l.next = earliest
	}
	wait := l.next.Sub(now)
	if wait <= 0 {
		l.next = l.next.Add(interval)
	}
	return wait
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
func (l *limiter) observe(ctx context.Context, a *attempt, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	e, failed := err.(*Error) //nolint:errorlint // the classification returns this type
	switch {
	case failed && e.Class == Throttled:
		l.throttle(ctx, a, e, now)
	case !failed, e.Class != Transient && e.Class != ServerError && e.Status != 0:
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
		l.log.InfoContext(ctx, "API host throttles: rate limited", "host", l.host,
			"requests_per_second", math.Round(10*l.rate.limit(now))/10, "response", l.response)
	}
	until := now.Add(pause)
	changed := pause > 0 && until.After(l.resume)
	if changed {
		if !l.resume.After(now) {
			l.log.WarnContext(ctx, "API host throttles: paused", "host", l.host, "pause", pause, "response", l.response)
		}
		l.resume = until
	}
	if throttledFor := now.Sub(l.refused); throttledFor >= patience+longestWaits(l.options.MaxRetries) {
		e.stopped = fmt.Sprintf("There was no further attempt: %s has throttled every request for %v.", l.host, round(throttledFor))
		l.givenUp, changed = now.Add(givenUpFor), true
	}
	if changed {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}
