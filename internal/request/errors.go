package request

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// A Class says whether a failed attempt is worth a retry.
type Class int

// The classes. [Classify] corrects them by the HTTP status.
const (
	Permanent           Class = iota // not retried
	Transient                        // retried
	Throttled                        // retried, and slows down all calls of the host
	ServerError                      // an internal error of the service: retried a few times
	Malformed                        // complete, but it can't be decoded: retried once
	ExpiredCredentials               // renewed, and retried once
	RejectedCredentials              // never sent again: repeated wrong signatures lock an access key

	classes = iota
)

// String returns the name that log records show.
func (c Class) String() string {
	return [...]string{"permanent", "transient", "throttled", "server error", "malformed", "expired credentials", "rejected credentials"}[c]
}

const (
	maxMessage = 1000 // characters shown of a message
	maxExcerpt = 250  // characters shown of a body that is not JSON

	guideURL = "https://registry.terraform.io/providers/cloudbackup/cloudbackup/latest/docs/guides/troubleshooting"
)

// ReportURL is where to report a defect in the provider.
const ReportURL = "https://github.com/cloudbackup/terraform-provider-cloudbackup/issues"

// See returns the last sentence of an advice: the address of a section of the troubleshooting
// guide (throttling, timeouts, network, certificates, proxy, permissions, credentials,
// unexpected-response).
func See(section string) string { return "See " + guideURL + "#" + section }

// Error is a call that failed. The packages of the clouds set Code, Message, RequestID, Class and
// Advice; the client sets the rest, and masks secrets.
type Error struct {
	Cloud, Operation, Subject string // the call's

	Status    int    // HTTP status; 0: there was no response
	Code      string // the API's error code, if any
	Message   string // the API's message, or what went wrong
	RequestID string
	Advice    string // what to do, in full sentences
	Attempts  int    // requests sent
	Class     Class
	Err       error // the cause, if any: a network error, a context's error

	ended      bool          // by the context or the limiter: there are no further attempts
	stopped    string        // why there were no further attempts, if retries were left
	detail     string        // an error of several lines that explains this one
	excerpt    bool          // Message holds a response that is shown in part
	retryAfter time.Duration // how long the response says to wait
}

// Error returns the operation, the subject and the error; then, each on a line of its own, what
// is known about the response, why there were no further attempts, and the advice.
func (e *Error) Error() string {
	text := cmp.Or(e.Operation, "The request") + " failed"
	if e.Subject != "" {
		text += " for " + e.Subject
	}
	text += ": " + e.cause()
	for _, line := range [...]string{e.facts(e.Attempts), e.stopped, e.detail, e.Advice} {
		if line != "" {
			text += "\n" + line
		}
	}
	return text
}

// cause is the error itself: code and message, or what else is known.
func (e *Error) cause() string {
	switch {
	case e.Code != "" && e.Message != "":
		return e.Code + ": " + e.Message
	case e.Code+e.Message != "":
		return e.Code + e.Message
	case e.Err != nil:
		return e.Err.Error()
	}
	return "the response has no error code and no message"
}

// facts are the HTTP status, the request ID and the number of attempts.
func (e *Error) facts(attempts int) string {
	var facts []string
	if e.Status != 0 {
		facts = append(facts, strings.TrimSpace(fmt.Sprintf("HTTP status %d %s", e.Status, http.StatusText(e.Status))))
	}
	if e.RequestID != "" {
		facts = append(facts, "request ID "+e.RequestID)
	}
	if attempts > 1 {
		facts = append(facts, fmt.Sprintf("after %d attempts", attempts))
	}
	return strings.Join(facts, ", ")
}

// Unwrap returns the cause, so that errors.Is finds a context's error.
func (e *Error) Unwrap() error { return e.Err }

// Advice is what to do about some errors of an API.
type Advice struct {
	Codes  []string // error codes; one that ends in "*" is a prefix
	Status int      // HTTP status that it is for if no advice is for the code
	Text   string
}

// Advise returns the first advice for a code, else the first for a status.
func Advise(code string, status int, tables ...[]Advice) string {
	byStatus := ""
	for _, table := range tables {
		for _, advice := range table {
			for _, pattern := range advice.Codes {
				if prefix, ok := strings.CutSuffix(pattern, "*"); code == pattern || ok && strings.HasPrefix(code, prefix) {
					return advice.Text
				}
			}
			if status != 0 && status == advice.Status {
				byStatus = cmp.Or(byStatus, advice.Text)
			}
		}
	}
	return byStatus
}

// tag is a tag of an HTML page, or the beginning of one.
var tag = regexp.MustCompile(`<[^>]*>?`)

// NotJSON is the error for a response that is not JSON: a proxy's page, plain text, nothing.
func NotJSON(r Response) *Error {
	e := &Error{Class: Malformed, Advice: "Something other than the API answered: check the endpoint, and HTTPS_PROXY and NO_PROXY in the environment. " + See("unexpected-response")}
	switch {
	case len(bytes.TrimSpace(r.Body)) == 0:
		e.Message = "the response is empty"
	case !utf8.Valid(r.Body):
		e.Message = fmt.Sprintf("the response is %d bytes of binary data, not JSON", len(r.Body))
	default:
		e.Message = "the response is not JSON: " + html.UnescapeString(string(tag.ReplaceAll(r.Body, []byte(" "))))
		e.excerpt = true
	}
	return e
}

// wrapError is the error for a step that another error explains.
func wrapError(message string, err error) *Error {
	return &Error{Message: message, Err: err, detail: err.Error()}
}

// credentialsError is the error for a call that can't be signed. It is not retried: a call to
// the service that issues the credentials had retries of its own.
func credentialsError(err error) *Error {
	var known *Error
	if errors.As(err, &known) && known.Class == RejectedCredentials {
		e := wrapError("the service rejected the credentials before, so this request was not sent", err)
		e.Class = RejectedCredentials
		return e
	}
	if known != nil && known.Class == ExpiredCredentials {
		return wrapError("the credentials have expired and can't be renewed", err)
	}
	return wrapError("there are no credentials to sign the request with", err)
}

// fail completes an error with what is known about the attempt. It is the one place where an
// error becomes fit to be shown: what came from outside is masked, cleaned and cut.
func (c *Client) fail(a *attempt, e *Error) *Error {
	if e == nil {
		return nil
	}
	e.Cloud, e.Operation, e.Subject = a.call.Cloud, a.call.Operation, a.call.Subject
	e.Status = a.response.Status
	if a.sent {
		e.Attempts = a.number
	}
	e.RequestID = cmp.Or(e.RequestID, requestID(a.response.Header))
	if e.Class != Permanent {
		e.retryAfter = retryAfter(a.response.Header, time.Now())
	}
	limit := maxMessage
	if e.excerpt {
		limit = maxExcerpt
	}
	e.Message = c.options.Secrets.Show(e.Message, limit)
	for _, text := range [...]*string{&e.Subject, &e.Code, &e.RequestID, &e.Advice} {
		*text = c.options.Secrets.Show(*text, maxMessage)
	}
	lines := strings.Split(e.detail, "\n")
	for i := range lines {
		lines[i] = c.options.Secrets.Show(lines[i], maxMessage)
	}
	e.detail = strings.Join(lines, "\n")
	if e.Err != nil {
		e.Err = maskedError{c.options.Secrets.Show(e.Err.Error(), maxMessage), e.Err}
	}
	return e
}

// A maskedError is a cause whose string may be shown.
type maskedError struct {
	text string
	err  error
}

func (m maskedError) Error() string { return m.text }
func (m maskedError) Unwrap() error { return m.err }

// requestID returns the ID that both clouds send in a header too.
func requestID(header http.Header) string {
	return cmp.Or(header.Get("X-Acs-Request-Id"), header.Get("X-Request-Id"))
}
