package request

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

// A handler does its part of an attempt and calls the next handler. From the classification
// outwards, errors are [*Error] or errAgain.
type handler func(ctx context.Context, a *attempt) error

// assembleChain puts the handlers of an attempt together, the outermost first:
//
//   - credentials: waits until the host is not paused, then retrieves the credentials. It comes
//     before the limiter, so that no slot is taken while credentials are retrieved.
//   - limiter: waits for a slot and for the host's rate, and learns from the result.
//   - signature: signs right before the request is sent.
//   - log: writes one record.
//   - classification: decodes the response, and makes an [*Error] of what failed.
//   - transport: sends the request and reads the response.
func (c *Client) assembleChain() handler {
	return c.authenticated(c.limited(c.signed(c.logged(c.classified(c.send)))))
}

// An attempt is one HTTP request of a call, on its way through the chain.
type attempt struct {
	call      *Call
	number    int       // the first attempt of a call is 1
	throttled time.Time // when the call was throttled last; zero: it was not
	limiter   *limiter
	request   *http.Request
	creds     credentials.Credentials
	valid     bool      // creds were not expired when they were retrieved
	admitted  time.Time // when the limiter let the attempt pass
	sent      bool
	took      time.Duration
	body      *bytes.Buffer
	response  Response
}

// errAgain sends an attempt back to the start of the chain: while it waited to be sent, the
// host was paused or its credentials expired.
var errAgain = errors.New("the attempt must start again")

// attempt makes a request and sends it through the chain.
func (c *Client) attempt(ctx context.Context, a *attempt) *Error {
	req, err := a.call.NewRequest(ctx)
	if err != nil {
		return c.fail(a, wrapError("the request could not be made", err))
	}
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.options.UserAgent)
	}
	a.request, a.limiter = req, c.limiter(req.URL.Host, a.call.TokenService)
	if err := c.handle(ctx, a); err != nil {
		return asError(err)
	}
	return nil
}

func (c *Client) authenticated(next handler) handler {
	return func(ctx context.Context, a *attempt) error {
		for {
			if err := a.limiter.waitForPause(ctx); err != nil {
				return c.fail(a, err)
			}
			if err := c.withCredentials(ctx, a, next); !errors.Is(err, errAgain) {
				return err
			}
		}
	}
}

func (c *Client) withCredentials(ctx context.Context, a *attempt, next handler) error {
	cache := a.call.Credentials
	if cache == nil {
		return next(ctx, a)
	}
	creds, err := cache.Begin(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return c.fail(a, contextEnded(ctx, "waiting for the credentials"))
	case err != nil:
		return c.fail(a, credentialsError(err))
	}
	a.creds, a.valid = creds, !creds.Expired(time.Now())
	err = next(ctx, a)
	switch {
	case !errors.Is(err, errAgain):
		cache.End(creds, verdict(err), err)
	case a.expired():
		cache.End(creds, credentials.Expired, nil)
	default:
		cache.End(creds, credentials.Unknown, nil)
	}
	return err
}

// expired reports whether the credentials expired after they were retrieved. Credentials that
// were expired from the start are sent: this machine's clock may be wrong.
func (a *attempt) expired() bool { return a.valid && a.creds.Expired(time.Now()) }

func (c *Client) limited(next handler) handler {
	return func(ctx context.Context, a *attempt) error {
		if err := a.limiter.acquire(ctx); errors.Is(err, errAgain) {
			return err
		} else if err != nil {
			return c.fail(a, err)
		}
		defer a.limiter.release()
		a.admitted = time.Now()
		err := next(ctx, a)
		a.limiter.observe(ctx, a, err)
		return err
	}
}

func (c *Client) signed(next handler) handler {
	return func(ctx context.Context, a *attempt) error {
		if a.expired() {
			return errAgain
		}
		if a.call.Sign != nil {
			if err := a.call.Sign(a.request, a.creds); err != nil {
				return c.fail(a, wrapError("the request could not be signed", err))
			}
		}
		return next(ctx, a)
	}
}

func (c *Client) classified(next handler) handler {
	return func(ctx context.Context, a *attempt) error {
		a.body, _ = buffers.Get().(*bytes.Buffer)
		defer putBuffer(a.body)
		err := next(ctx, a)
		var e *Error
		switch {
		case err != nil && ctx.Err() != nil: // which says nothing about the host
			e = contextEnded(ctx, "waiting for the response of "+a.request.URL.Host)
		case err != nil:
			e = classifyNetworkError(err, a.request.URL.Host, c.timeout(a.call))
		default:
			e = classifyResponse(a.call, a.response)
		}
		if e != nil {
			return c.fail(a, e)
		}
		return nil
	}
}
