package alibabacloud_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// outside stands for all that the vendor's library asks beyond this machine:
// https goes to one handler, whatever the host, and the metadata service's
// address to another.
var outside struct {
	sync.Mutex
	https    string // address of a TLS server; "" refuses
	metadata *url.URL
	dialled  []string // hosts asked over https
}

func TestMain(m *testing.M) {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		panic("net/http has another default transport")
	}
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		outside.Lock()
		defer outside.Unlock()
		switch {
		case r.URL.Scheme == "https" || r.URL.Hostname() == "127.0.0.1":
			return nil, nil
		case r.URL.Host == "100.100.100.200" && outside.metadata != nil:
			return outside.metadata, nil
		}
		return nil, errors.New("a test asked the network for " + r.URL.Host)
	}
	transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		outside.Lock()
		outside.dialled = append(outside.dialled, address)
		https := outside.https
		outside.Unlock()
		if https == "" {
			return nil, errors.New("a test asked the network for " + address)
		}
		dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
		return dialer.DialContext(ctx, network, https)
	}
	// The vendor's library fills what it is not told from the process's environment,
	// which might be another account's.
	for name, text := range map[string]string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID":     "another-account",
		"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "another-secret",
		"ALIBABA_CLOUD_SECURITY_TOKEN":    "another-token",
		"ALIBABA_CLOUD_ROLE_ARN":          "acs:ram::2:role/another",
		"ALIBABA_CLOUD_ROLE_SESSION_NAME": "another-session",
		"ALIBABA_CLOUD_OIDC_TOKEN":        "another-oidc-token",
		"ALIBABA_CLOUD_OIDC_TOKEN_FILE":   "/another/file",
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::2:oidc-provider/another",
		"ALIBABA_CLOUD_CREDENTIALS_URI":   "http://another.invalid/",
		"ALIBABA_CLOUD_PROFILE":           "another",
		"ALIBABA_CLOUD_CONFIG_FILE":       "/another/config.json",
	} {
		if err := os.Setenv(name, text); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// serveHTTPS lets a handler answer for every host that is asked over https.
func serveHTTPS(t *testing.T, handler http.Handler) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	outside.Lock()
	outside.https, outside.dialled = server.Listener.Addr().String(), nil
	outside.Unlock()
	t.Cleanup(func() {
		outside.Lock()
		outside.https = ""
		outside.Unlock()
		server.Close()
	})
}

func dialled() []string {
	outside.Lock()
	defer outside.Unlock()
	return append([]string(nil), outside.dialled...)
}

// serveMetadata lets a handler answer for the metadata service.
func serveMetadata(t *testing.T, handler http.Handler) {
	t.Helper()
	server := httptest.NewServer(handler)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	outside.Lock()
	outside.metadata = at
	outside.Unlock()
	t.Cleanup(func() {
		outside.Lock()
		outside.metadata = nil
		outside.Unlock()
		server.Close()
	})
}

// environment is a process's environment with a home directory of the test's own.
type environment map[string]string

func emptyEnvironment(t *testing.T) environment {
	t.Helper()
	home := t.TempDir()
	return environment{"HOME": home, "USERPROFILE": home}
}

func (e environment) get(name string) string { return e[name] }

func (e environment) with(pairs ...string) environment {
	for i := 0; i < len(pairs); i += 2 {
		e[pairs[i]] = pairs[i+1]
	}
	return e
}

// configure writes the CLI's configuration file, and gives its path.
func (e environment) configure(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(e["HOME"], ".aliyun", "config.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, text)
	return path
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// service is a stand-in for DBS that notes who asked.
type service struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

// newService answers every request with what respond gives.
func newService(t testing.TB, respond func(*http.Request) (int, string)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if len(s.seen) < 1000 { // a benchmark sends more than it looks at
			s.seen = append(s.seen, r)
		}
		s.mu.Unlock()
		status, body := respond(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s
}

func succeed(*http.Request) (int, string) { return http.StatusOK, `{"Success":true,"Items":[]}` }

func (s *service) requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.seen...)
}

// newClient is a client without retries.
func newClient(settings alibabacloud.Settings, env environment) (*alibabacloud.Client, *request.Secrets) {
	secrets := &request.Secrets{}
	requests := request.New(request.Options{Cloud: "Alibaba Cloud", PerSecond: 1e6, MaxConcurrent: 64, Secrets: secrets})
	return alibabacloud.NewClient(settings, env.get, requests, secrets), secrets
}

var operation = alibabacloud.Operation{
	Action: "DescribeBackupPlanList", Subject: "the backup plans in cn-hangzhou", Region: "cn-hangzhou",
	Query: url.Values{"PageNum": {"0"}, "PageSize": {"100"}},
}

// decode reads an answer as the operations' packages do.
func decode(body []byte) (alibabacloud.Envelope, error) {
	var answer struct {
		Success             *bool
		ErrCode, ErrMessage string
		RequestId           string
		HttpStatusCode      int
		Items               *[]any
	}
	err := json.Unmarshal(body, &answer)
	return alibabacloud.Envelope{
		Success: answer.Success, ErrCode: answer.ErrCode, ErrMessage: answer.ErrMessage,
		RequestID: answer.RequestId, HTTPStatusCode: answer.HttpStatusCode, HasItems: answer.Items != nil,
	}, err
}

// asker reads once and tells whose keys signed: the access key's id, and the token.
func asker(t *testing.T, settings alibabacloud.Settings, env environment) (string, error) {
	t.Helper()
	dbs := newService(t, succeed)
	if settings.Endpoint == "" {
		settings.Endpoint = dbs.URL
	}
	client, _ := newClient(settings, env)
	if err := client.Do(t.Context(), operation, decode); err != nil {
		return "", err
	}
	requests := dbs.requests()
	if len(requests) != 1 {
		return "", fmt.Errorf("%d requests were sent", len(requests))
	}
	return signer(requests[0]), nil
}

// signer is "id" or "id/token" of a signed request.
func signer(r *http.Request) string {
	var id string
	if match := credential.FindStringSubmatch(r.Header.Get("Authorization")); match != nil {
		id = match[1]
	}
	if token := r.Header.Get("X-Acs-Security-Token"); token != "" {
		return id + "/" + token
	}
	return id
}

// temporary is an answer of temporary credentials that last for a while.
func temporary(id string, lasts time.Duration) string {
	return fmt.Sprintf(`"AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":%q,"Expiration":%q`,
		id, id+"-secret", id+"-token", time.Now().Add(lasts).UTC().Format("2006-01-02T15:04:05Z"))
}

// sts is a stand-in for the Security Token Service. It knows the secret of each
// access key and answers with the credentials STS.1, STS.2, and so on.
type sts struct {
	secrets map[string]string
	lasts   time.Duration

	mu    sync.Mutex
	seen  []url.Values
	wrong error
}

func newSTS(t *testing.T, lasts time.Duration, keys ...string) *sts {
	t.Helper()
	s := &sts{secrets: map[string]string{}, lasts: lasts}
	for i := 0; i < len(keys); i += 2 {
		s.secrets[keys[i]] = keys[i+1]
	}
	serveHTTPS(t, s)
	t.Cleanup(func() {
		if s.wrong != nil {
			t.Error(s.wrong)
		}
	})
	return s
}

func (s *sts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		s.wrong = err
	}
	if r.Form.Get("Action") == "AssumeRole" && !s.signed(r) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"Code":"SignatureDoesNotMatch","Message":"it differs","RequestId":"STS-R"}`))
		return
	}
	s.seen = append(s.seen, r.Form)
	_, _ = fmt.Fprintf(w, `{"Credentials":{%s}}`, temporary(fmt.Sprintf("STS.%d", len(s.seen)), s.lasts))
}

// signed checks the older RPC signature.
func (s *sts) signed(r *http.Request) bool {
	var pairs []string
	for name, texts := range r.Form {
		if name != "Signature" {
			pairs = append(pairs, percent(name)+"="+percent(texts[0]))
		}
	}
	slices.Sort(pairs)
	mac := hmac.New(sha1.New, []byte(s.secrets[r.Form.Get("AccessKeyId")]+"&"))
	mac.Write([]byte("POST&%2F&" + percent(strings.Join(pairs, "&"))))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)) == r.Form.Get("Signature")
}

func (s *sts) requests() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// metadata is a stand-in for the metadata service of an instance with the role "ecs".
func metadata(lasts time.Duration) http.Handler {
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("metadata-token")) })
	mux.HandleFunc("GET /latest/meta-data/ram/security-credentials/ecs", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Aliyun-Ecs-Metadata-Token") != "metadata-token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, `{"Code":"Success",%s}`, temporary(fmt.Sprintf("ECS.%d", asked.Add(1)), lasts))
	})
	return mux
}

// credentialsServer answers as a credentials URI does.
func credentialsServer(t *testing.T, respond func(*http.Request) (int, string)) string {
	t.Helper()
	return newService(t, respond).URL
}

func uriAnswer(*http.Request) (int, string) {
	return http.StatusOK, "{" + temporary("URI.1", time.Hour) + "}"
}
