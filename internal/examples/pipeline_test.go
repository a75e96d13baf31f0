package examples_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// receiver is the webhook and the monitoring service of a test.
type receiver struct {
	*httptest.Server

	mu         sync.Mutex
	status     int // of the webhook
	messages   []string
	heartbeats int
}

// Parts of the addresses, which are secrets.
const webhookSecret, heartbeatSecret = "T024-webhook-secret", "c0ffee-heartbeat-secret"

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusOK}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /services/"+webhookSecret, func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		var message struct{ Text string }
		if err := json.Unmarshal(body, &message); err != nil || req.Header.Get("Content-Type") != "application/json" {
			t.Errorf("the webhook received %q as %s: %v", body, req.Header.Get("Content-Type"), err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.messages = append(r.messages, message.Text)
		w.WriteHeader(r.status)
	})
	mux.HandleFunc("GET /ping/"+heartbeatSecret, func(http.ResponseWriter, *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.heartbeats++
	})
	r.Server = httptest.NewServer(mux)
	t.Cleanup(r.Close)
	return r
}

// result is one run of the script.
type result struct {
	exit            int
	stdout, stderr  string
	summary         string   // what it wrote for GitHub Actions
	messages        []string // what the webhook received
	heartbeats      int
	metrics         string
	everythingShown string
}

// pipeline is the example, with a webhook and a heartbeat.
type pipeline struct {
	*example

	receiver *receiver
}

func openPipeline(t *testing.T, c *cloud, environment ...string) *pipeline {
	t.Helper()
	for _, program := range []string{"jq", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("check-backups.sh needs %s, which is not on the PATH", program)
		}
	}
	p := &pipeline{receiver: newReceiver(t)}
	p.example = open(t, "pipeline", c, "1.8.0", "1.8.0", append([]string{
		`TF_VAR_dbs_regions=["` + mockcloud.DemoAlibabaRegion + `"]`,
		`TF_VAR_taurusdb_regions=["` + mockcloud.DemoHuaweiRegion + `"]`,
		"SLACK_WEBHOOK_URL=" + p.receiver.URL + "/services/" + webhookSecret,
		"HEARTBEAT_URL=" + p.receiver.URL + "/ping/" + heartbeatSecret,
		"GITHUB_SERVER_URL=https://github.com", "GITHUB_REPOSITORY=example/backups", "GITHUB_RUN_ID=42",
	}, environment...)...)
	return p
}

func (p *pipeline) run(args ...string) result {
	p.t.Helper()
	var stdout, stderr strings.Builder
	summary, metrics := filepath.Join(p.Dir, "summary.md"), filepath.Join(p.Dir, "backups.prom")
	command := exec.CommandContext(p.t.Context(), "./check-backups.sh", args...)
	command.Dir = p.Dir
	command.Env = append(slices.Clone(p.Env), "TERRAFORM="+p.Program.Path, "GITHUB_STEP_SUMMARY="+summary)
	command.Stdout, command.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	p.receiver.mu.Lock()
	defer p.receiver.mu.Unlock()
	r := result{
		exit: command.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String(),
		messages: p.receiver.messages, heartbeats: p.receiver.heartbeats,
	}
	p.receiver.messages, p.receiver.heartbeats = nil, 0
	for path, text := range map[string]*string{summary: &r.summary, metrics: &r.metrics} {
		if content, err := os.ReadFile(path); err == nil {
			*text = string(content)
		} else if !errors.Is(err, os.ErrNotExist) {
			p.t.Error(err)
		}
	}
	r.everythingShown = strings.Join(append([]string{r.stdout, r.stderr, r.summary, r.metrics}, r.messages...), "\n")
	for _, secret := range []string{
		mockcloud.DemoAlibabaSecretKey, mockcloud.DemoHuaweiSecretKey, webhookSecret, heartbeatSecret,
	} {
		if strings.Contains(r.everythingShown, secret) {
			p.t.Errorf("the secret %s is in the output:\n%s", secret, r.everythingShown)
		}
	}
	if left, err := filepath.Glob(filepath.Join(p.Dir, "..", "..", "tmp", "tmp.*")); err != nil || len(left) > 0 {
		p.t.Errorf("the script left %q: %v", left, err)
	}
	return r
}

func TestPipeline(t *testing.T) {
	t.Parallel()
	const readable = "  - orders (dbs1orders) in cn-hangzhou: latest successful backup: none, max_age: 26h\n"
	missing := func(c *cloud) { c.FullBackups(orders).Set() }
	for name, test := range map[string]struct {
		cloud       func(*cloud)
		environment []string
		provider    string // arguments of the provider configuration
		exit        int
		says        []string // in the output, the job summary and the message
		heartbeats  int
	}{
		"fine": {exit: 0, says: []string{"All backup checks passed\n"}, heartbeats: 1},
		"backup missing": {
			cloud: missing, exit: 2, says: []string{"Backup checks failed", "No recent successful backup:\n" + readable}, heartbeats: 1,
		},
		"key expired": {
			cloud: func(c *cloud) { c.RemoveAccount(mockcloud.DemoAlibabaAccessKey) },
			exit:  1, says: []string{"Backups could not be checked", "Error: Unable to read backup plans", "InvalidAccessKeyId.NotFound"},
		},
		"error that repeats the secrets": {
			cloud: func(c *cloud) { c.SetFaults(mockcloud.Faults{EchoSecretsEvery: 1}) }, provider: "max_retries = 0",
			exit: 1, says: []string{"Backups could not be checked", "Error: Unable to read backup plans"},
		},
		"throttling": {
			cloud: func(c *cloud) { c.SetFaults(mockcloud.Faults{ThrottleEvery: 1}) }, provider: "max_retries = 1",
			exit: 1, says: []string{"Backups could not be checked", "Throttling.User"},
		},
		"no network": {
			environment: []string{"ALIBABA_CLOUD_ENDPOINT_DBS=http://127.0.0.1:1"}, provider: "max_retries = 0",
			exit: 1, says: []string{"Backups could not be checked", "Error: Unable to read backup plans"},
		},
		"list incomplete": {
			cloud: func(c *cloud) {
				for range 150 {
					c.FullBackups(orders).Add(mockcloud.FullBackups(orders, 1, c.now)...)
				}
				c.SetFaults(mockcloud.Faults{TotalAdd: 1, Only: []string{mockcloud.DescribeFullBackupList}})
			},
			exit: 1, says: []string{"Backups could not be checked", "run the plan again", "orders (dbs1orders)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := healthy(t)
			if test.cloud != nil {
				test.cloud(c)
			}
			p := openPipeline(t, c, test.environment...)
			p.Write("provider_override.tf", "provider \"cloudbackup\" {\n"+test.provider+"\n}\n")
			r := p.run("-lock=false")
			if r.exit != test.exit || r.heartbeats != test.heartbeats {
				t.Errorf("exit code %d, want %d; %d heartbeats, want %d", r.exit, test.exit, r.heartbeats, test.heartbeats)
			}
			if alert := len(r.messages) > 0; alert != (test.exit != 0) {
				t.Errorf("the webhook received %q", r.messages)
			}
			for _, want := range test.says {
				if !strings.Contains(r.stdout, want) {
					t.Errorf("%q is not in the output", want)
				}
				want = strings.TrimSpace(want)
				if !strings.Contains(r.summary, want) {
					t.Errorf("%q is not in the job summary", want)
				}
				if test.exit != 0 && !strings.Contains(strings.Join(r.messages, ""), want) {
					t.Errorf("%q is not in the message", want)
				}
			}
			for _, message := range r.messages {
				if !strings.HasSuffix(message, "https://github.com/example/backups/actions/runs/42") {
					t.Error("the message has no link to the run")
				}
			}
			if t.Failed() {
				t.Log(r.everythingShown)
			}
		})
	}
}

// Names that are commands to Slack, HTML or two lines do no harm, and an alert that
// could not be delivered is no heartbeat.
func TestPipelineEscapes(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.changeOrders("BackupPlanName", "<!channel> & \"b\"\n::set-output name=a::b")
	c.FullBackups(orders).Set()
	p := openPipeline(t, c)
	p.receiver.status = http.StatusBadRequest
	r := p.run("-metrics", "backups.prom")
	if r.heartbeats != 0 || !strings.Contains(r.stderr, "the alert could not be sent to SLACK_WEBHOOK_URL") {
		t.Errorf("%d heartbeats, and\n%s", r.heartbeats, r.stderr)
	}
	const flattened = `"b" ::set-output name=a::b (dbs1orders)`
	if r.exit != 2 || !strings.Contains(r.stdout, "\n  - <!channel> & "+flattened) {
		t.Errorf("exit code %d and\n%s", r.exit, r.stdout)
	}
	if len(r.messages) != 1 || !strings.Contains(r.messages[0], "&lt;!channel&gt; &amp; "+flattened) {
		t.Errorf("the webhook received %q", r.messages)
	}
	if !strings.Contains(r.summary, "&lt;!channel&gt; &amp; &quot;b&quot;") {
		t.Errorf("the job summary is %s", r.summary)
	}
	if !strings.Contains(r.metrics, `name="<!channel> & \"b\" ::set-output name=a::b"`) {
		t.Errorf("the metrics are\n%s", r.metrics)
	}
}

func TestPipelineMetrics(t *testing.T) {
	t.Parallel()
	c := healthy(t)
	c.FullBackups(billing).Set()
	p := openPipeline(t, c)
	p.Write("module_override.tf", "module \"backup_checks\" {\n  requirements = { shop = { rpo = \"24h\" } }\n}\n")
	r := p.run("-metrics", "backups.prom")
	const labels = `{cloud="alibabacloud",region="cn-hangzhou",kind="dbs_backup_plan",id=`
	var ends int64
	for _, backup := range c.FullBackups(orders).Items()[:1] {
		if err := json.Unmarshal([]byte(backup.Get("FinishTime")), &ends); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(r.metrics, "\n")
	for _, want := range []string{
		"# TYPE cloudbackup_latest_successful_backup_timestamp_seconds gauge",
		"cloudbackup_latest_successful_backup_timestamp_seconds" + labels + `"dbs1billing",name="billing"} 0`,
		"cloudbackup_latest_successful_backup_timestamp_seconds" + labels + `"dbs1orders",name="orders"} ` + seconds(ends),
		"cloudbackup_problem" + labels + `"dbs1billing",name="billing",problem="no_recent_backup"} 1`,
		"cloudbackup_problems 1",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	for prefix, want := range map[string]int{"cloudbackup_latest_restorable_timestamp_seconds{": 1, "cloudbackup_last_check_timestamp_seconds ": 1} {
		if got := strings.Count(r.metrics, "\n"+prefix); got != want {
			t.Errorf("the metrics have %s %d times, want %d", prefix, got, want)
		}
	}
	// The file is the last state that could be read.
	c.RemoveAccount(mockcloud.DemoAlibabaAccessKey)
	if again := p.run("-metrics", "backups.prom"); again.exit != 1 || again.metrics != r.metrics {
		t.Errorf("exit code %d, and the metrics changed to\n%s", again.exit, again.metrics)
	}
	if t.Failed() {
		t.Log(r.metrics)
	}
}

func seconds(milliseconds int64) string {
	text, _ := json.Marshal(milliseconds / 1000)
	return string(text)
}

// A configuration without check blocks has not passed, and check blocks of one's own
// count.
func TestPipelineOtherConfigurations(t *testing.T) {
	t.Parallel()
	p := openPipeline(t, healthy(t))
	p.Write("main.tf", "output \"nothing\" {\n  value = 1\n}\n")
	if r := p.run(); r.exit != 1 || !strings.Contains(r.stdout, "The configuration has no check blocks.") || r.heartbeats != 0 {
		t.Errorf("without check blocks: exit code %d\n%s", r.exit, r.everythingShown)
	}
	p.Write("main.tf", "variable \"age\" {\n  default = 3\n}\ncheck \"own\" {\n  assert {\n    condition     = var.age < 2\n    error_message = \"Too old.\"\n  }\n}\n")
	if r := p.run(); r.exit != 2 || !strings.Contains(r.stdout, "\nToo old.\n") {
		t.Errorf("with a failed check: exit code %d\n%s", r.exit, r.everythingShown)
	}
	if r := p.run("-metrics", "backups.prom", "-var=age=1"); r.exit != 1 || r.metrics != "" || r.heartbeats != 0 ||
		!strings.Contains(r.stderr, "needs the outputs problems and summary") {
		t.Errorf("without the outputs of the metrics: exit code %d\n%s", r.exit, r.everythingShown)
	}
	p.Write("main.tf", "resource \"terraform_data\" \"age\" {\n  input = 1\n}\ncheck \"own\" {\n  assert {\n    condition     = terraform_data.age.output < 2\n    error_message = \"Too old.\"\n  }\n}\n")
	if r := p.run(); r.exit != 1 || !strings.Contains(r.stdout, "check.own could not be evaluated.") {
		t.Errorf("with a check that is unknown: exit code %d\n%s", r.exit, r.everythingShown)
	}
}

// The script runs on every system that has a POSIX shell. make lint runs shellcheck.
func TestPipelineScript(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(folder, "pipeline", "check-backups.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "#!/bin/sh\n") {
		t.Error("the script is not for /bin/sh")
	}
	info, err := os.Stat(filepath.Join(folder, "pipeline", "check-backups.sh"))
	if err != nil || info.Mode()&0o111 == 0 {
		t.Errorf("the script can't be executed: %v", err)
	}
}

// The workflow and the GitLab job set variables that the provider, the example and the
// script read.
func TestPipelineVariables(t *testing.T) {
	t.Parallel()
	read := func(name ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, name...)...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	provider := read("templates", "guides", "authentication.md.tmpl")
	configuration := read("examples", "pipeline", "main.tf")
	script := read("examples", "pipeline", "check-backups.sh")
	for _, job := range []string{".github/workflows/backups.yml", ".gitlab-ci.yml"} {
		names := regexp.MustCompile(`\b(?:ALIBABA_CLOUD|HW|TF_VAR|SLACK|HEARTBEAT)_[A-Za-z_]+\b`).FindAllString(read("examples", "pipeline", job), -1)
		if len(names) < 8 {
			t.Errorf("%s has only the variables %q", job, names)
		}
		for _, name := range names {
			variable, forExample := strings.CutPrefix(name, "TF_VAR_")
			known := strings.Contains(provider, "`"+name+"`") || strings.Contains(script, name)
			if forExample {
				known = strings.Contains(configuration, "variable \""+variable+"\"")
			}
			if !known && name != "ALIBABA_CLOUD_OIDC_TOKEN" { // GitLab's token itself
				t.Errorf("%s sets %s, which nothing reads", job, name)
			}
		}
	}
}
