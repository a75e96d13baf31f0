package request_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// A server answers over pipes, in a bubble of virtual time: hours of back-off take no time,
// and the times of requests are exact. It answers for every host.
type server struct {
	http  http.Server
	conns chan net.Conn
	once  sync.Once
	gone  chan struct{}

	mu   sync.Mutex
	seen []arrival
}

// An arrival is one request that a server received.
type arrival struct {
	at         time.Duration // since the server started
	host, path string
}

func (s *server) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.gone:
		return nil, net.ErrClosed
	}
}

func (s *server) Close() error {
	s.once.Do(func() { close(s.gone) })
	return nil
}

func (s *server) Addr() net.Addr { return &net.TCPAddr{} }

func (s *server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case s.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// arrivals returns the requests so far.
func (s *server) arrivals() []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]arrival(nil), s.seen...)
}

// bubble runs a test in virtual time, with a server and a client for it.
func bubble(t *testing.T, o request.Options, handle func(n int, w http.ResponseWriter, r *http.Request), test func(t *testing.T, s *server, c *request.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &server{conns: make(chan net.Conn), gone: make(chan struct{})}
		start := time.Now()
		s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.seen = append(s.seen, arrival{time.Since(start), r.Host, r.URL.Path})
			n := len(s.seen)
			s.mu.Unlock()
			handle(n, w, r)
		})
		served := make(chan error, 1)
		go func() { served <- s.http.Serve(s) }()

		c := request.New(o)
		request.Adapt(c, func(tr *http.Transport) { tr.DialContext = s.dial })
		defer func() { // also after a failure: no goroutine may outlive its bubble
			request.CloseIdle(c)
			if err := s.http.Close(); err != nil {
				t.Error(err)
			}
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
		}()
		test(t, s, c)
	})
}

// body is what the tests' servers send: an API's envelope.
type body struct {
	Code    string `json:"Code,omitempty"`
	Message string `json:"Message,omitempty"`
	Items   []int  `json:"Items,omitempty"`
}

var codeClasses = map[string]request.Class{
	"Throttling":    request.Throttled,
	"Busy":          request.Transient,
	"InternalError": request.ServerError,
	"TokenExpired":  request.ExpiredCredentials,
	"WrongKey":      request.RejectedCredentials,
}

// get is a call that reads an envelope at a URL, as an API package would make it.
func get(url string, into *body) request.Call {
	return request.Call{
		Cloud:     "Test Cloud",
		Operation: "DescribeThings",
		Subject:   "the things",
		NewRequest: func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		},
		Decode: func(r request.Response) error {
			if !bytes.HasPrefix(bytes.TrimPrefix(r.Body, []byte("\ufeff")), []byte("{")) {
				return request.NotJSON(r)
			}
			var b body
			if err := json.Unmarshal(r.Body, &b); err != nil {
				return err
			}
			if b.Code != "" || r.Status != http.StatusOK {
				return &request.Error{Code: b.Code, Message: b.Message, Class: codeClasses[b.Code]}
			}
			if into != nil {
				*into = b
			}
			return nil
		},
	}
}

func reply(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// failed returns the error of a call as what it must be.
func failed(t *testing.T, err error) *request.Error {
	t.Helper()
	e, ok := err.(*request.Error) //nolint:errorlint // Do returns exactly this type
	if !ok {
		t.Fatalf("the error is %T, not *request.Error: %v", err, err)
	}
	return e
}

// contains reports every string that an error lacks.
func contains(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q:\n%v", part, err)
		}
	}
}
