package datasources_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

// outcome is how a read may end on a bad day.
type outcome struct {
	// whole is a list with all items of the server, called complete.
	whole bool
	// doubtful is a list that is not called complete, with a warning.
	doubtful bool
	// fails is what an error has to say; "" is no error.
	fails string
}

var (
	whole           = outcome{whole: true}
	doubtful        = outcome{doubtful: true}
	wholeOrDoubtful = outcome{whole: true, doubtful: true}
)

func fails(pattern string) outcome { return outcome{fails: pattern} }

// badDays are what the clouds do when they are slow, throttle, fail or change
// under a read, and how each has to end. There is no outcome in which a list is
// short, or has an item twice, and nothing says so.
var badDays = map[string]struct {
	faults mockcloud.Faults
	want   outcome
}{
	"slow answers":          {mockcloud.Faults{Latency: 50 * time.Millisecond}, whole},
	"throttled":             {mockcloud.Faults{ThrottleEvery: 3}, whole},
	"throttled as 429":      {mockcloud.Faults{ThrottleEvery: 3, ThrottleStatus: 429, RetryAfter: time.Second}, whole},
	"throttled with a hint": {mockcloud.Faults{ThrottleEvery: 3, RetryAfterHint: 300 * time.Millisecond}, whole},
	"always throttled":      {mockcloud.Faults{ThrottleEvery: 1}, fails(`(?si)throttl.*3\s+tries`)},
	"status 500":            {mockcloud.Faults{ErrorEvery: 3, ErrorStatus: 500}, whole},
	"status 503":            {mockcloud.Faults{ErrorEvery: 3}, whole},
	"a proxy's 502":         {mockcloud.Faults{ErrorEvery: 3, ErrorStatus: 502, ErrorHTML: true}, whole},
	"always 503":            {mockcloud.Faults{ErrorEvery: 1}, fails(`(?s)503.*3\s+tries`)},
	"dropped connections":   {mockcloud.Faults{DropEvery: 3}, whole},
	"cut answers":           {mockcloud.Faults{CutEvery: 3}, whole},
	"truncated answers":     {mockcloud.Faults{TruncateEvery: 4}, whole},
	"always truncated":      {mockcloud.Faults{TruncateEvery: 1}, fails(`cut\s+short`)},
	"a hanging server":      {mockcloud.Faults{HangEvery: 4}, whole},
	"capped pages":          {mockcloud.Faults{CapPage: 30}, whole},
	"pages from 1":          {mockcloud.Faults{FromOne: true}, whole},
	"no total":              {mockcloud.Faults{Total: mockcloud.TotalNone}, whole},
	"a null total":          {mockcloud.Faults{Total: mockcloud.TotalNull}, whole},
	"a total as text":       {mockcloud.Faults{Total: mockcloud.TotalText}, whole},
	"a total as number":     {mockcloud.Faults{Total: mockcloud.TotalNumber}, whole},
	"a total too high":      {mockcloud.Faults{TotalAdd: 100}, doubtful},
	"shuffled pages":        {mockcloud.Faults{Shuffle: true}, whole},
	"repeated pages":        {mockcloud.Faults{RepeatEvery: 5}, wholeOrDoubtful},
	"one item comes":        {mockcloud.Faults{AddEvery: 2, First: 2}, whole},
	"one item goes":         {mockcloud.Faults{RemoveEvery: 2, First: 2}, whole},
	"one item is replaced":  {mockcloud.Faults{ReplaceEvery: 3, First: 3, ChangeAt: mockcloud.AtMiddle}, whole},
	"a retention policy":    {mockcloud.Faults{RotateEvery: 2, First: 4}, whole},
	"never settling":        {mockcloud.Faults{RotateEvery: 1}, doubtful},
	"a null list":           {mockcloud.Faults{NullListEvery: 1}, fails(`(?s)has\s+no\s+list.*total\s+of\s+250.*request\s+id`)},
	"no list":               {mockcloud.Faults{NoListEvery: 1}, fails(`(?s)has\s+no\s+list.*request\s+id`)},
	"an error under 200":    {mockcloud.Faults{InBandEvery: 1, InBandCode: "InvalidParameterValid"}, fails(`InvalidParameterValid`)},
	"an empty 200":          {mockcloud.Faults{EmptyEvery: 1}, fails(`(?s)empty`)},
	"status 204":            {mockcloud.Faults{NoContentEvery: 1}, fails(`(?s)204`)},
	"null":                  {mockcloud.Faults{NullEvery: 1}, fails(`(?s)null|not\s+the\s+object`)},
	"a login page":          {mockcloud.Faults{HTMLEvery: 1}, fails(`(?s)HTML|page`)},
	"XML":                   {mockcloud.Faults{XMLEvery: 1}, fails(`(?s)JSON`)},
	"another operation":     {mockcloud.Faults{WrongAnswerEvery: 1}, fails(`(?s)Unable to read`)},
	"a redirect":            {mockcloud.Faults{RedirectEvery: 1}, fails(`(?si)redirect`)},
	"a code in a success":   {mockcloud.Faults{SuccessErrCode: true}, whole},
	"numbers as text":       {mockcloud.Faults{NumbersAsText: true}, whole},
	"text as numbers":       {mockcloud.Faults{TextAsNumbers: true}, whole},
	"booleans as text":      {mockcloud.Faults{BooleansAsText: true}, whole},
	"numbers beyond 2^53":   {mockcloud.Faults{HugeNumbers: true}, whole},
	"unknown fields":        {mockcloud.Faults{UnknownFields: true}, whole},
	"unknown statuses":      {mockcloud.Faults{UnknownEnums: true}, whole},
	"invalid UTF-8":         {mockcloud.Faults{InvalidUTF8: true}, fails(`(?s)\[0\]\..*UTF-8`)},
	"deep nesting":          {mockcloud.Faults{Deep: 100}, whole},
	"nesting without end":   {mockcloud.Faults{Deep: 100_000}, fails(`(?s)depth`)},
	"an answer without end": {mockcloud.Faults{HugeBody: 40}, fails(`(?s)32\s+MiB`)},
	"secrets in an error":   {mockcloud.Faults{EchoSecretsEvery: 1}, fails(`\*\*\*`)},
}

func TestAccBadDays(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		for name, day := range badDays {
			if d.name == taurusKind.name && day.faults.FromOne {
				continue // Its pages have no numbers.
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := d.newCloud(t, d.generate(250)...)
				cli := acctest.NewCLI(t, "", server.DemoEnvironment()...)
				cli.Write("main.tf", d.root())
				day.faults.Only = []string{d.operation}
				server.SetFaults(day.faults)
				d.endsAs(t, server, cli, day.want)
			})
		}
	})
}

// root is a root module that reads the data source, with few retries.
func (d dataSource) root() string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    cloudbackup = { source = "cloudbackup/cloudbackup" }
  }
}
provider "cloudbackup" {
  requests_per_second = 1000
  max_retries         = 2
  request_timeout     = "2s"
}
data "cloudbackup_%[1]s" "test" {
  %[2]s
}
output "ids" {
  value = data.cloudbackup_%[1]s.test.ids
}
output "complete" {
  value = data.cloudbackup_%[1]s.test.complete
}
`, d.name, d.required)
}

func (d dataSource) endsAs(t *testing.T, server *mockcloud.Server, cli *acctest.CLI, want outcome) {
	t.Helper()
	result := cli.Run("apply", "-auto-approve")
	if want.fails != "" {
		if result.Exit == 0 || !regexp.MustCompile(want.fails).MatchString(result.Stderr) {
			t.Fatalf("exit status %d, want an error with %s:\n%s", result.Exit, want.fails, result.Output())
		}
		if n := len(server.Requests()); n > 20 {
			t.Errorf("%d requests", n)
		}
		return
	}
	if result.Exit != 0 {
		t.Fatalf("exit status %d:\n%s", result.Exit, result.Output())
	}
	var outputs struct {
		IDs      struct{ Value []string }
		Complete struct{ Value bool }
	}
	if err := json.Unmarshal([]byte(cli.MustRun("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	warned := strings.Contains(result.Stdout, "may not be complete")
	switch {
	case outputs.Complete.Value == warned:
		t.Fatalf("complete is %v, and there is a warning: %v\n%s", outputs.Complete.Value, warned, result.Output())
	case !outputs.Complete.Value:
		if !want.doubtful {
			t.Fatalf("the list is not complete:\n%s", result.Output())
		}
	case !want.whole:
		t.Fatalf("the list of %d is called complete", len(outputs.IDs.Value))
	case !sameIDs(outputs.IDs.Value, d.list(server).IDs()):
		t.Fatalf("%d ids are listed, not the %d of the server", len(outputs.IDs.Value), len(d.list(server).IDs()))
	}
}

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// An interrupt ends a read while the server hangs: nothing is asked again.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		server := d.newCloud(t)
		server.SetFaults(mockcloud.Faults{HangEvery: 1, Only: []string{d.operation}})
		asked := make(chan struct{}, 10)
		server.OnRequest(func(_ int, r mockcloud.Request) {
			if r.Operation == d.operation {
				asked <- struct{}{}
			}
		})
		cli := acctest.NewCLI(t, "", server.DemoEnvironment()...)
		cli.Write("main.tf", strings.ReplaceAll(d.root(), `"2s"`, `"60s"`))
		running := cli.Start("plan")
		<-asked
		running.Interrupt()
		result := running.Wait()
		if result.Exit == 0 || len(asked) != 0 {
			t.Errorf("exit status %d, %d more requests\n%s", result.Exit, len(asked), result.Output())
		}
	})
}

// Secrets show nowhere: not in logs of any level, not in errors that quote them,
// not in plans and not in the state.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	forEach(t, func(t *testing.T, d dataSource) {
		for name, faults := range map[string]mockcloud.Faults{"good day": {}, "echoed": {EchoSecretsEvery: 1}, "echoed as HTML": {EchoSecretsEvery: 1, ErrorHTML: true}} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				const token = "temporary+token/with=signs&spaces \"quoted\""
				server := d.newCloud(t, d.generate(3)...)
				for _, account := range []mockcloud.Account{
					{Cloud: mockcloud.AlibabaCloud, AccessKey: "STS.demo", SecretKey: "secret&key=1", SecurityToken: token},
					{Cloud: mockcloud.HuaweiCloud, AccessKey: "HSTDEMO", SecretKey: "secret&key=2", SecurityToken: token},
				} {
					server.SetAccount(account)
				}
				faults.Only = []string{d.operation}
				server.SetFaults(faults)
				cli := acctest.NewCLI(t, "", append(server.DemoEnvironment(),
					"ALICLOUD_ACCESS_KEY=STS.demo", "ALICLOUD_SECRET_KEY=secret&key=1", "ALICLOUD_SECURITY_TOKEN="+token,
					"HW_ACCESS_KEY=HSTDEMO", "HW_SECRET_KEY=secret&key=2", "HW_SECURITY_TOKEN="+token,
					"TF_LOG=TRACE")...)
				cli.Write("main.tf", d.root())
				var shown strings.Builder
				for _, command := range [][]string{{"plan", "-out=plan"}, {"show", "-json", "plan"}, {"apply", "-auto-approve"}, {"show", "-json"}} {
					shown.WriteString(cli.Run(command...).Output())
				}
				state, _ := os.ReadFile(cli.Dir + "/terraform.tfstate")
				shown.Write(state)
				plan, _ := os.ReadFile(cli.Dir + "/plan")
				shown.Write(plan)
				for _, request := range server.Requests() {
					_, signature, _ := strings.Cut(request.Header.Get("Authorization"), "Signature=")
					for _, secret := range []string{"secret&key", "secret%26key", "temporary+token", "temporary%2Btoken", "with=signs", signature} {
						if secret != "" && strings.Contains(shown.String(), secret) {
							at := strings.Index(shown.String(), secret)
							t.Fatalf("%q is shown: …%s…", secret, shown.String()[max(0, at-200):min(shown.Len(), at+200)])
						}
					}
				}
				if len(server.Requests()) == 0 || !strings.Contains(shown.String(), d.operation) {
					t.Errorf("nothing was asked, or logged")
				}
			})
		}
	})
}
