package alibabacloud_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
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
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// A standIn is a server in place of DBS, STS, the ECS metadata service, CloudSSO and a
// credentials URI. It verifies every signature, and issues keys that it then knows.
type standIn struct {
	*httptest.Server
	lifetime time.Duration // of the keys that it issues

	mu      sync.Mutex
	secrets map[string]string // the secret key of each access key
	issued  int
	events  []string // what was called, with who signed: "AssumeRole by id"
	forms   []url.Values
	respond map[string]http.HandlerFunc // by event without the signer, instead of the usual response
}

func newStandIn(t testing.TB, keys ...string) *standIn {
	t.Helper()
	s := &standIn{lifetime: time.Hour, secrets: map[string]string{}, respond: map[string]http.HandlerFunc{}}
	for _, key := range keys {
		s.secrets[key] = key + "-secret"
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	form, _ := url.ParseQuery(string(body))
	for name, values := range r.URL.Query() {
		form[name] = values
	}
	name, signer, refused := r.Header.Get("X-Acs-Action"), "", error(nil)
	switch {
	case name != "":
		signer, refused = s.verify(r, body)
	case form.Get("Action") != "":
		name, signer = form.Get("Action"), form.Get("OIDCToken")
	case r.URL.Path == "/cloud-credentials":
		name, signer = "CloudSSO", r.Header.Get("Authorization")
	default:
		name, signer = r.Method+" "+r.URL.Path, r.Header.Get("X-Aliyun-Ecs-Metadata-Token")
	}
	s.mu.Lock()
	s.events = append(s.events, strings.TrimSuffix(name+" by "+signer, " by "))
	s.forms = append(s.forms, form)
	respond := s.respond[name]
	s.mu.Unlock()
	switch {
	case refused != nil:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"Code":"SignatureDoesNotMatch","Message":%q,"RequestId":"R-REFUSED"}`, refused.Error())
	case respond != nil:
		respond(w, r)
	case name == "AssumeRole" || name == "AssumeRoleWithOIDC":
		_, _ = fmt.Fprintf(w, `{"RequestId":"R","Credentials":{%s}}`, s.issue("STS"))
	case name == "CloudSSO":
		_, _ = fmt.Fprintf(w, `{"RequestId":"R","CloudCredential":{%s}}`, s.issue("SSO"))
	case r.URL.Path == "/latest/api/token":
		_, _ = io.WriteString(w, "metadata-token")
	case r.URL.Path == "/latest/meta-data/ram/security-credentials/":
		_, _ = io.WriteString(w, "ecs\n")
	case r.URL.Path == "/latest/meta-data/ram/security-credentials/ecs":
		_, _ = fmt.Fprintf(w, `{"Code":"Success",%s}`, s.issue("ECS"))
	case r.URL.Path == "/uri":
		_, _ = fmt.Fprintf(w, `{%s}`, s.issue("URI"))
	case strings.HasPrefix(name, "Describe"):
		_, _ = io.WriteString(w, `{"Success":true,"Items":[]}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// issue returns new temporary keys in JSON.
func (s *standIn) issue(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	id := fmt.Sprintf("%s.%d", prefix, s.issued)
	s.secrets[id] = id + "-secret"
	return fmt.Sprintf(`"AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":%q,"Expiration":%q`,
		id, id+"-secret", id+"-token", time.Now().Add(s.lifetime).UTC().Format(time.RFC3339))
}

// on replaces the response to an event.
func (s *standIn) on(event string, respond http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.respond[event] = respond
}

func (s *standIn) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

func (s *standIn) lastForm() url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forms[len(s.forms)-1]
}

func write(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// once responds once, and then as usual.
func (s *standIn) once(event string, respond http.HandlerFunc) {
	s.on(event, func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		delete(s.respond, event)
		s.mu.Unlock()
		respond(w, r)
	})
}

// breakConnection ends the connection without a response.
func breakConnection(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

var authorization = regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$`)

// verify checks a signature by the published algorithm, from what arrived alone: the
// query is decoded and encoded again, as a server does. It returns who signed.
func (s *standIn) verify(r *http.Request, body []byte) (signer string, err error) {
	match := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		return "", errors.New("there is no signature")
	}
	signer = match[1]
	signed := strings.Split(match[2], ";")
	var headers strings.Builder
	for _, name := range signed {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	for name := range r.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") && !slices.Contains(signed, name) {
			return signer, errors.New(name + " is not signed")
		}
	}
	if !slices.Contains(signed, "host") || !slices.IsSorted(signed) {
		return signer, errors.New("the signed headers lack host, or are not sorted")
	}
	if token := r.Header.Get("X-Acs-Security-Token"); token != "" && (token != signer+"-token" || r.Header.Get("X-Acs-Accesskey-Id") != signer) {
		return signer, errors.New("the token is not that of the key")
	}
	date, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("X-Acs-Date"))
	if err != nil || time.Since(date).Abs() > 15*time.Minute {
		return signer, errors.New("the date is wrong")
	}
	query := r.URL.Query()
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[name] {
			pairs = append(pairs, percent(name)+"="+percent(value))
		}
	}
	path := strings.Split(r.URL.Path, "/")
	for i := range path {
		path[i] = percent(path[i])
	}
	payload := sha256.Sum256(body)
	if r.Header.Get("X-Acs-Content-Sha256") != hex.EncodeToString(payload[:]) {
		return signer, errors.New("the hash of the body differs")
	}
	canonical := sha256.Sum256([]byte(strings.Join([]string{
		r.Method, strings.Join(path, "/"), strings.Join(pairs, "&"), headers.String(), match[2], hex.EncodeToString(payload[:]),
	}, "\n")))
	s.mu.Lock()
	mac := hmac.New(sha256.New, []byte(s.secrets[signer]))
	s.mu.Unlock()
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(canonical[:])))
	if hex.EncodeToString(mac.Sum(nil)) != match[3] {
		return signer, errors.New("the signature differs")
	}
	return signer, nil
}

// percent encodes as RFC 3986 does, byte by byte.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// environment is a process's environment.
type environment map[string]string

// home is an environment with a home directory, in which the CLI's configuration file
// is the given one, and with the stand-in as STS.
func (s *standIn) home(t testing.TB, config string, pairs ...string) environment {
	t.Helper()
	dir := t.TempDir()
	env := environment{"HOME": dir, "USERPROFILE": dir, "STS_ENDPOINT": s.URL}
	if config != "" {
		writeFile(t, filepath.Join(dir, ".aliyun", "config.json"), config)
	}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return env
}

func writeFile(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type account struct {
	*alibabacloud.Client
	secrets *redact.Secrets
}

// client is a client whose DBS endpoint and metadata service are the stand-in.
func (s *standIn) client(settings alibabacloud.Settings, env environment, change ...func(*request.Options)) account {
	all := alibabacloud.Settings{"endpoint": s.URL, "region": "cn-hangzhou"}
	maps.Copy(all, settings)
	secrets := &redact.Secrets{}
	options := request.Options{Secrets: secrets, MaxConcurrent: 64, Timeout: 5 * time.Second}
	for _, f := range change {
		f(&options)
	}
	c := alibabacloud.NewClient(all, func(name string) string { return env[name] }, request.New(options), secrets)
	alibabacloud.SetMetadata(c, s.URL)
	return account{c, secrets}
}

// logTo writes the log to a string.
func logTo(b *strings.Builder) func(*request.Options) {
	return func(o *request.Options) {
		o.Logger = slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
}

func retries(n int) func(*request.Options) { return func(o *request.Options) { o.MaxRetries = n } }

var operation = cloud.Operation{
	Name: "DescribeBackupPlanList", Permission: "dbs:DescribeBackupPlanList", Subject: "the backup plans in cn-hangzhou", Region: "cn-hangzhou",
	Query:  url.Values{"PageNum": {"0"}, "PageSize": {"100"}},
	Advice: []request.Advice{{Codes: []string{"Own.*"}, Text: "Own advice for {region}."}},
}

// do calls an operation as the operations' packages do.
func (a account) do(ctx context.Context) error {
	type response struct {
		alibabacloud.Envelope
		Items []any
	}
	return cloud.Do(ctx, &a.Client.Client, operation, func(r *response) error {
		if r.Items == nil {
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

func classOf(err error) request.Class {
	failed, ok := errors.AsType[*request.Error](err)
	if !ok {
		return -1
	}
	return failed.Class
}
