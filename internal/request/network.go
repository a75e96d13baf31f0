package request

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	adviceProxy   = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment."
	adviceNetwork = "Check the endpoint and the network between here and there: firewall, proxy (HTTPS_PROXY, NO_PROXY)."
)

// unanswered is the failure of a request to which no whole answer came. What breaks
// may hold the next time; a name or a certificate that is wrong stays wrong.
func unanswered(err error, timeout time.Duration) *Error {
	e := &Error{Message: err.Error(), Advice: adviceNetwork, Fault: Transient, Err: err}

	var (
		proxy       *proxyError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		dns         *net.DNSError
		op          *net.OpError
	)
	switch {
	case errors.Is(err, errTooLarge):
		e.Fault = Final
		e.Advice = "Read fewer items at once, with a smaller page_size for instance."
	case errors.As(err, &proxy):
		e.Fault = refine(Final, proxy.status)
		e.Advice = adviceProxy
	case errors.As(err, &op) && op.Op == "proxyconnect":
		e.Message = "the proxy can't be reached: " + err.Error()
		e.Advice = adviceProxy
	case errors.As(err, &certificate):
		e.Fault = Final
		e.Advice = "Set SSL_CERT_FILE to a file with the certificate authority where a private one signs for the endpoint or for a proxy, and check the endpoint and the clock."
	case errors.As(err, &record):
		e.Fault = Final
		e.Message = "the server doesn't speak TLS: " + err.Error()
		e.Advice = "Check the endpoint: its scheme and its port."
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Fault = Doubtful
		e.Message = fmt.Sprintf("there is no host %q: %v", dns.Name, err)
		e.Advice = "Check the region and the endpoint, and that names are resolved here."
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Message = "the connection broke in the middle of the answer"
	case errors.Is(err, io.EOF):
		e.Message = "the connection broke before an answer came"
	case errors.Is(err, context.DeadlineExceeded):
		e.Message = fmt.Sprintf("no whole answer within %v", timeout)
		e.Advice = adviceNetwork + " Raise request_timeout where answers take that long."
	}
	return e
}

// refine corrects what an API package says of a failure by its HTTP status: some
// are worth a retry whatever the code.
func refine(fault Fault, status int) Fault {
	switch {
	case fault == Throttled, status == http.StatusTooManyRequests:
		return Throttled
	case status == http.StatusRequestTimeout, status == http.StatusBadGateway,
		status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return Transient
	case status == http.StatusNotImplemented, status == http.StatusHTTPVersionNotSupported:
		return Final
	case status >= 500:
		return Doubtful
	case fault == garbled && status >= 300:
		return Final // a refusal, only not by the API
	}
	return fault
}
