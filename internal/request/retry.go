package request

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	firstWait   = 500 * time.Millisecond // on average, before the first retry
	longestWait = 10 * time.Second       // on average, before later ones
	fewRetries  = 3                      // of doubtful failures
	longestHint = 5 * time.Minute        // followed where the context has no deadline
)

// Do sends a call until it succeeds, can't get better, has used up its retries, or
// the context ends. The error is an [*Error]; where the context ended the call,
// errors.Is finds its error as well, and the text tells the last failure.
func (c *Client) Do(ctx context.Context, call Call) error {
	s := &series{client: c, call: &call, seen: map[Fault]int{}, waits: backoff.ExponentialBackOff{
		InitialInterval:     firstWait,
		RandomizationFactor: 0.5,
		Multiplier:          2,
		MaxInterval:         longestWait,
	}}
	var left time.Duration // 0 is no end
	if deadline, ok := ctx.Deadline(); ok {
		left = max(time.Until(deadline)-time.Millisecond, 1)
	}
	_, err := backoff.Retry(ctx,
		func() (struct{}, error) { return struct{}{}, s.next(ctx) },
		backoff.WithBackOff(s),
		backoff.WithMaxElapsedTime(left), // a wait that leaves no time for a try is not begun
		backoff.WithNotify(s.waiting),
	)
	switch {
	case err == nil:
		return nil
	case s.done:
		return s.last
	default:
		return s.stop(ctx)
	}
}

// A series is the tries of one call. It is the library's back-off policy too.
type series struct {
	client *Client
	call   *Call
	waits  backoff.ExponentialBackOff
	tries  int           // requests sent
	seen   map[Fault]int // failures
	last   *Error
	hint   time.Duration // how long the last answer asked to wait
	done   bool          // last is the call's result
}

// Reset begins the series.
func (s *series) Reset() { s.waits.Reset() }

// NextBackOff is how long to wait before the next try. A hint is the least: servers
// that send short ones while they are overloaded shall not use up all retries at once.
func (s *series) NextBackOff() time.Duration { return max(s.hint, s.waits.NextBackOff()) }

// waiting is called before each wait. A throttled call makes the whole client wait.
func (s *series) waiting(_ error, d time.Duration) {
	if s.last.Fault == Throttled {
		s.client.limits.hold(d)
	}
}

// next makes the next try. Its error is permanent where there is no use in another.
func (s *series) next(ctx context.Context) error {
	s.hint = 0
	limits := s.client.limits
	if err := limits.enter(ctx); err != nil {
		return s.give(s.stop(ctx))
	}
	x := s.client.exchange(ctx, s.call)
	limits.leave()
	defer keep(x.body)
	if x.sent {
		s.tries++
	}
	masks := func() *Secrets { return s.client.secrets.with(sensitive(x.request)...) }

	if x.err != nil && ctx.Err() != nil { // cut off, which says nothing of the server
		failure := s.stop(ctx)
		s.record(ctx, x, failure, masks)
		return s.give(failure)
	}
	failure := s.judge(x)
	if failure != nil {
		s.tell(failure, x, masks())
	}
	s.record(ctx, x, failure, masks)
	if failure == nil {
		limits.succeeded(x.started)
		return nil
	}

	s.last = failure
	if failure.Fault != Final {
		s.hint = x.answer.hint(time.Now())
	}
	if failure.Fault == Throttled {
		limits.throttled(x.started)
		limits.hold(s.hint)
	}
	return s.again(ctx)
}

// judge tells the failure of a try; nil is a success.
func (s *series) judge(x *exchange) *Error {
	var known *Error
	switch {
	case x.err != nil && x.sent:
		return unanswered(x.err, s.client.timeout)
	case errors.As(x.err, &known):
		failure := *known
		if failure.Tries > 0 {
			failure.Fault = Final // it comes from a client that has tried again already
		}
		return &failure
	case x.err != nil:
		return &Error{Message: "the request could not be made: " + x.err.Error(), Err: x.err}
	case x.answer.Status >= 300 && x.answer.Status < 400:
		return redirected(x.answer)
	}

	err := s.call.Read(x.answer)
	if err == nil {
		return nil
	}
	failure := &Error{}
	switch {
	case errors.As(err, &known):
		*failure = *known
	case x.answer.likeJSON():
		failure.Message = "the answer can't be understood: " + err.Error()
		failure.Advice = "Check the endpoint: the answer may be another API's."
		failure.Fault = garbled
		failure.Err = err
	default:
		failure = NotJSON(x.answer)
		failure.Err = err
	}
	failure.Fault = refine(failure.Fault, x.answer.Status)
	return failure
}

// redirected is the failure of an answer that sends the request elsewhere. It isn't
// sent there, as its headers hold credentials.
func redirected(a Answer) *Error {
	e := &Error{
		Message: "the server answers with a redirect that names no target",
		Advice:  "Nothing was sent there. Check the endpoint, and HTTPS_PROXY and NO_PROXY in the environment.",
	}
	if location := a.Header.Get("Location"); location != "" {
		target := "another place"
		if u, err := url.Parse(location); err == nil {
			u.User, u.RawQuery, u.Fragment = nil, "", ""
			target = u.String()
		}
		e.Message = "the server answers with a redirect to " + target
	}
	return e
}

// tell completes a failure, and makes it fit to be shown.
func (s *series) tell(e *Error, x *exchange, masks *Secrets) {
	for _, part := range [...]struct {
		text      *string
		otherwise string
	}{
		{&e.Cloud, s.client.cloud},
		{&e.Operation, s.call.Operation},
		{&e.Subject, s.call.Subject},
		{&e.RequestID, x.answer.requestID()},
		{&e.Code, ""},
		{&e.Message, ""},
		{&e.Advice, ""},
	} {
		if *part.text == "" {
			*part.text = part.otherwise
		}
		*part.text = show(*part.text, masks, e.shown())
	}
	if e.Err != nil {
		e.Err = &masked{show(e.Err.Error(), masks, maxMessage), e.Err}
	}
	if x.answer.Status != 0 {
		e.Status = x.answer.Status
	}
	e.Tries = max(e.Tries, s.tries)
}

// again tells the back-off whether the last failure is worth another try.
func (s *series) again(ctx context.Context) error {
	e := s.last
	s.seen[e.Fault]++
	allowed := 0
	switch e.Fault {
	case Transient, Throttled:
		allowed = s.client.maxRetries
	case Doubtful:
		allowed = min(s.client.maxRetries, fewRetries)
	case garbled:
		allowed = min(s.client.maxRetries, 1)
	}
	if s.seen[e.Fault] > allowed || s.tries > s.client.maxRetries {
		if e.Fault == Throttled && e.Advice == "" {
			e.Advice = "Lower requests_per_second or max_concurrent_requests, or raise max_retries."
		}
		return s.give(e)
	}
	if _, ok := ctx.Deadline(); !ok && s.hint > longestHint {
		e.stopped = fmt.Sprintf("the server asks to wait %v before the next try", round(s.hint))
		return s.give(e)
	}
	return e
}

// give ends the series with a failure.
func (s *series) give(e *Error) error {
	if e.Fault == garbled {
		e.Fault = Final // its one retry is used up
	}
	s.last, s.done = e, true
	return backoff.Permanent(e)
}

// stop is the failure of a call that the context ended, or that would have had to wait
// beyond its deadline. The last failure, if there was one, stays in it.
func (s *series) stop(ctx context.Context) *Error {
	e := &Error{}
	if s.last != nil {
		*e = *s.last
	} else {
		s.tell(e, &exchange{}, s.client.secrets)
	}
	cause := ctx.Err()
	switch {
	case errors.Is(cause, context.Canceled):
		e.stopped = "interrupted"
	case cause != nil:
		e.stopped = "the time limit passed"
	case s.hint > 0:
		deadline, _ := ctx.Deadline()
		e.stopped = fmt.Sprintf("the server asks to wait %v before the next try, and %v are left of the time limit",
			round(s.hint), round(time.Until(deadline)))
		cause = context.DeadlineExceeded
	default:
		e.stopped = "too little of the time limit is left for the next try"
		cause = context.DeadlineExceeded
	}
	if errors.Is(cause, context.DeadlineExceeded) && e.Advice == "" {
		e.Advice = "Raise the time limit of the read (timeouts), try again later, or check that the endpoint can be reached."
	}
	if e.Fault == garbled {
		e.Fault = Final
	}
	e.Tries = s.tries
	e.Err = errors.Join(cause, e.Err)
	return e
}

// round gives a duration as a person would say it.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Second)
}
