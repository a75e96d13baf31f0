// Command demo shows the provider at work: it starts the mock server of both
// clouds, applies main.tf, prints its outputs and writes the report of
// examples/report. "make demo" runs it.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

//go:embed main.tf
var configuration string

// reportFile is the page that the demo writes.
const reportFile = "build/demo/report.html"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	program, err := tfcli.Find(ctx)
	if err != nil {
		return err
	}
	provider, err := tfcli.BuildProvider(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Built the provider for %s.\n", program)

	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(time.Now()))
	url, err := server.Start("") //nolint:contextcheck // It serves until Close.
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	fmt.Printf("Started a mock server of Alibaba Cloud DBS and Huawei Cloud TaurusDB at %s.\n", url)

	folder, err := os.MkdirTemp("", "cloudbackup-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	workspace, err := program.NewWorkspace(folder, map[string]string{"cloudbackup": provider}, append(server.DemoEnvironment(),
		fmt.Sprintf(`TF_VAR_dbs_regions=[%q]`, mockcloud.DemoAlibabaRegion),
		fmt.Sprintf(`TF_VAR_taurusdb_regions=[%q]`, mockcloud.DemoHuaweiRegion))...)
	if err != nil {
		return err
	}

	fmt.Print("Applying tools/demo/main.tf: it reads all backup plans and instances, their backups and restorable times.\n\n")
	if err := workspace.WriteFile("main.tf", configuration); err != nil {
		return err
	}
	if _, err := workspace.Output(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	for _, output := range []string{"plans", "instances", "complete"} {
		value, err := workspace.Output(ctx, "output", "-raw", output)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n\n", value)
	}
	fmt.Printf("The provider sent %d requests. The mock server verified the signature of each.\n", len(server.Requests()))

	if program.Version.Less(tfcli.Version{1, 8, 0}) {
		fmt.Println("The report of examples/report needs version 1.8 or later of the CLI.")
	} else if err := writeReport(ctx, workspace); err != nil {
		return err
	} else {
		fmt.Printf("Wrote %s: the same backups as a page for a browser.\n", reportFile)
	}
	fmt.Print(`
To read your own backups, use your own credentials and no endpoints:

  export ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=... ALIBABA_CLOUD_REGION=cn-hangzhou
  export HW_ACCESS_KEY=... HW_SECRET_KEY=... HW_REGION_NAME=cn-north-4

README.md has a configuration for each cloud.
`)
	return nil
}

// writeReport applies examples/report, which uses modules beside it.
func writeReport(ctx context.Context, workspace *tfcli.Workspace) error {
	if err := os.CopyFS(filepath.Join(workspace.Dir, "examples"), os.DirFS("examples")); err != nil {
		return err
	}
	report := *workspace
	report.Dir = filepath.Join(workspace.Dir, "examples", "report")
	if _, err := report.Output(ctx, "get"); err != nil {
		return err
	}
	if _, err := report.Output(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	page, err := report.Output(ctx, "output", "-raw", "report")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(reportFile), 0o750); err != nil {
		return err
	}
	return os.WriteFile(reportFile, []byte(page), 0o600)
}
