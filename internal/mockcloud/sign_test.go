package mockcloud_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The signers here are written from the vendors' descriptions, apart from the
// verifiers. They sign an *http.Request as it will go over the wire.

// escaped encodes as RFC 3986 does, with net/url's form encoding.
func escaped(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

func sortedPairs(all ...url.Values) string {
	var plain [][2]string
	for _, values := range all {
		for name := range values {
			for _, value := range values[name] {
				plain = append(plain, [2]string{name, value})
			}
		}
	}
	sort.Slice(plain, func(i, j int) bool {
		return plain[i][0] < plain[j][0] || plain[i][0] == plain[j][0] && plain[i][1] < plain[j][1]
	})
	pairs := make([]string, 0, len(plain))
	for _, pair := range plain {
		pairs = append(pairs, escaped(pair[0])+"="+escaped(pair[1]))
	}
	return strings.Join(pairs, "&")
}

func digest(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

func mac(algorithm func() hash.Hash, key, s string) []byte {
	h := hmac.New(algorithm, []byte(key))
	fmt.Fprint(h, s)
	return h.Sum(nil)
}

func signACS3(r *http.Request, body string, account mockcloud.Account, nonce string, now time.Time) {
	if r.Header.Get("x-acs-version") == "" {
		r.Header.Set("x-acs-version", "2019-03-06")
	}
	r.Header.Set("x-acs-date", now.UTC().Format("2006-01-02T15:04:05Z"))
	r.Header.Set("x-acs-signature-nonce", nonce)
	r.Header.Set("x-acs-content-sha256", digest(body))
	if account.SecurityToken != "" {
		r.Header.Set("x-acs-accesskey-id", account.AccessKey)
		r.Header.Set("x-acs-security-token", account.SecurityToken)
	}
	headers := map[string]string{"host": r.Host}
	for name := range r.Header {
		if name = strings.ToLower(name); name == "content-type" || strings.HasPrefix(name, "x-acs-") {
			headers[name] = r.Header.Get(name)
		}
	}
	signed, lines := headerLines(headers)
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), sortedPairs(r.URL.Query()), lines, signed, digest(body)}, "\n")
	signature := mac(sha256.New, account.SecretKey, "ACS3-HMAC-SHA256\n"+digest(canonical))
	r.Header.Set("Authorization", fmt.Sprintf("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%x",
		account.AccessKey, signed, signature))
}

func signSDK(r *http.Request, body string, account mockcloud.Account, now time.Time, names ...string) {
	date := now.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Sdk-Date", date)
	names = append(names, "X-Sdk-Date")
	if account.SecurityToken != "" {
		r.Header.Set("X-Security-Token", account.SecurityToken)
		names = append(names, "X-Security-Token")
	}
	headers := map[string]string{}
	for _, name := range names {
		headers[strings.ToLower(name)] = r.Header.Get(name)
		if name == "Host" {
			headers["host"] = r.Host
		}
	}
	signed, lines := headerLines(headers)
	path := strings.TrimSuffix(r.URL.EscapedPath(), "/") + "/"
	canonical := strings.Join([]string{r.Method, path, sortedPairs(r.URL.Query()), lines, signed, digest(body)}, "\n")
	signature := mac(sha256.New, account.SecretKey, "SDK-HMAC-SHA256\n"+date+"\n"+digest(canonical))
	r.Header.Set("Authorization", fmt.Sprintf("SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%x",
		account.AccessKey, signed, signature))
}

func headerLines(headers map[string]string) (signed, lines string) {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		lines += name + ":" + headers[name] + "\n"
	}
	return strings.Join(names, ";"), lines
}

// signRPC puts the common parameters and the signature into the query.
func signRPC(r *http.Request, form url.Values, account mockcloud.Account, nonce string, now time.Time) {
	query := r.URL.Query()
	for name, value := range map[string]string{
		"AccessKeyId": account.AccessKey, "Format": "JSON", "Version": "2019-03-06",
		"SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": nonce,
		"Timestamp": now.UTC().Format("2006-01-02T15:04:05Z"),
	} {
		query.Set(name, value)
	}
	if account.SecurityToken != "" {
		query.Set("SecurityToken", account.SecurityToken)
	}
	toSign := r.Method + "&%2F&" + escaped(sortedPairs(query, form))
	query.Set("Signature", base64.StdEncoding.EncodeToString(mac(sha1.New, account.SecretKey+"&", toSign)))
	r.URL.RawQuery = query.Encode()
}

// request makes a request without sending it.
func request(t interface{ Fatalf(string, ...any) }, method, address, body string) *http.Request {
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatalf("making a request: %v", err)
	}
	return r
}

// flip changes one bit of a string at random. keep reports whether the outcome
// can be sent.
func flip(t *rapid.T, s string, keep func(byte) bool) string {
	type change struct{ at, bit int }
	var changes []change
	for at := range len(s) {
		for bit := range 8 {
			if keep(s[at] ^ 1<<bit) {
				changes = append(changes, change{at, bit})
			}
		}
	}
	if len(changes) == 0 {
		t.Skip("nothing to change")
	}
	chosen := rapid.SampledFrom(changes).Draw(t, "bit")
	flipped := []byte(s)
	flipped[chosen.at] ^= 1 << chosen.bit
	return string(flipped)
}

func anyByte(byte) bool      { return true }
func headerByte(b byte) bool { return b > ' ' && b < 0x7f && b != ',' && b != '=' && b != ';' }

// What an independent signer made is accepted, for every kind of signature, and
// no bit of what it covers may change.
func TestSignatures(t *testing.T) {
	t.Parallel()
	server := mockcloud.New(mockcloud.Options{PathPrefix: "/gate way/~dbs"})
	server.AddProject(mockcloud.Project{ID: "p1", Name: "cn-north-4"})
	server.AddInstance("p1", "instance/1")
	base, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })

	send := func(t *rapid.T, r *http.Request) mockcloud.Request {
		server.ResetRequests()
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatalf("sending: %v", err)
		}
		response.Body.Close()
		requests := server.Requests()
		return requests[len(requests)-1]
	}
	nonces := 0
	value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a b+c*~/é%2B&=", "plan,plan", "", "\x00\xff"}))
	nonEmpty := value.Filter(func(s string) bool { return s != "" })
	plain := rapid.StringMatching(`[A-Za-z0-9]{1,24}`)

	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"ACS3", "RPC", "SDK"}).Draw(t, "kind")
		method := http.MethodGet
		if kind != "SDK" {
			method = rapid.SampledFrom([]string{http.MethodGet, http.MethodPost}).Draw(t, "method")
		}
		account := mockcloud.Account{
			AccessKey: plain.Draw(t, "access key"), SecretKey: plain.Draw(t, "secret key"),
			SecurityToken: rapid.OneOf(rapid.Just(""), plain).Draw(t, "token"),
		}
		server.SetAccount(account)
		query := url.Values{"Extra": {nonEmpty.Draw(t, "extra")}}
		for name, value := range rapid.MapOfN(nonEmpty, value, 0, 3).Draw(t, "query") {
			query.Set("Q"+name, value)
		}
		form := url.Values{}
		if method == http.MethodPost {
			form.Set("BackupPlanName", nonEmpty.Draw(t, "form"))
		}

		// build makes the signed request anew: each attempt needs its own nonce.
		build := func() *http.Request {
			nonces++
			nonce := fmt.Sprintf("nonce-%d", nonces)
			address := base + "/"
			if kind == "SDK" {
				address = base + "/v3/p1/instances/instance%2F1/backups"
			}
			r := request(t, method, address, form.Encode())
			r.URL.RawQuery = query.Encode()
			if len(form) > 0 {
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			switch kind {
			case "ACS3":
				r.Header.Set("x-acs-action", mockcloud.DescribeBackupPlanList)
				signACS3(r, form.Encode(), account, nonce, time.Now())
			case "RPC":
				q := r.URL.Query()
				q.Set("Action", mockcloud.DescribeBackupPlanList)
				r.URL.RawQuery = q.Encode()
				signRPC(r, form, account, nonce, time.Now())
			case "SDK":
				r.Header.Set("X-Project-Id", "p1")
				r.Header.Set("User-Agent", "test/1.0")
				signSDK(r, "", account, time.Now(), "X-Project-Id", "User-Agent", "Host")
			}
			return r
		}

		if got := send(t, build()); !got.Verified || got.Status != http.StatusOK || got.AccessKey != account.AccessKey {
			t.Fatalf("a right %s signature was refused: %d %s", kind, got.Status, got.Code)
		}

		r := build()
		switch part := rapid.SampledFrom([]string{"method", "path", "query", "header", "body", "secret", "host"}).Draw(t, "part"); part {
		case "method":
			if method == http.MethodGet {
				r.Method = http.MethodPost
			} else {
				r.Method = http.MethodGet
			}
		case "path":
			flipped := flip(t, r.URL.Path[1:], func(b byte) bool { return b > ' ' && b < 0x7f })
			r.URL.Path, r.URL.RawPath = "/"+flipped, ""
		case "query":
			q := r.URL.Query()
			q.Set("Extra", flip(t, q.Get("Extra"), anyByte))
			r.URL.RawQuery = q.Encode()
		case "header":
			signed := map[string][]string{
				"ACS3": {"x-acs-signature-nonce", "x-acs-date", "x-acs-content-sha256", "x-acs-version", "x-acs-action", "Authorization"},
				"SDK":  {"X-Sdk-Date", "X-Project-Id", "User-Agent", "Authorization"},
				"RPC":  {"Signature", "Timestamp", "SignatureNonce", "AccessKeyId"},
			}[kind]
			name := rapid.SampledFrom(signed).Draw(t, "header")
			if kind == "RPC" {
				q := r.URL.Query()
				q.Set(name, flip(t, q.Get(name), anyByte))
				r.URL.RawQuery = q.Encode()
			} else {
				r.Header.Set(name, flip(t, r.Header.Get(name), headerByte))
			}
		case "body":
			if len(form) == 0 {
				t.Skip("no body")
			}
			changed := flip(t, form.Get("BackupPlanName"), anyByte)
			body := url.Values{"BackupPlanName": {changed}}.Encode()
			sent := request(t, r.Method, r.URL.String(), body)
			sent.Header = r.Header
			r = sent
		case "secret":
			changed := account
			changed.SecretKey = flip(t, account.SecretKey, anyByte)
			server.SetAccount(changed)
			defer server.SetAccount(account)
		case "host":
			if kind == "RPC" {
				t.Skip("the host is not signed")
			}
			r.Host = "127.0.0.1"
		}
		if got := send(t, r); got.Verified || got.Status == http.StatusOK {
			t.Fatalf("a changed %s request was accepted", kind)
		}
	})
}

// A published signature of Huawei Cloud, made by code from elsewhere.
func TestPublishedVector(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 15, 57, 29, 0, time.UTC)
	server := mockcloud.New(mockcloud.Options{Clock: func() time.Time { return now }})
	server.SetAccount(mockcloud.Account{AccessKey: "AKTEST", SecretKey: "SKSECRETSKSECRET"})
	server.AddProject(mockcloud.Project{ID: "p1", Name: "cn-north-4"})
	base, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	for signature, want := range map[string]int{
		"8e2195bdb19b152ed7e8fd2af7aead176f14e52300748fb0544b43e53423aa4b": http.StatusOK,
		"8e2195bdb19b152ed7e8fd2af7aead176f14e52300748fb0544b43e53423aa4c": http.StatusUnauthorized,
	} {
		r := request(t, http.MethodGet, base+"/v3/projects?name=cn-north-4", "")
		r.Header.Set("X-Sdk-Date", "20261121T155729Z")
		r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=x-sdk-date, Signature="+signature)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(response.Body)
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("signature %s: got %d, want %d: %s", signature, response.StatusCode, want, &body)
		}
	}
}
