package request

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"time"
)

const (
	maxBody = 32 << 20 // bytes of a decompressed body; a page of 100 items has some hundred kilobytes
	maxGrow = 1 << 20  // what is allocated at most because of a Content-Length
	// connectTimeout bounds connecting and the TLS handshake. It is below the default timeout of a request,
	// so that an error names the step that took too long.
	connectTimeout = 10 * time.Second
)

func newTransport(o Options, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: checkProxy,
		DialContext:            (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:    connectTimeout,
		ForceAttemptHTTP2:      true,
		// Pings find a dead HTTP/2 connection. Without them, every retry would use it again.
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		MaxIdleConnsPerHost:    o.MaxConcurrent,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
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
	resp, err := transport.RoundTrip(a.request.WithContext(ctx))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	body.Grow(int(max(0, min(resp.ContentLength, maxGrow))) + bytes.MinRead)
	if _, err := body.ReadFrom(http.MaxBytesReader(nil, resp.Body, cmp.Or(a.call.MaxBody, maxBody))); err != nil {
		return err
	}
	a.response = Response{Status: resp.StatusCode, Header: resp.Header, Body: body.Bytes()}
	return nil
}

func (c *Client) timeout(call *Call) time.Duration { return cmp.Or(call.Timeout, c.options.Timeout) }

// checkProxy returns the status of a proxy that refuses to connect, which net/http's own error lacks.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &Error{
		Class:   Classify(Permanent, resp.StatusCode),
		Message: fmt.Sprintf("the proxy refused to connect: HTTP status %d %s", resp.StatusCode, http.StatusText(resp.StatusCode)),
		Advice:  adviceProxy,
	}
}

// proxyUser is the user and the password of a proxy, whose address may be malformed.
var proxyUser = regexp.MustCompile(`^(?:[^/]*//)?([^:/]*):(.*)@`)

// proxyPasswords returns the secrets of the proxies in the environment.
func proxyPasswords() (secrets []string) {
	for _, name := range [...]string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if m := proxyUser.FindStringSubmatch(os.Getenv(name)); m != nil {
			password, err := url.PathUnescape(m[2])
			if err != nil {
				password = m[2]
			}
			sent := base64.RawStdEncoding.EncodeToString([]byte(m[1] + ":" + password)) // the proxy receives both
			secrets = append(secrets, m[2], password, sent)
		}
	}
	return secrets
}
