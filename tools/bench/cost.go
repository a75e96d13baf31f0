package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
)

// costs prints what the provider itself takes: its size, and its memory and
// processor time as the kernel counts them.
func (b *binaries) costs(ctx context.Context, short bool) error {
	info, err := os.Stat(b.provider)
	if err != nil {
		return err
	}
	fmt.Printf("\nBinary, stripped: %.1f MB\n", float64(info.Size())/1e6)
	if runtime.GOOS != "linux" {
		return nil
	}
	attributes, err := attributes(ctx, bench.Lists[0])
	if err != nil {
		return err
	}
	w := workload{list: bench.Lists[0], attributes: attributes}
	before, err := b.watch(ctx, w, w.unread)
	if err != nil {
		return err
	}
	fmt.Printf("Resident memory of the plugin: %.1f MB when it is started, %.1f MB when it is configured\n\n",
		before.started/1e6, before.resident/1e6)

	sizes := []int{1_000, 20_000}
	if short {
		sizes = sizes[:1]
	}
	const row = "%-18s %7v %14v %14v %16v\n"
	fmt.Printf(row, "data source", "items", "CPU seconds", "µs an item", "peak memory, MB")
	for _, w.items = range sizes {
		after, err := b.watch(ctx, w, w.provider)
		if err != nil {
			return err
		}
		cpu := after.cpu - before.cpu
		fmt.Printf(row, w.list.DataSource, w.items, fmt.Sprintf("%.2f", cpu.Seconds()),
			fmt.Sprintf("%.0f", float64(cpu.Microseconds())/float64(w.items)), fmt.Sprintf("%.0f", after.peak/1e6))
	}
	return nil
}

// usage is what a process took: bytes of memory and processor time.
type usage struct {
	started, resident, peak float64
	cpu                     time.Duration
}

// watch starts the plugin itself, as for a debugger, so that it can be looked
// at when Terraform is done with it.
func (b *binaries) watch(ctx context.Context, w workload, configuration func(url string) string) (usage, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	url, err := w.list.Start(ctx, w.items, w.latency)
	if err != nil {
		return usage{}, err
	}
	plugin := exec.CommandContext(ctx, b.provider, "-debug")
	output, err := plugin.StdoutPipe()
	if err != nil {
		return usage{}, err
	}
	if err := plugin.Start(); err != nil {
		return usage{}, err
	}
	defer func() { _ = plugin.Wait() }()
	defer cancel() // ends the plugin
	reattach, err := reattachment(output)
	if err != nil {
		return usage{}, err
	}
	started, err := measure(plugin.Process.Pid)
	if err != nil {
		return usage{}, err
	}
	if _, err := b.plan(ctx, configuration(url), w.items, reattach); err != nil {
		return usage{}, err
	}
	now, err := measure(plugin.Process.Pid)
	now.started = started.resident
	return now, err
}

// reattachment is the variable that the plugin wants Terraform to have.
func reattachment(output interface{ Read([]byte) (int, error) }) (string, error) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if variable := strings.TrimSpace(lines.Text()); strings.HasPrefix(variable, "TF_REATTACH_PROVIDERS=") {
			return strings.ReplaceAll(variable, "'", ""), nil
		}
	}
	return "", errors.New("the plugin did not say how to reach it")
}

// measure reads what the kernel knows of a process.
func measure(pid int) (usage, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return usage{}, err
	}
	var u usage
	for line := range strings.Lines(string(status)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kilobytes); err == nil {
			u.resident = kilobytes * 1024
		}
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			u.peak = kilobytes * 1024
		}
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, err
	}
	// Behind the name, which is in brackets, the 12th and 13th fields are the
	// time in user and in system mode, in hundredths of a second.
	_, fields, _ := strings.Cut(string(stat), ") ")
	var user, system int64
	var skipped [11]string
	targets := make([]any, 0, len(skipped)+2)
	for i := range skipped {
		targets = append(targets, &skipped[i])
	}
	if _, err := fmt.Sscan(fields, append(targets, &user, &system)...); err != nil {
		return usage{}, fmt.Errorf("/proc/%d/stat: %w", pid, err)
	}
	u.cpu = time.Duration(user+system) * 10 * time.Millisecond
	return u, nil
}
