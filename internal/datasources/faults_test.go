package datasources_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
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
				r.expectInjected(t, f.faults, cloud.Requests())
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

// modifiers are the flags of faults that say how another one is injected.
var modifiers = []string{"first", "error-status", "error-html", "in-band-form", "in-band-code", "retry-after", "retry-after-hint"}

// expectInjected expects that a request met the fault, if a response of the row's
// operation can have it.
func (r row) expectInjected(t *testing.T, faults mockcloud.Faults, requests []mockcloud.Request) {
	t.Helper()
	value := reflect.ValueOf(faults)
	for i := range value.NumField() {
		name := value.Type().Field(i).Tag.Get("flag")
		switch {
		case value.Field(i).IsZero() || slices.Contains(modifiers, name):
			continue
		case strings.HasSuffix(name, "-every") && int(value.Field(i).Int()) > len(requests):
			continue
		case !r.paginated && slices.Contains([]string{"repeat-every", "copies", "cap-page", "total", "total-cap", "total-add"}, name):
			continue
		case name == "unknown-enums" && r.status == "", name == "control-characters" && r.itemName == "":
			continue
		case name == "broken-strings" && !slices.ContainsFunc(r.fields(t), func(f field) bool { return f.form != "millis" }):
			continue
		}
		met := []string{}
		for _, request := range requests {
			met = append(met, request.Fault)
		}
		if !slices.Contains(met, name) {
			t.Errorf("the mock server didn't inject %s, but %q. A handler has to answer with page, listOf, withTotal and finish; "+
				"the kind in internal/mockcloud/list.go has id, name, status and freeText, and, to end %q, changed", name, met, mockcloud.NoList)
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
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 3)
			items := r.items(cloud)
			last := len(items) - 1
			if r.owner == "" {
				members, _ := decode(t, []byte(items[last].String())).(map[string]any)
				for member, value := range members {
					if _, isName := value.(string); isName && slices.Contains(slices.Collect(maps.Values(r.config)), value) {
						t.Errorf("%s is what was requested: the operation has to reject another one, and the row in rows_test.go needs it as owner", member)
					}
				}
				return
			}
			items[last] = items[last].With(r.owner, "ffffffffffffffffffffffffffffffffin07")
			r.respond(t, cloud, items...)
			result := acctest.NewProvider(t, cloud.URL()).Read(t, r.name, r.with(r.ownerConfig))
			if message := result.Errors(); !strings.Contains(message, "was not requested") {
				t.Errorf("the error is %q", message)
			}
		})
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
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.Cloud(t)
			r.seed(cloud, 1)
			account := mockcloud.Account{AccessKey: "denied", SecretKey: "secret-of-the-denied", Denied: map[string]string{r.operation: ""}}
			cloud.SetAccount(account)
			keys := map[string]any{"access_key": account.AccessKey, "secret_key": account.SecretKey}
			result := acctest.NewProvider(t, cloud.URL(), map[string]any{"alibabacloud": keys, "huaweicloud": keys}).Read(t, r.name, r.config)
			if message := result.Errors(); r.permission == "" || !strings.Contains(message, r.permission) || !strings.Contains(message, "403") || !strings.Contains(message, r.operation) {
				t.Errorf("the error is %q", message)
			}
			expectEqual(t, "requests", len(cloud.Requests()), 1)
			for _, page := range []string{"index", "data-sources/" + r.name} {
				text, err := os.ReadFile("../../templates/" + page + ".md.tmpl")
				if err != nil {
					t.Fatal(err)
				}
				for _, permission := range []string{r.permission, operation(t, r.operation).Permission} {
					if permission == "" || !strings.Contains(string(text), permission) {
						t.Errorf("templates/%s.md.tmpl lacks the permission %q; rows_test.go and internal/mockcloud/operations.go name one each", page, permission)
					}
				}
			}
		})
	}
}

// operation is the mock server's operation of a name.
func operation(t *testing.T, name string) mockcloud.Operation {
	t.Helper()
	operations := mockcloud.Operations()
	n := slices.IndexFunc(operations, func(o mockcloud.Operation) bool { return o.Name == name })
	if n < 0 {
		t.Fatalf("internal/mockcloud/operations.go has no operation %s", name)
	}
	return operations[n]
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
