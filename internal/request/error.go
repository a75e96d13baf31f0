package request

import (
	"fmt"
	"net/http"
	"strings"
)

// A Fault says what a failure means for the call.
type Fault int

// The faults. Whatever an API package says, HTTP 429 is throttling, 408, 502, 503
// and 504 are transient, and other failures of status 500 and above are doubtful.
const (
	// Final failures can't get better by asking again.
	Final Fault = iota
	// Transient failures are worth a retry.
	Transient
	// Throttled failures are worth a retry, and slow the whole client down.
	Throttled
	// Doubtful failures may or may not get better, an internal error for instance:
	// they are worth three retries, not more.
	Doubtful

	// garbled answers are complete, and still can't be understood. They are worth one
	// retry: something in between may have cut them.
	garbled
)

// String gives the name that log records show.
func (f Fault) String() string {
	switch f {
	case Final:
		return "final"
	case Transient:
		return "transient"
	case Throttled:
		return "throttled"
	case Doubtful:
		return "doubtful"
	case garbled:
		return "garbled"
	}
	return fmt.Sprintf("Fault(%d)", int(f))
}

// Error is a call that failed, told for a person. The API packages fill Code,
// Message, RequestID, Fault and Advice; the client fills the rest, and masks and
// cleans what it shows.
type Error struct {
	Cloud     string // the cloud's name
	Operation string
	Subject   string // what was being read
	Status    int    // HTTP status; 0 where no answer came
	Code      string // the vendor's error code, if any
	Message   string // the vendor's message, or what went wrong
	RequestID string
	Advice    string // what to check
	Tries     int    // requests that were sent, this one included
	Fault     Fault
	Err       error // the cause, if any: a network error, a context's error

	stopped string // why there was no further try, where the call was cut short
	limit   int    // characters of Message to show; 0 is maxMessage
}

// Error tells what was being read and what went wrong, then the HTTP status, the
// request id and the number of tries, then what to check, a line each.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("Unable to read ")
	if e.Subject != "" {
		b.WriteString(e.Subject)
	} else {
		b.WriteString("the answer")
	}
	if e.Cloud != "" {
		b.WriteString(" from " + e.Cloud)
	}
	if e.Operation != "" {
		b.WriteString(" (" + e.Operation + ")")
	}
	b.WriteString(": ")

	cause := e.cause()
	switch {
	case e.stopped == "":
		b.WriteString(cause)
	case cause == "":
		b.WriteString(e.stopped)
	default:
		b.WriteString(e.stopped + "\nThe last failure: " + cause)
	}
	if facts := e.facts(); facts != "" {
		b.WriteString("\n" + facts)
	}
	if e.Advice != "" {
		b.WriteString("\n" + e.Advice)
	}
	return b.String()
}

// cause is the failure itself: the code, the message, or whatever else is known.
func (e *Error) cause() string {
	message := cut(e.Message, e.shown())
	switch {
	case e.Code != "" && message != "":
		return e.Code + ": " + message
	case e.Code != "":
		return e.Code
	case message != "":
		return message
	case e.stopped == "" && e.Err != nil:
		return e.Err.Error()
	case e.stopped == "" || e.Status != 0:
		return "the request failed"
	}
	return ""
}

// facts are the HTTP status, the request id and the number of tries.
func (e *Error) facts() string {
	var facts []string
	if e.Status != 0 {
		facts = append(facts, strings.TrimSpace(fmt.Sprintf("HTTP status %d %s", e.Status, http.StatusText(e.Status))))
	}
	if e.RequestID != "" {
		facts = append(facts, "request id "+e.RequestID)
	}
	if e.Tries > 1 {
		facts = append(facts, fmt.Sprintf("after %d tries", e.Tries))
	}
	return strings.Join(facts, ", ")
}

// Unwrap gives the cause, so that errors.Is finds the end of a context.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) shown() int {
	if e.limit > 0 {
		return e.limit
	}
	return maxMessage
}

// A masked error is a cause whose text may be shown. errors.Is and errors.As see
// the error itself.
type masked struct {
	text string
	err  error
}

func (m *masked) Error() string { return m.text }
func (m *masked) Unwrap() error { return m.err }
