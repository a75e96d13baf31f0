package alibabacloud_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

var (
	credential    = regexp.MustCompile(`Credential=([^,]*)`)
	authorization = regexp.MustCompile(`^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})$`)
)

// verify checks a request as the published algorithm has it, from what arrived
// alone: the query is decoded and encoded again, as a server does.
func verify(r *http.Request, secret string) error {
	match := authorization.FindStringSubmatch(r.Header.Get("Authorization"))
	if match == nil {
		return fmt.Errorf("no such authorization: %q", r.Header.Get("Authorization"))
	}
	signed := strings.Split(match[2], ";")
	if !slices.IsSorted(signed) {
		return errors.New("the signed headers are not sorted")
	}
	var headers strings.Builder
	for _, name := range signed {
		text := r.Header.Get(name)
		if name == "host" {
			text = r.Host
		}
		headers.WriteString(name + ":" + strings.TrimSpace(text) + "\n")
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		if (strings.HasPrefix(name, "x-acs-") || name == "content-type") && !slices.Contains(signed, name) {
			return errors.New(name + " is not signed")
		}
	}
	if !slices.Contains(signed, "host") {
		return errors.New("host is not signed")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, text := range query[name] {
			pairs = append(pairs, percent(name)+"="+percent(text))
		}
	}
	path := strings.Split(r.URL.Path, "/")
	for i := range path {
		path[i] = percent(path[i])
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	payload := sha256.Sum256(body)
	if got := r.Header.Get("X-Acs-Content-Sha256"); got != hex.EncodeToString(payload[:]) {
		return fmt.Errorf("the body's hash is %s", got)
	}
	canonical := strings.Join([]string{
		r.Method, strings.Join(path, "/"), strings.Join(pairs, "&"), headers.String(),
		match[2], hex.EncodeToString(payload[:]),
	}, "\n")
	hash := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	if hex.EncodeToString(mac.Sum(nil)) != match[3] {
		return fmt.Errorf("the signature differs for\n%s", canonical)
	}
	return nil
}

// percent encodes as RFC 3986 does, byte by byte.
func percent(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func TestSignature(t *testing.T) {
	var mu sync.Mutex
	var problem error
	var arrived url.Values
	var path string
	nonces := map[string]bool{}
	secret := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		problem = verify(r, secret)
		if nonce := r.Header.Get("X-Acs-Signature-Nonce"); nonces[nonce] {
			problem = errors.New("a nonce was used twice")
		} else {
			nonces[nonce] = true
		}
		date, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("X-Acs-Date"))
		if err != nil || time.Since(date).Abs() > 15*time.Minute {
			problem = fmt.Errorf("the date is %q", r.Header.Get("X-Acs-Date"))
		}
		if r.Header.Get("X-Acs-Action") != operation.Action || r.Header.Get("X-Acs-Version") != "2019-03-06" || r.Method != http.MethodPost {
			problem = errors.New("it is another operation")
		}
		if strings.Contains(r.URL.RawQuery, "+") {
			problem = errors.New("a space travels in another form than the one signed")
		}
		if token := r.Header.Get("X-Acs-Security-Token"); token != "" && r.Header.Get("X-Acs-Accesskey-Id") == "" {
			problem = errors.New("the token comes without its access key")
		}
		arrived, path = r.URL.Query(), r.URL.Path
		_, _ = w.Write([]byte(`{"Success":true}`))
	}))
	defer server.Close()
	env := emptyEnvironment(t)
	requests := request.New(request.Options{PerSecond: 1e6, MaxConcurrent: 8})

	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(" *~+/%&=?#'\"\\名é\x00ab"))))
	key := rapid.StringMatching(`[A-Za-z0-9.]{1,40}`)
	segment := rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{1,8}`), rapid.SampledFrom([]string{"a b", "+", "*", "~", "名", "a%2Fb", "@:", "100%"}))
	rapid.Check(t, func(t *rapid.T) {
		parameters := url.Values{}
		for name, text := range rapid.MapOf(rapid.StringMatching(`[A-Za-z][A-Za-z0-9.]{0,12}`), text).Draw(t, "query") {
			parameters.Set(name, text)
		}
		segments := rapid.SliceOfN(segment, 0, 3).Draw(t, "prefix")
		prefix := ""
		for _, s := range segments {
			prefix += "/" + url.PathEscape(s)
		}
		settings := alibabacloud.Settings{
			AccessKey: key.Draw(t, "access key"), SecretKey: key.Draw(t, "secret key"),
			SecurityToken: rapid.OneOf(rapid.Just(""), key, rapid.Just("CAIS+/==")).Draw(t, "token"),
			Endpoint:      server.URL + prefix + rapid.SampledFrom([]string{"", "/"}).Draw(t, "slash"),
		}
		mu.Lock()
		secret = settings.SecretKey
		mu.Unlock()
		client := alibabacloud.NewClient(settings, env.get, requests, nil)
		op := operation
		op.Query = parameters
		if err := client.Do(t.Context(), op, decode); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if problem != nil {
			t.Fatal(problem)
		}
		if len(arrived) != len(parameters) {
			t.Fatalf("%v arrived for %v", arrived, parameters)
		}
		for name := range parameters {
			if arrived.Get(name) != parameters.Get(name) {
				t.Fatalf("%s arrived as %q, not %q", name, arrived.Get(name), parameters.Get(name))
			}
		}
		if want := strings.Join(append([]string{""}, segments...), "/") + "/"; path != want {
			t.Fatalf("the path is %q, not %q", path, want)
		}
	})
}

// The verifier is only worth something if it refuses what is wrong.
func TestSignatureOfAnotherSecretIsRefused(t *testing.T) {
	refused := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refused <- verify(r, "another")
		_, _ = w.Write([]byte(`{"Success":true}`))
	}))
	defer server.Close()
	client, _ := newClient(alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", Endpoint: server.URL}, emptyEnvironment(t))
	if err := client.Do(t.Context(), operation, decode); err != nil {
		t.Fatal(err)
	}
	if <-refused == nil {
		t.Error("a signature made with another secret was accepted")
	}
}
