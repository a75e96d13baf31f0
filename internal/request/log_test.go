package request_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func discard() *log.Logger { return log.New(io.Discard, "", 0) }

// A record tells what happened in one try.
func TestOneRecordATry(t *testing.T) {
	var out bytes.Buffer
	bubble(t, request.Options{
		Cloud: "Test Cloud", MaxRetries: 2,
		Logger: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})),
	},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", fmt.Sprintf("id-%d", n))
			switch n {
			case 1:
				panic(http.ErrAbortHandler)
			case 2:
				reply(w, 400, `{"Code":"Throttling","Message":"too fast"}`)
			default:
				reply(w, 200, `{"Items":[1]}`)
			}
		},
		func(t *testing.T, _ *server, c *request.Client) {
			if err := c.Do(t.Context(), call("http://api.test/v3/things?limit=100", nil)); err != nil {
				t.Fatal(err)
			}
		})

	decoder := json.NewDecoder(&out)
	for try, want := range []map[string]any{
		{"fault": "transient", "error": "the connection broke before an answer came"},
		{"fault": "throttled", "error": "Throttling: too fast", "status": 400.0, "request_id": "id-2", "bytes": 42.0},
		{"status": 200.0, "request_id": "id-3", "bytes": 13.0},
	} {
		var got map[string]any
		if err := decoder.Decode(&got); err != nil {
			t.Fatal(err)
		}
		want["level"], want["try"] = "DEBUG", float64(try+1)
		want["operation"], want["method"], want["url"] = "DescribeThings", "GET", "api.test/v3/things"
		for name, value := range want {
			if got[name] != value {
				t.Errorf("try %d: %s is %v, want %v", try+1, name, got[name], value)
			}
		}
		if _, ok := got["duration"]; !ok {
			t.Errorf("try %d has no duration", try+1)
		}
	}
	if decoder.More() {
		t.Error("there are more records than tries")
	}
}

// A locked buffer collects what several goroutines log.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// Keys, tokens and signatures show nowhere, though the server sends back all that it
// got, in every place that an error or a record is made of.
func TestNothingLeaks(t *testing.T) {
	const (
		accessKey = "LTAI5tQm3vXc8RfYwZ0p"
		secretKey = "SecretKey/Of+Test=="
		token     = "CAIS/security+token=="
		authToken = "MIIauth-token"
		signature = "6f8a1c9e5b7d3f20aa11bb22cc33dd44"
		password  = "proxy-p@ss/word"
	)
	hidden := []string{accessKey, secretKey, token, authToken, signature, password}

	build := func(ctx context.Context) (*http.Request, error) {
		query := url.Values{"Signature": {signature + "="}, "SecurityToken": {token}, "AccessKeyId": {accessKey}, "Page": {"1"}}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://api.test/"+url.PathEscape(token)+"/x?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+accessKey+",SignedHeaders=host;x-acs-date,Signature="+signature)
		req.Header.Add("Authorization", "SDK-HMAC-SHA256 Access="+accessKey+", SignedHeaders=host, Signature="+signature)
		req.Header.Set("X-Auth-Token", authToken)
		req.Header.Set("X-Acs-Security-Token", token)
		return req, nil
	}
	// echo is a server's view of a request, as it would put it into a message.
	echo := func(r *http.Request) string {
		all := r.URL.String() + " " + r.URL.RawQuery + " " + url.QueryEscape(r.URL.RawQuery)
		for name, values := range r.Header {
			for _, value := range values {
				all += fmt.Sprintf(" %s: %s %q %s", name, value, value, base64.StdEncoding.EncodeToString([]byte(value)))
			}
		}
		return all + " http://user:" + url.PathEscape(password) + "@proxy.test:3128/"
	}

	for name, handle := range map[string]func(w http.ResponseWriter, r *http.Request){
		"JSON": func(w http.ResponseWriter, r *http.Request) {
			body, err := json.Marshal(answer{Code: "Denied " + r.URL.RawQuery, Message: echo(r)})
			if err != nil {
				panic(err)
			}
			w.Header().Set("X-Request-Id", r.Header.Get("X-Auth-Token"))
			reply(w, 403, string(body))
		},
		"HTML":          func(w http.ResponseWriter, r *http.Request) { reply(w, 502, "<html><title>"+echo(r)+"</title>") },
		"text":          func(w http.ResponseWriter, r *http.Request) { reply(w, 200, echo(r)) },
		"text, cut off": func(w http.ResponseWriter, r *http.Request) { reply(w, 200, strings.Repeat("x", 215)+token+echo(r)) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://"+accessKey+":"+signature+"@other.test"+r.URL.String())
			w.WriteHeader(302)
		},
		"broken":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"malformed": func(w http.ResponseWriter, r *http.Request) { malformed(w, echo(r)) },
	} {
		t.Run(name, func(t *testing.T) {
			out := &locked{}
			var masks request.Secrets
			masks.Add(secretKey, password)
			bubble(t, request.Options{
				MaxRetries: 1, Secrets: &masks,
				Logger: slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug - 8})),
			},
				func(_ int, w http.ResponseWriter, r *http.Request) { handle(w, r) },
				func(t *testing.T, _ *server, c *request.Client) {
					call := call("", nil)
					call.Build = build
					call.Subject = "the things of " + secretKey
					e := failed(t, c.Do(t.Context(), call))
					shown := e.Error() + e.Message + out.b.String()
					if e.Err != nil {
						shown += e.Err.Error()
					}
					for _, secret := range hidden {
						for i := 0; i+8 <= len(secret); i++ {
							for _, encode := range encodings {
								if piece := encode(secret[i : i+8]); strings.Contains(shown, piece) {
									t.Fatalf("%q of %q shows:\n%s", piece, secret, shown)
								}
							}
						}
					}
					if out.b.Len() == 0 {
						t.Error("nothing was logged")
					}
				})
		})
	}
}

// malformed breaks off HTTP with an answer that is none, and that net/http's error
// quotes.
func malformed(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, text+"\r\n\r\n")
	_ = conn.Close()
}

// A proxy's address in the environment can hold a password. The environment is read once
// a process, so each case is a process of its own.
func TestProxyPasswordInTheEnvironment(t *testing.T) {
	const password = "hunter2-of-the-proxy"
	if os.Getenv("REQUEST_TEST_PROXY") != "" {
		out := &locked{}
		o := fast()
		o.Logger = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		err := request.New(o).Do(t.Context(), call("https://api.test/", nil))
		if err == nil || !strings.Contains(err.Error(), "HTTPS_PROXY") {
			t.Errorf("the error doesn't tell where the proxy comes from: %v", err)
		}
		if shown := fmt.Sprint(err, out.b.String()); strings.Contains(shown, password) {
			t.Errorf("the password shows: %s", shown)
		}
		return
	}
	refusing := serve(t, func(w http.ResponseWriter, r *http.Request) {
		reply(w, 407, r.Header.Get("Proxy-Authorization"))
	})
	for _, address := range []string{
		"http://user:" + password + "@127.0.0.1:1",
		"http://user:" + password + "@host:port",
		strings.Replace(refusing, "://", "://user:"+password+"@", 1),
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyPasswordInTheEnvironment$")
		cmd.Env = append(os.Environ(), "REQUEST_TEST_PROXY=1", "HTTPS_PROXY="+address, "NO_PROXY=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", address, err, out)
		}
	}
}
