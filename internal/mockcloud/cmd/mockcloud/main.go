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
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mockcloud:", err)
		os.Exit(1)
	}
}

// settings are the program's flags.
type settings struct {
	address string
	options mockcloud.Options
	tlsFile string
	envFile string
	data    string
	items   int
	log     bool
	faults  mockcloud.Faults
	account mockcloud.Account
}

const usage = `mockcloud serves a mock of Alibaba Cloud DBS and Huawei Cloud TaurusDB, with the
services that issue credentials for them, on one port. It verifies signatures as
the clouds do.

Without -data it has the backups of a small company, with times relative to now.
With -data it serves a fixture file: a JSON object with accounts, roles, plans,
full_backups, incremental_backups, restore_ranges, projects and instances, each
of them optional. docs/guides/mock-server.md describes the format.

GET /healthz answers 200 as soon as the server listens.

Flags that end in -every inject their fault into the n-th, 2n-th, ... request.

`

func run(ctx context.Context, args []string, stdout io.Writer) error {
	from, err := parse(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w (mockcloud -h describes all flags)", err)
	}
	fixture, err := from.fixture(time.Now())
	if err != nil {
		return err
	}
	if from.log {
		from.options.Log = func(r mockcloud.Request) { fmt.Fprintln(stdout, r) }
	}
	server := mockcloud.New(from.options)
	server.Seed(fixture)
	server.SetFaults(from.faults)
	url, err := server.Start(from.address) //nolint:contextcheck // It serves until Close.
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	environment, token := fixture.Environment(url)
	if from.tlsFile != "" {
		absolute, err := filepath.Abs(from.tlsFile) // Terraform runs providers in its own folder.
		if err != nil {
			return err
		}
		if err := os.WriteFile(absolute, server.CertificateAuthority(), 0o600); err != nil {
			return err
		}
		environment = append(environment, "SSL_CERT_FILE="+absolute)
	}
	if from.envFile != "" {
		content := strings.Join(environment, "\n") + "\n"
		if err := os.WriteFile(from.envFile, []byte(content), 0o600); err != nil { //nolint:gosec // The caller names it.
			return err
		}
	}
	fmt.Fprintf(stdout, "The mock server listens at %s until it is interrupted.\n\n", url)
	const most = 60
	lists := fixture.Lists()
	for _, list := range lists[:min(most, len(lists))] {
		fmt.Fprintln(stdout, " ", list)
	}
	if len(lists) > most {
		fmt.Fprintf(stdout, "  and %d more lists\n", len(lists)-most)
	}
	fmt.Fprintln(stdout, "\nTo use it in a shell:")
	for _, setting := range environment {
		fmt.Fprintln(stdout, "  export", setting)
	}
	if token != "" {
		fmt.Fprintln(stdout, "Instead of the Huawei Cloud key, this token is accepted:\n  export", token)
	}
	<-ctx.Done()
	return nil
}

// fixture is what the flags select.
func (from settings) fixture(now time.Time) (mockcloud.Fixture, error) {
	f := mockcloud.Demo(now)
	if from.data != "" {
		source, err := os.ReadFile(from.data)
		if err != nil {
			return f, err
		}
		if f, err = mockcloud.ParseFixture(source, now); err != nil {
			// Each problem begins with its line and column.
			return f, errors.New(from.data + ":" + strings.ReplaceAll(err.Error(), "\n", "\n"+from.data+":"))
		}
	}
	if from.items > 0 {
		f.Fill(from.items, now)
	}
	switch a := from.account; {
	case a.AccessKey != "":
		f.Accounts = []mockcloud.Account{a}
	case a.AuthToken != "":
		a.Cloud = mockcloud.HuaweiCloud
		f.Accounts = append([]mockcloud.Account{a}, f.Accounts...)
	}
	return f, nil
}

// parse reads the flags. It prints them if the arguments are a request for help.
func parse(args []string, stdout io.Writer) (from settings, err error) {
	set := flag.NewFlagSet("mockcloud", flag.ContinueOnError)
	set.SetOutput(io.Discard) // An error is printed once, by main.
	set.StringVar(&from.address, "addr", "127.0.0.1:8642", "`address` to listen at; port 0 is a free one")
	set.StringVar(&from.tlsFile, "tls", "", "serve HTTPS, and write the certificate to trust to a `file` that SSL_CERT_FILE can name")
	set.StringVar(&from.envFile, "env-file", "", "write what to set to a `file`, NAME=value in each line, once the server listens")
	set.StringVar(&from.options.PathPrefix, "path-prefix", "", "`path` that the paths of all requests begin with")
	set.StringVar(&from.options.Region, "region", "", "`region` of DBS requests without one; default: the only region with plans, else cn-hangzhou")
	set.StringVar(&from.data, "data", "", "fixture `file` to serve instead of the demo")
	set.IntVar(&from.items, "items", 0, "serve `n` made-up items in each list")
	set.BoolVar(&from.log, "log", false, "print a line for each request")
	set.StringVar(&from.account.AccessKey, "access-key", "", "access `key` for both clouds, instead of the fixture's accounts")
	set.StringVar(&from.account.SecretKey, "secret-key", "", "its secret `key`")
	set.StringVar(&from.account.SecurityToken, "security-token", "", "`token` that must come with it")
	set.StringVar(&from.account.AuthToken, "auth-token", "", "`token` that Huawei Cloud accepts as X-Auth-Token, too")
	from.faults.Flags(set)
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		set.SetOutput(stdout)
		fmt.Fprint(stdout, usage)
		set.PrintDefaults()
		return from, err
	} else if err != nil {
		return from, err
	}
	from.options.TLS = from.tlsFile != ""
	switch a := from.account; {
	case set.NArg() > 0:
		return from, fmt.Errorf("%q is not a flag", set.Arg(0))
	case from.items < 0:
		return from, fmt.Errorf("-items: %d is negative", from.items)
	case (a.AccessKey == "") != (a.SecretKey == ""):
		return from, errors.New("-access-key and -secret-key go together")
	case a.SecurityToken != "" && a.AccessKey == "":
		return from, errors.New("-security-token needs -access-key and -secret-key")
	}
	return from, from.faults.Check()
}
