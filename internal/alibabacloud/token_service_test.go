package alibabacloud_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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

// tokenServices are the settings that need a token service, with the event of its call.
func tokenServices(t *testing.T, s *standIn) map[string]struct {
	settings alibabacloud.Settings
	event    string
} {
	t.Helper()
	token := writeFile(t, filepath.Join(t.TempDir(), "token"), "hush-oidc-token")
	type service = struct {
		settings alibabacloud.Settings
		event    string
	}
	return map[string]service{
		"AssumeRole": {alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "acs:ram::1:role/r"}, "AssumeRole"},
		"OIDC": {alibabacloud.Settings{"assume_role_with_oidc.role_arn": "acs:ram::1:role/r", "assume_role_with_oidc.oidc_provider_arn": "p",
			"assume_role_with_oidc.oidc_token_file": token}, "AssumeRoleWithOIDC"},
		"metadata":       {alibabacloud.Settings{"ecs_role_name": "ecs"}, "GET /latest/meta-data/ram/security-credentials/ecs"},
		"metadata token": {alibabacloud.Settings{"ecs_role_name": "ecs"}, "PUT /latest/api/token"},
		"URI":            {alibabacloud.Settings{"credentials_uri": s.URL + "/uri?code=hush-hush"}, "GET /uri"},
		"CloudSSO":       {alibabacloud.Settings{"profile": "sso"}, "CloudSSO"},
	}
}

// each runs a test for each token service.
func each(t *testing.T, test func(t *testing.T, s *standIn, c account, event string), change ...func(*request.Options)) {
	t.Helper()
	for name := range tokenServices(t, newStandIn(t)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "id")
			service := tokenServices(t, s)[name]
			test(t, s, s.client(service.settings, s.home(t, s.profiles(t)), change...), service.event)
		})
	}
}

// A redirect of a token service is never followed, of any status: tokens and
// signatures would go to another host, and its keys would be used.
func TestTokenServicesFollowNoRedirect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *standIn, c account, event string) {
		var requests atomic.Int32
		hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			keys := `"AccessKeyId":"EVIL","AccessKeySecret":"EVIL-secret","SecurityToken":"EVIL-token","Expiration":"2999-01-01T00:00:00Z"`
			_, _ = fmt.Fprintf(w, `{"Code":"Success",%s,"Credentials":{%[1]s},"CloudCredential":{%[1]s}}`, keys)
		}))
		t.Cleanup(hostile.Close)
		for _, status := range []int{301, 302, 303, 307, 308} {
			s.on(event, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, hostile.URL+"/x?y=hush", status) })
			wantError(t, c.do(t.Context()), operation.Subject, "redirect")
		}
		if n := requests.Load(); n > 0 {
			t.Errorf("%d requests went to the other host", n)
		}
	})
}

// A session token that no header can have, the page of a sign-in for example, is an error at once.
func TestMetadataTokenOfAnotherService(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	s.on("PUT /latest/api/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>\n<p>Sign in</p>") })
	err := s.client(alibabacloud.Settings{"ecs_role_name": "ecs"}, s.home(t, "")).do(t.Context())
	wantError(t, err, "the session token of the ECS metadata service has a blank")
	if n := len(s.seen()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A connection that breaks once, and a single 5xx or an HTML page with 503, is retried.
// The waits before the retries run at the same time.
func TestTokenServicesAreRetried(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for failure, respond := range map[string]http.HandlerFunc{
		"broken connection": breakConnection,
		"500":               write(500, `{"Code":"InternalError","Message":"x"}`),
		"503 in HTML":       write(503, "<html>busy</html>"),
	} {
		for name := range tokenServices(t, newStandIn(t)) {
			s := newStandIn(t, "id")
			service := tokenServices(t, s)[name]
			s.once(service.event, respond)
			c := s.client(service.settings, s.home(t, s.profiles(t)), retries(2))
			wait.Go(func() {
				if err := c.do(t.Context()); err != nil {
					t.Errorf("%s, %s: %v", name, failure, err)
				}
				n := 0
				for _, e := range s.seen() {
					if strings.HasPrefix(e+" ", service.event+" ") {
						n++
					}
				}
				if n != 2 {
					t.Errorf("%s, %s: %d calls of the service: %q", name, failure, n, s.seen())
				}
			})
		}
	}
	wait.Wait()
}

// Refusals are not retried, and the error has the code and what to check, but no secret.
func TestTokenServiceErrors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *standIn, c account, event string) {
		if event == "PUT /latest/api/token" {
			return // a service without tokens is fine
		}
		s.on(event, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(403)
			_, _ = fmt.Fprintf(w, `{"Code":"NoPermission","Message":"not for %s %s %s","RequestId":"R-403"}`,
				r.URL, s.lastForm().Get("OIDCToken"), r.Header.Get("Authorization"))
		})
		before := len(s.seen())
		err := c.do(t.Context())
		wantError(t, err, operation.Subject, "NoPermission", "R-403", "HTTP status 403")
		if n := len(s.seen()) - before; n > 2 {
			t.Errorf("%d calls", n)
		}
	}, retries(3))
}

// Odd, endless and secret responses are errors without a part of them.
func TestOddResponsesOfTokenServices(t *testing.T) {
	t.Parallel()
	keys := `"AccessKeyId":"hush-id","AccessKeySecret":"hush-key","SecurityToken":"hush-token"`
	whole := keys + `,"Expiration":"2999-01-01T00:00:00Z"`
	wrap := func(keys string) string {
		return `{"Code":"Success",` + keys + `,"Credentials":{` + keys + `},"CloudCredential":{` + keys + `}}`
	}
	for name, respond := range map[string]http.HandlerFunc{
		"empty":              write(200, ""),
		"null":               write(200, "null"),
		"{}":                 write(200, "{}"),
		"array":              write(200, `["hush-key"]`),
		"plain":              write(200, "hush-id=hush-key"),
		"HTML":               write(200, "<html>hush-key</html>"),
		"no expiration":      write(200, wrap(keys)),
		"odd expiration":     write(200, wrap(keys+`,"Expiration":"hush-later"`)),
		"expired":            write(200, wrap(keys+`,"Expiration":"2001-01-01T00:00:00Z"`)),
		"number":             write(200, wrap(strings.Replace(whole, `"hush-key"`, "12345", 1))),
		"no token":           write(200, wrap(strings.Replace(whole, `"hush-token"`, `""`, 1))),
		"control characters": write(200, wrap(strings.Replace(whole, "hush-key", `hush\r\nkey`, 1))),
		"code":               write(200, `{"Code":"Failed","Message":"x"}`),
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			for { // until the client closes the connection
				if _, err := w.Write([]byte(strings.Repeat(`{"hush-key":`, 1000))); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, s *standIn, c account, event string) {
				if event == "PUT /latest/api/token" && name != "endless" {
					return
				}
				s.on(event, respond)
				wantError(t, c.do(t.Context()), operation.Subject)
			})
		})
	}
}

// A URI's password, path and query are in no error and in no log record.
func TestSecretsOfTheURI(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	s.on("GET /creds/hush-path-secret", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"Code":"Bad","Message":"no keys for %s %s"}`, r.URL, r.URL.Query().Get("token"))
	})
	var log strings.Builder
	host := strings.TrimPrefix(s.URL, "http://")
	for _, uri := range []string{
		"http://user:hush-password@" + host + "/creds/hush-path-secret?token=hush-query",
		"http://user:hush-password@127.0.0.1:1/creds/hush-path-secret?token=hush-query",
	} {
		c := s.client(alibabacloud.Settings{"credentials_uri": uri}, s.home(t, ""), logTo(&log))
		wantError(t, c.do(t.Context()), "alibabacloud.credentials_uri")
	}
	if log.Len() == 0 || strings.Contains(log.String(), "hush") {
		t.Errorf("the log is %s", log.String())
	}
}

// The metadata service is never called through a proxy: it would see the keys, and one
// on another instance would answer with its own role.
func TestMetadataBypassesTheProxy(t *testing.T) {
	proxied := atomic.Int32{}
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied.Add(1) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	s := newStandIn(t)
	c := s.client(alibabacloud.Settings{"ecs_role_name": "ecs"}, s.home(t, ""))
	alibabacloud.SetMetadata(c.Client, "http://metadata.invalid")
	wantError(t, c.do(t.Context()), "metadata.invalid")
	if n := proxied.Load(); n > 0 {
		t.Errorf("%d requests went through the proxy", n)
	}
}

// An absent metadata service fails within the timeout of all attempts, although there
// are retries left.
func TestAbsentMetadataService(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	s.on("PUT /latest/api/token", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := s.client(alibabacloud.Settings{"ecs_role_name": "ecs"}, s.home(t, ""), retries(100))
	alibabacloud.SetMetadataTimeout(c.Client, 300*time.Millisecond)
	wantError(t, c.do(t.Context()), "100.100.100.200 responds on ECS instances only", "alibabacloud.ecs_role_name", "300ms")
}

// A service without session tokens is used without one, unless that is disabled.
func TestMetadataWithoutTokens(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 405} {
		s := newStandIn(t)
		s.on("PUT /latest/api/token", write(status, "hush"))
		c := s.client(alibabacloud.Settings{"ecs_role_name": "ecs"}, s.home(t, ""))
		if err := c.do(t.Context()); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		c = s.client(alibabacloud.Settings{"ecs_role_name": "ecs"}, s.home(t, "", "ALIBABA_CLOUD_IMDSV1_DISABLED", "true"))
		wantError(t, c.do(t.Context()), fmt.Sprintf("HTTP status %d", status))
	}
	s := newStandIn(t)
	s.on("GET /latest/meta-data/ram/security-credentials/", write(200, "../../user-data"))
	c := s.client(alibabacloud.Settings{"profile": "ecs-listed"}, s.home(t, s.profiles(t)))
	wantError(t, c.do(t.Context()), `"../../user-data" is not the name of a role`)
}

// With a wrong secret key, a single signature is sent, however many reads there are;
// also if the key is used to assume a role.
func TestWrongKeyIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]alibabacloud.Settings{
		"keys": {"access_key": "id", "secret_key": "wrong"},
		"role": {"access_key": "id", "secret_key": "wrong", "assume_role.role_arn": "r"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "id")
			c := s.client(settings, s.home(t, ""), retries(3))
			var wait sync.WaitGroup
			for range 200 {
				wait.Go(func() {
					err := c.do(t.Context())
					if err == nil || !strings.Contains(err.Error(), "SignatureDoesNotMatch") || !strings.Contains(err.Error(), "alibabacloud.access_key") {
						t.Errorf("the error is %v", err)
					}
				})
			}
			wait.Wait()
			if seen := s.seen(); len(seen) != 1 {
				t.Errorf("%d signatures were sent", len(seen))
			}
		})
	}
}

// A renewal that fails does not end reads while the old keys are valid; one session
// serves many reads.
func TestRenewalThatFails(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	s.lifetime = 90 * time.Second // three quarters of it are over the minimum, so it is renewed after 67 seconds
	c := s.client(alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "r"}, s.home(t, ""))
	for range 5 {
		if err := c.do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(slices.DeleteFunc(s.seen(), func(e string) bool { return e != "AssumeRole by id" })); n != 1 {
		t.Errorf("%d sessions for 5 reads", n)
	}
	s.on("AssumeRole", write(503, `{"Code":"ServiceUnavailable"}`))
	if err := c.do(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Clear text is warned about in each place where it is set, once, and without the URL.
func TestWarnings(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	for name, test := range map[string]struct {
		settings alibabacloud.Settings
		env      []string
		want     string
	}{
		"endpoint":          {alibabacloud.Settings{"endpoint": "http://dbs.example.com"}, nil, "alibabacloud.endpoint"},
		"endpoint variable": {alibabacloud.Settings{"endpoint": ""}, []string{"DBS_ENDPOINT", "http://dbs.example.com"}, "DBS_ENDPOINT"},
		"https":             {alibabacloud.Settings{"endpoint": "https://dbs.example.com"}, nil, ""},
		"loopback":          {alibabacloud.Settings{"endpoint": "http://localhost:1"}, nil, ""},
		"URI":               {alibabacloud.Settings{"credentials_uri": "http://example.com/hush"}, nil, ""},
	} {
		c := s.client(test.settings, s.home(t, "", test.env...))
		got := strings.Join(c.Warnings(), "\n")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) || strings.Contains(got, "hush") ||
			got != "" && !strings.Contains(got, "can be stolen") {
			t.Errorf("%s: the warnings are %q", name, got)
		}
		if again := c.Warnings(); len(again) > 0 {
			t.Errorf("%s: again %q", name, again)
		}
	}
	// A profile is read when it is needed; its warning comes then.
	c := s.client(alibabacloud.Settings{"profile": "p"}, s.home(t, `{"profiles":[{"name":"p","mode":"CredentialsURI","credentials_uri":"http://hush.invalid/"}]}`))
	if early := c.Warnings(); len(early) > 0 {
		t.Errorf("there is a warning before the first read: %q", early)
	}
	if _, err := c.Select(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Warnings(), ""); !strings.Contains(got, `credentials_uri of profile "p"`) {
		t.Errorf("the warnings are %q", got)
	}
}

// The source is logged once, without its secrets.
func TestSourceIsLogged(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	var log strings.Builder
	c := s.client(alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "acs:ram::1:role/r"}, s.home(t, ""), logTo(&log))
	for range 3 {
		if err := c.do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "INFO") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 1 || !strings.Contains(lines[0], "the role acs:ram::1:role/r (alibabacloud.assume_role.role_arn), assumed with the access key in alibabacloud.access_key") {
		t.Errorf("the records at INFO are %q", lines)
	}
	if strings.Contains(log.String(), "-secret") || strings.Contains(log.String(), "-token") {
		t.Errorf("the log has a secret:\n%s", log.String())
	}
}

// One caller's timeout is not another's failure.
func TestTimeoutOfOneCaller(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	called, release := make(chan struct{}), make(chan struct{})
	s.once("AssumeRole", func(w http.ResponseWriter, _ *http.Request) {
		close(called)
		<-release
		_, _ = io.WriteString(w, `{"Credentials":{`+s.issue("STS")+`}}`)
	})
	c := s.client(alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "r"}, s.home(t, ""))
	first, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() { failed <- c.do(first) }()
	<-called
	second := make(chan error)
	go func() { second <- c.do(t.Context()) }()
	time.Sleep(10 * time.Millisecond) // let the second caller wait, too; without it, it calls by itself
	cancel()
	wantError(t, <-failed, "interrupted")
	close(release)
	if err := <-second; err != nil {
		t.Error(err)
	}
}
