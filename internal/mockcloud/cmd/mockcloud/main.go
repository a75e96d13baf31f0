// Command mockcloud serves a mock of Alibaba Cloud DBS and Huawei Cloud
// TaurusDB until it is interrupted, and prints how to point clients at it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

func main() {
	switch err := runUntilSignal(); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "mockcloud:", err)
		os.Exit(1)
	}
}

func runUntilSignal() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// settings are the program's flags, but for the faults.
type settings struct {
	address string
	prefix  string
	data    string
	items   int
	log     bool
	// account replaces the demo's, and is known to both clouds.
	account mockcloud.Account
}

const usage = `mockcloud serves a mock of Alibaba Cloud DBS and Huawei Cloud TaurusDB, with
IAM's project look-up, on one port. Signatures are checked as the clouds do.

Without -data it has a small company's backups, with times relative to now.
-data takes a file of your own, a JSON object of which every part may be left out:

  {
    "accounts":     [{"access_key": "...", "secret_key": "...", "security_token": "...",
                      "auth_token": "...", "expires": "2026-11-21T16:00:00Z", "inactive": false,
                      "cloud": "alibabacloud or huaweicloud", "denied": {"operation": "error code"}}],
    "plans":        {"region": [{"BackupPlanId": "...", "BackupPlanCreateTime": "-90d", ...}]},
    "full_backups": {"plan id": [{"BackupSetId": "...", "FinishTime": "-26h", ...}]},
    "projects":     [{"id": "...", "name": "cn-north-4"}],
    "instances":    [{"id": "...", "project_id": "...", "backups": [{"id": "...", "created": "-1d2h", ...}]}]
  }

An item is what the API answers, word for word; only its id must be there. A
time such as "-26h" or "+1d12h" is relative to the start of the program.
An example is internal/mockcloud/testdata/fixture.json.

The operations are DescribeBackupPlanList, DescribeFullBackupList,
ShowInstanceBackups and KeystoneListProjects. Flags that end in -every strike
the n-th, 2n-th, ... request.

`

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var (
		set    = flag.NewFlagSet("mockcloud", flag.ContinueOnError)
		faults mockcloud.Faults
		from   settings
	)
	set.SetOutput(stderr)
	set.Usage = func() {
		fmt.Fprint(stderr, usage)
		set.PrintDefaults()
	}
	set.StringVar(&from.address, "addr", "127.0.0.1:8642", "`address` to listen at; port 0 takes a free one")
	set.StringVar(&from.prefix, "path-prefix", "", "`path` that the paths of all requests begin with")
	set.StringVar(&from.data, "data", "", "fixture `file` to serve instead of the demo")
	set.IntVar(&from.items, "items", 0, "serve `n` made-up items in each list instead of the demo's")
	set.BoolVar(&from.log, "log", false, "print a line for each request")
	set.StringVar(&from.account.AccessKey, "access-key", "", "access `key` known to both clouds, instead of the demo's")
	set.StringVar(&from.account.SecretKey, "secret-key", "", "its secret `key`")
	set.StringVar(&from.account.SecurityToken, "security-token", "", "`token` that must come with it")
	set.StringVar(&from.account.AuthToken, "auth-token", "", "`token` that Huawei Cloud takes as X-Auth-Token")
	faults.Flags(set)
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("%q is no flag; see -h", set.Arg(0))
	}
	if err := faults.Check(); err != nil {
		return err
	}
	if (from.account.AccessKey == "") != (from.account.SecretKey == "") {
		return errors.New("-access-key and -secret-key go together")
	}

	fixture, err := from.fixture(time.Now())
	if err != nil {
		return err
	}
	options := mockcloud.Options{PathPrefix: from.prefix}
	if from.log {
		options.Log = func(r mockcloud.Request) { fmt.Fprintln(stdout, line(r)) }
	}
	server := mockcloud.New(options)
	server.Seed(fixture)
	server.SetFaults(faults)
	url, err := server.Start(from.address) //nolint:contextcheck // It serves until Close.
	if err != nil {
		return err
	}
	introduce(stdout, url, fixture)
	<-ctx.Done()
	return server.Close()
}

// fixture is what the flags ask to serve.
func (s settings) fixture(now time.Time) (mockcloud.Fixture, error) {
	fixture := mockcloud.Demo(now)
	if s.data != "" {
		text, err := os.ReadFile(s.data)
		if err != nil {
			return fixture, err
		}
		if fixture, err = mockcloud.ParseFixture(text, now); err != nil {
			return fixture, fmt.Errorf("%s: %w", s.data, err)
		}
		if len(fixture.Accounts) == 0 {
			fixture.Accounts = mockcloud.Demo(now).Accounts
		}
	}
	if s.items > 0 {
		for region := range fixture.Plans {
			fixture.Plans[region] = mockcloud.Plans(s.items, now)
		}
		for planID := range fixture.FullBackups {
			fixture.FullBackups[planID] = mockcloud.FullBackups(planID, s.items, now)
		}
		for n, instance := range fixture.Instances {
			fixture.Instances[n].Backups = mockcloud.Backups(instance.ID, s.items, now)
		}
	}
	if s.account.AccessKey != "" || s.account.AuthToken != "" {
		fixture.Accounts = []mockcloud.Account{s.account}
	}
	return fixture, nil
}

// introduce prints where the server is and what to set to use it.
func introduce(w io.Writer, url string, f mockcloud.Fixture) {
	fmt.Fprintf(w, "The mock cloud listens at %s until it is interrupted.\n\n", url)
	fmt.Fprintln(w, "For a shell:")
	for _, cloud := range []mockcloud.Cloud{mockcloud.AlibabaCloud, mockcloud.HuaweiCloud} {
		names := environment[cloud]
		n := slices.IndexFunc(f.Accounts, func(a mockcloud.Account) bool {
			return a.AccessKey != "" && (a.Cloud == "" || a.Cloud == cloud)
		})
		if n < 0 {
			continue
		}
		export(w, names.accessKey, f.Accounts[n].AccessKey)
		export(w, names.secretKey, f.Accounts[n].SecretKey)
		export(w, names.securityToken, f.Accounts[n].SecurityToken)
	}
	regions := sortedKeys(f.Plans)
	if len(regions) > 0 {
		export(w, "ALICLOUD_REGION", regions[0])
	}
	export(w, "ALIBABA_CLOUD_ENDPOINT_DBS", url)
	if len(f.Projects) > 0 {
		export(w, "HW_REGION_NAME", f.Projects[0].Name)
		export(w, "HW_PROJECT_ID", f.Projects[0].ID)
		export(w, mockcloud.TaurusDBEndpoint(f.Projects[0].Name), url)
	}
	export(w, "HW_AUTH_URL", url+"/v3")
	fmt.Fprintf(w, "\nLists:\n")
	for _, region := range regions {
		fmt.Fprintf(w, "  %d backup plans in %s\n", len(f.Plans[region]), region)
	}
	for _, planID := range sortedKeys(f.FullBackups) {
		fmt.Fprintf(w, "  %d full backups of plan %s\n", len(f.FullBackups[planID]), planID)
	}
	for _, instance := range f.Instances {
		fmt.Fprintf(w, "  %d backups of instance %s\n", len(instance.Backups), instance.ID)
	}
}

// environment has the names that the providers of both clouds read.
var environment = map[mockcloud.Cloud]struct{ accessKey, secretKey, securityToken string }{
	mockcloud.AlibabaCloud: {"ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"},
	mockcloud.HuaweiCloud:  {"HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"},
}

func export(w io.Writer, name, value string) {
	if value != "" {
		fmt.Fprintf(w, "  export %s=%s\n", name, value)
	}
}

func sortedKeys(lists map[string][]mockcloud.Item) []string {
	keys := make([]string, 0, len(lists))
	for key := range lists {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// line is the log line of a request. It has no header, query or key: those may
// be secret.
func line(r mockcloud.Request) string {
	text := fmt.Sprintf("%s #%d %s %s", r.Time.UTC().Format(time.RFC3339), r.Number, r.Method, r.Operation)
	if r.Key != "" {
		text += fmt.Sprintf(" of %q", r.Key)
	}
	switch r.Operation {
	case mockcloud.ShowInstanceBackups:
		text += fmt.Sprintf(" offset %d limit %d", r.Offset, r.Size)
	case mockcloud.DescribeBackupPlanList, mockcloud.DescribeFullBackupList:
		text += fmt.Sprintf(" page %d size %d", r.Page, r.Size)
	}
	text += fmt.Sprintf(": %d %s", r.Status, r.Code)
	if r.Code == "" {
		text += fmt.Sprintf("%d of %d items", r.Items, max(r.Total, 0))
	}
	if r.Fault != "" {
		text += " (" + r.Fault + ")"
	}
	return text
}
