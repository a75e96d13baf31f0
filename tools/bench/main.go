// Command bench measures "terraform plan" with the provider, in its default
// settings, and with a floor provider that returns the same values ready-made. It
// prints the ratios as Markdown. "make bench" runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

// workload is what one plan reads.
type workload struct {
	name         string
	source       string        // data source
	argument     string        // with another value in each read; "" if there is none
	reads        int           // number of data sources
	items        int           // of each read
	summary      bool          // summary_only
	latency      time.Duration // of each request, and of each read of the floor
	throttleRate float64       // requests that are allowed a second
}

// sweep reads the full backups of each plan.
var sweep = workload{
	name:   "the full backups of each of 200 plans, 50 ms latency",
	source: "dbs_full_backups", argument: "backup_plan_id", reads: 200, items: 1, latency: 50 * time.Millisecond,
}

var compared = []workload{
	{name: "no plans", source: "dbs_backup_plans", reads: 1},
	{name: "1,000 plans", source: "dbs_backup_plans", reads: 1, items: 1_000},
	{name: "10,000 plans", source: "dbs_backup_plans", reads: 1, items: 10_000},
	{name: "10,000 plans, 50 ms latency", source: "dbs_backup_plans", reads: 1, items: 10_000, latency: sweep.latency},
	sweep,
	{name: "1,000 full backups", source: "dbs_full_backups", argument: "backup_plan_id", reads: 1, items: 1_000},
	{name: "1,000 TaurusDB backups", source: "taurusdb_backups", argument: "instance_id", reads: 1, items: 1_000},
}

// bench has the CLI with both providers, and the server that they read from. The
// server is in this process, which has nothing else to do while a plan runs.
type bench struct {
	workspace *tfcli.Workspace
	server    *mockcloud.Server
	// state is a file with the state that the floor returns.
	state string
}

func main() {
	runs := flag.Int("runs", 3, "`pairs` of runs, of which the medians are printed")
	flag.Parse()
	tfcli.Main(func(ctx context.Context, folder string) error { return run(ctx, folder, max(*runs, 1)) })
}

func run(ctx context.Context, folder string, runs int) (err error) {
	b := &bench{server: mockcloud.New(mockcloud.Options{}), state: filepath.Join(folder, "state")}
	b.server.Seed(mockcloud.Demo(time.Now()))
	if _, err := b.server.Start(""); err != nil { //nolint:contextcheck // It serves until Close.
		return err
	}
	defer func() { _ = b.server.Close() }()
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
	if err := b.record(ctx, w, keys[0]); err != nil {
		return "", err
	}
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
		{name: "100,000 plans, summary_only", source: "dbs_backup_plans", reads: 1, items: 100_000, summary: true},
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

// record reads once, and writes the state for the floor.
func (b *bench) record(ctx context.Context, w workload, key string) error {
	for _, variable := range b.server.DemoEnvironment() {
		name, value, _ := strings.Cut(variable, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	arguments := map[string]any{}
	if w.argument != "" {
		arguments[w.argument] = key
	}
	config, err := json.Marshal(arguments)
	if err != nil {
		return err
	}
	server := provider.Server("bench")
	_, err = server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{JSON: []byte("{}")}})
	if err != nil {
		return err
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: "cloudbackup_" + w.source, Config: &tfprotov6.DynamicValue{JSON: config},
	})
	if err != nil {
		return err
	}
	if len(read.Diagnostics) > 0 {
		return errors.New(read.Diagnostics[0].Detail)
	}
	return os.WriteFile(b.state, read.State.MsgPack, 0o600)
}

// plan runs one plan with the provider "cloudbackup" or "floor". It returns the
// seconds that it takes, and the CPU time of the CLI and the provider.
func (b *bench) plan(ctx context.Context, w workload, name string, keys []string) (wall, cpu float64, err error) {
	argument := ""
	if w.argument != "" {
		argument = w.argument + " = each.key"
	}
	forEach, _ := json.Marshal(keys)
	configuration := fmt.Sprintf(`terraform {
  required_providers {
    %[1]s = { source = "cloudbackup/%[1]s" }
  }
}

data "%[1]s_%[2]s" "all" {
  for_each     = toset(%[3]s)
  summary_only = %[4]t
  %[5]s
}

output "items" {
  value = "read ${sum([for r in data.%[1]s_%[2]s.all : r.total_count])} items"
}
`, name, w.source, forEach, w.summary, argument)
	if err := os.WriteFile(filepath.Join(b.workspace.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return 0, 0, err
	}
	floor, err := json.Marshal(map[string]any{"Source": w.source, "State": b.state, "Sleep": w.latency})
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
