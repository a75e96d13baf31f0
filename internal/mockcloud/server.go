package mockcloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxRequestBody is far more than any request of these operations needs.
const maxRequestBody = 1 << 20

// Options are what a server is made with. The zero value is a good server.
type Options struct {
	// PathPrefix is what the paths of all requests begin with, unescaped:
	// "/gateway/dbs" say, as behind a gateway that is not at the root of its host.
	PathPrefix string
	// Region is the region that a DBS request without one means: each real
	// endpoint has its own. The default is cn-hangzhou.
	Region string
	// Clock tells the time for signatures, expiry, and the record. The default
	// is time.Now.
	Clock func() time.Time
	// Log is called with the record of each request once it is answered.
	Log func(Request)
}

// Server is both clouds on one port. It is an http.Handler; Start makes it
// listen. Everything may be called while it answers. Give each test its own.
type Server struct {
	options Options
	prefix  string // the path prefix in its canonical form

	mu          sync.Mutex
	accounts    map[string]Account // by access key
	tokens      map[string]Account // by auth token
	nonces      map[string]time.Time
	failures    map[string]failures // of signatures, by access key
	lists       map[listKey][]Item
	planRegions map[string]string // made from lists when needed
	projects    []Project
	instances   map[string]string // project of an instance
	custom      map[string]func(Request) (int, string)
	records     []*Request
	sequence    int
	inFlight    int
	hook        func(int, Request)
	faults      Faults
	faultCount  int
	limiter     *rate.Limiter
	added       int // items that changes made, so that each gets an id of its own

	http    *http.Server
	baseURL string
	closing chan struct{}
	closed  sync.Once
}

// New makes a server that knows nobody and holds nothing.
func New(options Options) *Server {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Region == "" {
		options.Region = "cn-hangzhou"
	}
	var escaped strings.Builder
	for segment := range strings.SplitSeq(strings.Trim(options.PathPrefix, "/"), "/") {
		if segment != "" {
			escaped.WriteString("/" + percentEncode(segment))
		}
	}
	return &Server{
		options:   options,
		prefix:    escaped.String(),
		accounts:  make(map[string]Account),
		tokens:    make(map[string]Account),
		nonces:    make(map[string]time.Time),
		failures:  make(map[string]failures),
		lists:     make(map[listKey][]Item),
		instances: make(map[string]string),
		custom:    make(map[string]func(Request) (int, string)),
		closing:   make(chan struct{}),
	}
}

// Start listens at a TCP address and answers until Close. "" is a free port of
// 127.0.0.1. It returns the URL to give to clients, path prefix included.
func (s *Server) Start(address string) (baseURL string, err error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", fmt.Errorf("the mock cloud can't listen: %w", err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	s.http = server
	s.baseURL = "http://" + listener.Addr().String() + s.prefix
	s.mu.Unlock()
	// Serve always ends in an error; after Close it is ErrServerClosed.
	go func() { _ = server.Serve(listener) }()
	return s.URL(), nil
}

// URL returns what Start returned.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.baseURL
}

// Close stops listening, breaks open connections, and ends requests that hang.
func (s *Server) Close() error {
	s.closed.Do(func() { close(s.closing) })
	s.mu.Lock()
	server := s.http
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	return server.Close()
}

// Reset empties the record, takes all faults and the hook away, and forgets
// nonces and failed signatures. Accounts and items stay.
func (s *Server) Reset() {
	s.SetFaults(Faults{})
	s.OnRequest(nil)
	s.ResetRequests()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.nonces)
	clear(s.failures)
	clear(s.custom)
}

// Respond has all verified requests of an operation answered by a function
// that returns an HTTP status and a body, word for word. nil takes it away.
func (s *Server) Respond(operation string, answer func(Request) (status int, body string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.custom[operation] = answer
	if answer == nil {
		delete(s.custom, operation)
	}
}

// call is a request while it is being answered.
type call struct {
	*http.Request
	body     []byte
	query    url.Values
	form     url.Values
	params   url.Values // query and form
	segments []string   // of the path below the prefix, each unescaped
	badPath  bool       // not below the prefix, or not to be unescaped
	badQuery bool
	account  Account
	sequence int
	record   *Request

	hideStorageType bool

	faults      Faults // those that may strike this request
	faultNumber int    // what "every n" counts; 0 where none may strike
	fault       string // the one that struck
}

// answer is what goes back.
type answer struct {
	status int
	header http.Header
	body   []byte
	code   string
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := s.read(r)
	if err != nil {
		http.Error(w, "the request could not be read", http.StatusBadRequest)
		return
	}
	s.begin(c)
	defer s.end(c)

	s.mu.Lock()
	hook, before := s.hook, *c.record
	s.mu.Unlock()
	if hook != nil {
		hook(before.Number, before)
	}

	a := s.authenticate(c)
	if a == nil {
		// Faults strike verified requests alone, so that a request that is sent
		// again with an old nonce shows, whatever happened to the first one.
		a = s.strike(c)
	}
	if a == nil {
		a = s.operate(c)
	}
	s.send(w, c, a)
}

// read takes a request apart.
func (s *Server) read(r *http.Request) (*call, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if len(body) > maxRequestBody {
		return nil, errors.New("the body is too large")
	}
	c := &call{Request: r, body: body}
	if c.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		c.badQuery = true
	}
	c.form = url.Values{}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/x-www-form-urlencoded" {
		if c.form, err = url.ParseQuery(string(body)); err != nil {
			c.badQuery = true
		}
	}
	c.params = url.Values{}
	for _, values := range []url.Values{c.query, c.form} {
		for name, value := range values {
			c.params[name] = append(c.params[name], value...)
		}
	}
	c.record = &Request{
		Time: s.now(), Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(),
		Query: c.query, Form: c.form, Header: r.Header.Clone(), Total: -1,
	}
	s.route(c)
	return c, nil
}

// route finds out which operation of which cloud is called.
func (s *Server) route(c *call) {
	path, well := canonicalPath(c.URL.EscapedPath())
	path, below := strings.CutPrefix(path, s.prefix)
	c.badPath = !well || !below || (path != "" && path[0] != '/')
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		// What canonicalPath made can be unescaped.
		plain, _ := url.PathUnescape(segment)
		c.segments = append(c.segments, plain)
	}
	if c.segments[0] == "v3" {
		routeHuawei(c)
	} else {
		s.routeAlibaba(c)
	}
}

// authenticate verifies who calls and whether they may. It returns nil if so.
func (s *Server) authenticate(c *call) *answer {
	if c.record.Cloud == HuaweiCloud {
		return s.authenticateHuawei(c)
	}
	return s.authenticateAlibaba(c)
}

// operate carries out a verified request.
func (s *Server) operate(c *call) *answer {
	s.mu.Lock()
	custom, record := s.custom[c.record.Operation], *c.record
	s.mu.Unlock()
	if custom != nil {
		status, body := custom(record)
		return &answer{status: status, body: []byte(body)}
	}
	switch c.record.Operation {
	case DescribeBackupPlanList:
		return s.describeBackupPlanList(c)
	case DescribeFullBackupList:
		return s.describeFullBackupList(c)
	case ShowInstanceBackups:
		return s.showInstanceBackups(c)
	default:
		return s.listProjects(c)
	}
}

// send writes an answer, cut or broken if a fault says so.
func (s *Server) send(w http.ResponseWriter, c *call, a *answer) {
	broken := c.hit(c.faults.CutEvery, "cut-every")
	if c.hit(c.faults.TruncateEvery, "truncate-every") {
		a.body = a.body[:len(a.body)/2]
	}
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json;charset=utf-8")
	}
	header.Set("X-Request-Id", c.record.RequestID)
	if c.record.Cloud == AlibabaCloud {
		header.Set("X-Acs-Request-Id", c.record.RequestID)
	}
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	s.note(c, func(r *Request) {
		r.Status, r.Code = a.status, a.code
		if c.fault != "" {
			r.Fault = c.fault
		}
	})
	w.WriteHeader(a.status)
	if broken {
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	// The client may have gone; there is nobody to tell.
	_, _ = w.Write(a.body)
}

func (s *Server) now() time.Time { return s.options.Clock() }

// requestID makes the id that an answer carries, in the form of each cloud:
// a UUID in capitals, or 32 hexadecimal digits.
func requestID(cloud Cloud, sequence int) string {
	if cloud == HuaweiCloud {
		return fmt.Sprintf("%032x", sequence)
	}
	return fmt.Sprintf("4F1888AC-1138-4995-B9FE-%012X", sequence)
}
