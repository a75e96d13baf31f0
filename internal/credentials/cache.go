package credentials

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// retryRenewalAfter is when a renewal that failed, or that returned the same
	// credentials, is tried again.
	retryRenewalAfter = time.Minute
	// failureLasts is for how long a failed retrieval answers callers, so that many
	// reads don't repeat it one after another.
	failureLasts = 10 * time.Second
	// trialTimeout is after which time a further attempt may use credentials that no
	// answer has confirmed yet: a service that doesn't answer must not hold up all
	// others. It is long enough for fewer than the five wrong signatures that lock a
	// Huawei Cloud access key.
	trialTimeout = 5 * time.Second
)

var (
	errExpired  = errors.New("the credentials have expired")
	errRejected = errors.New("the credentials were rejected")
)

// A Verdict is what an answer said about the credentials of its request.
type Verdict int

// The verdicts. Unknown is no usable answer.
const (
	Unknown Verdict = iota
	Accepted
	Expired
	Rejected
)

// A Cache holds credentials that are retrieved until they expire and renews them
// before. It is safe for concurrent use.
type Cache struct {
	// Logger receives one INFO record with the source of the credentials, and a WARN
	// record for a renewal that fails. By default, nothing is logged.
	Logger *slog.Logger

	retrieve func(context.Context) (Credentials, error)
	group    Group[Credentials]

	mu        sync.Mutex
	current   Credentials
	retrieved bool
	renewAt   time.Time // zero: never
	expired   error     // the answer that said that current has expired
	rejection error     // the answer that rejected current
	confirmed bool      // whether an answer accepted current

	trial   chan struct{} // closed when the attempt that tries current has ended
	trialAt time.Time

	failure   error
	failureAt time.Time
}

// NewCache returns a cache of the credentials that a function retrieves.
func NewCache(retrieve func(context.Context) (Credentials, error)) *Cache {
	return &Cache{retrieve: retrieve, group: Group[Credentials]{Forget: true}, Logger: slog.New(slog.DiscardHandler)}
}

// Begin returns the credentials for one attempt, which must call End. Attempts with
// credentials that no answer has confirmed go one at a time: with a wrong secret
// key, the first one ends all others. Begin returns the error of credentials that
// were rejected.
func (c *Cache) Begin(ctx context.Context) (Credentials, error) {
	for {
		current, err := c.get(ctx)
		if err != nil {
			return Credentials{}, err
		}
		wait, err := c.admit(current)
		if wait == nil || err != nil {
			return current, err
		}
		select {
		case <-wait:
		case <-time.After(trialTimeout):
		case <-ctx.Done():
			return Credentials{}, context.Cause(ctx)
		}
	}
}

// get returns credentials that have not expired.
func (c *Cache) get(ctx context.Context) (Credentials, error) {
	c.mu.Lock()
	now := time.Now()
	usable := c.usable(now)
	switch {
	case usable && !c.renewAt.IsZero() && !now.Before(c.renewAt):
		// No caller waits for the renewal while the credentials are valid.
		c.renewAt = now.Add(retryRenewalAfter)
		detached := context.WithoutCancel(ctx)
		go func() { _, _ = c.group.Do(detached, "", c.renew) }() // renew logs a failure
		fallthrough
	case usable:
		defer c.mu.Unlock()
		return c.current, nil
	case c.failure != nil && now.Before(c.failureAt.Add(failureLasts)):
		defer c.mu.Unlock()
		return Credentials{}, c.failure
	}
	c.mu.Unlock()
	return c.group.Do(ctx, "", c.renew)
}

func (c *Cache) usable(now time.Time) bool {
	return c.retrieved && c.expired == nil && !c.current.Expired(now)
}

// renew replaces the credentials.
func (c *Cache) renew(ctx context.Context) (Credentials, error) {
	retrieved, err := c.retrieve(ctx)
	now := time.Now()
	if err == nil && retrieved.Expired(now) {
		err = errors.New("the credentials from " + retrieved.Source + " have expired")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if c.usable(now) {
			c.Logger.WarnContext(ctx, "Unable to renew credentials, which are still valid",
				"source", c.current.Source, "expires", c.current.Expires, "error", err.Error())
		} else if !errors.Is(ctx.Err(), context.Canceled) {
			c.failure, c.failureAt = err, now
		}
		return Credentials{}, err
	}
	if !c.retrieved {
		c.Logger.InfoContext(ctx, "Retrieved credentials", "source", retrieved.Source, "expires", retrieved.Expires)
	}
	if !c.retrieved || !retrieved.same(c.current) {
		c.confirmed, c.rejection = false, nil
		c.endTrial()
	} else if c.expired != nil {
		c.rejection = c.expired // there are no newer ones
	}
	c.current, c.retrieved, c.expired, c.failure, c.renewAt = retrieved, true, nil, nil, time.Time{}
	if !retrieved.Expires.IsZero() {
		c.renewAt = now.Add(max(retrieved.Expires.Sub(now)/4*3, retryRenewalAfter))
	}
	return retrieved, nil
}

// admit decides whether an attempt may use credentials. A channel means that it
// has to wait for another attempt with them.
func (c *Cache) admit(credentials Credentials) (wait <-chan struct{}, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !credentials.same(c.current), c.expired != nil:
		renewed := make(chan struct{})
		close(renewed)
		return renewed, nil
	case c.rejection != nil:
		return nil, c.rejection
	case c.confirmed || credentials.AuthToken != "": // only signatures lock a key
		return nil, nil
	case c.trial != nil && time.Since(c.trialAt) < trialTimeout:
		return c.trial, nil
	}
	c.trial, c.trialAt = make(chan struct{}), time.Now()
	return nil, nil
}

// End reports what the answer to an attempt said about its credentials. err is the
// error of credentials that expired or were rejected.
func (c *Cache) End(credentials Credentials, verdict Verdict, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !credentials.same(c.current) || c.expired != nil {
		return
	}
	switch {
	case verdict == Accepted:
		c.confirmed = true
	case verdict == Expired:
		c.expired = cmp.Or(err, errExpired)
	case verdict == Rejected && credentials.AuthToken == "": // a token may be valid in another region
		c.rejection = cmp.Or(err, errRejected)
	}
	c.endTrial()
}

func (c *Cache) endTrial() {
	if c.trial != nil {
		close(c.trial)
		c.trial = nil
	}
}
