package mockcloud

import (
	"net/http"
	"net/url"
	"time"
)

// Request is the record of one request and of how it was answered. It holds
// what came in unmasked, secrets included: it is for tests to look at.
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
	Operation string // "" where the request is for none that the server knows
	Region    string // DBS: Region or RegionId as sent
	Key       string // what is listed: region, plan or instance; the name asked for in IAM
	Page      int    // DBS: page number asked for
	Offset    int    // TaurusDB: offset asked for
	Size      int    // page size or limit asked for, or the default

	Algorithm string // how it was signed: ACS3-HMAC-SHA256, HMAC-SHA1, SDK-HMAC-SHA256, X-Auth-Token; "" not at all
	AccessKey string // of a signature, verified or not
	Verified  bool   // whether the signature or token was right

	Status    int    // HTTP status of the answer; 0 where there was none
	Code      string // error code of the answer, "" for success
	RequestID string // of the answer
	Items     int    // how many items the answer has
	Total     int    // how many items match, in truth; -1 where none were counted
	Fault     string // the fault that struck, by the name of its flag; "" for none
}

// Requests returns the record of all requests since the server was made or
// Reset or ResetRequests was called, in the order of their arrival. Those
// still being answered have no Status yet.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, 0, len(s.records))
	for _, r := range s.records {
		requests = append(requests, *r)
	}
	return requests
}

// ResetRequests empties the record and numbers requests from 1 again.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records = nil
}

// OnRequest sets a function that is called for every request, numbered from 1,
// after the request was read and before anything of it is looked at. No lock
// is held: it may change lists, accounts and faults, and may wait. nil takes
// it away.
func (s *Server) OnRequest(hook func(number int, r Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// begin records the arrival of a request.
func (s *Server) begin(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight++
	c.record.Number = len(s.records) + 1
	c.record.InFlight = s.inFlight
	s.sequence++
	c.sequence = s.sequence
	c.record.RequestID = requestID(c.record.Cloud, s.sequence)
	s.records = append(s.records, c.record)
}

// note changes the record of a request while others may be reading it.
func (s *Server) note(c *call, change func(*Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(c.record)
}

// end records that the server is done with a request.
func (s *Server) end(c *call) {
	s.mu.Lock()
	s.inFlight--
	record := *c.record
	s.mu.Unlock()
	if s.options.Log != nil {
		s.options.Log(record)
	}
}
