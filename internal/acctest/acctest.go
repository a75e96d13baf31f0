// Package acctest is what acceptance tests share: a mock cloud for each test,
// the provider as Terraform runs it, and a Terraform CLI for the tests that look
// at more than a state.
package acctest

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// What [Cloud] knows.
const (
	PlanID     = "dbs1acceptance"
	InstanceID = "0123456789abcdef0123456789abcdefin07"
	ProjectID  = "00112233445566778899aabbccddeeff"
)

// Factories serve the provider to terraform-plugin-testing.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cloudbackup": func() (tfprotov6.ProviderServer, error) { return provider.Server("test"), nil },
	}
}

// Cloud is a mock of both clouds that lives as long as the test. It knows the
// demo's accounts, an empty plan and an empty instance.
func Cloud(t testing.TB) *mockcloud.Server {
	t.Helper()
	server := mockcloud.New(mockcloud.Options{})
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	Fill(server)
	return server
}

// Fill makes a mock cloud know what [Cloud] knows.
func Fill(server *mockcloud.Server) {
	server.SetAccount(mockcloud.Account{
		Cloud: mockcloud.AlibabaCloud, AccessKey: mockcloud.DemoAlibabaAccessKey, SecretKey: mockcloud.DemoAlibabaSecretKey,
	})
	server.SetAccount(mockcloud.Account{
		Cloud: mockcloud.HuaweiCloud, AccessKey: mockcloud.DemoHuaweiAccessKey, SecretKey: mockcloud.DemoHuaweiSecretKey,
	})
	server.AddProject(mockcloud.Project{ID: ProjectID, Name: mockcloud.DemoHuaweiRegion})
	server.AddInstance(ProjectID, InstanceID)
}

// AddPlan makes the plan [PlanID], whose full backups can be listed then.
func AddPlan(server *mockcloud.Server) {
	plan := mockcloud.Plans(1, time.Now())[0]
	server.Plans(mockcloud.DemoAlibabaRegion).Add(plan.With("BackupPlanId", PlanID))
}

// ProviderBlock configures the provider for the mock cloud, with further lines.
func ProviderBlock(server *mockcloud.Server, more string) string {
	return fmt.Sprintf(`
provider "cloudbackup" {
  alibabacloud = {
    region     = %q
    access_key = %q
    secret_key = %q
    endpoint   = %q
  }
  huaweicloud = {
    region       = %q
    access_key   = %q
    secret_key   = %q
    endpoint     = %q
    iam_endpoint = %q
  }
  requests_per_second = 1000
  %s
}
`, mockcloud.DemoAlibabaRegion, mockcloud.DemoAlibabaAccessKey, mockcloud.DemoAlibabaSecretKey, server.URL(),
		mockcloud.DemoHuaweiRegion, mockcloud.DemoHuaweiAccessKey, mockcloud.DemoHuaweiSecretKey, server.URL(), server.URL(), more)
}
