package request

import (
	"cmp"
	"log/slog"
	"net/http"
	"sync"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
)

// Client sends the calls of one provider configuration. It is safe for concurrent use.
type Client struct {
	options Options
	log     *slog.Logger
	secrets *redact.Secrets
	handle  handler // the chain

	// The connection pools are made on first use. Calls with NoProxy have one of their own.
	proxied, direct func() *http.Transport
	adapt           func(*http.Transport) // set by tests

	mu       sync.Mutex
	limiters map[limiterKey]*limiter
}

// New returns a client. It opens no connection, and reads nothing but the proxies in the
// environment, whose passwords it registers as secrets.
func New(o Options) *Client {
	o.MaxConcurrent = cmp.Or(max(o.MaxConcurrent, 0), DefaultMaxConcurrent)
	o.Timeout = cmp.Or(max(o.Timeout, 0), DefaultTimeout)
	c := &Client{options: o, log: o.Logger, secrets: o.Secrets, limiters: map[limiterKey]*limiter{}}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.secrets == nil {
		c.secrets = &redact.Secrets{}
	}
	c.secrets.Add(proxyPasswords()...)
	c.proxied = sync.OnceValue(func() *http.Transport { return c.newTransport(http.ProxyFromEnvironment) })
	c.direct = sync.OnceValue(func() *http.Transport { return c.newTransport(nil) })
	c.handle = c.assembleChain()
	return c
}

// Logger is the logger of the options, or one that discards its records.
func (c *Client) Logger() *slog.Logger { return c.log }

// MaxConcurrent is the maximum number of requests in flight per host.
func (c *Client) MaxConcurrent() int { return c.options.MaxConcurrent }
