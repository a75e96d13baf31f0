// Command bench measures "terraform plan" with the provider, in its default
// settings, and with a floor provider that returns as many ready-made values. It
// prints the ratios as Markdown. "make bench" runs it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// workload is what one plan reads.
type workload struct {
	name         string
	source       string        // data source
	argument     string        // if any; each.key is another value in each read
	reads        int           // number of data sources
	items        int           // of each read
	latency      time.Duration // of each request, and of each read of the floor
	throttleRate float64       // requests that are allowed a second
}

// sweep reads the full backups of each plan.
var sweep = workload{
	name:   "the full backups of each of 200 plans, 50 ms latency",
	source: "dbs_full_backups", argument: "backup_plan_id = each.key", reads: 200, items: 1, latency: 50 * time.Millisecond,
}

var compared = []workload{
	{name: "no plans", source: "dbs_backup_plans", reads: 1},
	{name: "1,000 plans", source: "dbs_backup_plans", reads: 1, items: 1_000},
	{name: "10,000 plans", source: "dbs_backup_plans", reads: 1, items: 10_000},
	{name: "10,000 plans, 50 ms latency", source: "dbs_backup_plans", reads: 1, items: 10_000, latency: sweep.latency},
	sweep,
	{name: "1,000 full backups", source: "dbs_full_backups", argument: "backup_plan_id = each.key", reads: 1, items: 1_000},
	{name: "1,000 TaurusDB backups", source: "taurusdb_backups", argument: "instance_id = each.key", reads: 1, items: 1_000},
}

// bench has the CLI with both providers, and the server that they read from. The
// server is in this process, which has nothing else to do while a plan runs.
type bench struct {
	workspace *tfcli.Workspace
	server    *mockcloud.Server
	schema    *tfprotov6.GetProviderSchemaResponse
}

func main() {
	runs := flag.Int("runs", 3, "`pairs` of runs, of which the medians are printed")
	flag.Parse()
	tfcli.Main(func(ctx context.Context, folder string) error { return run(ctx, folder, max(*runs, 1)) })
}

func run(ctx context.Context, folder string, runs int) (err error) {
	b := &bench{server: mockcloud.New(mockcloud.Options{})}
	b.server.Seed(mockcloud.Demo(time.Now()))
	if _, err := b.server.Start(""); err != nil { //nolint:contextcheck // It serves until Close.
		return err
	}
	defer func() { _ = b.server.Close() }()
	if b.schema, err = provider.Server("bench").GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		return err
	}
	cli, err := tfcli.Find(ctx)
	if err != nil {
		return err
	}
	if err := tfcli.Build(ctx, folder, ".", "./tools/bench/terraform-provider-floor"); err != nil {
		return err
	}
	if b.workspace, err = cli.NewWorkspace(folder, folder, b.server.DemoEnvironment()...); err != nil {
		return err
	}

	fmt.Printf("%s on %s/%s, %d processors. Medians of %d pairs of runs, in seconds.\n\n",
		cli, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runs)
	fmt.Print("| plan that reads | floor | provider | ratio | ratio of CPU time |\n|---|---|---|---|---|\n")
	for _, w := range compared {
		row, err := b.compare(ctx, w, runs)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Println(row)
	}
	if err := b.throttled(ctx); err != nil {
		return fmt.Errorf("throttled: %w", err)
	}
	if runtime.GOOS != "linux" {
		return nil // the peak memory comes from /proc
	}
	return b.memory(ctx, filepath.Join(folder, "terraform-provider-cloudbackup"))
}

// compare runs both providers in turn and returns a row of the table.
func (b *bench) compare(ctx context.Context, w workload, runs int) (string, error) {
	keys := b.serve(w)
	var floors, providers, ratios, cpuRatios []float64
	for range runs {
		floorWall, floorCPU, err := b.plan(ctx, w, "floor", keys)
		if err != nil {
			return "", err
		}
		wall, cpu, err := b.plan(ctx, w, "cloudbackup", keys)
		if err != nil {
			return "", err
		}
		floors, providers = append(floors, floorWall), append(providers, wall)
		ratios, cpuRatios = append(ratios, wall/floorWall), append(cpuRatios, cpu/floorCPU)
	}
	return fmt.Sprintf("| %s | %.2f | %.2f | %.2f | %.2f |", w.name, median(floors), median(providers), median(ratios), median(cpuRatios)), nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// throttled prints how long the sweep takes if the server allows few requests.
func (b *bench) throttled(ctx context.Context) error {
	w := sweep
	w.throttleRate = 10
	seconds, _, err := b.plan(ctx, w, "cloudbackup", b.serve(w))
	if err != nil {
		return err
	}
	requests := b.server.Requests()
	sent := len(requests)
	refused := len(slices.DeleteFunc(requests, func(r mockcloud.Request) bool { return r.Status < 400 }))
	ideal := float64(w.reads) / w.throttleRate
	fmt.Printf("\nThe same %d reads with %.0f requests a second allowed: %.2f times the ideal %.0f s, %.0f %% of the requests refused.\n",
		w.reads, w.throttleRate, seconds/ideal, ideal, 100*float64(refused)/float64(sent))
	return nil
}

// memory prints the peak memory of the provider's process.
func (b *bench) memory(ctx context.Context, program string) error {
	fmt.Print("\n| plan that reads | peak memory of the provider, MB |\n|---|---|\n")
	for _, w := range []workload{
		compared[0],
		compared[2],
		{name: "100,000 plans, summary_only", source: "dbs_backup_plans", reads: 1, items: 100_000, argument: "summary_only = true"},
	} {
		ended, peak := make(chan struct{}), make(chan float64)
		go func() { peak <- peakMemory(program, ended) }()
		_, _, err := b.plan(ctx, w, "cloudbackup", b.serve(w))
		close(ended)
		bytes := <-peak
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Printf("| %s | %.0f |\n", w.name, bytes/1e6)
	}
	return nil
}

// peakMemory watches the process of a program until a plan has ended. The
// kernel's peak only grows, so the last value that can be read counts.
func peakMemory(program string, ended <-chan struct{}) (bytes float64) {
	for {
		select {
		case <-ended:
			return bytes
		case <-time.After(20 * time.Millisecond):
		}
		links, _ := filepath.Glob("/proc/[0-9]*/exe")
		for _, link := range links {
			if target, err := os.Readlink(link); err != nil || target != program {
				continue
			}
			status, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
			_, peak, _ := strings.Cut(string(status), "VmHWM:")
			var kilobytes float64
			if _, err := fmt.Sscan(peak, &kilobytes); err == nil {
				bytes = kilobytes * 1024
			}
		}
	}
}

// serve makes the server return what a workload reads. It returns a key for each read.
func (b *bench) serve(w workload) (keys []string) {
	b.server.ResetRequests()
	b.server.SetFaults(mockcloud.Faults{Latency: w.latency, ThrottleRate: w.throttleRate})
	now := time.Now()
	plans := b.server.Plans(mockcloud.DemoAlibabaRegion)
	switch w.source {
	case "dbs_full_backups":
		plans.Set(mockcloud.Plans(w.reads, now)...)
		for _, id := range plans.IDs() {
			b.server.FullBackups(id).Set(mockcloud.FullBackups(id, w.items, now)...)
		}
		return plans.IDs()
	case "taurusdb_backups":
		b.server.Backups(mockcloud.DemoInstanceID).Set(mockcloud.Backups(mockcloud.DemoInstanceID, w.items, now)...)
		return []string{mockcloud.DemoInstanceID}
	}
	plans.Set(mockcloud.Plans(w.items, now)...)
	return []string{""}
}

// types are the types of the attributes of an item.
func (b *bench) types(source string) map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	for _, list := range b.schema.DataSourceSchemas["cloudbackup_"+source].Block.Attributes {
		if list.NestedType != nil && list.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeList {
			for _, attribute := range list.NestedType.Attributes {
				types[attribute.Name] = attribute.Type
			}
		}
	}
	return types
}

// plan runs one plan with the provider "cloudbackup" or "floor". It returns the
// seconds that it takes, and the CPU time of the CLI and the provider.
func (b *bench) plan(ctx context.Context, w workload, name string, keys []string) (wall, cpu float64, err error) {
	source, argument, count := "cloudbackup_"+w.source, w.argument, "r.total_count"
	if name == "floor" {
		source, argument, count = "floor_items", "", "length(r.items)"
	}
	forEach, _ := json.Marshal(keys)
	configuration := fmt.Sprintf(`terraform {
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
`, name, source, forEach, argument, count)
	if err := os.WriteFile(filepath.Join(b.workspace.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return 0, 0, err
	}
	floor, err := json.Marshal(map[string]any{"Items": w.items, "Types": b.types(w.source), "Sleep": w.latency})
	if err != nil {
		return 0, 0, err
	}
	command := b.workspace.Command(ctx, "plan")
	command.Env = append(slices.Clip(command.Env), "FLOOR="+string(floor))
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
