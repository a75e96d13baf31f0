// Command demo shows the provider at work: it starts the mock server of both
// clouds, applies main.tf, prints its outputs and writes the report of
// examples/report. "make demo" runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// reportFile is the page that the demo writes.
const reportFile = "build/demo/report.html"

func main() { tfcli.Main(run) }

func run(ctx context.Context, folder string) error {
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

	workspace, err := program.NewWorkspace(folder, provider, append(server.DemoEnvironment(),
		fmt.Sprintf(`TF_VAR_dbs_regions=[%q]`, mockcloud.DemoAlibabaRegion),
		fmt.Sprintf(`TF_VAR_taurusdb_regions=[%q]`, mockcloud.DemoHuaweiRegion))...)
	if err != nil {
		return err
	}

	fmt.Print("Applying tools/demo/main.tf: it reads all backup plans and instances, their backups and restorable times.\n\n")
	outputs, err := apply(ctx, workspace, "tools/demo", ".")
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\n%s\n\n%s\n\n", outputs["plans"].Value, outputs["instances"].Value, outputs["complete"].Value)
	fmt.Printf("The provider sent %d requests. The mock server verified the signature of each.\n", len(server.Requests()))

	if program.OlderThan("1.8.0") {
		fmt.Println("The report of examples/report needs version 1.8 or later of the CLI.")
	} else {
		if outputs, err = apply(ctx, workspace, "examples", "report"); err != nil {
			return err
		}
		err := errors.Join(os.MkdirAll(filepath.Dir(reportFile), 0o750), os.WriteFile(reportFile, []byte(outputs["report"].Value), 0o600))
		if err != nil {
			return err
		}
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

type output struct{ Value string }

// apply copies a folder into the workspace, applies a configuration in it and
// returns its outputs.
func apply(ctx context.Context, w *tfcli.Workspace, folder, configuration string) (map[string]output, error) {
	in := *w
	in.Dir = filepath.Join(w.Dir, folder, configuration)
	if err := os.CopyFS(filepath.Join(w.Dir, folder), os.DirFS(folder)); err != nil {
		return nil, err
	}
	for _, arguments := range [][]string{{"get"}, {"apply", "-auto-approve"}} {
		if _, err := in.Output(ctx, arguments...); err != nil {
			return nil, err
		}
	}
	encoded, err := in.Output(ctx, "output", "-json")
	if err != nil {
		return nil, err
	}
	var outputs map[string]output
	err = json.Unmarshal([]byte(encoded), &outputs)
	return outputs, err
}
