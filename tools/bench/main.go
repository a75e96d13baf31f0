// Command bench compares the provider with a floor, through Terraform: how long
// does one plan take, and how long would it take if the provider did nothing?
// It prints a table of medians of paired runs, and what the provider itself
// costs.
//
// TF_ACC_TERRAFORM_PATH names the CLI, Terraform or OpenTofu.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
)

func main() {
	log.SetFlags(0)
	runs := flag.Int("runs", 3, "`pairs` of runs that a median is taken of")
	short := flag.Bool("short", false, "backup plans alone, up to 1,000 of them")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *runs, *short); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, runs int, short bool) error {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		return errors.New("TF_ACC_TERRAFORM_PATH is not set: \"make bench\" sets it")
	}
	if runs < 1 {
		return errors.New("-runs must be 1 or more")
	}
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	bench, err := newBinaries(ctx, cli, folder)
	if err != nil {
		return err
	}
	if err := compare(ctx, bench, runs, short); err != nil {
		return err
	}
	return bench.costs(ctx, short)
}

// compare prints the table of plans beside those of the floor.
func compare(ctx context.Context, b *binaries, runs int, short bool) error {
	lists, sizes := bench.Lists, []int{0, 1_000, 10_000}
	if short {
		lists, sizes = lists[:1], sizes[:2]
	}
	fmt.Printf("One plan, seconds, medians of %d paired runs. The floor answers with as many\nready-made attributes of the same types, and does nothing else. CPU is the ratio of\nprocessor times, for machines that are busy with other things as well.\n\n", runs)
	const row = "%-18s %11v %7v %9v %7v %9v %6v %6v\n"
	fmt.Printf(row, "data source", "attributes", "items", "latency", "floor", "provider", "ratio", "CPU")
	warm := true
	for _, list := range lists {
		attributes, err := attributes(ctx, list)
		if err != nil {
			return err
		}
		for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
			for _, items := range sizes {
				w := workload{list, attributes, items, latency}
				if warm {
					// The first run reads both binaries from disk.
					if _, err := b.pairs(ctx, w, 1); err != nil {
						return err
					}
					warm = false
				}
				p, err := b.pairs(ctx, w, runs)
				if err != nil {
					return fmt.Errorf("%s, %d items: %w", list.DataSource, items, err)
				}
				fmt.Printf(row, list.DataSource, len(attributes), items, latency,
					fmt.Sprintf("%.2f", p.floor), fmt.Sprintf("%.2f", p.provider), fmt.Sprintf("%.2f", p.ratio), fmt.Sprintf("%.2f", p.cpuRatio))
			}
		}
	}
	return nil
}
