package huaweicloud_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

func TestAssumeRole(t *testing.T) {
	role := &huaweicloud.AssumeRole{AgencyName: "ops", DomainName: "them"}
	variables := map[string]string{
		"HW_ASSUME_ROLE_AGENCY_NAME": "env-ops", "HW_ASSUME_ROLE_DOMAIN_ID": "d9", "HW_ASSUME_ROLE_DURATION": "1800",
	}
	withKeys := map[string]string{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SECRET-of-AK"}
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment []map[string]string
		want        string // the agency's part of the body
	}{
		"block": {huaweicloud.Settings{AssumeRole: role}, []map[string]string{withKeys},
			`{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
		"by id, for longer": {huaweicloud.Settings{AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops", DomainID: "d1", Duration: 7200}}, []map[string]string{withKeys},
			`{"agency_name":"ops","domain_id":"d1","duration_seconds":7200}`},
		"environment": {huaweicloud.Settings{}, []map[string]string{withKeys, variables},
			`{"agency_name":"env-ops","domain_id":"d9","duration_seconds":1800}`},
		"block before environment": {huaweicloud.Settings{AssumeRole: role}, []map[string]string{withKeys, variables},
			`{"agency_name":"ops","domain_name":"them","duration_seconds":1800}`},
		"profile in mode agency": {huaweicloud.Settings{Profile: "agency"}, nil,
			`{"agency_name":"ops","domain_id":"d1","duration_seconds":3600}`},
		"profile with keys and an agency": {huaweicloud.Settings{Profile: "agencywithkeys"}, []map[string]string{variables},
			`{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
		"profile that holds its keys in mode agency": {huaweicloud.Settings{Profile: "agencyofitself"}, nil,
			`{"agency_name":"ops","domain_id":"d1","duration_seconds":3600}`},
		"on top of an ECS agency": {huaweicloud.Settings{ECSAgency: "a", AssumeRole: role}, nil,
			`{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
		"on top of a token": {huaweicloud.Settings{AuthToken: "TOKEN", AssumeRole: role}, nil,
			`{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.keys["OTHER"] = "SECRET-of-OTHER"
			s.on(tokenPath, http.StatusNotFound, "")
			s.on(keyPath, http.StatusOK, s.temporary("ECS", time.Now().Add(time.Hour)))
			s.on(rolePath, http.StatusCreated, s.temporary("ASSUMED", time.Now().Add(time.Hour)))
			all := environment(home(t, map[string]string{".hcloud/config.json": cliFile}), nil)
			for _, variables := range test.environment {
				for name, value := range variables {
					all[name] = value
				}
			}
			c := s.client(test.block, all)
			var wait sync.WaitGroup
			for range 8 {
				wait.Go(func() {
					if err := c.backups(t.Context(), "", ""); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			if got := len(s.requests(rolePath)); got != 1 {
				t.Fatalf("the role was taken on %d times", got)
			}
			for i, r := range s.asked {
				switch {
				case r.URL.Path == rolePath:
					want := `{"auth":{"identity":{"assume_role":` + test.want + `,"methods":["assume_role"]}}}`
					if s.sent[i] != want {
						t.Errorf("sent %s\nwant %s", s.sent[i], want)
					}
				case strings.HasSuffix(r.URL.Path, "/backups"):
					access, _, _ := parseAuthorization(r.Header.Get("Authorization"))
					if access != "ASSUMED" || r.Header.Get("X-Security-Token") != "STS-of-ASSUMED" || r.Header.Get("X-Auth-Token") != "" {
						t.Errorf("read with %v", r.Header)
					}
				}
			}
		})
	}
}

func TestAssumeRoleRefused(t *testing.T) {
	s := newStandIn(t)
	s.on(rolePath, http.StatusForbidden, `{"error":{"code":403,"message":"You are not authorized to perform the requested action","title":"Forbidden"}}`)
	c := s.client(huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops", DomainName: "them"}},
		environment(t.TempDir(), nil))
	err := c.backups(t.Context(), "", "")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`the agency "ops"`, "403", "Forbidden", "trusts"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error doesn't say %q:\n%v", want, err)
		}
	}
}

// An agency that only the environment names belongs to the environment's
// credentials: assumed with the block's, it could list another account.
func TestRoleOfTheEnvironment(t *testing.T) {
	role := map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": "env-ops", "HW_ASSUME_ROLE_DOMAIN_NAME": "them"}
	withKeys := map[string]string{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SECRET-of-AK"}
	cli := map[string]string{".hcloud/config.json": cliFile}
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment map[string]string
		files       map[string]string
		assumed     bool
		want        string // the access key that reads, or the token
	}{
		"the block's keys":                 {huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK"}, nil, nil, false, "AK"},
		"the block's token":                {huaweicloud.Settings{AuthToken: "TOKEN"}, nil, nil, false, "TOKEN"},
		"the block's profile":              {huaweicloud.Settings{Profile: "other"}, withKeys, cli, false, "OTHER"},
		"the block's ECS agency":           {huaweicloud.Settings{ECSAgency: "a"}, withKeys, nil, false, "ECS"},
		"the environment's keys":           {huaweicloud.Settings{}, withKeys, nil, true, "ASSUMED"},
		"the environment's profile":        {huaweicloud.Settings{}, map[string]string{"HW_PROFILE": "other"}, cli, true, "ASSUMED"},
		"the CLI's current profile":        {huaweicloud.Settings{}, nil, cli, true, "ASSUMED"},
		"the SDK's file":                   {huaweicloud.Settings{}, nil, map[string]string{".huaweicloud/credentials": credentialsFile}, true, "ASSUMED"},
		"the block's region, keys outside": {huaweicloud.Settings{Region: "cn-north-4"}, withKeys, nil, true, "ASSUMED"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.keys["OTHER"], s.keys["FILE"] = "SECRET-of-OTHER", "SECRET-of-FILE"
			s.on(tokenPath, http.StatusNotFound, "")
			s.on(keyPath, http.StatusOK, s.temporary("ECS", time.Now().Add(time.Hour)))
			s.on(rolePath, http.StatusCreated, s.temporary("ASSUMED", time.Now().Add(time.Hour)))
			all := environment(home(t, test.files), role)
			for name, value := range test.environment {
				all[name] = value
			}
			if err := s.client(test.block, all).backups(t.Context(), "", ""); err != nil {
				t.Fatal(err)
			}
			if got := len(s.requests(rolePath)) > 0; got != test.assumed {
				t.Errorf("assumed: %t", got)
			}
			r := s.requests("/backups")[0]
			access, _, _ := parseAuthorization(r.Header.Get("Authorization"))
			if got := access + r.Header.Get("X-Auth-Token"); got != test.want {
				t.Errorf("read with %q, want %q", got, test.want)
			}
		})
	}
}
