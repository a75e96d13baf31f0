package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// readAccount reads a list of each cloud, and returns the account whose credentials each
// read was made with.
func readAccount(t *testing.T, server *mockcloud.Server, config map[string]any) (alibaba, huawei string) {
	t.Helper()
	p := acctest.Configure(t, config)
	if problem := p.Diagnostics.Errors(); problem != "" {
		t.Fatal(problem)
	}
	for _, name := range []string{"dbs_backup_plans", "taurusdb_instances"} {
		if problem := p.Read(t, name, nil).Errors(); problem != "" {
			t.Fatal(problem)
		}
	}
	for _, r := range server.Requests() {
		if !r.Verified && r.Operation != mockcloud.AssumeRoleWithOIDC {
			t.Errorf("the signature of %s is wrong", r)
		}
		switch r.Service {
		case "DBS":
			alibaba = r.AccountID
		case "TaurusDB":
			huawei = r.AccountID
		}
	}
	return alibaba, huawei
}

// Roles in the provider configuration and in the environment are assumed in the account
// that they belong to, against a server that verifies every signature.
func TestRolesAreAssumed(t *testing.T) {
	server := acctest.Cloud(t)
	for _, role := range []mockcloud.Role{
		{Cloud: mockcloud.AlibabaCloud, Name: "audit", AccountID: "2222", ExternalID: "ext"},
		{Cloud: mockcloud.AlibabaCloud, Name: "pod", AccountID: "3333", OIDCToken: "oidc-token", OIDCProvider: "acs:ram::3333:oidc-provider/ack"},
		{Cloud: mockcloud.AlibabaCloud, Name: "cross", AccountID: "4444"},
		{Cloud: mockcloud.HuaweiCloud, Name: "audit", AccountID: "d2222", AccountName: "them"},
	} {
		server.SetRole(role)
	}
	t.Setenv("ALIBABA_CLOUD_ENDPOINT_STS", server.URL())

	config := acctest.Configuration(server.URL())
	alibaba, _ := config["alibabacloud"].(map[string]any)
	huawei, _ := config["huaweicloud"].(map[string]any)
	alibaba["assume_role"] = map[string]any{"role_arn": "acs:ram::2222:role/audit", "external_id": "ext", "session_name": "me", "session_expiration": 900}
	huawei["assume_role"] = map[string]any{"agency_name": "audit", "domain_name": "them", "duration": 900}
	if a, h := readAccount(t, server, config); a != "2222" || h != "d2222" {
		t.Errorf("the accounts are %q and %q", a, h)
	}

	// A pod: its token, and another account's role on top.
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("oidc-token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::3333:role/pod")
	t.Setenv("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::3333:oidc-provider/ack")
	t.Setenv("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token)
	for _, name := range []string{"access_key", "secret_key", "assume_role"} {
		delete(alibaba, name)
	}
	if a, _ := readAccount(t, server, config); a != "3333" {
		t.Errorf("the account of the pod is %q", a)
	}
	t.Setenv("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::4444:role/cross")
	if a, _ := readAccount(t, server, config); a != "4444" {
		t.Errorf("the account of the pod's role is %q", a)
	}
}

// A role without its ARN is an error before anything is sent.
func TestRoleIsRequired(t *testing.T) {
	t.Parallel()
	for _, config := range []map[string]any{
		{"alibabacloud": map[string]any{"assume_role": map[string]any{"session_name": "x"}}},
		{"huaweicloud": map[string]any{"assume_role": map[string]any{"domain_name": "x"}}},
	} {
		p := acctest.Configure(t, config)
		if got := p.Diagnostics.Errors(); !strings.Contains(got, "role_arn") && !strings.Contains(got, "agency_name") {
			t.Errorf("the diagnostics are %q", got)
		}
	}
}

// Clear text is warned about when the provider is configured.
func TestClearTextIsWarnedAbout(t *testing.T) {
	t.Parallel()
	p := acctest.Configure(t, map[string]any{"alibabacloud": map[string]any{"endpoint": "http://dbs.invalid"}, "huaweicloud": map[string]any{"iam_endpoint": "http://iam.invalid"}})
	got := p.Diagnostics.Warnings()
	for _, want := range []string{"alibabacloud.endpoint is plain HTTP", "huaweicloud.iam_endpoint is plain HTTP", "can be stolen"} {
		if !strings.Contains(got, want) {
			t.Errorf("the diagnostics lack %q: %s", want, got)
		}
	}
}
