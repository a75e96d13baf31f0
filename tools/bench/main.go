// Command bench measures "terraform plan" with the provider, in its default
// settings, and with a floor provider that returns as many ready-made values. It
// prints the ratios as Markdown. "make bench" runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

const (
	latency = 50 * time.Millisecond
	// throttleRate is how many requests a second the throttled sweep may send.
	throttleRate = 10
)

// workload is what one plan reads.
type workload struct {
	name    string
	source  string // data source
	reads   int    // number of data sources, each with an argument of its own
	items   int    // of each read
	summary bool   // summary_only
	faults  mockcloud.Faults
	sleep   time.Duration // of each read of the floor
}

// sweep reads the full backups of each plan.
var sweep = workload{
	name: "the full backups of each of 200 plans, 50 ms latency", source: "dbs_full_backups", reads: 200, items: 1,
	faults: mockcloud.Faults{Latency: latency}, sleep: latency,
}

var compared = []workload{
	{name: "no plans", source: "dbs_backup_plans", reads: 1},
	{name: "1,000 plans", source: "dbs_backup_plans", reads: 1, items: 1_000},
	{name: "10,000 plans", source: "dbs_backup_plans", reads: 1, items: 10_000},
	{name: "10,000 plans, 50 ms latency", source: "dbs_backup_plans", reads: 1, items: 10_000, faults: mockcloud.Faults{Latency: latency}},
	sweep,
	{name: "1,000 full backups", source: "dbs_full_backups", reads: 1, items: 1_000},
	{name: "1,000 TaurusDB backups", source: "taurusdb_backups", reads: 1, items: 1_000},
}

func main() {
	runs := flag.Int("runs", 3, "`pairs` of runs, of which the medians are printed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, max(*runs, 1))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int) error {
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	b, err := newBench(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { _ = b.server.Close() }()

	fmt.Printf("%s on %s/%s, %d processors. Medians of %d pairs of runs, in seconds.\n\n",
		b.workspace.Program, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runs)
	fmt.Print("| plan that reads | floor | provider | ratio | ratio of CPU time |\n|---|---|---|---|---|\n")
	for i, w := range compared {
		if i == 0 { // The first run reads the programs from disk.
			if _, err := b.compare(ctx, w, 1); err != nil {
				return err
			}
		}
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
	return b.memory(ctx)
}

// compare runs both providers in turn and returns a row of the table.
func (b *bench) compare(ctx context.Context, w workload, runs int) (string, error) {
	b.serve(w)
	var floors, providers, ratios, cpuRatios []float64
	for range runs {
		floor, floorCPU, err := b.plan(ctx, w, "floor")
		if err != nil {
			return "", err
		}
		provider, providerCPU, err := b.plan(ctx, w, "cloudbackup")
		if err != nil {
			return "", err
		}
		floors, providers = append(floors, floor), append(providers, provider)
		ratios, cpuRatios = append(ratios, provider/floor), append(cpuRatios, providerCPU/floorCPU)
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
	w.faults.ThrottleRate = throttleRate
	b.serve(w)
	seconds, _, err := b.plan(ctx, w, "cloudbackup")
	if err != nil {
		return err
	}
	requests := b.server.Requests()
	refused := 0
	for _, request := range requests {
		if request.Status >= 400 {
			refused++
		}
	}
	ideal := float64(w.reads) / throttleRate
	fmt.Printf("\nThe same %d reads with %d requests a second allowed: %.2f times the ideal %.0f s, %.0f %% of the requests refused.\n",
		w.reads, throttleRate, seconds/ideal, ideal, 100*float64(refused)/float64(len(requests)))
	return nil
}

// memory prints the peak memory of the provider's process.
func (b *bench) memory(ctx context.Context) error {
	fmt.Print("\n| plan that reads | peak memory of the provider, MB |\n|---|---|\n")
	for _, w := range []workload{
		compared[0],
		compared[2],
		{name: "100,000 plans, summary_only", source: "dbs_backup_plans", reads: 1, items: 100_000, summary: true},
	} {
		b.serve(w)
		ended, peak := make(chan struct{}), make(chan float64)
		go func() { peak <- peakMemory(b.program, ended) }()
		_, _, err := b.plan(ctx, w, "cloudbackup")
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
			for line := range strings.Lines(string(status)) {
				var kilobytes float64
				if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
					bytes = kilobytes * 1024
				}
			}
		}
	}
}
