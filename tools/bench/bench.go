package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// bench has the CLI with both providers, and the server that they read from. The
// server is in this process, which has nothing else to do while a plan runs.
type bench struct {
	workspace *tfcli.Workspace
	program   string // the provider's
	server    *mockcloud.Server
	schema    *tfprotov6.GetProviderSchemaResponse
}

func newBench(ctx context.Context, folder string) (*bench, error) {
	cli, err := tfcli.Find(ctx)
	if err != nil {
		return nil, err
	}
	const module = "github.com/cloudbackup/terraform-provider-cloudbackup"
	folders := map[string]string{"cloudbackup": filepath.Join(folder, "provider"), "floor": filepath.Join(folder, "floor")}
	for name, path := range map[string]string{"cloudbackup": module, "floor": module + "/tools/bench/terraform-provider-floor"} {
		// As a release is built.
		if err := tfcli.Build(ctx, folders[name], path, "-trimpath", "-ldflags", "-s -w"); err != nil {
			return nil, err
		}
	}
	b := &bench{program: filepath.Join(folders["cloudbackup"], filepath.Base(module)), server: mockcloud.New(mockcloud.Options{})}
	b.server.Seed(mockcloud.Demo(time.Now()))
	if _, err := b.server.Start(""); err != nil { //nolint:contextcheck // It serves until Close.
		return nil, err
	}
	if b.schema, err = provider.Server("bench").GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		return nil, err
	}
	b.workspace, err = cli.NewWorkspace(folder, folders, b.server.DemoEnvironment()...)
	return b, err
}

// serve makes the server return what a workload reads.
func (b *bench) serve(w workload) {
	b.server.ResetRequests()
	b.server.SetFaults(w.faults)
	now := time.Now()
	switch w.source {
	case "dbs_backup_plans":
		b.server.Plans(mockcloud.DemoAlibabaRegion).Set(mockcloud.Plans(w.items, now)...)
	case "dbs_full_backups":
		b.server.Plans(mockcloud.DemoAlibabaRegion).Set(mockcloud.Plans(w.reads, now)...)
		for _, id := range b.server.Plans(mockcloud.DemoAlibabaRegion).IDs() {
			b.server.FullBackups(id).Set(mockcloud.FullBackups(id, w.items, now)...)
		}
	case "taurusdb_backups":
		b.server.Backups(mockcloud.DemoInstanceID).Set(mockcloud.Backups(mockcloud.DemoInstanceID, w.items, now)...)
	}
}

// configuration reads a workload from the provider "cloudbackup" or "floor".
func (b *bench) configuration(w workload, name string) string {
	source, count, body := "cloudbackup_"+w.source, "length(r.backups)", ""
	keys := []string{"all"}
	switch w.source {
	case "dbs_backup_plans":
		count = "length(r.plans)"
	case "dbs_full_backups":
		keys, body = b.server.Plans(mockcloud.DemoAlibabaRegion).IDs(), "backup_plan_id = each.key"
	case "taurusdb_backups":
		keys, body = []string{mockcloud.DemoInstanceID}, "instance_id = each.key"
	}
	if w.summary {
		count, body = "r.total_count", "summary_only = true"
	}
	if name == "floor" {
		source, count, body = "floor_items", "length(r.items)", ""
	}
	forEach, _ := json.Marshal(keys)
	return fmt.Sprintf(`terraform {
  required_providers {
    %[1]s = { source = "cloudbackup/%[1]s" }
  }
}

data %[2]q "all" {
  for_each = toset(%[3]s)
  %[4]s
}

output "items" {
  value = "read ${sum([for r in data.%[2]s.all : %[5]s])} items"
}
`, name, source, forEach, body, count)
}

// floor is the setting of the floor provider that matches a workload.
func (b *bench) floor(w workload) string {
	var letters strings.Builder
	for _, list := range b.schema.DataSourceSchemas["cloudbackup_"+w.source].Block.Attributes {
		if list.Name != "plans" && list.Name != "backups" {
			continue
		}
		for _, attribute := range list.NestedType.Attributes {
			switch {
			case attribute.Type.Is(tftypes.Number):
				letters.WriteByte('n')
			case attribute.Type.Is(tftypes.Bool):
				letters.WriteByte('b')
			default:
				letters.WriteByte('s')
			}
		}
	}
	return fmt.Sprintf(`FLOOR={"Items": %d, "Attributes": %q, "Sleep": %d}`, w.items, letters.String(), w.sleep)
}

// plan runs one plan with the provider "cloudbackup" or "floor". It returns the
// seconds that it takes, and the CPU time of the CLI and the provider.
func (b *bench) plan(ctx context.Context, w workload, name string) (wall, cpu float64, err error) {
	if err := b.workspace.WriteFile("main.tf", b.configuration(w, name)); err != nil {
		return 0, 0, err
	}
	command := b.workspace.Command(ctx, "plan")
	command.Env = append(slices.Clip(command.Env), b.floor(w))
	start := time.Now()
	output, err := command.CombinedOutput()
	wall = time.Since(start).Seconds()
	if items := w.reads * w.items; err == nil && !strings.Contains(string(output), fmt.Sprintf("\"read %d items\"", items)) {
		err = fmt.Errorf("the plan did not read %d items", items)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%.2000s", err, output)
	}
	return wall, (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds(), nil
}
