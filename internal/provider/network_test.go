package provider_test

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// endpoints configures both clouds' endpoints, whatever the environment says.
func endpoints(dbs, taurusDB, iam string) string {
	return fmt.Sprintf("provider \"cloudbackup\" {\n  alibabacloud = { endpoint = %q }\n  huaweicloud = { endpoint = %q, iam_endpoint = %q }\n  max_retries = 0\n}\n", dbs, taurusDB, iam)
}

// A private certificate authority is known by SSL_CERT_FILE, and without it the
// error says what to check.
func TestAccPrivateCertificateAuthority(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	server := httptest.NewTLSServer(cloud)
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	config := endpoints(server.URL, server.URL, server.URL) + readPlans + readBackups
	if shown, exit := plan(t, config, append(cloud.DemoEnvironment(), "SSL_CERT_FILE="+authority)...); exit != 0 {
		t.Errorf("exit status %d: %s", exit, shown)
	}
	shown, exit := plan(t, config, cloud.DemoEnvironment()...)
	if exit == 0 || !strings.Contains(shown, "SSL_CERT_FILE") {
		t.Errorf("exit status %d: %s", exit, shown)
	}
}

// Requests go through the proxy of the environment, but for the hosts of
// NO_PROXY. Signatures hold for the host that was meant.
func TestAccProxy(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	config := endpoints("http://dbs.invalid", "http://gaussdb.invalid", "http://iam.invalid") + readPlans + readBackups
	proxied := append(cloud.DemoEnvironment(), "HTTP_PROXY="+cloud.URL())
	if shown, exit := plan(t, config, proxied...); exit != 0 {
		t.Errorf("exit status %d: %s", exit, shown)
	}
	hosts := map[string]bool{}
	for _, r := range cloud.Requests() {
		hosts[r.Host] = r.Verified
	}
	if !hosts["dbs.invalid"] || !hosts["gaussdb.invalid"] || !hosts["iam.invalid"] {
		t.Errorf("the proxy saw %v", hosts)
	}
	cloud.ResetRequests()
	shown, exit := plan(t, config, append(proxied, "NO_PROXY=.invalid")...)
	if exit == 0 || len(cloud.Requests()) != 0 {
		t.Errorf("exit status %d, %d requests through the proxy: %s", exit, len(cloud.Requests()), shown)
	}
}

// A path prefix in an endpoint is kept, and signed.
func TestAccPathPrefix(t *testing.T) {
	t.Parallel()
	cloud := mockcloud.New(mockcloud.Options{PathPrefix: "/gateway/backups"})
	if _, err := cloud.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	acctest.Fill(cloud)
	shown, exit := plan(t, endpoints(cloud.URL(), cloud.URL()+"/", cloud.URL())+readPlans+readBackups, cloud.DemoEnvironment()...)
	if exit != 0 {
		t.Errorf("exit status %d: %s", exit, shown)
	}
	for _, r := range cloud.Requests() {
		if !strings.HasPrefix(r.Path, "/gateway/backups/") || !r.Verified {
			t.Errorf("%s was asked for %s", r.Operation, r.Path)
		}
	}
}

// A region of its own takes its own project, also where the provider names one.
func TestAccRegionsAndProjects(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	const other, otherInstance = "11112222333344445555666677778888", "fedcba9876543210fedcba9876543210in07"
	cloud.AddProject(mockcloud.Project{ID: other, Name: "cn-south-1"})
	cloud.AddInstance(other, otherInstance)
	config := "data \"cloudbackup_taurusdb_backups\" \"other\" {\n  instance_id = \"" + otherInstance + "\"\n  region = \"cn-south-1\"\n}\n"
	environment := append(cloud.DemoEnvironment(), "HW_PROJECT_ID="+acctest.ProjectID, mockcloud.TaurusDBEndpoint("cn-south-1")+"="+cloud.URL())
	if shown, exit := plan(t, readBackups+config, environment...); exit != 0 {
		t.Errorf("exit status %d: %s", exit, shown)
	}
	for _, r := range cloud.Requests() {
		if r.Operation == mockcloud.ShowInstanceBackups && strings.Contains(r.Path, other) != strings.Contains(r.Path, otherInstance) {
			t.Errorf("asked for %s", r.Path)
		}
	}
	// Two projects of one name can't be told apart.
	cloud.AddProject(mockcloud.Project{ID: strings.Repeat("9", 32), Name: "cn-south-1"})
	shown, exit := plan(t, config, environment...)
	if exit == 0 || !strings.Contains(shown, other) || !strings.Contains(shown, strings.Repeat("9", 32)) || !strings.Contains(shown, "project_id") {
		t.Errorf("exit status %d: %s", exit, shown)
	}
}
