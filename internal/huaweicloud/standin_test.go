package huaweicloud_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

const (
	tokenPath  = "/meta-data/latest/api/token"
	keyPath    = "/openstack/latest/securitykey"
	agencyPath = "/v3.0/OS-CREDENTIAL/securitytokens"
	listPath   = "/v3/" + project + "/instances/i/backups"
	project    = "00112233445566778899aabbccddeeff"
)

// A standIn is a server in place of TaurusDB, IAM and the ECS metadata service. It
// verifies every signature, and issues keys that it then knows.
type standIn struct {
	*httptest.Server

	mu      sync.Mutex
	secrets map[string]string // the secret key of each access key
	issued  int
	events  []string // what was called, with who signed: "GET /v3/projects by AKID"
	bodies  []string
	last    *http.Request
	respond map[string]http.HandlerFunc // by path, instead of the usual response
}

func newStandIn(t testing.TB, keys ...string) *standIn {
	t.Helper()
	s := &standIn{secrets: map[string]string{}, respond: map[string]http.HandlerFunc{}}
	for _, key := range keys {
		s.secrets[key] = key + "-secret"
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	signer, refused := r.Header.Get("X-Metadata-Token"), error(nil)
	if r.URL.Path != tokenPath && r.URL.Path != keyPath {
		signer, refused = s.verify(r, body)
	}
	s.mu.Lock()
	s.events = append(s.events, strings.TrimSuffix(r.Method+" "+r.URL.Path+" by "+signer, " by "))
	s.bodies = append(s.bodies, string(body))
	s.last = r
	respond := s.respond[r.URL.Path]
	s.mu.Unlock()
	switch name := r.URL.Query().Get("name"); {
	case refused != nil:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error_code":"APIGW.0301","error_msg":%q,"request_id":"R-REFUSED"}`, refused.Error())
	case respond != nil:
		respond(w, r)
	case r.URL.Path == tokenPath:
		_, _ = io.WriteString(w, "metadata-token")
	case r.URL.Path == keyPath:
		_, _ = io.WriteString(w, s.issue("ECS"))
	case r.URL.Path == agencyPath:
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, s.issue("STS"))
	case r.URL.Path == "/v3/projects":
		_, _ = fmt.Fprintf(w, `{"projects":[{"id":%q,"name":%q,"enabled":true}],"links":{}}`, projectOf(name), name)
	case strings.HasSuffix(r.URL.Path, "/backups"):
		_, _ = io.WriteString(w, `{"backups":[],"total_count":"0"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// projectOf is the ID of the project that IAM lists under a name.
func projectOf(name string) string {
	hash := sha256.Sum256([]byte(name))
	return hex.EncodeToString(hash[:16])
}

// issue returns new temporary keys in JSON, as IAM and the metadata service do.
func (s *standIn) issue(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	id := fmt.Sprintf("%s.%d", prefix, s.issued)
	s.secrets[id] = id + "-secret"
	keys, _ := json.Marshal(map[string]any{"credential": map[string]string{
		"access": id, "secret": id + "-secret", "securitytoken": id + "-token",
		"expires_at": time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05.000000Z"),
	}})
	return string(keys)
}

// verify checks a token, or a signature by the published algorithm, from what arrived.
// It returns who signed.
func (s *standIn) verify(r *http.Request, body []byte) (signer string, err error) {
	if token := r.Header.Get("X-Auth-Token"); token != "" {
		if token != "TOKEN" || r.Header.Get("Authorization") != "" {
			return token, errors.New("the token is wrong")
		}
		return token, nil
	}
	var signed []string
	var signature string
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), "SDK-HMAC-SHA256 ")
	if !ok {
		return "", errors.New("there is no signature")
	}
	for part := range strings.SplitSeq(rest, ", ") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "Access":
			signer = value
		case "SignedHeaders":
			signed = strings.Split(value, ";")
		case "Signature":
			signature = value
		}
	}
	s.mu.Lock()
	secret := s.secrets[signer]
	s.mu.Unlock()
	token := r.Header.Get("X-Security-Token")
	switch {
	case secret == "":
		return signer, errors.New("the access key is unknown")
	case !slices.Contains(signed, "x-sdk-date"):
		return signer, errors.New("the date is not signed")
	case token != "" && (!slices.Contains(signed, "x-security-token") || token != signer+"-token"):
		return signer, errors.New("the security token is not signed, or not that of the key")
	case signature != signatureFor(secret, r.Method, r.URL, r.Header, signed, body):
		return signer, errors.New("the signature differs")
	}
	return signer, nil
}

// signatureFor computes SDK-HMAC-SHA256 as it is published.
func signatureFor(secret, method string, u *url.URL, header http.Header, signed []string, body []byte) string {
	encode := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			c := s[i]
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		return b.String()
	}
	var path strings.Builder
	for escaped := range strings.SplitSeq(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		segment, err := url.PathUnescape(escaped)
		if err != nil {
			return "no path"
		}
		path.WriteString("/" + encode(segment))
	}
	if !strings.HasSuffix(path.String(), "/") {
		path.WriteByte('/')
	}
	parameters := u.Query()
	var query []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		for _, value := range slices.Sorted(slices.Values(parameters[name])) {
			query = append(query, encode(name)+"="+encode(value))
		}
	}
	var headers strings.Builder
	for _, name := range signed {
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.TrimSpace(header.Get(name)))
	}
	hash := sha256.Sum256(body)
	canonical := sha256.Sum256([]byte(strings.Join([]string{
		method, path.String(), strings.Join(query, "&"), headers.String(), strings.Join(signed, ";"), hex.EncodeToString(hash[:]),
	}, "\n")))
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "SDK-HMAC-SHA256\n%s\n%x", header.Get("X-Sdk-Date"), canonical)
	return hex.EncodeToString(mac.Sum(nil))
}

// on replaces the response to a path.
func (s *standIn) on(path string, respond http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.respond[path] = respond
}

// once responds once, and then as usual.
func (s *standIn) once(path string, respond http.HandlerFunc) {
	s.on(path, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		delete(s.respond, path)
		s.mu.Unlock()
		respond(w, r)
	})
}

func (s *standIn) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// count is the number of calls of a path.
func (s *standIn) count(path string) (n int) {
	for _, event := range s.seen() {
		if strings.Contains(event+" ", " "+path+" ") {
			n++
		}
	}
	return n
}

func write(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// breakConnection ends the connection without a response.
func breakConnection(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// environment is a process's environment.
type environment map[string]string

// home is an environment with a home directory that has files.
func home(t testing.TB, files map[string]string, pairs ...string) environment {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := environment{"HOME": dir, "USERPROFILE": dir}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return env
}

type account struct {
	*huaweicloud.Client
	secrets *redact.Secrets
}

// client is a client whose endpoints and metadata service are the stand-in, in the
// region cn-north-4.
func (s *standIn) client(settings huaweicloud.Settings, env environment, change ...func(*request.Options)) account {
	all := huaweicloud.Settings{"endpoint": s.URL, "iam_endpoint": s.URL, "region": "cn-north-4"}
	maps.Copy(all, settings)
	secrets := &redact.Secrets{}
	options := request.Options{Secrets: secrets, MaxConcurrent: 64, Timeout: 5 * time.Second}
	for _, f := range change {
		f(&options)
	}
	c := huaweicloud.NewClient(all, func(name string) string { return env[name] }, request.New(options), secrets)
	huaweicloud.SetMetadata(c, s.URL, 0)
	return account{c, secrets}
}

func retries(n int) func(*request.Options) { return func(o *request.Options) { o.MaxRetries = n } }

// logTo writes the log to a string.
func logTo(b *strings.Builder) func(*request.Options) {
	return func(o *request.Options) {
		o.Logger = slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

// read calls an operation as the operations' packages do, in the project above unless
// the settings have one.
func (a account) read(ctx context.Context) error { return a.readIn(ctx, "", "") }

func (a account) readIn(ctx context.Context, region, projectID string) error {
	type response struct {
		huaweicloud.Envelope
		Backups []any `json:"backups"`
	}
	return cloud.Do(ctx, &a.Client.Client, cloud.Operation{
		Name:       "ShowInstanceBackups",
		Permission: "gaussdbformysql:instance:listBackup",
		Subject:    "the backups of instance i",
		Region:     region,
		ProjectID:  projectID,
		Path:       []string{"instances", "i", "backups"},
		Advice:     []request.Advice{{Codes: []string{"Own.*"}, Text: "Own advice for {project} in {region}."}},
	}, func(r *response) error {
		if r.Backups == nil {
			return errors.New("the response has no list")
		}
		return nil
	})
}

// wantError checks that an error has each of the strings.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("there is no error, want one with %q", parts)
	}
	if _, ok := errors.AsType[*request.Error](err); !ok {
		t.Errorf("the error is a %T", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q:\n%v", part, err)
		}
	}
	if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "-secret") {
		t.Errorf("the error shows a secret:\n%v", err)
	}
}
