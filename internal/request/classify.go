package request

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
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

// classifyResponse decodes a response. It returns nil for a success.
func classifyResponse(call *Call, r Response) *Error {
	if r.Status >= 300 && r.Status < 400 {
		return redirected(r)
	}
	err := call.Decode(r)
	if err == nil {
		return nil
	}
	var e *Error
	body := bytes.TrimLeft(r.Body, " \t\r\n\ufeff")
	if known := (*Error)(nil); errors.As(err, &known) {
		copied := *known
		e = &copied
	} else if bytes.HasPrefix(body, []byte("{")) || bytes.HasPrefix(body, []byte("[")) {
		e = &Error{Class: Malformed, Err: err, Message: "the response is malformed: " + err.Error(),
			Advice: "Check the endpoint: another API may have answered. If the endpoint is right, report this with the request ID at " + reportURL + ". " + See("unexpected-response")}
	} else {
		e = NotJSON(r)
	}
	e.Class = Classify(e.Class, r.Status)
	if r.Status == http.StatusProxyAuthRequired {
		e.Class, e.Advice = Permanent, adviceProxy
	}
	return e
}

// redirected is the error for a redirect. It is not followed, because the headers of the request
// hold credentials.
func redirected(r Response) *Error {
	location, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	return &Error{
		Message: fmt.Sprintf("the server sent a redirect to %q, which was not followed", location),
		Advice:  "Check the endpoint, and HTTPS_PROXY and NO_PROXY in the environment. " + See("unexpected-response"),
	}
}

var adviceProxy = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment. " + See("proxy")

// classifyNetworkError makes an error of what prevented a complete response. A broken connection
// may work the next time; a wrong name or certificate stays wrong.
func classifyNetworkError(err error, host string, timeout time.Duration) *Error {
	e := &Error{Message: err.Error(), Err: err}
	permanent := func(advice, section string) { e.Class, e.Advice = Permanent, advice+See(section) }
	transient := func(advice, section string) { e.Class, e.Advice = Transient, advice+See(section) }
	const network = "Check the endpoint and the network: firewall, routes, proxy (HTTPS_PROXY, NO_PROXY). "
	transient(network, "network")
	var (
		size        sizeError
		proxy       proxyError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		dns         *net.DNSError
		op          = &net.OpError{}
	)
	errors.As(err, &op)
	switch {
	case errors.As(err, &size):
		permanent("Check the endpoint, or set a smaller page_size if the data source has one. ", "unexpected-response")
	case errors.As(err, &proxy):
		e.Class, e.Advice = Classify(Permanent, int(proxy)), adviceProxy
	case op.Op == "proxyconnect":
		e.Message = "there is no connection to the proxy: " + err.Error()
		e.Class, e.Advice = Transient, adviceProxy
	case errors.As(err, &certificate):
		permanent("Check the endpoint and the clock of this machine. If a private certificate authority signed the certificate of "+host+
			" or of a proxy, set SSL_CERT_FILE to a file with the authority's certificate. ", "certificates")
	case strings.Contains(err.Error(), "invalid header field"):
		permanent("Nothing was sent. Check the credentials for a line break or another control character. ", "credentials")
	case errors.As(err, &record):
		e.Message = host + " does not use TLS: " + err.Error()
		permanent("Check the scheme and the port of the endpoint. ", "certificates")
	case op.Op == "remote error", op.Op == "local error", strings.HasPrefix(err.Error(), "tls: "):
		permanent("The TLS handshake failed: check that "+host+" supports TLS 1.2 or later, and that no proxy interferes. ", "certificates")
	case errors.As(err, &dns):
		e.Message = "the host " + dns.Name + " could not be resolved: " + err.Error()
		transient("Check the region, the endpoint, and the name resolution (DNS) of this machine. ", "network")
		if dns.IsNotFound {
			e.Class = ServerError // a few retries: a name rarely begins to exist
		}
	case op.Op == "dial" && op.Timeout():
		e.Message = fmt.Sprintf("there was no connection to %s within %v: %v", host, connectTimeout, err)
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = fmt.Sprintf("there was no complete response from %s within %v (request_timeout)", host, timeout)
		transient(network+"If the API needs longer, raise request_timeout. ", "timeouts")
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Message = "the connection broke before the response was complete"
	case errors.Is(err, io.EOF):
		e.Message = "the connection broke before there was a response"
	}
	return e
}

// verdict is what the result of an attempt says about its credentials.
func verdict(err error) credentials.Verdict {
	if err == nil {
		return credentials.Accepted
	}
	switch e := asError(err); {
	case e.Class == ExpiredCredentials:
		return credentials.Expired
	case e.Class == RejectedCredentials:
		return credentials.Rejected
	case e.Class == Permanent && e.Code != "" && e.Status != 0:
		return credentials.Accepted // the API has another reason, so it knows who sent the request
	}
	return credentials.Unknown
}
