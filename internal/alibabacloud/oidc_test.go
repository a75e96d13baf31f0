package alibabacloud_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

func TestAssumeRoleWithOIDC(t *testing.T) {
	standIn := newSTS(t, time.Hour, "STS.2", "STS.2-secret")
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "first-token")
	dbs := newService(t, succeed)
	settings := alibabacloud.Settings{Endpoint: dbs.URL, AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{
		RoleARN: "acs:ram::1:role/r", OIDCProviderARN: "acs:ram::1:oidc-provider/x", OIDCTokenFile: token,
		SessionName: "me", SessionExpiration: 900, Policy: "{}",
	}}
	client, secrets := newClient(settings, emptyEnvironment(t))
	for _, text := range []string{"first-token", "first-token", "second-token"} {
		writeFile(t, token, text)
		if err := client.Do(t.Context(), operation, decode); err != nil {
			t.Fatal(err)
		}
	}
	asked := standIn.requests()
	if len(asked) != 2 || asked[0].Get("OIDCToken") != "first-token" || asked[1].Get("OIDCToken") != "second-token" {
		t.Fatalf("asked %v", asked)
	}
	for name, want := range map[string]string{
		"RoleArn": "acs:ram::1:role/r", "OIDCProviderArn": "acs:ram::1:oidc-provider/x",
		"RoleSessionName": "me", "DurationSeconds": "900", "Policy": "{}",
	} {
		if got := asked[0].Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := secrets.Mask("second-token"); got != "***" {
		t.Errorf("the token is not masked: %s", got)
	}

	// A further role on top.
	settings.AssumeRole = &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/second"}
	settings.Endpoint = ""
	standIn.mu.Lock()
	standIn.seen = standIn.seen[:1]
	standIn.mu.Unlock()
	if got, err := asker(t, settings, emptyEnvironment(t)); err != nil || got != "STS.3/STS.3-token" {
		t.Errorf("got %q, %v", got, err)
	}
}
