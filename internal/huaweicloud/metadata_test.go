package huaweicloud_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

const (
	tokenPath = "/meta-data/latest/api/token"
	keyPath   = "/openstack/latest/securitykey"
	rolePath  = "/v3.0/OS-CREDENTIAL/securitytokens"
)

func TestECSAgency(t *testing.T) {
	for name, withToken := range map[string]bool{"with session tokens": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.on(tokenPath, http.StatusNotFound, "")
			if withToken {
				s.on(tokenPath, http.StatusOK, "SESSION")
			}
			s.on(keyPath, http.StatusOK, s.temporary("ECS", time.Now().Add(time.Hour)))
			c := s.client(huaweicloud.Settings{ECSAgency: "a"}, environment(t.TempDir(), nil))
			for range 3 {
				if err := c.backups(t.Context(), "", ""); err != nil {
					t.Fatal(err)
				}
			}
			asked := s.requests(keyPath)
			if len(asked) != 1 {
				t.Errorf("the keys were asked for %d times", len(asked))
			}
			if got := asked[0].Header.Get("X-Metadata-Token"); (got == "SESSION") != withToken {
				t.Errorf("session token %q", got)
			}
			if got := s.requests("/backups")[0].Header.Get("X-Security-Token"); got != "STS-of-ECS" {
				t.Errorf("security token %q", got)
			}
		})
	}
}

func TestECSAgencyThatGivesNoKeys(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"no agency":      {http.StatusNotFound, "", "no agency"},
		"agency unset":   {http.StatusUnauthorized, "Please configure Cloud Service Agency first", "no agency"},
		"server error":   {http.StatusInternalServerError, "", "500"},
		"empty":          {http.StatusOK, "", "JSON"},
		"HTML":           {http.StatusOK, "<html>HIDDEN</html>", "JSON"},
		"no credential":  {http.StatusOK, "{}", "no credential"},
		"half":           {http.StatusOK, `{"credential":{"access":"HIDDEN"}}`, "missing"},
		"null":           {http.StatusOK, `null`, "no credential"},
		"no expiry":      {http.StatusOK, `{"credential":{"access":"HIDDEN","secret":"HIDDEN","securitytoken":"HIDDEN"}}`, "missing"},
		"unreadable one": {http.StatusOK, `{"credential":{"access":"HIDDEN","secret":"HIDDEN","securitytoken":"HIDDEN","expires_at":"HIDDEN"}}`, "JSON"},
		"redirect":       {http.StatusFound, "", "302"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.on(tokenPath, http.StatusMethodNotAllowed, "")
			s.on(keyPath, test.status, test.body)
			err := s.client(huaweicloud.Settings{ECSAgency: "a"}, environment(t.TempDir(), map[string]string{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SECRET-of-AK"})).
				backups(t.Context(), "", "")
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range []string{"huaweicloud.ecs_agency", "metadata service", test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error doesn't say %q:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "HIDDEN") {
				t.Errorf("the error shows the answer:\n%v", err)
			}
			if len(s.requests("/backups")) > 0 {
				t.Error("the backups were asked for")
			}
		})
	}
}

func TestECSAgencyWithoutMetadataService(t *testing.T) {
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{ECSAgency: "a"}, environment(t.TempDir(), nil))
	s.Close()
	err := c.backups(t.Context(), "", "")
	if err == nil || !strings.Contains(err.Error(), "huaweicloud.ecs_agency") || !strings.Contains(err.Error(), "nowhere else") {
		t.Errorf("got %v", err)
	}
}

// The metadata service is asked only when it is named, and never through a proxy.
func TestMetadataServiceIsLeftAlone(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	s := newStandIn(t)
	if err := s.client(huaweicloud.Settings{}, environment(t.TempDir(), nil)).backups(t.Context(), "", ""); err == nil {
		t.Error("no error")
	}
	if asked := s.paths(); asked != "" {
		t.Errorf("it was asked:\n%s", asked)
	}
}
