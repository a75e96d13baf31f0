package mockcloud

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// Faults are what goes wrong. The zero value is a good day. Requests that are
// verified are counted from the moment that SetFaults was called; "every n"
// strikes the n-th, the 2n-th and so on of them, 0 none. If several of these
// would strike one request, the first in the order below does; changes of the
// list, latency, and what has no "every" go together with all.
//
// The field names are those of the program's flags: ThrottleEvery is
// -throttle-every.
type Faults struct {
	// Only limits the faults to these operations; none means all.
	Only []string
	// First limits the faults to the first so many requests; 0 is no limit. It
	// stands for an incident that ends.
	First int

	// AddEvery adds an item to the list that is read, before it is read: a
	// backup was made while a client read the list.
	AddEvery int
	// RemoveEvery removes an item: somebody deleted a backup.
	RemoveEvery int
	// ReplaceEvery puts another item in the place of one: a plan was deleted
	// and made anew, so that the total stays the same.
	ReplaceEvery int
	// RotateEvery removes the last item and puts a new one first: a retention
	// policy purged the oldest backup as the newest was made. The total stays
	// the same and all pages shift. 1 is a list that never settles.
	RotateEvery int
	// ChangeAt is where AddEvery, RemoveEvery and ReplaceEvery change the list:
	// AtStart (the default), AtMiddle or AtEnd.
	ChangeAt Place

	// Latency is how long each answer takes longer: a slow network.
	Latency time.Duration
	// HangEvery accepts a request and never answers, until the client leaves: a
	// load balancer whose backend is gone.
	HangEvery int
	// DropEvery breaks the connection before an answer: a gateway restarts.
	DropEvery int
	// ThrottleEvery refuses a request as one too many: Throttling.User of
	// Alibaba Cloud, APIGW.0308 of Huawei Cloud.
	ThrottleEvery int
	// ThrottleRate refuses requests beyond so many a second, of real time; 0 is
	// no limit. It stands for the quota of an account.
	ThrottleRate float64
	// ThrottleStatus is the HTTP status of a DBS refusal: 400 (the default, as
	// the documentation has it) or 429, as some of its products answer.
	ThrottleStatus int
	// RetryAfter is the pause that a refusal asks for in the Retry-After header,
	// in whole seconds; 0 leaves the header out.
	RetryAfter time.Duration
	// RetryAfterHint is the pause that a DBS refusal asks for in the vendor's
	// own header X-Acs-Retry-After, in milliseconds; 0 leaves the header out.
	RetryAfterHint time.Duration
	// ErrorEvery answers with a server's failure.
	ErrorEvery int
	// ErrorStatus is the HTTP status of ErrorEvery (default 503) and of
	// EchoSecretsEvery (default 400 for DBS, 401 for Huawei Cloud).
	ErrorStatus int
	// ErrorHTML makes the bodies of ErrorEvery and EchoSecretsEvery HTML: it was
	// a proxy or a load balancer that answered, not the cloud.
	ErrorHTML bool
	// EchoSecretsEvery answers with an error whose message quotes what the client
	// sent: the access key, the Authorization header or Signature, and the
	// security or auth token, as a gateway does that explains a wrong signature.
	// It quotes the secret key too, which no cloud does: nothing of it may show.
	EchoSecretsEvery int
	// InBandEvery answers with an error under HTTP status 200: DBS's own
	// envelope with Success false, a service's error body for Huawei Cloud.
	InBandEvery int
	// InBandCode is the code of InBandEvery; the default is InternalError for
	// DBS and DBS.200005 for Huawei Cloud.
	InBandCode string
	// RedirectEvery sends the client to RedirectTo: a captive portal, or an
	// endpoint that moved. A signed request must not follow.
	RedirectEvery int
	// RedirectTo is a URL; the default is a host that does not exist.
	RedirectTo string
	// EmptyEvery answers 200 with no body: a proxy lost it.
	EmptyEvery int
	// NoContentEvery answers 204.
	NoContentEvery int
	// NullEvery answers 200 with the JSON null: a handler returned nothing.
	NullEvery int
	// HTMLEvery answers 200 with an HTML page: a captive portal's login.
	HTMLEvery int
	// XMLEvery answers 200 with XML: the gateway's default format.
	XMLEvery int
	// WrongAnswerEvery answers what another operation would: a cache or a
	// gateway mixed two requests up.
	WrongAnswerEvery int

	// RepeatEvery answers the page before the one that was asked for: a stale
	// cache. The first page has none before it.
	RepeatEvery int
	// NullListEvery answers null where the list is: an empty list in some
	// languages, a failure in others.
	NullListEvery int
	// NoListEvery leaves the list out.
	NoListEvery int
	// CutEvery breaks the connection in the middle of a body: the network went.
	CutEvery int
	// TruncateEvery ends a body in its middle as if it were whole: a proxy with
	// a limit on the size of an answer.
	TruncateEvery int

	// CapPage is the most items that a page has, whatever was asked for: a limit
	// that a cloud lowered. DBS counts pages of that size then.
	CapPage int
	// FromOne numbers DBS pages from 1, and takes 0 for 1, as two of its public
	// clients believe.
	FromOne bool
	// Total is how the total is told.
	Total Total
	// TotalAdd is added to the total that is told, to promise more than there is
	// (items that were deleted but still count) or fewer.
	TotalAdd int
	// Shuffle gives the items of a page in another order each time: a database
	// query without an order.
	Shuffle bool
	// Seed decides the orders of Shuffle.
	Seed uint64
	// SuccessErrCode puts an error code into successful DBS answers, as the
	// documentation's own sample has it.
	SuccessErrCode bool

	// NumbersAsText tells numbers as text, as the pages of one API do and those
	// of its sibling don't.
	NumbersAsText bool
	// TextAsNumbers tells text that is a number as a number.
	TextAsNumbers bool
	// BooleansAsText tells true as "true".
	BooleansAsText bool
	// HugeNumbers makes numbers that are no times 9007199254740993, 2^53+1, which
	// a client that reads them as floating point gets wrong.
	HugeNumbers bool
	// UnknownFields adds members that no documentation has: a new version.
	UnknownFields bool
	// UnknownEnums makes each status one that no documentation has.
	UnknownEnums bool
	// InvalidUTF8 adds bytes to a text of each item that are no UTF-8: a name in
	// another encoding.
	InvalidUTF8 bool
	// Deep adds a member nested so many levels deep: an attack, or a bug.
	Deep int
	// HugeBody adds so many MiB to each answer: an attack, or a bug.
	HugeBody int
}

// Place is a part of a list.
type Place string

// The places of a list.
const (
	AtStart  Place = "start"
	AtMiddle Place = "middle"
	AtEnd    Place = "end"
)

// Total is how an answer tells how many items there are.
type Total string

// The ways to tell a total. The default is each API's own: a number for DBS,
// text for TaurusDB.
const (
	TotalNone   Total = "none"
	TotalNull   Total = "null"
	TotalText   Total = "text"
	TotalNumber Total = "number"
)

// Check returns an error for a value that is none of those documented.
func (f Faults) Check() error {
	var problems []error
	for _, operation := range f.Only {
		if !slices.Contains([]string{
			DescribeBackupPlanList, DescribeFullBackupList, ShowInstanceBackups, KeystoneListProjects,
		}, operation) {
			problems = append(problems, fmt.Errorf("no operation is called %q", operation))
		}
	}
	if !slices.Contains([]Place{"", AtStart, AtMiddle, AtEnd}, f.ChangeAt) {
		problems = append(problems, fmt.Errorf("%q is no place of a list: start, middle, end", f.ChangeAt))
	}
	if !slices.Contains([]Total{"", TotalNone, TotalNull, TotalText, TotalNumber}, f.Total) {
		problems = append(problems, fmt.Errorf("%q is no way to tell a total: none, null, text, number", f.Total))
	}
	for name, status := range map[string]int{"error": f.ErrorStatus, "throttle": f.ThrottleStatus} {
		if status != 0 && (status < 400 || status > 599) {
			problems = append(problems, fmt.Errorf("%d is no HTTP status of an %s", status, name))
		}
	}
	return errors.Join(problems...)
}

// SetFaults replaces all faults, and counts requests from 1 again. It panics
// where Check fails.
func (s *Server) SetFaults(f Faults) {
	if err := f.Check(); err != nil {
		panic(fmt.Sprintf("mockcloud: %v", err))
	}
	f.Only = slices.Clone(f.Only)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	s.faultCount = 0
	s.limiter = nil
	if f.ThrottleRate > 0 {
		s.limiter = rate.NewLimiter(rate.Limit(f.ThrottleRate), max(1, int(f.ThrottleRate)))
	}
}

// Faults returns the faults as they are set.
func (s *Server) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// hit tells whether a fault strikes this request, and notes which did.
func (c *call) hit(every int, name string) bool {
	if every <= 0 || c.fault != "" || c.faultNumber == 0 || c.faultNumber%every != 0 {
		return false
	}
	c.fault = name
	return true
}
