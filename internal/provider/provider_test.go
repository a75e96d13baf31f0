package provider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

// Every attribute, nested ones included, has a description.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	schemas, err := provider.Server("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	described(t, "provider", schemas.Provider.Block.Attributes)
	if len(schemas.DataSourceSchemas) != 3 || len(schemas.Functions) != 2 {
		t.Errorf("%d data sources, %d functions", len(schemas.DataSourceSchemas), len(schemas.Functions))
	}
	for name, schema := range schemas.DataSourceSchemas {
		if schema.Block.Description == "" {
			t.Errorf("%s has no description", name)
		}
		described(t, name, schema.Block.Attributes)
	}
}

func described(t *testing.T, path string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		name := path + "." + attribute.Name
		text := attribute.Description
		if text == "" || !strings.HasSuffix(strings.TrimRight(text, ")`"), ".") {
			t.Errorf("%s is described as %q", name, text)
		}
		if strings.Count(text, "`")%2 != 0 {
			t.Errorf("%s: unbalanced quotes in %q", name, text)
		}
		if attribute.NestedType != nil {
			described(t, name, attribute.NestedType.Attributes)
		}
	}
}

// Secrets are sensitive in the provider's schema, and nothing else is.
func TestSensitiveAttributes(t *testing.T) {
	t.Parallel()
	schemas, err := provider.Server("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	secret := map[string]bool{"access_key": true, "secret_key": true, "security_token": true, "auth_token": true}
	for _, cloud := range schemas.Provider.Block.Attributes {
		if cloud.NestedType == nil {
			continue
		}
		for _, attribute := range cloud.NestedType.Attributes {
			if attribute.Sensitive != secret[attribute.Name] {
				t.Errorf("%s.%s is sensitive: %v", cloud.Name, attribute.Name, attribute.Sensitive)
			}
		}
	}
}

const requirement = `
terraform {
  required_providers {
    cloudbackup = { source = "cloudbackup/cloudbackup" }
  }
}
`

// plan plans a configuration, and gives all that it shows on one line.
func plan(t *testing.T, config string, environment ...string) (shown string, exit int) {
	t.Helper()
	cli := acctest.NewCLI(t, "", environment...)
	cli.Write("main.tf", requirement+config)
	result := cli.Run("plan")
	shown = strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(result.Output())
	return strings.Join(strings.Fields(shown), " "), result.Exit
}

const (
	readPlans   = "data \"cloudbackup_dbs_backup_plans\" \"test\" {}\n"
	readBackups = "data \"cloudbackup_taurusdb_backups\" \"test\" {\n  instance_id = \"" + acctest.InstanceID + "\"\n}\n"
)

// One cloud can be left out. What it lacks is reported when it is read, with
// every way to supply it.
func TestAccOneCloudLeftOut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		only, config string
		missing      []string
	}{
		"Alibaba Cloud alone": {"ALI", readPlans, nil},
		"Huawei Cloud alone":  {"H", readBackups, nil},
		"Alibaba Cloud missing": {"H", "provider \"cloudbackup\" {\n alibabacloud = { region = \"cn-hangzhou\" }\n}\n" + readPlans, []string{
			"alibabacloud.access_key", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_PROFILE", "ALICLOUD_ECS_ROLE_NAME", "ALICLOUD_CREDENTIALS_URI", "ALICLOUD_ASSUME_ROLE_ARN",
		}},
		"Huawei Cloud missing": {"ALI", "provider \"cloudbackup\" {\n huaweicloud = { region = \"cn-north-4\" }\n}\n" + readBackups, []string{
			"huaweicloud.access_key", "HW_ACCESS_KEY", "OS_ACCESS_KEY", "HW_AUTH_TOKEN", "HW_PROFILE", "HW_ASSUME_ROLE_AGENCY_NAME", "huaweicloud.ecs_agency",
		}},
		"no region of Alibaba Cloud": {"H", readPlans, []string{"region", "alibabacloud.region", "ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"}},
		"no region of Huawei Cloud":  {"ALI", readBackups, []string{"region", "huaweicloud.region", "HW_REGION_NAME", "OS_REGION_NAME"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.Cloud(t)
			var environment []string
			for _, variable := range server.DemoEnvironment() {
				if strings.HasPrefix(variable, test.only) {
					environment = append(environment, variable)
				}
			}
			shown, exit := plan(t, test.config, environment...)
			if (exit != 0) != (test.missing != nil) {
				t.Fatalf("exit status %d: %s", exit, shown)
			}
			for _, way := range test.missing {
				if !strings.Contains(shown, way) {
					t.Errorf("%s is not named: %s", way, shown)
				}
			}
		})
	}
}

// A value that isn't known while planning is accepted, and a read that needs it
// is an error that names it. Nothing is asked: it could be of another account.
func TestAccUnknownConfiguration(t *testing.T) {
	t.Parallel()
	acctest.NewCLI(t, "").SkipBelow("1.4.0", "1.6.0") // terraform_data came then.
	for _, attribute := range []string{"access_key", "region", "endpoint", "profile"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			server := acctest.Cloud(t)
			config := fmt.Sprintf(`
resource "terraform_data" "later" {}
provider "cloudbackup" {
  alibabacloud = { %s = terraform_data.later.id }
}
`, attribute)
			shown, exit := plan(t, config+readPlans, server.DemoEnvironment()...)
			if exit == 0 || !strings.Contains(shown, "alibabacloud."+attribute) || !strings.Contains(shown, "not known") {
				t.Errorf("exit status %d: %s", exit, shown)
			}
			if n := len(server.Requests()); n != 0 {
				t.Errorf("%d requests", n)
			}
			// The other cloud needs nothing of it.
			if shown, exit := plan(t, config+readBackups, server.DemoEnvironment()...); exit != 0 {
				t.Errorf("exit status %d: %s", exit, shown)
			}
		})
	}
	t.Run("the whole cloud", func(t *testing.T) {
		t.Parallel()
		server := acctest.Cloud(t)
		shown, exit := plan(t, `
resource "terraform_data" "later" {
  input = { region = "cn-hangzhou" }
}
provider "cloudbackup" {
  alibabacloud = terraform_data.later.output
}
`+readPlans, server.DemoEnvironment()...)
		if exit == 0 || !strings.Contains(shown, "alibabacloud") || len(server.Requests()) != 0 {
			t.Errorf("exit status %d, %d requests: %s", exit, len(server.Requests()), shown)
		}
	})
}

// The provider's own settings are checked before anything is asked.
func TestAccRefusedConfiguration(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]string{
		`max_concurrent_requests = 0`: "max_concurrent_requests value must be between 1 and 256",
		`requests_per_second = 0`:     "requests_per_second value must be between 0.1",
		`max_retries = -1`:            "max_retries value must be between 0 and 100",
		`request_timeout = "soon"`:    "request_timeout",
		`request_timeout = "0s"`:      "must be above zero",
		`alibabacloud = { assume_role = { session_expiration = 5 } }`:  "session_expiration value must be between 900 and 43200",
		`huaweicloud = { assume_role = { duration = 5 } }`:             "duration value must be between 900 and 86400",
		`alibabacloud = { endpoint = "ftp://example.com" }`:            "alibabacloud.endpoint",
		`alibabacloud = { region = "evil.example.com/" }`:              "alibabacloud.region",
		`alibabacloud = { access_key = "a" }`:                          "secret_key",
		`alibabacloud = { profile = "nowhere" }`:                       "profile",
		`alibabacloud = { shared_credentials_file = "/no/such/file" }`: "shared_credentials_file",
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			server := acctest.Cloud(t)
			var environment []string
			for _, variable := range server.DemoEnvironment() {
				if !strings.Contains(variable, "KEY") {
					environment = append(environment, variable)
				}
			}
			shown, exit := plan(t, "provider \"cloudbackup\" {\n  "+setting+"\n}\n"+readPlans, environment...)
			if exit == 0 || !strings.Contains(shown, want) || len(server.Requests()) != 0 {
				t.Errorf("exit status %d, %d requests: %s", exit, len(server.Requests()), shown)
			}
		})
	}
}

// Requests say who sends them, stay within the limits over all data sources, and
// the project is looked up once.
func TestAccRequests(t *testing.T) {
	t.Parallel()
	server := acctest.Cloud(t)
	config := "provider \"cloudbackup\" {\n  max_concurrent_requests = 3\n  requests_per_second = 1000\n}\n"
	for i := range 5 {
		id := fmt.Sprintf("%032din07", i)
		server.AddInstance(acctest.ProjectID, id, mockcloud.Backups(id, 3, time.Now())...)
		config += fmt.Sprintf("data \"cloudbackup_taurusdb_backups\" \"test%d\" {\n  instance_id = %q\n  page_size = 1\n}\n", i, id)
	}
	shown, exit := plan(t, config, server.DemoEnvironment()...)
	if exit != 0 {
		t.Fatal(shown)
	}
	projects := 0
	for _, r := range server.Requests() {
		if r.Operation == mockcloud.KeystoneListProjects {
			projects++
		}
		if r.InFlight > 3 {
			t.Errorf("%d requests in flight", r.InFlight)
		}
		if agent := r.Header.Get("User-Agent"); !strings.HasPrefix(agent, "terraform-provider-cloudbackup/dev Terraform/") {
			t.Errorf("User-Agent %q", agent)
		}
		if !r.Verified {
			t.Errorf("%s was not verified", r.Operation)
		}
	}
	if projects != 1 {
		t.Errorf("the project was looked up %d times", projects)
	}
}

// Keys that travel in readable requests are worth a warning.
func TestAccPlainHTTP(t *testing.T) {
	t.Parallel()
	shown, exit := plan(t, `
provider "cloudbackup" {
  alibabacloud = { region = "cn-hangzhou", endpoint = "http://192.0.2.1:1" }
}
data "cloudbackup_dbs_backup_plans" "test" {
  backup_plan_ids = []
}
`)
	if exit != 0 || !strings.Contains(shown, "not encrypted") || !strings.Contains(shown, "http://192.0.2.1:1") {
		t.Errorf("exit status %d: %s", exit, shown)
	}
}
