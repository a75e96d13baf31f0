package request

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Classify corrects the class of an error code by an HTTP status, of the response or in its
// body: some statuses decide, and not the code.
func Classify(class Class, status int) Class {
	switch {
	case class == Throttled, class == ExpiredCredentials, class == RejectedCredentials:
		return class
	case status == 429:
		return Throttled
	case status == 408, status == 502, status == 503, status == 504:
		return Transient
	case status == 501, status == 505:
		return Permanent
	case status >= 500:
		return ServerError
	case class == Malformed && status >= 300:
		return Permanent // an error, only not the API's
	}
	return class
}

// classify returns the error of an attempt that was sent; nil for a success.
func (c *Client) classify(ctx context.Context, a *attempt, err error) *Error {
	switch host := a.request.URL.Host; {
	case err == nil:
		return classifyResponse(a.call, a.response)
	case ctx.Err() != nil: // which says nothing about the host
		return contextEnded(ctx, "waiting for the response of "+host)
	default:
		return classifyNetworkError(err, host, c.timeout(a.call))
	}
}

// classifyResponse decodes a response.
func classifyResponse(call *Call, r Response) *Error {
	if r.Status >= 300 && r.Status < 400 {
		// It is not followed, because the headers of the request hold credentials.
		location, _, _ := strings.Cut(r.Header.Get("Location"), "?")
		return &Error{
			Message: fmt.Sprintf("the server sent a redirect to %q, which was not followed", location),
			Advice:  "Check the endpoint, and HTTPS_PROXY and NO_PROXY in the environment. " + See("unexpected-response"),
		}
	}
	err := call.Decode(r)
	if err == nil {
		return nil
	}
	e := &Error{Class: Malformed, Err: err, Message: "the response is malformed: " + err.Error(),
		Advice: "Check the endpoint: another API may have answered. If the endpoint is right, report this with the request ID at " + ReportURL + ". " + See("unexpected-response")}
	if known, ok := errors.AsType[*Error](err); ok {
		*e = *known
	}
	e.Class = Classify(e.Class, r.Status)
	if r.Status == http.StatusProxyAuthRequired {
		e.Class, e.Advice = Permanent, adviceProxy
	}
	return e
}

const adviceProxy = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment. See " + guideURL + "#proxy"

// classifyNetworkError makes an error of what prevented a complete response. A broken connection
// may work the next time; a wrong name or certificate stays wrong.
func classifyNetworkError(err error, host string, timeout time.Duration) *Error {
	const network = "Check the endpoint and the network: firewall, routes, proxy (HTTPS_PROXY, NO_PROXY). "
	text := err.Error()
	of := func(class Class, message, advice, section string) *Error {
		return &Error{Class: class, Message: message, Advice: advice + See(section), Err: err}
	}
	var (
		refusal     *Error // of a proxy
		size        *http.MaxBytesError
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
		op          = &net.OpError{}
	)
	errors.As(err, &op)
	switch {
	case errors.As(err, &refusal):
		return &Error{Class: refusal.Class, Message: refusal.Message, Advice: refusal.Advice}
	case errors.As(err, &size):
		return of(Permanent, fmt.Sprintf("the response is larger than %.4g MiB", float64(size.Limit)/(1<<20)),
			"Check the endpoint, or set a smaller page_size if the data source has one. ", "unexpected-response")
	case op.Op == "proxyconnect":
		return &Error{Class: Transient, Message: "there is no connection to the proxy: " + text, Advice: adviceProxy, Err: err}
	case errors.As(err, &certificate):
		return of(Permanent, text, "Check the endpoint and the clock of this machine. If a private certificate authority signed the certificate of "+host+
			" or of a proxy, set SSL_CERT_FILE to a file with the authority's certificate. ", "certificates")
	case op.Op == "remote error", op.Op == "local error", strings.HasPrefix(text, "tls: "):
		return of(Permanent, text, "The TLS handshake failed: check the scheme and the port of the endpoint, that "+host+
			" supports TLS 1.2 or later, and that no proxy interferes. ", "certificates")
	case errors.As(err, &dns):
		class := Transient
		if dns.IsNotFound {
			class = ServerError // a few retries: a name rarely begins to exist
		}
		return of(class, "the host "+dns.Name+" could not be resolved: "+text,
			"Check the region, the endpoint, and the name resolution (DNS) of this machine. ", "network")
	case op.Op == "dial" && op.Timeout():
		text = fmt.Sprintf("there was no connection to %s within %v: %v", host, connectTimeout, err)
	case errors.Is(err, context.DeadlineExceeded):
		return of(Transient, fmt.Sprintf("there was no complete response from %s within %v (request_timeout)", host, timeout),
			network+"If the API needs longer, raise request_timeout. ", "timeouts")
	case errors.Is(err, io.ErrUnexpectedEOF):
		text = "the connection broke before the response was complete"
	case errors.Is(err, io.EOF):
		text = "the connection broke before there was a response"
	}
	return of(Transient, text, network, "network")
}
