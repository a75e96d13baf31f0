package request_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Each attempt has one record, without query, headers and body.
func TestOneRecordForEachAttempt(t *testing.T) {
	t.Parallel()
	var out lockedBuffer
	bubble(t, request.Options{
		MaxRetries: 2,
		Logger:     slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})),
	},
		func(n int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", fmt.Sprintf("id-%d", n))
			switch n {
			case 1:
				panic(http.ErrAbortHandler)
			case 2:
				reply(w, 400, `{"Code":"Busy","Message":"too busy"}`)
			default:
				reply(w, 200, `{"Items":[1]}`)
			}
		},
		func(t *testing.T, _ *server, c *request.Client) {
			if err := c.Do(t.Context(), get("http://api.test/v3/things?limit=100", nil)); err != nil {
				t.Fatal(err)
			}
		})

	decoder := json.NewDecoder(strings.NewReader(out.String()))
	for i, want := range []map[string]any{
		{"class": "transient", "error": "the connection broke before there was a response"},
		{"class": "transient", "error": "Busy: too busy", "status": 400.0, "request_id": "id-2", "bytes": 36.0},
		{"status": 200.0, "request_id": "id-3", "bytes": 13.0},
	} {
		var got map[string]any
		if err := decoder.Decode(&got); err != nil {
			t.Fatal(err)
		}
		want["level"], want["attempt"], want["cloud"] = "DEBUG", float64(i+1), "Test Cloud"
		want["operation"], want["method"], want["url"] = "DescribeThings", "GET", "api.test/v3/things"
		for name, value := range want {
			if got[name] != value {
				t.Errorf("attempt %d: %s is %v, want %v", i+1, name, got[name], value)
			}
		}
		if _, ok := got["duration"]; !ok {
			t.Errorf("attempt %d has no duration", i+1)
		}
	}
	if decoder.More() {
		t.Error("there are more records than attempts")
	}
}

// A disabled handler panics if anything but its level is used.
type disabled struct{ slog.Handler }

func (disabled) Enabled(context.Context, slog.Level) bool { return false }

// Nothing is computed for a log that is off, not even its attributes.
func TestDisabledLogCostsNothing(t *testing.T) {
	for _, logger := range []*slog.Logger{nil, slog.New(disabled{})} {
		off := attemptAllocations(t, logger)
		on := attemptAllocations(t, slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug})))
		if on-off < 10 {
			t.Errorf("%.0f allocations for an attempt without a log, %.0f with one", off, on)
		}
	}
}

// Keys, tokens and signatures show nowhere, though the server sends back all that it received, in
// every place that an error or a record is made of. Keys and tokens are registered by the clouds.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	const (
		accessKey = "LTAI5tQm3vXc8RfYwZ0p"
		secretKey = "SecretKey/Of+Test=="
		token     = "CAIS/security+token=="
		authToken = "MIIauth-token"
		signature = "6f8a1c9e5b7d3f20aa11bb22cc33dd440f1e2d3c4b5a69788796a5b4c3d2e1f0"
		password  = "proxy-p@ss/word"
	)
	hidden := []string{accessKey, secretKey, token, authToken, signature, password}

	newRequest := func(ctx context.Context) (*http.Request, error) {
		query := url.Values{"Signature": {signature}, "SecurityToken": {token}, "AccessKeyId": {accessKey}, "Page": {"1"}}
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
				all += fmt.Sprintf(" %s: %s %q", name, value, value)
			}
		}
		return all + " http://user:" + url.PathEscape(password) + "@proxy.test:3128/"
	}

	for name, handle := range map[string]func(w http.ResponseWriter, r *http.Request){
		"JSON": func(w http.ResponseWriter, r *http.Request) {
			encoded, err := json.Marshal(body{Code: "Denied " + r.URL.RawQuery, Message: echo(r)})
			if err != nil {
				panic(err)
			}
			w.Header().Set("X-Request-Id", r.Header.Get("X-Auth-Token"))
			reply(w, 403, string(encoded))
		},
		"throttled": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", r.Header.Get("X-Auth-Token"))
			w.Header().Set("Retry-After", "1")
			reply(w, 429, `{"Code":"`+r.Header.Get("X-Auth-Token")+`"}`)
		},
		"HTML":      func(w http.ResponseWriter, r *http.Request) { reply(w, 502, "<html><title>"+echo(r)+"</title>") },
		"text":      func(w http.ResponseWriter, r *http.Request) { reply(w, 200, echo(r)) },
		"text, cut": func(w http.ResponseWriter, r *http.Request) { reply(w, 200, strings.Repeat("x", 215)+token+echo(r)) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://"+accessKey+":"+signature+"@other.test"+r.URL.String())
			w.WriteHeader(302)
		},
		"broken":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"malformed": func(w http.ResponseWriter, r *http.Request) { malformed(w, echo(r)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := &lockedBuffer{}
			var secrets redact.Secrets
			secrets.Add(accessKey, secretKey, token, authToken, password)
			bubble(t, request.Options{
				MaxRetries: 1, Secrets: &secrets,
				Logger: slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug - 8})),
			},
				func(_ int, w http.ResponseWriter, r *http.Request) { handle(w, r) },
				func(t *testing.T, _ *server, c *request.Client) {
					call := get("", nil)
					call.NewRequest = newRequest
					call.Subject = "the things of " + secretKey
					e := failed(t, c.Do(t.Context(), call))
					shown := e.Error() + e.Message + out.String()
					if e.Err != nil {
						shown += e.Err.Error()
					}
					for _, secret := range hidden {
						for i := 0; i+8 <= len(secret); i++ {
							for _, piece := range []string{secret[i : i+8], url.QueryEscape(secret[i : i+8])} {
								if strings.Contains(shown, piece) {
									t.Fatalf("%q of %q shows:\n%s", piece, secret, shown)
								}
							}
						}
					}
					if out.String() == "" {
						t.Error("nothing was logged")
					}
				})
		})
	}
}

// malformed breaks off HTTP with a response that is none, and that net/http's error quotes.
func malformed(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, text+"\r\n\r\n")
	_ = conn.Close()
}
