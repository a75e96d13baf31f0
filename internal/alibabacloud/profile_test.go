package alibabacloud_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

func TestProfileModes(t *testing.T) {
	uri := credentialsServer(t, uriAnswer)
	serveMetadata(t, metadata(time.Hour))
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "oidc-token\n")
	for _, test := range []struct {
		profile string
		want    string
		roles   []string
	}{
		{"main", "main-id", nil},
		{"sts", "sts-id/sts-token", nil},
		{"role", "STS.1/STS.1-token", []string{"p"}},
		{"ecs", "ECS.1/ECS.1-token", nil},
		{"ecs-role", "STS.1/STS.1-token", []string{"e"}},
		{"chain", "STS.2/STS.2-token", []string{"p", "c"}},
		{"oidc", "STS.1/STS.1-token", []string{"o"}},
		{"uri", "URI.1/URI.1-token", nil},
	} {
		t.Run(test.profile, func(t *testing.T) {
			serveMetadata(t, metadata(time.Hour))
			standIn := newSTS(t, time.Hour, "main-id", "main-secret", "ECS.1", "ECS.1-secret", "STS.1", "STS.1-secret")
			env := emptyEnvironment(t)
			env.configure(t, strings.Replace(cliProfiles, `"profiles":[`, fmt.Sprintf(`"profiles":[
				{"name":"uri","mode":"CredentialsURI","credentials_uri":%q},
				{"name":"oidc","mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/x","oidc_token_file":%q,"ram_role_arn":"acs:ram::1:role/o"},`, uri, token), 1))
			got, err := asker(t, alibabacloud.Settings{Profile: test.profile}, env)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
			var roles []string
			for _, asked := range standIn.requests() {
				roles = append(roles, strings.TrimPrefix(asked.Get("RoleArn"), "acs:ram::1:role/"))
				if asked.Get("Action") == "AssumeRoleWithOIDC" && asked.Get("OIDCToken") != "oidc-token" {
					t.Errorf("the token sent is %q", asked.Get("OIDCToken"))
				}
			}
			if !slices.Equal(roles, test.roles) {
				t.Errorf("assumed the roles %v, want %v", roles, test.roles)
			}
		})
	}
}

func TestCloudSSO(t *testing.T) {
	serveHTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sso-token" || r.URL.Path != "/cloud-credentials" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, `{"CloudCredential":{%s}}`, temporary("SSO.1", time.Hour))
	}))
	env := emptyEnvironment(t)
	env.configure(t, cliProfiles)
	got, err := asker(t, alibabacloud.Settings{Profile: "sso"}, env)
	if err != nil || got != "SSO.1/SSO.1-token" {
		t.Errorf("got %q, %v", got, err)
	}
	if hosts := dialled(); !slices.Equal(hosts, []string{"signin.example:443"}) {
		t.Errorf("asked %v", hosts)
	}
}
