package provider_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

func schemas(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schemas, err := provider.Server("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	return schemas
}

// The provider's server has every method of the framework's. The protocol's library looks for
// optional ones by type assertion.
func TestServerHidesNothing(t *testing.T) {
	t.Parallel()
	inner := reflect.TypeOf(providerserver.NewProtocol6(provider.New("test"))())
	ours := reflect.TypeOf(provider.Server("test"))
	if ours == inner {
		t.Fatal("the framework's server lacks an interface that the provider's server needs")
	}
	for i := range inner.NumMethod() {
		name := inner.Method(i).Name
		if _, ok := ours.MethodByName(name); !ok {
			t.Errorf("%s is hidden", name)
		}
	}
}

// Every attribute, nested ones included, has a description that is a sentence.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	all := schemas(t)
	described(t, "provider", all.Provider.Block.Attributes)
	for name, schema := range all.DataSourceSchemas {
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
		description := attribute.Description
		if description == "" || !strings.HasSuffix(strings.TrimRight(description, ")`"), ".") {
			t.Errorf("%s is described as %q", name, description)
		}
		if strings.Count(description, "`")%2 != 0 {
			t.Errorf("%s: unbalanced quotes in %q", name, description)
		}
		if attribute.NestedType != nil {
			described(t, name, attribute.NestedType.Attributes)
		}
	}
}

// Secrets are sensitive in the provider's schema, and nothing else is.
func TestSensitiveAttributes(t *testing.T) {
	t.Parallel()
	secret := map[string]bool{"access_key": true, "secret_key": true, "security_token": true, "auth_token": true, "credentials_uri": true}
	for _, cloud := range schemas(t).Provider.Block.Attributes {
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

// An invalid provider configuration is an error that names the argument, before any request.
func TestInvalidConfiguration(t *testing.T) {
	t.Parallel()
	alibaba := func(name string, value any) map[string]any {
		return map[string]any{"alibabacloud": map[string]any{name: value}}
	}
	tests := []struct {
		config map[string]any
		want   string
	}{
		{map[string]any{"max_concurrent_requests": 0}, "max_concurrent_requests"},
		{map[string]any{"max_concurrent_requests": 257}, "from 1 to 256"},
		{map[string]any{"requests_per_second": 0}, "requests_per_second"},
		{map[string]any{"max_retries": -1}, "from 0 to 100"},
		{map[string]any{"max_retries": 1.5}, "max_retries"},
		{map[string]any{"request_timeout": "soon"}, "request_timeout"},
		{map[string]any{"request_timeout": "0s"}, "above zero"},
		{alibaba("assume_role", map[string]any{"role_arn": "acs:ram::1:role/x", "session_expiration": 5}), "from 900 to 43200"},
		{alibaba("assume_role", map[string]any{}), "role_arn"},
		{alibaba("endpoint", "ftp://example.com"), "alibabacloud.endpoint"},
		{alibaba("region", "evil.example.com/"), "alibabacloud.region"},
		{alibaba("secret_key", nil), "secret_key"},
		{map[string]any{"alibabacloud": nil}, "alibabacloud.access_key"},
		{map[string]any{"alibabacloud": nil}, "ALIBABA_CLOUD_ACCESS_KEY_ID"},
		{map[string]any{"huaweicloud": map[string]any{"assume_role": map[string]any{"agency_name": "a", "domain_name": "d", "duration": 5}}}, "from 900 to 86400"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.config), func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			p := acctest.NewProvider(t, cloud.URL(), test.config)
			message := p.Diagnostics.Errors()
			if message == "" {
				message = p.Read(t, "dbs_backup_plans", map[string]any{"region": nil}).Errors()
			}
			if !strings.Contains(message, test.want) || len(cloud.Requests()) != 0 {
				t.Errorf("the error is %q, want %q", message, test.want)
			}
		})
	}
}

// All data sources share the limits of a host. Each request says who sends it.
func TestRequests(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	cloud.Instances(acctest.ProjectID).Set(mockcloud.Instances(30, time.Now())...)
	p := acctest.NewProvider(t, cloud.URL(), map[string]any{"max_concurrent_requests": 3, "huaweicloud": map[string]any{"project_id": nil}})
	done := make(chan string)
	for range 5 {
		go func() { done <- p.Read(t, "taurusdb_instances", map[string]any{"page_size": 1}).Errors() }()
	}
	for range 5 {
		if message := <-done; message != "" {
			t.Error(message)
		}
	}
	projects := 0
	for _, r := range cloud.Requests() {
		if r.Operation == mockcloud.KeystoneListProjects {
			projects++
		}
		if r.InFlight > 3 {
			t.Errorf("%d requests in flight", r.InFlight)
		}
		if agent := r.Header.Get("User-Agent"); agent != "terraform-provider-cloudbackup/test Terraform/1.11.4" {
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

// A region of its own has its own project. Projects with the same name can't be told apart.
func TestRegionsAndProjects(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	const other = "11112222333344445555666677778888"
	cloud.AddProject(mockcloud.Project{ID: other, Name: "cn-south-1"})
	p := acctest.NewProvider(t, cloud.URL())
	for region, project := range map[string]string{"cn-south-1": other, mockcloud.DemoHuaweiRegion: acctest.ProjectID} {
		cloud.ResetRequests()
		result := p.Read(t, "taurusdb_instances", map[string]any{"region": region})
		if message := result.Errors(); message != "" || result.State["region"] != region {
			t.Errorf("%s: %s", region, message)
		}
		requests := cloud.Requests()
		if last := requests[len(requests)-1]; !strings.Contains(last.Path, project) {
			t.Errorf("%s: requested %s", region, last.Path)
		}
	}
	cloud.AddProject(mockcloud.Project{ID: strings.Repeat("9", 32), Name: "cn-south-1"})
	message := acctest.NewProvider(t, cloud.URL()).Read(t, "taurusdb_instances", map[string]any{"region": "cn-south-1"}).Errors()
	if !strings.Contains(message, other) || !strings.Contains(message, strings.Repeat("9", 32)) || !strings.Contains(message, "project_id") {
		t.Errorf("the error is %q", message)
	}
}

// A path in an endpoint is kept, and signed.
func TestPathPrefix(t *testing.T) {
	t.Parallel()
	cloud := mockcloud.New(mockcloud.Options{PathPrefix: "/gateway/backups"})
	url, err := cloud.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	cloud.Seed(mockcloud.Demo(time.Now()))
	p := acctest.NewProvider(t, url+"/", map[string]any{"huaweicloud": map[string]any{"project_id": nil, "iam_endpoint": url + "/v3"}})
	for _, name := range []string{"dbs_backup_plans", "taurusdb_instances"} {
		if message := p.Read(t, name, nil).Errors(); message != "" {
			t.Error(message)
		}
	}
	for _, r := range cloud.Requests() {
		if !strings.HasPrefix(r.Path, "/gateway/backups/") || !r.Verified {
			t.Errorf("%s was requested at %s", r.Operation, r.Path)
		}
	}
}

// A clear-text endpoint is worth a warning, unless it is on this machine.
func TestClearText(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{"http://192.0.2.1:1": true, "http://127.0.0.1:1": false, "https://192.0.2.1:1": false} {
		p := acctest.NewProvider(t, url)
		if warning := p.Diagnostics.Warnings(); strings.Contains(warning, "alibabacloud.endpoint") != want {
			t.Errorf("%s: the warning is %q", url, warning)
		}
	}
}
