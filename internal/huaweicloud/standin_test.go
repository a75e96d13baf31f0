package huaweicloud_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// A standIn answers in the place of TaurusDB, of IAM and of the ECS metadata
// service, and keeps what it was asked.
type standIn struct {
	*httptest.Server
	mu    sync.Mutex
	asked []*http.Request
	sent  []string // the bodies of what was asked

	// keys are the secret keys by access key. Others are refused, and so is a wrong
	// signature.
	keys map[string]string
	// answers replaces the answer to a path.
	answers map[string]func(w http.ResponseWriter, r *http.Request)
}

func newStandIn(t testing.TB) *standIn {
	t.Helper()
	s := &standIn{
		keys:    map[string]string{"AK": "SECRET-of-AK"},
		answers: map[string]func(http.ResponseWriter, *http.Request){},
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *standIn) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.asked = append(s.asked, r)
	s.sent = append(s.sent, string(body))
	answer := s.answers[r.URL.Path]
	s.mu.Unlock()

	if answer == nil || !strings.HasPrefix(r.URL.Path, "/openstack/") && !strings.HasPrefix(r.URL.Path, "/meta-data/") {
		if problem := s.refuse(r, body); problem != "" {
			w.Header().Set("X-Request-Id", "refused")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, `{"error_code":"APIGW.0301","error_msg":%q}`, problem)
			return
		}
	}
	switch {
	case answer != nil:
		answer(w, r)
	case r.URL.Path == "/v3/projects":
		name := r.URL.Query().Get("name")
		_, _ = fmt.Fprintf(w, `{"projects":[{"id":"project-of-%s","name":%q,"enabled":true}],"links":{}}`, name, name)
	case strings.HasSuffix(r.URL.Path, "/backups"):
		_, _ = fmt.Fprint(w, `{"backups":[],"total_count":"0"}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// refuse says what is wrong with the request's token or signature, if anything.
func (s *standIn) refuse(r *http.Request, body []byte) string {
	if token := r.Header.Get("X-Auth-Token"); token != "" {
		if token != "TOKEN" || r.Header.Get("Authorization") != "" {
			return "wrong token"
		}
		return ""
	}
	access, signed, signature := parseAuthorization(r.Header.Get("Authorization"))
	s.mu.Lock()
	secret := s.keys[access]
	s.mu.Unlock()
	switch {
	case secret == "":
		return "unknown access key " + access
	case !slices.Contains(signed, "x-sdk-date"):
		return "the date is not signed"
	case r.Header.Get("X-Security-Token") != "" && !slices.Contains(signed, "x-security-token"):
		return "the security token is not signed"
	case signature != signatureFor(secret, r.Method, r.URL, r.Header, signed, body):
		return "wrong signature"
	}
	return ""
}

func parseAuthorization(text string) (access string, signed []string, signature string) {
	rest, ok := strings.CutPrefix(text, "SDK-HMAC-SHA256 ")
	if !ok {
		return "", nil, ""
	}
	for part := range strings.SplitSeq(rest, ", ") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "Access":
			access = value
		case "SignedHeaders":
			signed = strings.Split(value, ";")
		case "Signature":
			signature = value
		}
	}
	return access, signed, signature
}

// signatureFor computes SDK-HMAC-SHA256 as it is published, from what came over
// the wire.
func signatureFor(secret, method string, u *url.URL, header http.Header, signed []string, body []byte) string {
	encode := func(text string) string {
		var b strings.Builder
		for i := range len(text) {
			c := text[i]
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		return b.String()
	}
	var path strings.Builder
	for segment := range strings.SplitSeq(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		text, err := url.PathUnescape(segment)
		if err != nil {
			return "no path"
		}
		path.WriteString("/" + encode(text))
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

// on answers a path with a status and a body.
func (s *standIn) on(path string, status int, body string) {
	s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	})
}

func (s *standIn) handle(path string, answer func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[path] = answer
}

// requests are those for a path, by its end.
func (s *standIn) requests(suffix string) []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.asked), func(r *http.Request) bool { return !strings.HasSuffix(r.URL.Path, suffix) })
}

// paths are what was asked for, in order.
func (s *standIn) paths() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	texts := make([]string, len(s.asked))
	for i, r := range s.asked {
		texts[i] = r.Method + " " + r.URL.RequestURI()
	}
	return strings.Join(texts, "\n")
}

// temporary is a credential as IAM and the metadata service give it.
func (s *standIn) temporary(access string, expires time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[access] = "SECRET-of-" + access
	text, err := json.Marshal(map[string]any{"credential": map[string]string{
		"access": access, "secret": "SECRET-of-" + access, "securitytoken": "STS-of-" + access,
		"expires_at": expires.UTC().Format("2006-01-02T15:04:05.000000Z"),
	}})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// An account is a client of the stand-in.
type account struct {
	*huaweicloud.Client
	secrets *request.Secrets
}

// client makes a client whose endpoints and metadata service are the stand-in.
func (s *standIn) client(settings huaweicloud.Settings, environment map[string]string) account {
	if settings.Endpoint == "" {
		settings.Endpoint = s.URL
	}
	if settings.IAMEndpoint == "" && environment["HW_AUTH_URL"] == "" {
		settings.IAMEndpoint = s.URL
	}
	secrets := &request.Secrets{}
	requests := request.New(request.Options{Cloud: "Huawei Cloud", PerSecond: 1e6, MaxConcurrent: 32, Secrets: secrets})
	c := huaweicloud.NewClient(settings, func(name string) string { return environment[name] }, requests, secrets)
	huaweicloud.SetMetadata(c, s.URL)
	return account{c, secrets}
}

// backups reads from the stand-in.
func (a account) backups(ctx context.Context, region, project string) error {
	return a.Do(ctx, huaweicloud.Operation{
		Name:      "ShowInstanceBackups",
		Subject:   "the backups of instance i",
		Region:    region,
		ProjectID: project,
		Path:      func(project string) string { return "/v3/" + project + "/instances/i/backups" },
	}, func([]byte) error { return nil })
}

func answerWith(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}

// echo repeats what it was sent, as gateways do that explain a wrong signature.
func echo(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusBadRequest)
	message := fmt.Sprintf("received %s with %s and %s", r.Header.Get("Authorization"), r.Header.Get("X-Security-Token"), r.Header.Get("X-Auth-Token"))
	_ = json.NewEncoder(w).Encode(map[string]string{"error_code": "APIGW.0201", "error_msg": message})
}

// hang lets the requests for a path wait until released.
func hang(t *testing.T, s *standIn, path string) (release func()) {
	t.Helper()
	released := make(chan struct{})
	s.handle(path, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-released:
		case <-r.Context().Done():
		}
	})
	return sync.OnceFunc(func() { close(released) })
}
