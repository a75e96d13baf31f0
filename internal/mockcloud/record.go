package mockcloud

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is the record of one request and of its answer. It holds what came
// in unmasked, secrets included: it is for tests.
type Request struct {
	Number int       // 1 for the first since the server was made or reset
	Time   time.Time // when it arrived, by the server's clock
	// InFlight is how many requests were being answered when it arrived,
	// with this one.
	InFlight int

	Method string
	Host   string
	Path   string      // as it was sent: escaped, with the path prefix
	Query  url.Values  // decoded, without what a form body had
	Form   url.Values  // of a form body
	Header http.Header // as it was sent, without Host

	Cloud     Cloud
	Service   string // DBS, STS, TaurusDB or IAM
	Action    string // of Alibaba Cloud as it was sent, known to the server or not; else the operation
	Operation string // "" if the server knows none for the request
	Region    string // DBS: Region or RegionId as sent
	Project   string // Huawei Cloud: of the path
	Key       string // what is listed: region, plan, project or instance; the name of projects in IAM
	Page      int    // DBS: page number
	Offset    int    // TaurusDB: offset
	Size      int    // page size or limit, or the default

	Algorithm string // how it was signed: ACS3-HMAC-SHA256, HMAC-SHA1, SDK-HMAC-SHA256, X-Auth-Token; "" not at all
	AccessKey string // of a signature, verified or not
	AccountID string // the account that the credentials belong to: for a role's, that of the role
	Verified  bool   // whether the signature or token was right

	Status    int    // HTTP status of the answer; 0 for none
	Code      string // error code of the answer, "" for success
	RequestID string // of the answer
	Items     int    // how many items the answer has
	Total     int    // how many items match, with faults left out; -1 if none were counted
	// Fault is the fault that was injected, by the name of its flag; of several, the
	// one that was due. It ends with NoList if there is no list to change. "" is none.
	Fault string
}

// NoList is what follows the name of a fault that changes the list of an operation, and
// that did nothing: the server has no such list, or looks for it under another key.
const NoList = ", no list"

// unlogged are parameters that each request of Alibaba Cloud has, or that are secret.
var unlogged = []string{
	"Action", "Version", "Format", "Timestamp", "AccessKeyId", "SecurityToken", "OIDCToken",
	"Signature", "SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion",
}

// String returns a line for a log, without keys, tokens and signatures.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s #%d %s %s", r.Time.UTC().Format(time.RFC3339), r.Number, r.Method, r.Path)
	if r.Action != "" {
		b.WriteString(" " + printable(r.Action))
	}
	sent := []url.Values{r.Query}
	if r.Cloud == AlibabaCloud { // Huawei Cloud has no forms: that would be JSON, with passwords.
		sent = append(sent, r.Form)
	}
	for _, values := range sent {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if !slices.Contains(unlogged, name) {
				b.WriteString(" " + printable(name) + "=" + printable(strings.Join(values[name], ",")))
			}
		}
	}
	switch {
	case r.Status == 0:
		b.WriteString(": no answer")
	case r.Code != "":
		fmt.Fprintf(&b, ": %d %s", r.Status, r.Code)
	case r.Total >= 0:
		fmt.Fprintf(&b, ": %d, %d of %d items", r.Status, r.Items, r.Total)
	default:
		fmt.Fprintf(&b, ": %d", r.Status)
	}
	if r.Fault != "" {
		b.WriteString(" (" + r.Fault + ")")
	}
	return b.String()
}

// printable quotes a string that would not be one word in a log, and cuts it.
func printable(s string) string {
	const most = 200
	if len(s) > most {
		s = s[:most] + "…"
	}
	if quoted := strconv.Quote(s); quoted != `"`+s+`"` || strings.ContainsAny(s, " =") {
		return quoted
	}
	return s
}

// Requests returns the record of the requests since the server was made or
// ResetRequests was called, in the order of their arrival: the latest 5,000 of
// them. Those still being answered have no Status yet.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, 0, len(s.records))
	for _, r := range s.records {
		requests = append(requests, *r)
	}
	return requests
}

// maxRequests is how many requests are kept on record, the latest.
const maxRequests = 5000

// ResetRequests empties the record and numbers requests from 1 again.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.recorded = nil, 0
}

// OnRequest sets a function that is called for every request, numbered from 1,
// after the request was read and before it is verified. No lock
// is held: it may change lists, accounts and faults, and may wait. nil removes it.
func (s *Server) OnRequest(hook func(number int, r Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// begin records the arrival of a request. It returns the hook to call.
func (s *Server) begin(c *call) (hook func(number int, r Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight++
	s.recorded++
	c.record.Number, c.record.InFlight = s.recorded, s.inFlight
	// In the form of each cloud: a UUID in capitals, or 32 hexadecimal digits.
	c.record.RequestID = fmt.Sprintf("4F1888AC-1138-4995-B9FE-%012X", s.recorded)
	if c.record.Cloud == HuaweiCloud {
		c.record.RequestID = fmt.Sprintf("%032x", s.recorded)
	}
	record := c.record
	c.published = &record
	s.records = append(s.records, c.published)
	s.records = s.records[max(0, len(s.records)-maxRequests):]
	return s.hook
}

// end records that the request is answered, before the client can know: its next
// request is not in flight together with this one.
func (s *Server) end(c *call) {
	if c.published == nil {
		return
	}
	s.mu.Lock()
	s.inFlight--
	*c.published, c.published = c.record, nil
	s.mu.Unlock()
	if s.options.Log != nil {
		s.options.Log(c.record)
	}
}
