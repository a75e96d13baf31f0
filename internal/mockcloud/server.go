package mockcloud

import (
	"context"
	"crypto/tls"
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

// Options configure a server. The zero value is usable.
type Options struct {
	// PathPrefix is what the paths of all requests begin with, unescaped:
	// "/gateway/dbs", say, of a gateway that is not at the root of its host.
	PathPrefix string
	// Region is the region of a DBS request that has neither Region nor RegionId.
	// The default is the only region that has backup plans, else cn-hangzhou.
	Region string
	// TLS makes Start serve HTTPS, with a certificate by a certificate authority
	// of the server's own: see CertificateAuthority.
	TLS bool
	// MaxRequests is how many requests are kept on record, the latest. The default
	// is 5,000.
	MaxRequests int
	// Clock returns the time for signatures, expiry and the record. The default
	// is time.Now.
	Clock func() time.Time
	// Log is called with the record of each request once it is answered.
	Log func(Request)
}

// Server is both clouds on one port. It is an http.Handler; Start makes it
// listen. Everything may be called while it answers. Each test should have its own.
type Server struct {
	options    Options
	operations []Operation
	prefix     string // the path prefix in its canonical form

	mu       sync.Mutex
	accounts map[string]Account // by access key, auth token or user name
	roles    []Role
	nonces   map[string]time.Time
	failures map[string]failures // of signatures, by access key
	lists    map[listKey][]Item
	derived  map[[2]string]any // made of lists, dropped when one changes
	projects []Project
	until    time.Time // where restore ranges that have no end yet end
	custom   map[string]func(Request) (int, string)
	issued   int // temporary keys and tokens
	added    int // items that faults made

	records  []*Request
	sequence int // of all requests
	recorded int // since the record was reset
	inFlight int
	hook     func(int, Request)
	faults   []*activeFaults

	http    *http.Server
	baseURL string
	ca      []byte
	closing chan struct{}
	closed  sync.Once
}

// New makes a server without accounts and lists. It panics if an operation of
// the registry can't be served.
func New(options Options) *Server {
	operations := Operations()
	if err := checkOperations(operations); err != nil {
		panic(fmt.Sprintf("mockcloud: %v", err))
	}
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.MaxRequests == 0 {
		options.MaxRequests = 5000
	}
	var prefix strings.Builder
	for segment := range strings.SplitSeq(strings.Trim(options.PathPrefix, "/"), "/") {
		if segment != "" {
			prefix.WriteString("/" + percentEncode(segment))
		}
	}
	return &Server{
		options:    options,
		operations: operations,
		prefix:     prefix.String(),
		accounts:   make(map[string]Account),
		nonces:     make(map[string]time.Time),
		failures:   make(map[string]failures),
		lists:      make(map[listKey][]Item),
		derived:    make(map[[2]string]any),
		custom:     make(map[string]func(Request) (int, string)),
		until:      options.Clock(),
		closing:    make(chan struct{}),
	}
}

// Start listens at a TCP address and answers until Close. "" is a free port of
// 127.0.0.1. It returns the URL for clients, path prefix included: if the server
// listens at all addresses of the machine, one of the loopback interface.
func (s *Server) Start(address string) (baseURL string, err error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", fmt.Errorf("the mock server can't listen: %w", err)
	}
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	scheme, server := "http", &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		_ = listener.Close() // Nothing was sent to it.
		return "", errors.New("the mock server listens already")
	}
	if s.options.TLS {
		authority, certificate, err := newCertificate(net.ParseIP(host), s.options.Clock())
		if err != nil {
			_ = listener.Close()
			return "", err
		}
		scheme, s.ca = "https", authority
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
		})
	}
	s.http = server
	s.baseURL = scheme + "://" + net.JoinHostPort(host, port) + s.prefix
	// Serve always ends in an error; after Close it is ErrServerClosed.
	go func() { _ = server.Serve(listener) }()
	return s.baseURL, nil
}

// URL returns what Start returned.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.baseURL
}

// CertificateAuthority returns the certificate that clients have to trust, in
// PEM form, once a server with Options.TLS was started.
func (s *Server) CertificateAuthority() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ca
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

// Reset empties the record, removes all faults, the hook and answers set by
// Respond, and forgets nonces and failed signatures. Accounts and items stay.
func (s *Server) Reset() {
	s.SetFaults()
	s.OnRequest(nil)
	s.ResetRequests()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.nonces)
	clear(s.failures)
	clear(s.custom)
}

// Respond has all verified requests of an operation answered by a function
// that returns an HTTP status and a body, word for word. nil removes it.
func (s *Server) Respond(operation string, respond func(Request) (status int, body string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.custom[operation] = respond
	if respond == nil {
		delete(s.custom, operation)
	}
}

// call is a request while it is being answered.
type call struct {
	*http.Request
	body      []byte
	query     url.Values
	form      url.Values
	params    url.Values // query and form
	segments  []string   // of the path below the prefix, each unescaped
	badPath   bool       // not below the prefix, or not to be unescaped
	badQuery  bool
	operation *Operation        // nil if the server knows none
	path      map[string]string // the values of the placeholders in the operation's path
	account   Account
	record    *Request
	ended     bool     // the record is complete
	omitted   []string // members that the answer leaves out

	faults      Faults        // those that apply to this request
	limiter     *rate.Limiter // of their ThrottleRate; nil for none
	faultNumber int           // what "every n" counts; 0 if none apply
	fault       string        // the one that was injected
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
	if r.URL.Path == "/healthz" || r.URL.EscapedPath() == s.prefix+"/healthz" {
		_, _ = io.WriteString(w, "ok\n") // The client may have left.
		return
	}
	c, err := s.read(r)
	if err != nil {
		http.Error(w, "the request could not be read", http.StatusBadRequest)
		return
	}
	s.begin(c)
	defer s.end(c) // If there is no answer.

	s.mu.Lock()
	hook, before := s.hook, *c.record
	s.mu.Unlock()
	if hook != nil {
		hook(before.Number, before)
	}

	a := s.authenticate(c)
	if a == nil {
		// Faults apply to verified requests alone: a client that retries with an
		// old nonce is found out, with whichever fault its first request met.
		a = s.inject(c)
	}
	if a == nil {
		a = s.operate(c)
	}
	s.send(w, c, a)
}

// read parses a request.
func (s *Server) read(r *http.Request) (*call, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequestBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	if len(body) > maxRequestBody {
		return nil, errors.New("the body is too large")
	}
	c := &call{Request: r, body: body, form: url.Values{}, params: url.Values{}}
	if c.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
		c.badQuery = true
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/x-www-form-urlencoded" {
		if c.form, err = url.ParseQuery(string(body)); err != nil {
			c.badQuery = true
		}
	}
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

// common returns a common parameter of Alibaba Cloud: a header if requests are
// signed by headers, a parameter if they are signed the older way.
func (c *call) common(header, parameter string) string {
	if value := c.Header.Get(header); value != "" {
		return value
	}
	return c.params.Get(parameter)
}

// authenticate verifies a request's credentials and permission. It returns nil
// if they are right.
func (s *Server) authenticate(c *call) *answer {
	if c.record.Cloud == HuaweiCloud {
		return s.authenticateHuawei(c)
	}
	return s.authenticateAlibaba(c)
}

// send writes an answer, cut or broken if a fault says so.
func (s *Server) send(w http.ResponseWriter, c *call, a *answer) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if c.record.Cloud == AlibabaCloud {
		header.Set("X-Acs-Request-Id", c.record.RequestID)
	}
	broken := c.due(c.faults.CutEvery, "cut-every")
	if c.due(c.faults.TruncateEvery, "truncate-every") {
		a.body = a.body[:len(a.body)/2]
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json;charset=utf-8")
	}
	header.Set("X-Request-Id", c.record.RequestID)
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	s.note(c, func(r *Request) {
		r.Status, r.Code = a.status, a.code
		if c.fault != "" {
			r.Fault = c.fault
		}
	})
	s.end(c)
	w.WriteHeader(a.status)
	if broken {
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(a.body) // The client may have left.
}

func (s *Server) now() time.Time { return s.options.Clock() }
