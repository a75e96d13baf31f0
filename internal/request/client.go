package request

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Client sends calls. It is safe for concurrent use.
type Client struct {
	cloud      string
	userAgent  string
	maxRetries int
	timeout    time.Duration
	log        *slog.Logger
	secrets    *Secrets
	limits     *limits
	transport  func() *http.Transport // made on first use
	adapt      func(*http.Transport)  // tests put their own network in
}

// New returns a client with a connection pool of its own. Nothing is read or opened
// before the first call.
func New(o Options) *Client {
	c := &Client{
		cloud:      o.Cloud,
		userAgent:  o.UserAgent,
		maxRetries: max(o.MaxRetries, 0),
		timeout:    cmp.Or(max(o.Timeout, 0), 30*time.Second),
		log:        o.Logger,
		secrets:    o.Secrets,
		limits: newLimits(
			cmp.Or(max(o.MaxConcurrent, 0), 8),
			cmp.Or(max(o.PerSecond, 0), 20),
		),
	}
	if c.secrets == nil {
		c.secrets = &Secrets{}
	}
	c.transport = sync.OnceValue(c.newTransport)
	return c
}

// An exchange is what became of one request.
type exchange struct {
	request *http.Request // nil where it couldn't be made
	answer  Answer        // with a status where a whole one came
	body    *bytes.Buffer // what holds the answer's body
	started time.Time
	took    time.Duration
	sent    bool // the request was made and given to the network
	err     error
}

// exchange makes one request, sends it and reads the answer whole. The caller gives
// the body back with keep.
func (c *Client) exchange(ctx context.Context, call *Call) *exchange {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	x := &exchange{started: time.Now()}
	x.body, _ = buffers.Get().(*bytes.Buffer)
	x.err = c.send(ctx, call, x)
	x.took = time.Since(x.started)
	return x
}

func (c *Client) send(ctx context.Context, call *Call, x *exchange) error {
	req, err := call.Build(ctx)
	if err != nil {
		return err
	}
	if req.Context() != ctx { // a vendor's signer may have made it anew
		req = req.WithContext(ctx)
	}
	if c.userAgent != "" && req.Header.Get("User-Agent") == "" {
		if req.Header == nil {
			req.Header = http.Header{}
		}
		req.Header.Set("User-Agent", c.userAgent)
	}
	x.request = req
	if req.ContentLength > maxBody {
		return errors.New("the request is larger than 32 MiB")
	}
	x.sent = true

	// The transport and no http.Client: it follows no redirect, so that no header ever
	// goes to another host, and its errors quote no URL.
	resp, err := c.transport().RoundTrip(req)
	if err != nil {
		return err
	}
	err = fill(x.body, resp)
	_ = resp.Body.Close() // the reading has told what this could tell
	if err != nil {
		return err
	}
	x.answer = Answer{Status: resp.StatusCode, Header: resp.Header, Body: x.body.Bytes()}
	return nil
}
