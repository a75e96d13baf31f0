package examples_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// everything reads all data sources of the demo.
const everything = required + `
data "cloudbackup_dbs_backup_plans" "all" {}
data "cloudbackup_dbs_full_backups" "all" { backup_plan_id = "` + mockcloud.DemoPlanID + `" }
data "cloudbackup_dbs_incremental_backups" "all" { backup_plan_id = "` + mockcloud.DemoPlanID + `" }
data "cloudbackup_dbs_restore_ranges" "all" { backup_plan_id = "` + mockcloud.DemoPlanID + `" }
data "cloudbackup_taurusdb_instances" "all" {}
data "cloudbackup_taurusdb_project_backups" "all" {}
data "cloudbackup_taurusdb_backups" "all" { instance_id = "` + mockcloud.DemoInstanceID + `" }
data "cloudbackup_taurusdb_restore_ranges" "all" { instance_id = "` + mockcloud.DemoInstanceID + `" }
data "cloudbackup_taurusdb_backup_policy" "all" { instance_id = "` + mockcloud.DemoInstanceID + `" }

output "counts" {
  value = [
    length(data.cloudbackup_dbs_backup_plans.all.plans) > 0,
    length(data.cloudbackup_dbs_full_backups.all.backups) > 0,
    length(data.cloudbackup_dbs_incremental_backups.all.backups) > 0,
    length(data.cloudbackup_dbs_restore_ranges.all.ranges) > 0,
    length(data.cloudbackup_taurusdb_instances.all.instances) > 0,
    length(data.cloudbackup_taurusdb_project_backups.all.backups) > 0,
    length(data.cloudbackup_taurusdb_backups.all.backups) > 0,
    length(data.cloudbackup_taurusdb_restore_ranges.all.ranges) > 0,
    data.cloudbackup_taurusdb_backup_policy.all.keep_days > 0,
  ]
}

output "instances" {
  value = { for i in data.cloudbackup_taurusdb_instances.all.instances : i.name => i.datastore.version }
}
`

// All data sources are read with credentials of the environment. A second plan is empty.
func TestAccDataSources(t *testing.T) {
	t.Parallel()
	c := demo(t)
	cli := newWorkspace(t, "", c.DemoEnvironment()...)
	cli.Write("main.tf", everything)
	cli.MustRun("apply", "-auto-approve", "-input=false", "-no-color")
	var counts []bool
	if err := json.Unmarshal([]byte(cli.MustRun("output", "-json", "counts").Stdout), &counts); err != nil {
		t.Fatal(err)
	}
	for i, ok := range counts {
		if !ok {
			t.Errorf("data source %d returned nothing", i)
		}
	}
	if result := cli.Run("plan", "-detailed-exitcode", "-input=false", "-no-color"); result.Exit != 0 {
		t.Errorf("the second plan has exit code %d:\n%s", result.Exit, result.Output())
	}
	for _, r := range c.Requests() {
		if !r.Verified || r.Status != 200 {
			t.Errorf("%s was answered with %d %s", r.Operation, r.Status, r.Code)
		}
	}
}

var signatureShown = regexp.MustCompile(`Signature=[^*].{0,9}`)

// No secret is in a log at the finest level, in a plan or in a state; also if the server
// repeats them.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string]mockcloud.Faults{"fine": {}, "echoed": {EchoSecretsEvery: 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := demo(t)
			account := mockcloud.Account{AccessKey: "AKsmoketest00001", SecretKey: "secretOfTheSmokeTest/+=", SecurityToken: "tokenOfTheSmokeTest/+="}
			c.SetAccount(account)
			c.SetFaults(faults)
			environment := []string{"TF_LOG=TRACE"}
			for _, variable := range c.DemoEnvironment() {
				if !strings.Contains(variable, "KEY") {
					environment = append(environment, variable)
				}
			}
			environment = append(environment,
				"ALIBABA_CLOUD_ACCESS_KEY_ID="+account.AccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET="+account.SecretKey, "ALIBABA_CLOUD_SECURITY_TOKEN="+account.SecurityToken,
				"HW_ACCESS_KEY="+account.AccessKey, "HW_SECRET_KEY="+account.SecretKey, "HW_SECURITY_TOKEN="+account.SecurityToken)
			cli := newWorkspace(t, "", environment...)
			cli.Write("main.tf", everything)
			applied := cli.Run("apply", "-auto-approve", "-input=false", "-no-color")
			if (applied.Exit == 0) != (name == "fine") {
				t.Fatalf("exit code %d\n%s", applied.Exit, applied.Output())
			}
			planned := cli.Run("plan", "-out=plan", "-input=false", "-no-color")
			shown := cli.Run("show", "-json", "plan")
			state, _ := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
			for where, written := range map[string]string{"apply": applied.Output(), "plan": planned.Output(), "plan as JSON": shown.Stdout, "state": string(state)} {
				for _, secret := range []string{account.AccessKey, account.SecretKey, account.SecurityToken} {
					if strings.Contains(written, secret) {
						t.Errorf("%s is in the %s", secret, where)
					}
				}
				if signature := signatureShown.FindString(written); signature != "" {
					t.Errorf("%s is in the %s", signature, where)
				}
			}
			if !strings.Contains(applied.Stderr, "API request") {
				t.Error("no request is in the log")
			}
		})
	}
}

// An interrupt ends a read at once, without a further request.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	c := demo(t)
	c.SetFaults(mockcloud.Faults{HangEvery: 1})
	hanging := make(chan struct{}, 100)
	c.OnRequest(func(int, mockcloud.Request) { hanging <- struct{}{} })
	cli := newWorkspace(t, "", c.DemoEnvironment()...)
	cli.Write("main.tf", required+"data \"cloudbackup_dbs_backup_plans\" \"all\" {}\n")
	running := cli.Start("plan", "-input=false", "-no-color")
	select {
	case <-hanging:
	case <-time.After(time.Minute):
		t.Fatalf("no request was sent:\n%s", running.Wait().Output())
	}
	must(t, running.command.Process.Signal(os.Interrupt))
	result := running.Wait()
	if result.Exit == 0 || !strings.Contains(strings.ToLower(result.Output()), "interrupt") {
		t.Errorf("exit code %d:\n%s", result.Exit, result.Output())
	}
	if n := len(c.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A private certificate authority is known by SSL_CERT_FILE. Without it, the error says
// what to do, and nothing is sent again.
func TestAccCertificateAuthority(t *testing.T) {
	t.Parallel()
	c := demo(t)
	server := httptest.NewTLSServer(c.Server)
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	cli := newWorkspace(t, "", append(c.DemoEnvironment(), "ALIBABA_CLOUD_ENDPOINT_DBS="+server.URL)...)
	cli.Write("main.tf", required+"data \"cloudbackup_dbs_backup_plans\" \"all\" {}\n")
	cli.With("SSL_CERT_FILE="+authority).MustRun("plan", "-input=false", "-no-color")
	result := cli.Run("plan", "-input=false", "-no-color")
	if result.Exit == 0 || !strings.Contains(result.Output(), "SSL_CERT_FILE") || strings.Contains(result.Output(), "attempts") {
		t.Errorf("exit code %d:\n%s", result.Exit, result.Output())
	}
}

// Requests go through the proxy of the environment, except to the hosts of NO_PROXY.
// Signatures are those of the host that was meant.
func TestAccProxy(t *testing.T) {
	t.Parallel()
	c := demo(t)
	cli := newWorkspace(t, "", append(c.DemoEnvironment(), "ALIBABA_CLOUD_ENDPOINT_DBS=http://dbs.invalid", "HTTP_PROXY="+c.URL())...)
	cli.Write("main.tf", required+"provider \"cloudbackup\" { max_retries = 0 }\ndata \"cloudbackup_dbs_backup_plans\" \"all\" {}\n")
	cli.MustRun("plan", "-input=false", "-no-color")
	for _, r := range c.Requests() {
		if r.Host != "dbs.invalid" || !r.Verified {
			t.Errorf("the proxy got a request for %s", r.Host)
		}
	}
	c.ResetRequests()
	if result := cli.With("NO_PROXY=.invalid").Run("plan", "-input=false", "-no-color"); result.Exit == 0 || len(c.Requests()) != 0 {
		t.Errorf("exit code %d, %d requests through the proxy", result.Exit, len(c.Requests()))
	}
}

// functionCalls are expressions and their values.
var functionCalls = map[string]string{
	`provider::cloudbackup::older_than("2026-11-20T09:59:59Z", "26h", "2026-11-21T12:00:00Z")`:         "true",
	`provider::cloudbackup::older_than("2026-11-20T18:00:00+08:00", "26h", "2026-11-21T12:00:00Z")`:    "false",
	`provider::cloudbackup::older_than(null, "26h", plantimestamp())`:                                  "true",
	`provider::cloudbackup::older_than(plantimestamp(), "1s", plantimestamp())`:                        "false",
	`provider::cloudbackup::age_seconds("2026-11-20T11:59:59.9Z", "2026-11-21T12:00:00Z")`:             "86400.1",
	`provider::cloudbackup::age_seconds(null, "2026-11-21T12:00:00Z") == null`:                         "true",
	`provider::cloudbackup::older_than(terraform_data.later.output, "26h", "2026-11-21T12:00:01Z")`:    "true",
	`provider::cloudbackup::age_seconds(terraform_data.later.output, "2026-11-20T10:00:01Z")`:          "1",
	`provider::cloudbackup::older_than(null, "26h", terraform_data.later.output)`:                      "true",
	`provider::cloudbackup::older_than(lookup({}, "x", null), "26h", plantimestamp())`:                 "true",
	`provider::cloudbackup::age_seconds(tostring(null), "2026-11-21T12:00:00Z") == null`:               "true",
	`provider::cloudbackup::age_seconds("2026-11-21T11:59:59.9Z", "2026-11-21T12:00:00Z") == 0.1`:      "true",
	`provider::cloudbackup::age_seconds("2026-11-21T12:01:00Z", "2026-11-21T12:00:00Z")`:               "-60",
	`try(provider::cloudbackup::older_than(null, "7d", "2026-11-21T12:00:00Z"), "an error is caught")`: `"an error is caught"`,
}

// Functions take null and values that are known only after apply. An error names the
// argument and the value.
func TestAccFunctions(t *testing.T) {
	t.Parallel()
	cli := newWorkspace(t, "")
	cli.SkipBelow("1.8.0", "1.7.0")
	config := required + "resource \"terraform_data\" \"later\" { input = \"2026-11-20T10:00:00Z\" }\n"
	want := []string{}
	for expression, value := range functionCalls {
		config += fmt.Sprintf("output \"o%d\" { value = %s }\n", len(want), expression)
		want = append(want, value)
	}
	cli.Write("main.tf", config)
	cli.MustRun("apply", "-auto-approve", "-input=false", "-no-color")
	var outputs map[string]struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(cli.MustRun("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	for i, value := range want {
		if got := string(outputs[fmt.Sprintf("o%d", i)].Value); got != value {
			t.Errorf("output %d is %s, want %s", i, got, value)
		}
	}
	cli.Write("main.tf", required+"output \"bad\" { value = provider::cloudbackup::older_than(null, \"-26h\", plantimestamp()) }\n")
	result := cli.Run("plan", "-input=false", "-no-color")
	if output := strings.Join(strings.Fields(result.Output()), " "); result.Exit == 0 || !strings.Contains(output, `duration "-26h" is negative`) {
		t.Errorf("exit code %d: %s", result.Exit, output)
	}
}

// OpenTofu sends null arguments of functions as empty values. When this test fails, it no
// longer does: docs/decisions/0004-opentofu-null-arguments.md says what to remove.
func TestAccNullArgumentsNeedReplacement(t *testing.T) {
	t.Parallel()
	cli := newWorkspace(t, "")
	if cli.Program.Product != tfcli.OpenTofu {
		t.Skip("Terraform sends null arguments as null")
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	config, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		_ = tf6server.Serve("registry.opentofu.org/cloudbackup/cloudbackup", func() tfprotov6.ProviderServer {
			return providerserver.NewProtocol6(provider.New("test"))() // without the replacement
		}, tf6server.WithDebug(ctx, config, closed), tf6server.WithoutLogStderrOverride())
	}()
	attached := <-config
	reattach, err := json.Marshal(map[string]any{"registry.opentofu.org/cloudbackup/cloudbackup": map[string]any{
		"Protocol": string(attached.Protocol), "ProtocolVersion": 6, "Pid": attached.Pid, "Test": true,
		"Addr": map[string]any{"Network": attached.Addr.Network(), "String": attached.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	cli.Write("main.tf", required+"output \"null\" { value = provider::cloudbackup::older_than(null, \"26h\", plantimestamp()) }\n")
	result := cli.With("TF_REATTACH_PROVIDERS="+string(reattach)).Run("plan", "-input=false", "-no-color")
	if result.Exit == 0 {
		t.Errorf("OpenTofu sends null arguments as null now:\n%s", result.Output())
	}
}
