package request

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// slowest is the rate that throttling never goes below, in requests per second.
	slowest rate.Limit = 0.5
	// climb is how many successes bring the rate from nothing to the full one.
	climb = 40
	// longestHold bounds how long one answer can stop the whole client.
	longestHold = 5 * time.Minute
)

// limits are what all calls of a client share: the requests in flight, the requests
// per second, and what throttling makes of them.
//
// When a server throttles, nobody sends until the hint or the back-off of the
// refused call has passed, and the rate is halved. Each success afterwards gives
// back a fortieth of the full rate: a server with a rate of its own is met a few
// times a minute, and one that refuses every third request whatever the rate still
// answers two a second.
type limits struct {
	slots chan struct{}
	rate  *rate.Limiter
	full  rate.Limit

	mu      sync.Mutex
	current rate.Limit
	slowed  time.Time // when the rate was halved last
	resume  time.Time // nothing is sent before
}

func newLimits(concurrent int, perSecond float64) *limits {
	full := rate.Limit(perSecond)
	return &limits{
		slots:   make(chan struct{}, concurrent),
		rate:    rate.NewLimiter(full, burst(full)),
		full:    full,
		current: full,
	}
}

// burst is one request for ordinary rates. High rates get what is due in 50 ms, as
// timers are too coarse to let a thousand a second go one by one.
func burst(r rate.Limit) int { return max(1, int(min(r, 1e6)/20)) }

// enter waits for a free slot and then for the call's turn. It takes the slot first:
// who waits for a turn with a slot takes it from nobody, as nobody else may send
// either. Without an error, leave must follow.
func (l *limits) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := l.turn(ctx); err != nil {
		l.leave()
		return err
	}
	return nil
}

func (l *limits) leave() { <-l.slots }

// turn waits for the rate, then looks whether the client was told to wait. After such
// a wait it asks the rate again, so that the calls that waited don't all start at once.
func (l *limits) turn(ctx context.Context) error {
	for {
		if err := l.rate.Wait(ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return context.DeadlineExceeded // Wait knows beforehand that the turn comes too late
		}
		l.mu.Lock()
		hold := time.Until(l.resume)
		l.mu.Unlock()
		if hold <= 0 {
			return nil
		}
		if err := sleep(ctx, hold); err != nil {
			return err
		}
	}
}

// hold keeps the whole client from sending for some time.
func (l *limits) hold(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(min(d, longestHold)); until.After(l.resume) {
		l.resume = until
	}
}

// throttled halves the rate after a refusal. The refusals of requests that were
// under way when it was halved belong to the same wave and don't halve it again.
func (l *limits) throttled(started time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !started.After(l.slowed) {
		return
	}
	l.slowed = time.Now()
	l.set(max(l.current/2, min(slowest, l.full)))
}

// succeeded lets the rate climb back.
func (l *limits) succeeded(started time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current < l.full && started.After(l.slowed) {
		l.set(min(l.current+l.full/climb, l.full))
	}
}

func (l *limits) set(r rate.Limit) {
	l.current = r
	l.rate.SetLimit(r)
	l.rate.SetBurst(burst(r))
}

// sleep waits, or doesn't where the context's deadline comes no later.
func sleep(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
