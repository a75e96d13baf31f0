package mockcloud

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxRequestBody is far more than any request of these operations needs.
const maxRequestBody = 1 << 20

// Options configure a server. The zero value is usable.
type Options struct {
	// PathPrefix is what the paths of all requests begin with: "/gateway/dbs",
	// say, of a gateway that is not at the root of its host.
	PathPrefix string
	// Region is the region of a DBS request that has neither Region nor RegionId.
	// The default is the only region that has backup plans, else cn-hangzhou.
	Region string
	// TLS makes Start serve HTTPS, with a certificate by a certificate authority
	// of the server's own: see CertificateAuthority.
	TLS bool
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

	mu             sync.Mutex
	accounts       []Account // the latest first, as the roles
	roles          []Role
	projects       []Project
	nonces         map[string]time.Time
	failures       map[string]failures // of signatures, by access key
	lists          map[listKey][]Item
	projectBackups map[string][]Item // made of lists, dropped when one changes
	custom         map[string]func(Request) (int, string)
	issued         int // temporary keys and tokens
	added          int // items that faults made

	records  []*Request
	recorded int // requests since the record was reset
	inFlight int
	hook     func(int, Request)
	faults   []*activeFaults

	mux     *http.ServeMux
	http    http.Server
	baseURL string
	ca      []byte
}

// New makes a server without accounts and lists.
func New(options Options) *Server {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	s := &Server{
		options:        options,
		operations:     Operations(),
		prefix:         canonicalPath(strings.TrimRight("/"+strings.Trim(options.PathPrefix, "/"), "/")),
		nonces:         make(map[string]time.Time),
		failures:       make(map[string]failures),
		lists:          make(map[listKey][]Item),
		projectBackups: make(map[string][]Item),
		custom:         make(map[string]func(Request) (int, string)),
	}
	s.mux = s.newMux()
	s.http = http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	return s
}

// Start listens at a TCP address and answers until Close. "" is a free port of
// 127.0.0.1. It returns the URL for clients, path prefix included: if the server
// listens at all addresses of the machine, one of the loopback interface.
func (s *Server) Start(address string) (baseURL string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", cmp.Or(address, "127.0.0.1:0"))
	if err != nil {
		return "", fmt.Errorf("the mock server can't listen: %w", err)
	}
	host, port, _ := net.SplitHostPort(listener.Addr().String())
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.baseURL != "" {
		_ = listener.Close() // Nothing was sent to it.
		return "", errors.New("the mock server listens already")
	}
	scheme := "http"
	if s.options.TLS {
		authority, certificate, err := newCertificate(net.ParseIP(host), s.now())
		if err != nil {
			_ = listener.Close()
			return "", err
		}
		scheme, s.ca = "https", authority
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	s.baseURL = scheme + "://" + net.JoinHostPort(host, port) + s.prefix
	// Serve always ends in an error; after Close it is ErrServerClosed.
	go func() { _ = s.http.Serve(listener) }()
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

// Close stops listening and breaks open connections, which ends requests that
// hang.
func (s *Server) Close() error { return s.http.Close() }

// Respond has all verified requests of an operation answered by a function
// that returns an HTTP status and a body, word for word. nil removes it.
func (s *Server) Respond(operation string, respond func(Request) (status int, body string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.custom[operation] = respond
}

// call is a request while it is being answered.
type call struct {
	*http.Request
	body      []byte
	params    url.Values // of the query and of a form body
	badQuery  bool
	atRoot    bool       // the path is the prefix
	operation *Operation // nil if the server knows none
	account   Account
	invalid   *answer  // the error of the first parameter that is not valid
	omitted   []string // members that the answer leaves out

	record    Request
	published *Request // the server's copy of it, until end

	faults      *activeFaults // those that apply to this request
	faultNumber int           // what "every n" counts; 0 if none apply
	injected    bool          // one of them, the record's Fault
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
	if p := r.URL.EscapedPath(); path.Clean(p) != p {
		s.serve(w, r, nil) // The mux would redirect it, which the clouds don't.
		return
	}
	s.mux.ServeHTTP(w, r)
}

// serve answers a request for an operation, nil for none that has a path.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, operation *Operation) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	if err != nil {
		http.Error(w, "the request could not be read", http.StatusBadRequest)
		return
	}
	c := s.newCall(r, body, operation)
	hook := s.begin(c)
	defer s.end(c) // If there is no answer.
	if hook != nil {
		hook(c.record.Number, c.record)
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

// newCall parses a request.
func (s *Server) newCall(r *http.Request, body []byte, operation *Operation) *call {
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := &call{Request: r, body: body, operation: operation, faults: &activeFaults{}, badQuery: r.ParseForm() != nil, params: r.Form}
	c.record = Request{
		Time: s.now(), Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(),
		Query: r.URL.Query(), Form: r.PostForm, Header: r.Header.Clone(), Total: -1,
	}
	s.identify(c)
	return c
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
	header.Set("Content-Type", "application/json;charset=utf-8")
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
	header.Set("X-Request-Id", c.record.RequestID)
	header.Set("Content-Length", strconv.Itoa(len(a.body)))
	c.record.Status, c.record.Code = a.status, a.code
	s.end(c)
	w.WriteHeader(a.status)
	if broken {
		_, _ = w.Write(a.body[:len(a.body)/2]) //nolint:gosec // No browser reads it.
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(a.body) //nolint:gosec // No browser reads it. The client may have left.
}

func (s *Server) now() time.Time { return s.options.Clock() }
