package request

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"sync"
	"time"
)

const (
	maxBody   = 32 << 20 // bytes of a decompressed body; a page of 100 items has some hundred kilobytes
	maxPooled = 4 << 20  // the largest buffer that goes back to the pool
	maxGrow   = 1 << 20  // what is allocated at most because of a Content-Length
	// connectTimeout bounds connecting and the TLS handshake. It is below the default timeout of a request,
	// so that an error names the step that took too long.
	connectTimeout = 10 * time.Second
)

// buffers holds the bodies of responses until they are decoded.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= maxPooled {
		b.Reset()
		buffers.Put(b)
	}
}

func (c *Client) newTransport(proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	t := &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: checkProxy,
		DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		// Pings find a dead HTTP/2 connection. Without them, every retry would use it again.
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxIdleConnsPerHost:    c.options.MaxConcurrent,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
	if c.adapt != nil {
		c.adapt(t)
	}
	return t
}

// send sends the request and reads the response to its end, so that the connection can be
// reused. It uses no http.Client, which would follow redirects and take credentials along.
func (c *Client) send(ctx context.Context, a *attempt) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout(a.call))
	defer cancel()
	transport := c.proxied
	if a.call.NoProxy {
		transport = c.direct
	}
	a.sent = true
	started := time.Now()
	defer func() { a.took = time.Since(started) }()
	resp, err := transport().RoundTrip(a.request.WithContext(ctx))
	if err != nil {
		return err
	}
	err = readBody(a.body, resp, cmp.Or(a.call.MaxBody, maxBody))
	_ = resp.Body.Close() // the body was read, or its error is known
	if err != nil {
		return err
	}
	a.response = Response{Status: resp.StatusCode, Header: resp.Header, Body: a.body.Bytes()}
	return nil
}

func (c *Client) timeout(call *Call) time.Duration { return cmp.Or(call.Timeout, c.options.Timeout) }

// A sizeError is a response that is larger than so many bytes.
type sizeError int64

func (e sizeError) Error() string {
	return fmt.Sprintf("the response is larger than %.4g MiB", float64(e)/(1<<20))
}

func readBody(b *bytes.Buffer, resp *http.Response, limit int64) error {
	if resp.ContentLength > limit {
		return sizeError(limit)
	}
	if resp.ContentLength > 0 {
		b.Grow(int(min(resp.ContentLength, maxGrow)) + bytes.MinRead) // ReadFrom needs MinRead to find the end
	}
	n, err := b.ReadFrom(io.LimitReader(resp.Body, limit+1))
	if n > limit {
		return sizeError(limit)
	}
	return err
}

// A proxyError is the HTTP status of a proxy that refused to connect.
type proxyError int

func (e proxyError) Error() string {
	return fmt.Sprintf("the proxy refused to connect: HTTP status %d %s", int(e), http.StatusText(int(e)))
}

// checkProxy keeps the status of a proxy's response, which net/http's own error lacks.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return proxyError(resp.StatusCode)
	}
	return nil
}

// proxyUser is the user and the password of a proxy, whose address may be malformed.
var proxyUser = regexp.MustCompile(`^(?:[^/]*//)?([^:/]*):(.*)@`)

// proxyPasswords returns the secrets of the proxies in the environment.
func proxyPasswords() (secrets []string) {
	for _, name := range [...]string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if m := proxyUser.FindStringSubmatch(os.Getenv(name)); m != nil {
			decoded, err := url.PathUnescape(m[2])
			if err != nil {
				decoded = m[2]
			}
			secrets = append(secrets, m[2], decoded, m[1]+":"+decoded) // the proxy receives both, in base64
		}
	}
	return secrets
}
