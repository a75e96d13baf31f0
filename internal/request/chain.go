package request

import (
	"context"
	"net/http"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

// An attempt is one HTTP request of a call, on its way through the chain.
type attempt struct {
	call      *Call
	number    int       // the first attempt of a call is 1
	throttled time.Time // when the call was throttled last; zero: it was not
	limiter   *limiter
	request   *http.Request
	creds     credentials.Credentials
	admitted  time.Time // when the limiter let the attempt pass
	sent      bool
	took      time.Duration
	response  Response
}

// attempt is the chain that every request goes through: credentials and limiter (admit),
// signature, transport, classification, log. Then the limiter and the cache of the credentials
// learn from the result.
func (c *Client) attempt(ctx context.Context, a *attempt) *Error {
	req, err := a.call.NewRequest(ctx)
	if err != nil {
		return c.fail(a, wrapError("the request could not be made", err))
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.options.UserAgent)
	}
	a.request, a.limiter = req, c.limiter(req.URL.Host, a.call.TokenService)

	if e := a.admit(ctx); e != nil {
		return c.fail(a, e)
	}
	var e *Error
	if err := a.sign(); err != nil {
		e = wrapError("the request could not be signed", err)
	} else {
		e = c.classify(ctx, a, c.send(ctx, a))
	}
	e = c.fail(a, e)
	c.record(ctx, a, e)
	a.limiter.observe(ctx, a, e)
	a.limiter.release()
	a.endCredentials(e)
	return e
}

// admit waits until the attempt may be sent. Credentials are retrieved before the limiter is
// asked, so that no slot is taken meanwhile, and not during a pause: the first attempt with new
// credentials holds up the others, also those of other hosts.
func (a *attempt) admit(ctx context.Context) *Error {
	for {
		if e := a.limiter.waitForPause(ctx); e != nil {
			return e
		}
		if e := a.beginCredentials(ctx); e != nil {
			return e
		}
		acquired, e := a.limiter.acquire(ctx)
		if e != nil {
			a.endCredentials(e)
			return e
		}
		a.admitted = time.Now()
		if acquired && !a.creds.Expired(a.admitted) {
			return nil
		}
		// While the attempt waited, the host was paused, or the credentials expired.
		if acquired {
			a.limiter.release()
		}
		a.endCredentials(&Error{})
	}
}

func (a *attempt) beginCredentials(ctx context.Context) *Error {
	if a.call.Credentials == nil {
		return nil
	}
	creds, err := a.call.Credentials.Begin(ctx)
	if err != nil && ctx.Err() != nil {
		return contextEnded(ctx, "waiting for the credentials")
	} else if err != nil {
		return credentialsError(err)
	}
	a.creds = creds
	return nil
}

// endCredentials reports what the result of the attempt says about its credentials.
func (a *attempt) endCredentials(e *Error) {
	if a.call.Credentials == nil {
		return
	}
	verdict := credentials.Unknown
	switch {
	case e == nil, e.Class == Permanent && e.Code != "" && e.Status != 0:
		verdict = credentials.Accepted // an API that has another reason knows who sent the request
	case e.Class == ExpiredCredentials:
		verdict = credentials.Expired
	case e.Class == RejectedCredentials:
		verdict = credentials.Rejected
	}
	a.call.Credentials.End(a.creds, verdict, e)
}

func (a *attempt) sign() error {
	if a.call.Sign == nil {
		return nil
	}
	return a.call.Sign(a.request, a.creds)
}
