package request

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// newTransport makes the client's connection pool. The limits of its parts are
// below the request's own, so that an error names the part that took too long.
func (c *Client) newTransport() *http.Transport {
	t := &http.Transport{
		Proxy:                  c.proxy,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		// A connection over which nothing comes any more is found by pinging. Without, every
		// retry would go to the same dead one.
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxIdleConnsPerHost:    cap(c.limits.slots),
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
	if c.adapt != nil {
		c.adapt(t)
	}
	return t
}

// proxy finds the proxy in the environment, and has its password masked. An address
// that is none is ignored there, as by every Go program.
func (c *Client) proxy(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err == nil && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		c.secrets.Add(password)
	}
	return proxy, err
}

// A proxyError is a proxy that refused to connect.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy refuses to connect: %d %s", e.status, http.StatusText(e.status))
}

// proxyAnswer keeps the status of a proxy's refusal: net/http's error has its text alone.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return &proxyError{resp.StatusCode}
	}
	return nil
}
