package huaweicloud_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// calls are the settings that need a call, by its path.
var calls = map[string]huaweicloud.Settings{
	agencyPath:     {"access_key": "AKID", "secret_key": "AKID-secret", "project_id": project, "assume_role.agency_name": "ops", "assume_role.domain_name": "them"},
	"/v3/projects": {"access_key": "AKID", "secret_key": "AKID-secret"},
	tokenPath:      {"ecs_agency": "a", "project_id": project},
	keyPath:        {"ecs_agency": "a", "project_id": project},
	listPath:       keysOfID,
}

// each runs a test for each call.
func each(t *testing.T, test func(t *testing.T, s *standIn, c account, path string)) {
	t.Helper()
	for path, settings := range calls {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID")
			test(t, s, s.client(settings, home(t, nil)), path)
		})
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *standIn, c account, path string) {
		var requests atomic.Int32
		hostile := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
		t.Cleanup(hostile.Close)
		for _, status := range []int{301, 302, 303, 307, 308} {
			s.on(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, hostile.URL+"/x", status) })
			wantError(t, c.read(t.Context()), "redirect")
		}
		if n := requests.Load(); n > 0 {
			t.Errorf("%d requests went to the other host", n)
		}
	})
}

// A connection that breaks once, and a single 5xx, is retried and signed anew. The waits
// before the retries run at the same time.
func TestRetries(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for failure, respond := range map[string]http.HandlerFunc{
		"broken connection": breakConnection,
		"500":               write(500, `{"error_code":"APIGW.0601","error_msg":"x"}`),
		"503 in HTML":       write(503, "<html>busy</html>"),
	} {
		for path, settings := range calls {
			s := newStandIn(t, "AKID")
			s.once(path, respond)
			c := s.client(settings, home(t, nil), retries(2))
			wait.Go(func() {
				if err := c.read(t.Context()); err != nil {
					t.Errorf("%s, %s: %v", path, failure, err)
				}
				if n := s.count(path); n != 2 {
					t.Errorf("%s, %s: %d calls: %q", path, failure, n, s.seen())
				}
			})
		}
	}
	wait.Wait()
}

// Odd, endless and secret responses are errors without a part of them.
func TestOddTemporaryKeys(t *testing.T) {
	t.Parallel()
	const keys = `{"credential":{"access":"hush-id","secret":"hush-key","securitytoken":"hush-token"%s}}`
	for name, respond := range map[string]http.HandlerFunc{
		"empty":              write(200, ""),
		"null":               write(200, "null"),
		"{}":                 write(200, "{}"),
		"plain":              write(200, "hush-id=hush-key"),
		"HTML":               write(200, "<html>hush-key</html>"),
		"no expiry":          write(200, fmt.Sprintf(keys, "")),
		"odd expiry":         write(200, fmt.Sprintf(keys, `,"expires_at":"hush-later"`)),
		"expired":            write(200, fmt.Sprintf(keys, `,"expires_at":"2001-01-01T00:00:00Z"`)),
		"control characters": write(200, strings.Replace(fmt.Sprintf(keys, `,"expires_at":"2999-01-01T00:00:00Z"`), "hush-key", `hush\r\nkey`, 1)),
		"an error":           write(200, `{"error":{"code":403,"message":"no"}}`),
		"forbidden":          write(403, `{"error":{"code":403,"message":"no","title":"Forbidden"}}`),
		"no agency":          write(404, "hush"),
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
			each(t, func(t *testing.T, s *standIn, c account, path string) {
				if path != agencyPath && path != keyPath {
					return
				}
				s.on(path, respond)
				err := c.read(t.Context())
				wantError(t, err, "the backups of instance i")
				if path == keyPath && name != "expired" {
					wantError(t, err, "169.254.169.254 responds on ECS instances only", "huaweicloud.ecs_agency")
				}
				if n := s.count(listPath); n > 0 {
					t.Error("there was a call of TaurusDB")
				}
			})
		})
	}
}

func TestAgencyThatIsRefused(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	s.on(agencyPath, write(403, `{"error":{"code":403,"message":"You are not authorized to perform the requested action","title":"Forbidden"}}`))
	c := s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret", "project_id": project, "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, home(t, nil))
	wantError(t, c.read(t.Context()), "the agency ops (huaweicloud.assume_role.agency_name)", "403", "Forbidden", "trusts", "The credentials in use are the access key in huaweicloud.access_key")
}

// Services without session tokens are used without one; an absent service fails within
// the timeout of all attempts. No proxy sees either.
func TestMetadata(t *testing.T) {
	proxied := atomic.Int32{}
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { proxied.Add(1) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	settings := huaweicloud.Settings{"ecs_agency": "a", "project_id": project}
	for _, status := range []int{400, 404, 405} {
		s := newStandIn(t)
		s.on(tokenPath, write(status, "hush"))
		if err := s.client(settings, home(t, nil)).read(t.Context()); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
	s := newStandIn(t)
	s.on(tokenPath, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := s.client(settings, home(t, nil), retries(100))
	huaweicloud.SetMetadata(c.Client, s.URL, 300*time.Millisecond)
	wantError(t, c.read(t.Context()), "169.254.169.254 responds on ECS instances only", "300ms")

	c = s.client(settings, home(t, nil))
	huaweicloud.SetMetadata(c.Client, "http://metadata.invalid", 0)
	wantError(t, c.read(t.Context()), "metadata.invalid")
	if n := proxied.Load(); n > 0 {
		t.Errorf("%d requests went through the proxy", n)
	}
}

// With a wrong secret key, a single signature is sent, however many reads there are:
// five lock the key.
func TestWrongKeyIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]huaweicloud.Settings{
		"project set":       {"access_key": "AKID", "secret_key": "wrong", "project_id": project},
		"project looked up": {"access_key": "AKID", "secret_key": "wrong"},
		"agency":            {"access_key": "AKID", "secret_key": "wrong", "assume_role.agency_name": "ops", "assume_role.domain_name": "them"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID")
			c := s.client(settings, home(t, nil), retries(3))
			var wait sync.WaitGroup
			for i := range 200 {
				wait.Go(func() {
					err := c.readIn(t.Context(), fmt.Sprintf("r-%d", i%20), "")
					if err == nil || !strings.Contains(err.Error(), "APIGW.0301") || !strings.Contains(err.Error(), "huaweicloud.access_key") || !strings.Contains(err.Error(), "5 minutes") {
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

// A token that is refused in one region is still sent in others.
func TestRefusedTokenIsSentAgain(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{"auth_token": "WRONG", "project_id": project}, home(t, nil))
	for range 2 {
		wantError(t, c.read(t.Context()), "APIGW.0301", "huaweicloud.auth_token")
	}
	if n := s.count(listPath); n != 2 {
		t.Errorf("%d calls", n)
	}
}

// An answer that says that the keys have expired causes one renewal and one retry.
func TestExpiredKeysAreRenewed(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	c := s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret", "project_id": project, "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, home(t, nil))
	s.once(listPath, write(401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: security token expired"}`))
	if err := c.read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.count(agencyPath); n != 2 || s.count(listPath) != 2 {
		t.Errorf("the calls are %q", s.seen())
	}
}

func TestSourceIsLogged(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	var log strings.Builder
	c := s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret"}, home(t, nil), logTo(&log))
	for range 3 {
		if err := c.read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "INFO"); n != 1 || !strings.Contains(log.String(), "the access key in huaweicloud.access_key") || strings.Contains(log.String(), "AKID-secret") {
		t.Errorf("the log is\n%s", log.String())
	}
}
