package huaweicloud_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// The verifier that the other tests rely on is right.
func TestVerifierKnowsThePublishedVector(t *testing.T) {
	u, err := url.Parse("https://iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4")
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"X-Sdk-Date": {"20261121T155729Z"}}
	got := signatureFor("SKSECRETSKSECRET", http.MethodGet, u, header, []string{"x-sdk-date"}, nil)
	const want = "8e2195bdb19b152ed7e8fd2af7aead176f14e52300748fb0544b43e53423aa4b"
	if got != want {
		t.Errorf("the verifier computes %s, want %s", got, want)
	}
}

// Whatever is read, the signature is right, and the ids and values arrive as they
// were meant.
func TestSignature(t *testing.T) {
	s := newStandIn(t)
	text := rapid.StringMatching(`[ -~äß名🙂]{0,12}`)
	id := rapid.StringMatching(`[ -.0-\[\]-~ä名]{1,12}`).Filter(func(s string) bool { return s != "." && s != ".." })
	rapid.Check(t, func(t *rapid.T) {
		instance := id.Draw(t, "instance")
		prefix := rapid.SampledFrom([]string{"", "/gateway", "/a/b%20c/"}).Draw(t, "prefix")
		query := url.Values{}
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_]{1,6}`), 0, 4, rapid.ID[string]).Draw(t, "names") {
			query[name] = []string{text.Draw(t, "value")}
		}
		settings := huaweicloud.Settings{
			AccessKey: "AK", SecretKey: "SECRET-of-AK", SecurityToken: rapid.SampledFrom([]string{"", "STS/+="}).Draw(t, "token"),
			Region: "cn-north-4", ProjectID: "p", Endpoint: s.URL + prefix,
		}
		path := strings.ReplaceAll(strings.TrimSuffix(prefix, "/"), "%20", " ") + "/v3/p/instances/" + instance + "/backups"
		var arrived *http.Request
		s.handle(path, func(w http.ResponseWriter, r *http.Request) {
			arrived = r
			_, _ = w.Write([]byte(`{}`))
		})
		err := s.client(settings, nil).Do(t.Context(), huaweicloud.Operation{
			Name: "ShowInstanceBackups",
			Path: func(project string) string {
				return "/v3/" + project + "/instances/" + url.PathEscape(instance) + "/backups"
			},
			Query:  query,
			Header: http.Header{"X-Language": {rapid.SampledFrom([]string{"en-us", " zh-cn "}).Draw(t, "language")}},
		}, func([]byte) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if got, want := arrived.URL.Query().Encode(), query.Encode(); got != want {
			t.Errorf("the query arrived as %q, want %q", got, want)
		}
		if arrived.Header.Get("X-Project-Id") != "p" || arrived.Header.Get("X-Security-Token") != settings.SecurityToken {
			t.Errorf("the headers arrived as %v", arrived.Header)
		}
	})
}

// An id can't lead to another path.
func TestIDsCannotChangeThePath(t *testing.T) {
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", Region: "cn-north-4", ProjectID: "p"}, nil)
	for _, id := range []string{"", ".", "..", "a/b", "../../p2/instances/i", `a\b`} {
		err := c.Do(t.Context(), huaweicloud.Operation{
			Subject: "the backups",
			Path:    func(project string) string { return "/v3/" + project + "/instances/" + url.PathEscape(id) + "/backups" },
		}, func([]byte) error { return nil })
		if err == nil {
			t.Errorf("instance id %q was accepted", id)
		}
	}
	for _, project := range []string{"..", "a/b", "p?x", "p q"} {
		if err := c.backups(t.Context(), "", project); err == nil || !strings.Contains(err.Error(), "project_id") {
			t.Errorf("project id %q: %v", project, err)
		}
	}
	if asked := s.paths(); asked != "" {
		t.Errorf("it was asked:\n%s", asked)
	}
}

// The vendor's library writes an id of the application to the home directory and
// sends it, unless it is kept from doing so.
func TestNothingIsWrittenAtHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", Region: "cn-north-4"}, nil)
	if err := c.backups(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := huaweicloud.Endpoints(s.client(huaweicloud.Settings{}, nil).Client, "cn-north-4"); err != nil {
		t.Fatal(err)
	}
	found, err := os.ReadDir(home)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Errorf("%v was written", found)
	}
	for _, r := range s.requests("") {
		if agent := r.Header.Get("User-Agent"); strings.Contains(agent, "huaweicloud") {
			t.Errorf("User-Agent is %q", agent)
		}
	}
}
