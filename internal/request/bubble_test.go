package request_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// A server answers over pipes, inside a bubble of virtual time: hours of back-off
// take no time, and the moments of requests are exact.
type server struct {
	http  http.Server
	conns chan net.Conn
	once  sync.Once
	gone  chan struct{}

	mu   sync.Mutex
	seen []arrival
}

// An arrival is one request that a server got.
type arrival struct {
	at   time.Duration // since the server started
	path string
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

// arrivals gives the requests so far.
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
			s.seen = append(s.seen, arrival{time.Since(start), r.URL.Path})
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

// answer is what the tests' servers send: an API's envelope.
type answer struct {
	Code    string `json:"Code,omitempty"`
	Message string `json:"Message,omitempty"`
	Items   []int  `json:"Items,omitempty"`
}

// call reads an envelope at a URL, as an API package would.
func call(url string, got *answer) request.Call {
	return request.Call{
		Operation: "DescribeThings",
		Subject:   "the things",
		Build: func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		},
		Read: func(a request.Answer) error {
			var v answer
			if err := json.Unmarshal(a.Body, &v); err != nil {
				return err
			}
			if v.Code != "" || a.Status != http.StatusOK {
				e := &request.Error{Code: v.Code, Message: v.Message}
				switch v.Code {
				case "Throttling":
					e.Fault = request.Throttled
				case "Busy":
					e.Fault = request.Transient
				case "InternalError":
					e.Fault = request.Doubtful
				}
				return e
			}
			if got != nil {
				*got = v
			}
			return nil
		},
	}
}

func reply(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// failed gives the error of a call as what it must be.
func failed(t *testing.T, err error) *request.Error {
	t.Helper()
	var e *request.Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is %T, not *request.Error: %v", err, err)
	}
	return e
}
