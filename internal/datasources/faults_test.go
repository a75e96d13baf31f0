package datasources_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// Most of the time of these tests is waiting for retries.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// outcome is how a read may end under a fault.
type outcome int

const (
	complete   outcome = iota // the whole list, verified
	failure                   // an error
	incomplete                // the whole list, with complete = false and a warning
	unverified                // any list with complete = false and a warning, or the whole one
	notVisible                // nothing of it can be seen
)

// failures are faults of the server or the network, and the outcome of a read of three
// pages, the last of which is half full, and then that of an operation without pages.
var failures = []struct {
	name     string
	faults   mockcloud.Faults
	want     outcome
	onePage  outcome
	contains string // in the error
}{
	{"slow", mockcloud.Faults{Latency: 20 * time.Millisecond}, complete, complete, ""},
	{"throttled once", mockcloud.Faults{ThrottleEvery: 1, First: 1}, complete, complete, ""},
	{"throttled with a hint", mockcloud.Faults{ThrottleEvery: 1, First: 1, RetryAfter: time.Second, RetryAfterHint: 100 * time.Millisecond}, complete, complete, ""},
	{"one failure", mockcloud.Faults{ErrorEvery: 1, First: 1}, complete, complete, ""},
	{"one internal error", mockcloud.Faults{ErrorEvery: 1, First: 1, ErrorStatus: 500}, complete, complete, ""},
	{"a gateway's page", mockcloud.Faults{ErrorEvery: 1, First: 1, ErrorStatus: 502, ErrorHTML: true}, complete, complete, ""},
	{"not implemented", mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 501}, failure, failure, "501"},
	{"a broken connection", mockcloud.Faults{DropEvery: 1, First: 1}, complete, complete, ""},
	{"a connection that breaks in the response", mockcloud.Faults{CutEvery: 1, First: 1}, complete, complete, ""},
	{"a response that ends early", mockcloud.Faults{TruncateEvery: 1, First: 1}, complete, complete, ""},
	{"responses that end early", mockcloud.Faults{TruncateEvery: 1}, failure, failure, "malformed"},
	{"an in-band error once", mockcloud.Faults{InBandEvery: 1, First: 1}, complete, complete, ""},
	{"an in-band error", mockcloud.Faults{InBandEvery: 1, InBandCode: "NoPermission"}, failure, failure, "NoPermission"},
	{"an in-band status", mockcloud.Faults{InBandEvery: 1, InBandForm: mockcloud.InBandWithStatus}, failure, failure, "500"},
	{"an in-band code beside an empty list", mockcloud.Faults{InBandEvery: 1, InBandForm: mockcloud.InBandWithCode, InBandCode: "Some.Code"}, failure, failure, "Some.Code"},
	{"a redirect", mockcloud.Faults{RedirectEvery: 1}, failure, failure, "redirect"},
	{"secrets in errors", mockcloud.Faults{EchoSecretsEvery: 1}, failure, failure, "***"},
	{"expired keys", mockcloud.Faults{ExpiredEvery: 1, First: 1}, failure, failure, "xpired"},

	{"an item replaced", mockcloud.Faults{ReplaceEvery: 2, First: 2}, unverified, complete, ""},
	{"items shift once", mockcloud.Faults{RotateEvery: 2, First: 2}, complete, complete, ""},
	{"items shift always", mockcloud.Faults{RotateEvery: 1}, unverified, complete, ""},
	{"another order", mockcloud.Faults{Shuffle: true}, complete, complete, ""},
	{"pages of 20 items", mockcloud.Faults{CapPage: 20}, complete, complete, ""},
	{"a short first page", mockcloud.Faults{ShortFirstPage: 2}, unverified, notVisible, ""},
	{"no total", mockcloud.Faults{Total: mockcloud.TotalNone}, complete, complete, ""},
	{"a null total", mockcloud.Faults{Total: mockcloud.TotalNull}, complete, complete, ""},
	{"a total as a string", mockcloud.Faults{Total: mockcloud.TotalString}, complete, complete, ""},
	{"a total as a number", mockcloud.Faults{Total: mockcloud.TotalNumber}, complete, complete, ""},
	{"the page's count as the total", mockcloud.Faults{Total: mockcloud.TotalPage}, incomplete, complete, ""},
	{"a capped total", mockcloud.Faults{TotalCap: 60}, incomplete, complete, ""},
	{"a total too high", mockcloud.Faults{TotalAdd: 1}, incomplete, complete, ""},
	{"a total too low", mockcloud.Faults{TotalAdd: -1}, incomplete, complete, ""},
	{"a negative total", mockcloud.Faults{TotalAdd: -1000}, incomplete, complete, ""},
	{"an endless list", mockcloud.Faults{Endless: true}, unverified, unverified, ""},
	{"lagging copies", mockcloud.Faults{Copies: mockcloud.CopiesAlternate}, unverified, complete, ""},
	{"repeated pages", mockcloud.Faults{RepeatEvery: 1}, unverified, complete, ""},
	{"null in place of the list", mockcloud.Faults{NullListEvery: 1}, failure, failure, "not treated as an empty"},
	{"no list", mockcloud.Faults{NoListEvery: 1}, failure, notVisible, ""},
	{"far more items than requested", mockcloud.Faults{ExtraItems: 10_000}, failure, failure, "items"},

	{"broken strings", mockcloud.Faults{BrokenStrings: true}, unverified, unverified, ""},
	{"control characters", mockcloud.Faults{ControlCharacters: true}, unverified, unverified, ""},
	{"unknown statuses", mockcloud.Faults{UnknownEnums: true}, unverified, unverified, ""},
}

// Under every fault, a list is whole and verified, or has complete = false and a warning,
// or is an error. It is never short without saying so, and no error shows a secret.
func TestFaults(t *testing.T) {
	t.Parallel()
	const items = 75
	for _, r := range rows {
		if r.attribute == "" {
			continue
		}
		for _, f := range failures {
			t.Run(r.name+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				cloud := acctest.Cloud(t)
				r.seed(cloud, items)
				cloud.SetFaults(f.faults)
				result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.paged(map[string]any{"timeouts": map[string]any{"read": "2m"}}))
				want := f.want
				if !r.paginated {
					want = f.onePage
				}
				message := result.Errors() + result.Warnings()
				for _, secret := range []string{mockcloud.DemoAlibabaSecretKey, mockcloud.DemoHuaweiSecretKey, mockcloud.DemoAlibabaAccessKey, mockcloud.DemoHuaweiAccessKey} {
					if strings.Contains(message, secret) {
						t.Errorf("a secret is shown: %s", message)
					}
				}
				if strings.ContainsAny(message, "\u001b\r") {
					t.Errorf("control characters are shown: %q", message)
				}
				if want == notVisible {
					return
				}
				if result.State == nil {
					if want != failure || !strings.Contains(message, f.contains) {
						t.Errorf("the error is %s", message)
					}
					return
				}
				count := len(result.State[r.attribute].([]any))
				warned := strings.Contains(result.Warnings(), "may be incomplete")
				verified := result.State["complete"] == true
				switch {
				case verified == warned:
					t.Errorf("complete is %v, and the warning %q", verified, result.Warnings())
				case verified && (count != items || want == failure || want == incomplete):
					t.Errorf("%d items are complete", count)
				case want == complete && !verified, want == incomplete && (verified || count != items), want == failure:
					t.Errorf("%d items, complete %v: %s", count, verified, result.Warnings())
				}
				if want == complete {
					cloud.SetFaults()
					again := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.paged(nil))
					expectEqual(t, "items", result.State[r.attribute], again.State[r.attribute])
				}
			})
		}
	}
}

// An endless list ends after a bounded number of requests.
func TestEndlessList(t *testing.T) {
	t.Parallel()
	cloud := acctest.Cloud(t)
	r := rowOf(t, "taurusdb_instances")
	r.seed(cloud, 100)
	cloud.SetFaults(mockcloud.Faults{Endless: true})
	acctest.NewProvider(t, cloud.URL()).Read(t, r.name, nil)
	if n := len(cloud.Requests()); n > 3*16 {
		t.Errorf("%d requests", n)
	}
}

// Items of another instance or plan than the one that was requested are an error.
func TestForeignItems(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]map[string]any{
		"taurusdb_backups":         nil,
		"taurusdb_project_backups": {"instance_id": instanceID},
		"dbs_backup_plans":         {"backup_plan_ids": []any{"dbs1gen000000"}},
	} {
		cloud := acctest.Cloud(t)
		r := rowOf(t, name)
		r.seed(cloud, 3)
		items := r.items(cloud)
		for i := range items {
			if i == 2 && r.name != "dbs_backup_plans" {
				items[i] = items[i].With("instance_id", "ffffffffffffffffffffffffffffffffin07")
			}
		}
		r.respond(cloud, items...)
		result := acctest.NewProvider(t, cloud.URL()).Read(t, name, r.with(arguments))
		if message := result.Errors(); !strings.Contains(message, "was not requested") {
			t.Errorf("%s: the error is %q", name, message)
		}
	}
}

// A string that is cut in the middle of a character, or half of a surrogate pair, does not
// fail the list. In an ID it does.
func TestBrokenStrings(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"\"cut \xe5\x90\"", `"half \ud83d"`} {
		cloud := acctest.Cloud(t)
		cloud.Respond(mockcloud.ListGaussMySqlInstances, func(mockcloud.Request) (int, string) {
			return 200, fmt.Sprintf(`{"instances":[{"id":"a","name":%s}],"total_count":1}`, broken)
		})
		p := acctest.NewProvider(t, cloud.URL())
		result := p.Read(t, "taurusdb_instances", nil)
		if names, _ := result.State["names"].([]any); len(names) != 1 || !strings.Contains(fmt.Sprint(names[0]), "\ufffd") {
			t.Errorf("names are %q: %s", names, result.Errors())
		}
		cloud.Respond(mockcloud.ListGaussMySqlInstances, func(mockcloud.Request) (int, string) {
			return 200, fmt.Sprintf(`{"instances":[{"id":%s}],"total_count":1}`, broken)
		})
		if message := p.Read(t, "taurusdb_instances", nil).Errors(); !strings.Contains(message, "not valid UTF-8") {
			t.Errorf("the error is %q", message)
		}
	}
}

// A denied operation is an error with the permission that is missing.
func TestDenied(t *testing.T) {
	t.Parallel()
	permissions := map[string]string{
		"dbs_backup_plans": "dbs:DescribeBackupPlanList", "dbs_full_backups": "dbs:DescribeFullBackupList",
		"dbs_incremental_backups": "dbs:DescribeIncrementBackupList", "dbs_restore_ranges": "dbs:DescribeRestoreRangeInfo",
		"taurusdb_backups": "gaussdbformysql:instance:listBackup", "taurusdb_project_backups": "gaussdbformysql:backup:list",
		"taurusdb_instances": "gaussdbformysql:instance:list", "taurusdb_restore_ranges": "gaussdbformysql:backup:getRestoreTime",
		"taurusdb_backup_policy": "gaussdbformysql:backup:listPolicy",
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 1)
			account := mockcloud.Account{AccessKey: "denied", SecretKey: "secret-of-the-denied", Denied: map[string]string{r.operation: ""}}
			cloud.SetAccount(account)
			keys := map[string]any{"access_key": account.AccessKey, "secret_key": account.SecretKey}
			result := acctest.NewProvider(t, cloud.URL(), map[string]any{"alibabacloud": keys, "huaweicloud": keys}).Read(t, r.name, r.config)
			if message := result.Errors(); !strings.Contains(message, permissions[r.name]) || !strings.Contains(message, "403") || !strings.Contains(message, r.operation) {
				t.Errorf("the error is %q", message)
			}
			expectEqual(t, "requests", len(cloud.Requests()), 1)
		})
	}
}

// A plan or an instance that does not exist is an error.
func TestNotFound(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		if r.config == nil {
			continue
		}
		cloud := acctest.Cloud(t)
		if message := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.config).Errors(); !strings.Contains(message, "exist") && !strings.Contains(message, "no such") {
			t.Errorf("%s: the error is %q", r.name, message)
		}
	}
}
