package request_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// fast are options for a real network: no limit that a test would have to wait for.
func fast() request.Options {
	return request.Options{Cloud: "Test Cloud", PerSecond: 1e6, MaxConcurrent: 4, UserAgent: "test/1"}
}

func serve(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

// Connections are used again, after failures too. net/http may open a few more than
// are in flight at once, as a request that waits for a new one takes an old one that
// becomes free.
func TestConnectionsAreReused(t *testing.T) {
	var opened, requests atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%3 == 0 {
			reply(w, 403, `{"Code":"No","Message":"`+strings.Repeat("x", 100_000)+`"}`)
			return
		}
		reply(w, 200, `{"Items":[1,2,3]}`)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)

	c := request.New(fast())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				_ = c.Do(t.Context(), call(s.URL, nil)) // a third fails by design
			}
		})
	}
	wg.Wait()
	if requests.Load() != 200 || opened.Load() > 8 {
		t.Errorf("%d requests over %d connections, want 200 over at most 8", requests.Load(), opened.Load())
	}
}

// Bodies are read by many calls at once, out of the same pool of buffers.
func TestAnswersDoNotMix(t *testing.T) {
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := len(r.URL.Path) * 997
		reply(w, 200, strings.Repeat(r.URL.Path[1:2], n))
	})
	c := request.New(fast())
	var wg sync.WaitGroup
	for i := range 8 {
		letter := string(rune('a' + i))
		wg.Go(func() {
			for n := 1; n < 40; n++ {
				path := "/" + strings.Repeat(letter, n)
				call := call(at+path, nil)
				call.Read = func(a request.Answer) error {
					if want := strings.Repeat(letter, len(path)*997); string(a.Body) != want {
						t.Errorf("%s: %d bytes of another answer", path, len(a.Body))
					}
					return nil
				}
				if err := c.Do(t.Context(), call); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// A redirect is an error, and its target never hears of the request.
func TestRedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var heard atomic.Int64
		other := serve(t, func(http.ResponseWriter, *http.Request) { heard.Add(1) })
		at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.Replace(other, "://", "://user:hidden@", 1)+"/login?ticket=hidden")
			w.WriteHeader(status)
		})
		c := request.New(fast())
		err := c.Do(t.Context(), call(at, nil))
		e := failed(t, err)
		if heard.Load() != 0 || e.Status != status || e.Fault != request.Final ||
			!strings.Contains(err.Error(), other+"/login") || strings.Contains(err.Error(), "hidden") {
			t.Errorf("the target got %d requests: %v", heard.Load(), err)
		}
	}
}

// An answer beyond the bound is an error that names it, whether its length is told
// beforehand or not, or it is small only while compressed.
func TestHugeAnswers(t *testing.T) {
	chunk := make([]byte, 1<<20)
	huge := func(w io.Writer, piece []byte) {
		for range request.MaxBody/len(chunk) + 1 {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	}
	var small bytes.Buffer // of which several in a row are gzip too
	z := gzip.NewWriter(&small)
	if _, err := z.Write(chunk); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, handle := range map[string]http.HandlerFunc{
		"announced": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(request.MaxBody+1))
			w.WriteHeader(200)
		},
		"streamed": func(w http.ResponseWriter, _ *http.Request) { huge(w, chunk) },
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			huge(w, small.Bytes())
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := fast()
			o.MaxRetries = 3
			err := request.New(o).Do(t.Context(), call(serve(t, handle), nil))
			if e := failed(t, err); e.Tries != 1 || !strings.Contains(err.Error(), "32 MiB") {
				t.Errorf("%d tries: %v", e.Tries, err)
			}
		})
	}

	t.Run("at the bound", func(t *testing.T) {
		at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for range request.MaxBody / len(chunk) {
				_, _ = w.Write(chunk)
			}
		})
		call := call(at, nil)
		call.Read = func(a request.Answer) error {
			if len(a.Body) != request.MaxBody {
				t.Errorf("%d bytes", len(a.Body))
			}
			return nil
		}
		if err := request.New(fast()).Do(t.Context(), call); err != nil {
			t.Error(err)
		}
	})
}

func TestHugeRequest(t *testing.T) {
	call := call("", nil)
	call.Build = func(ctx context.Context) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1:1/", strings.NewReader(strings.Repeat("x", request.MaxBody+1)))
	}
	if err := request.New(fast()).Do(t.Context(), call); err == nil || !strings.Contains(err.Error(), "32 MiB") {
		t.Error(err)
	}
}

// The context that Build makes the request with doesn't matter: an interrupt reaches
// it while the server hangs.
func TestInterruptWhileTheServerHangs(t *testing.T) {
	arrived := make(chan struct{}, 1)
	at := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	call := call(at, nil)
	call.Build = func(context.Context) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, at, nil)
	}
	ended := make(chan error, 1)
	out := &locked{}
	o := fast()
	o.Logger = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() { ended <- request.New(o).Do(ctx, call) }()
	<-arrived
	cancel()
	if e := failed(t, <-ended); !strings.Contains(e.Error(), "interrupted") || e.Tries != 1 {
		t.Error(e)
	}
	if logged := out.b.String(); !strings.Contains(logged, "error=interrupted") {
		t.Errorf("the record of the try is %q", logged)
	}
}

func TestUserAgent(t *testing.T) {
	agents := make(chan string, 2)
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agents <- r.UserAgent()
		reply(w, 200, `{}`)
	})
	c := request.New(fast())
	signed := call(at, nil)
	build := signed.Build
	signed.Build = func(ctx context.Context) (*http.Request, error) {
		req, err := build(ctx)
		if err == nil {
			req.Header.Set("User-Agent", "signed/2")
		}
		return req, err
	}
	for _, call := range []request.Call{call(at, nil), signed} {
		if err := c.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	if first, second := <-agents, <-agents; first != "test/1" || second != "signed/2" {
		t.Errorf("got %q and %q", first, second)
	}
}

// secure starts a server with TLS, and gives its address and its authority.
func secure(t *testing.T, change func(*httptest.Server)) (string, *x509.CertPool) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, fmt.Sprintf(`{"Items":[%d]}`, r.ProtoMajor))
	}))
	s.Config.ErrorLog = discard()
	change(s)
	s.StartTLS()
	t.Cleanup(s.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(s.Certificate())
	return s.URL, authorities
}

func TestHTTP2WhereOffered(t *testing.T) {
	for _, offered := range []bool{true, false} {
		at, authorities := secure(t, func(s *httptest.Server) { s.EnableHTTP2 = offered })
		c := request.New(fast())
		request.Adapt(c, func(tr *http.Transport) { tr.TLSClientConfig.RootCAs = authorities })
		var got answer
		if err := c.Do(t.Context(), call(at, &got)); err != nil {
			t.Fatal(err)
		}
		if (got.Items[0] == 2) != offered {
			t.Errorf("offered %v, used HTTP/%d", offered, got.Items[0])
		}
	}
}

// What is wrong with names, certificates and proxies is told with what to check; what
// can't get better isn't tried again.
func TestNetworkFailures(t *testing.T) {
	private, _ := secure(t, func(*httptest.Server) {})
	old, authorities := secure(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) })
	var refused atomic.Int64
	proxy := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		refused.Add(1)
		reply(w, http.StatusProxyAuthRequired, `no`)
	})
	through := func(address string) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.Proxy = func(*http.Request) (*url.URL, error) {
				return url.Parse(strings.Replace(address, "://", "://user:proxypass@", 1))
			}
		}
	}

	for _, tt := range []struct {
		name  string
		url   string
		adapt func(*http.Transport)
		final bool
		want  []string
	}{
		{"unknown authority", private, nil, true, []string{"certificate", "SSL_CERT_FILE"}},
		{"TLS too old", old, func(tr *http.Transport) { tr.TLSClientConfig.RootCAs = authorities }, false, []string{"protocol version"}},
		{"no TLS", strings.Replace(plain, "http://", "https://", 1), nil, true, []string{"doesn't speak TLS", "scheme"}},
		{"proxy refuses", "https://api.test/", through(proxy), true, []string{"407 Proxy Authentication Required", "HTTPS_PROXY"}},
		{"proxy is not there", "https://api.test/", through("http://127.0.0.1:1"), false, []string{"the proxy can't be reached", "HTTPS_PROXY"}},
		{"nobody listens", "http://127.0.0.1:1/", nil, false, []string{"127.0.0.1:1", "refused", "Check the endpoint"}},
		{"no such host", "http://api.test/", func(tr *http.Transport) {
			tr.DialContext = func(_ context.Context, network, _ string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: "api.test", IsNotFound: true}}
			}
		}, false, []string{`no host "api.test"`, "region"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := fast()
			o.MaxRetries = 1
			c := request.New(o)
			request.Adapt(c, func(tr *http.Transport) {
				tr.Proxy = nil
				if tt.adapt != nil {
					tt.adapt(tr)
				}
			})
			err := c.Do(t.Context(), call(tt.url, nil))
			if e := failed(t, err); (e.Tries == 1) != tt.final || e.Status != 0 {
				t.Errorf("%d tries: %v", e.Tries, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), "proxypass") {
				t.Errorf("the proxy's password shows: %v", err)
			}
		})
	}
	if refused.Load() != 1 {
		t.Errorf("the proxy that refuses was asked %d times, want once", refused.Load())
	}
}
