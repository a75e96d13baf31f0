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
	options         Options
	proxied, direct *http.Transport // calls with NoProxy have connections of their own

	mu       sync.Mutex
	limiters map[string]*limiter
}

// New returns a client. It opens no connection, and reads nothing but the proxies in the
// environment, whose passwords it registers as secrets.
func New(o Options) *Client {
	o.MaxConcurrent = cmp.Or(o.MaxConcurrent, DefaultMaxConcurrent)
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	o.Secrets = cmp.Or(o.Secrets, &redact.Secrets{})
	o.Secrets.Add(proxyPasswords()...)
	return &Client{
		options: o, proxied: newTransport(o, http.ProxyFromEnvironment), direct: newTransport(o, nil),
		limiters: map[string]*limiter{},
	}
}

// Logger is the logger of the options, or one that discards its records.
func (c *Client) Logger() *slog.Logger { return c.options.Logger }

// MaxConcurrent is the maximum number of requests in flight per host.
func (c *Client) MaxConcurrent() int { return c.options.MaxConcurrent }
