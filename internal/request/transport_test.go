package request_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func serve(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s.URL
}

// Connections are reused, after failures too. net/http may open a few more than are in flight at
// once, as a request that waits for a new one takes an old one that becomes free.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var opened, requests atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%3 == 0 {
			reply(w, 403, `{"Code":"No","Message":"`+strings.Repeat("x", 10_000)+`"}`)
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

	c := request.New(request.Options{MaxConcurrent: 4})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				_ = c.Do(t.Context(), get(s.URL, nil)) // a third fails by design
			}
		})
	}
	wg.Wait()
	if requests.Load() != 200 || opened.Load() > 8 {
		t.Errorf("%d requests over %d connections, want 200 over at most 8", requests.Load(), opened.Load())
	}
}

// A redirect is an error, and its target receives no request.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var received atomic.Int64
		other := serve(t, func(http.ResponseWriter, *http.Request) { received.Add(1) })
		at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", strings.Replace(other, "://", "://user:hidden@", 1)+"/login?ticket=hidden")
			w.WriteHeader(status)
		})
		err := request.New(request.Options{MaxRetries: 3}).Do(t.Context(), get(at, nil))
		e := failed(t, err)
		if received.Load() != 0 || e.Status != status || e.Class != request.Permanent || e.Attempts != 1 || strings.Contains(err.Error(), "hidden") {
			t.Errorf("the target received %d requests: %v", received.Load(), err)
		}
		contains(t, err, `redirect to "http://***@`+strings.TrimPrefix(other, "http://")+`/login", which was not followed`, "#unexpected-response")
	}
}

// A response beyond the bound is an error that states it, also if it is small while compressed.
func TestHugeResponses(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20
	chunk := make([]byte, bound/4)
	huge := func(w io.Writer, piece []byte) {
		for range 5 {
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
	for _, tt := range []struct {
		name   string
		bound  int64
		handle http.HandlerFunc
		want   string
	}{
		{"streamed", bound, func(w http.ResponseWriter, _ *http.Request) { huge(w, chunk) }, "1 MiB"},
		{"compressed", bound, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			huge(w, small.Bytes())
		}, "1 MiB"},
		{"a small bound", 1 << 16, func(w http.ResponseWriter, _ *http.Request) { huge(w, chunk) }, "0.0625 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			call := get(serve(t, tt.handle), nil)
			call.MaxBody = tt.bound
			err := request.New(request.Options{MaxRetries: 3}).Do(t.Context(), call)
			contains(t, err, "the response is larger than "+tt.want, "page_size")
			if e := failed(t, err); e.Attempts != 1 {
				t.Errorf("%d attempts: %v", e.Attempts, err)
			}
		})
	}

	t.Run("at the bound", func(t *testing.T) {
		t.Parallel()
		at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for range 4 {
				_, _ = w.Write(chunk)
			}
		})
		call := get(at, nil)
		call.MaxBody = bound
		call.Decode = func(r request.Response) error {
			if len(r.Body) != bound {
				t.Errorf("%d bytes", len(r.Body))
			}
			return nil
		}
		if err := request.New(request.Options{}).Do(t.Context(), call); err != nil {
			t.Error(err)
		}
	})
}

// The context that NewRequest makes the request with does not matter: an interrupt reaches it while
// the server hangs.
func TestInterruptWhileTheServerHangs(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 1)
	at := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	call := get(at, nil)
	call.NewRequest = func(context.Context) (*http.Request, error) {
		return http.NewRequest(http.MethodGet, at, nil)
	}
	ended := make(chan error, 1)
	go func() { ended <- request.New(request.Options{MaxRetries: 8}).Do(ctx, call) }()
	<-arrived
	cancel()
	e := failed(t, <-ended)
	contains(t, e, "it was interrupted while waiting for the response of 127.0.0.1:")
	if e.Attempts != 1 {
		t.Error(e)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	agents := make(chan string, 2)
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agents <- r.UserAgent()
		reply(w, 200, `{}`)
	})
	c := request.New(request.Options{UserAgent: "test/1"})
	own := get(at, nil)
	newRequest := own.NewRequest
	own.NewRequest = func(ctx context.Context) (*http.Request, error) {
		req, err := newRequest(ctx)
		if err == nil {
			req.Header.Set("User-Agent", "own/2")
		}
		return req, err
	}
	for _, call := range []request.Call{get(at, nil), own} {
		if err := c.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	if first, second := <-agents, <-agents; first != "test/1" || second != "own/2" {
		t.Errorf("got %q and %q", first, second)
	}
}

// secure starts a server with TLS, and returns its address and its authority.
func secure(t *testing.T, change func(*httptest.Server)) (string, *x509.CertPool) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reply(w, 200, fmt.Sprintf(`{"Items":[%d]}`, r.ProtoMajor))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	change(s)
	s.StartTLS()
	t.Cleanup(s.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(s.Certificate())
	return s.URL, authorities
}

// certificate returns one for 127.0.0.1 that is its own authority and expired at a time.
func certificate(t *testing.T, expired time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: expired.Add(-time.Hour), NotAfter: expired,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestHTTP2IfOffered(t *testing.T) {
	t.Parallel()
	for _, offered := range []bool{true, false} {
		at, authorities := secure(t, func(s *httptest.Server) { s.EnableHTTP2 = offered })
		c := request.New(request.Options{})
		request.Adapt(c, func(tr *http.Transport) { tr.TLSClientConfig = &tls.Config{RootCAs: authorities} })
		var got body
		if err := c.Do(t.Context(), get(at, &got)); err != nil {
			t.Fatal(err)
		}
		if (got.Items[0] == 2) != offered {
			t.Errorf("offered %v, used HTTP/%d", offered, got.Items[0])
		}
	}
}

// What is wrong with names, certificates, proxies and connections is stated with what to check.
// What can't get better is not retried.
func TestNetworkErrors(t *testing.T) {
	t.Parallel()
	private, authorities := secure(t, func(*httptest.Server) {})
	trust := func(pool *x509.CertPool, change func(*tls.Config)) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.TLSClientConfig = &tls.Config{RootCAs: pool}
			if change != nil {
				change(tr.TLSClientConfig)
			}
		}
	}
	old, oldAuthorities := secure(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	modern, modernAuthorities := secure(t, func(s *httptest.Server) { s.TLS = &tls.Config{MinVersion: tls.VersionTLS13} })
	expired, expiredAuthorities := secure(t, func(s *httptest.Server) {
		s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t, time.Now().Add(-time.Minute))}}
	})
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) })
	refusing := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusProxyAuthRequired, `no`) })
	busy := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusBadGateway, `no`) })
	through := func(address string) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.Proxy = func(*http.Request) (*url.URL, error) {
				return url.Parse(strings.Replace(address, "://", "://user:proxypass@", 1))
			}
		}
	}
	dialFails := func(err error) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.DialContext = func(_ context.Context, network, _ string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: network, Err: err}
			}
		}
	}

	for _, tt := range []struct {
		name  string
		url   string
		adapt func(*http.Transport)
		want  int // attempts, with two retries
		parts []string
	}{
		{"unknown authority", private, nil, 1, []string{"unknown authority", "SSL_CERT_FILE", "#certificates"}},
		{"wrong name", private, trust(authorities, func(c *tls.Config) { c.ServerName = "other.test" }), 1, []string{"other.test", "Check the endpoint", "#certificates"}},
		{"expired certificate", expired, trust(expiredAuthorities, nil), 1, []string{"expired", "clock", "#certificates"}},
		{"server too old", old, trust(oldAuthorities, nil), 1, []string{"protocol version", "TLS 1.2 or later", "#certificates"}},
		{"alert of the server", modern, trust(modernAuthorities, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }), 1, []string{"protocol version", "#certificates"}},
		{"no TLS", strings.Replace(plain, "http://", "https://", 1), nil, 1, []string{"does not look like a TLS handshake", "scheme", "#certificates"}},
		{"proxy refuses", "https://api.test/", through(refusing), 1, []string{"407 Proxy Authentication Required", "HTTPS_PROXY", "#proxy"}},
		{"proxy refuses without TLS", "http://api.test/", through(refusing), 1, []string{"407 Proxy Authentication Required", "HTTPS_PROXY", "#proxy"}},
		{"proxy is busy", "https://api.test/", through(busy), 3, []string{"502 Bad Gateway", "HTTPS_PROXY", "#proxy"}},
		{"proxy is not there", "https://api.test/", through("http://127.0.0.1:1"), 3, []string{"there is no connection to the proxy", "HTTPS_PROXY", "#proxy"}},
		{"connection refused", "http://127.0.0.1:1/", nil, 3, []string{"127.0.0.1:1", "refused", "Check the endpoint", "#network"}},
		{"no such host", "http://api.test/", dialFails(&net.DNSError{Err: "no such host", Name: "api.test", IsNotFound: true}), 3,
			[]string{"the host api.test could not be resolved", "region", "DNS", "#network"}},
		// The dialer's timeout is a context.DeadlineExceeded as well, and not the request's.
		{"connection times out", "http://api.test:81/", func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{Timeout: time.Nanosecond}).DialContext(ctx, network, "127.0.0.1:81")
			}
		}, 3, []string{"there was no connection to api.test:81 within 10s", "dial tcp 127.0.0.1:81: i/o timeout", "firewall", "#network"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := request.New(request.Options{MaxRetries: 2})
			request.Adapt(c, func(tr *http.Transport) {
				tr.Proxy = nil
				if tt.adapt != nil {
					tt.adapt(tr)
				}
			})
			err := c.Do(t.Context(), get(tt.url, nil))
			if e := failed(t, err); e.Attempts != tt.want {
				t.Errorf("%d attempts, want %d: %v", e.Attempts, tt.want, err)
			}
			contains(t, err, tt.parts...)
			if strings.Contains(err.Error(), "proxypass") || strings.Contains(err.Error(), "request_timeout") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// A proxy's address in the environment can hold a password, which is masked from the first error on,
// also if another host repeats it. Calls with NoProxy don't use the proxy. The environment is
// read once in a process, so each case is a process of its own.
func TestProxiesInTheEnvironment(t *testing.T) {
	t.Parallel()
	const password = "hunter2/of the%proxy"
	if os.Getenv("REQUEST_TEST_PROXY") != "" {
		direct := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, 404, `{"Code":"NoSuchThing","Message":"you sent `+password+`"}`)
		})
		c := request.New(request.Options{})
		request.Adapt(c, func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if address == "direct.test:80" {
					address = strings.TrimPrefix(direct, "http://")
				}
				return new(net.Dialer).DialContext(ctx, network, address)
			}
		})
		err := c.Do(t.Context(), get("https://api.test/", nil))
		contains(t, err, "HTTPS_PROXY")
		call := get("http://direct.test/", nil)
		call.NoProxy = true
		repeated := failed(t, c.Do(t.Context(), call))
		contains(t, repeated, "NoSuchThing: you sent ***")
		if shown := err.Error() + repeated.Error(); strings.Contains(shown, "hunter2") || strings.Contains(shown, "dXNlcjpodW50ZXIy") {
			t.Errorf("the password shows: %s", shown)
		}
		return
	}
	refusing := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(407)
		_, _ = io.WriteString(w, r.Header.Get("Proxy-Authorization"))
	})
	userinfo := "user:" + url.PathEscape(password)
	for _, address := range []string{
		"http://" + userinfo + "@127.0.0.1:1",
		"http://" + userinfo + "@host:port",
		strings.Replace(refusing, "://", "://"+userinfo+"@", 1),
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxiesInTheEnvironment$")
		cmd.Env = append(os.Environ(), "REQUEST_TEST_PROXY=1", "HTTPS_PROXY="+address, "HTTP_PROXY="+address, "NO_PROXY=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", address, err, out)
		}
	}
}
