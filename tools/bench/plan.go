package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// binaries are the CLI and the two providers that it is to use.
type binaries struct {
	cli, folder     string
	provider, floor string // paths
}

// newBinaries builds both providers as a release is built.
func newBinaries(ctx context.Context, cli, folder string) (*binaries, error) {
	b := &binaries{
		cli: cli, folder: folder,
		provider: filepath.Join(folder, "provider", "terraform-provider-cloudbackup"),
		floor:    filepath.Join(folder, "floor", "terraform-provider-floor"),
	}
	for path, source := range map[string]string{b.provider: ".", b.floor: "./tools/bench/floor"} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build %s: %w\n%s", source, err, output)
		}
	}
	configuration := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n}\n",
		"registry.terraform.io/cloudbackup/cloudbackup", filepath.Dir(b.provider),
		"registry.terraform.io/cloudbackup/floor", filepath.Dir(b.floor))
	return b, os.WriteFile(b.cliConfiguration(), []byte(configuration), 0o600)
}

func (b *binaries) cliConfiguration() string { return filepath.Join(b.folder, "cli.tfrc") }

// attributes are those that the data source has for each item, by a letter of
// their type, as the floor takes them.
func attributes(ctx context.Context, list bench.List) (string, error) {
	schemas, err := provider.Server("bench").GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return "", err
	}
	var letters strings.Builder
	for _, attribute := range schemas.DataSourceSchemas["cloudbackup_"+list.DataSource].Block.Attributes {
		if attribute.Name != list.Attribute {
			continue
		}
		for _, nested := range attribute.NestedType.Attributes {
			switch {
			case nested.Type.Is(tftypes.String):
				letters.WriteByte('t')
			case nested.Type.Is(tftypes.Number):
				letters.WriteByte('n')
			case nested.Type.Is(tftypes.Bool):
				letters.WriteByte('b')
			}
		}
	}
	return letters.String(), nil
}

// workload is what a plan reads.
type workload struct {
	list       bench.List
	attributes string // of an item, by letters
	items      int
	latency    time.Duration
}

// floor is the configuration that reads as much from the floor provider.
func (workload) floor() string {
	return `
terraform {
  required_providers {
    floor = { source = "registry.terraform.io/cloudbackup/floor" }
  }
}

data "floor_items" "all" {}

output "items" {
  value = "read ${length(data.floor_items.all.items)} items"
}
`
}

// provider is the configuration that reads the list from a server.
func (w workload) provider(url string) string {
	argument := ""
	if w.list.Argument != "" {
		argument = fmt.Sprintf("%s = %q", w.list.Argument, w.list.Value)
	}
	return w.configured(url) + fmt.Sprintf(`
data "cloudbackup_%[1]s" "all" {
  %[2]s
}

output "items" {
  value = "read ${length(data.cloudbackup_%[1]s.all.%[3]s)} items"
}
`, w.list.DataSource, argument, w.list.Attribute)
}

// unread is the configuration that configures the provider and reads nothing.
func (w workload) unread(url string) string {
	return w.configured(url) + fmt.Sprintf(`
data "cloudbackup_%[1]s" "all" {
  count = 0
}

output "items" {
  value = "read ${length(data.cloudbackup_%[1]s.all)} items"
}
`, w.list.DataSource)
}

func (workload) configured(url string) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    cloudbackup = { source = "registry.terraform.io/cloudbackup/cloudbackup" }
  }
}

provider "cloudbackup" {
  alibabacloud = {
    region     = "cn-hangzhou"
    access_key = "key"
    secret_key = "secret"
    endpoint   = %[1]q
  }
  huaweicloud = {
    region     = "cn-north-4"
    access_key = "key"
    secret_key = "secret"
    project_id = %[2]q
    endpoint   = %[1]q
  }
  max_concurrent_requests = 16
  requests_per_second     = 1000
}
`, url, bench.ProjectID)
}

// times are those of one plan, in seconds.
type times struct {
	wall float64
	cpu  float64 // of Terraform and of the plugin
}

// pair is a comparison of medians.
type pair struct{ floor, provider, ratio, cpuRatio float64 }

// pairs plans with the one and the other in turn, and gives the medians.
func (b *binaries) pairs(ctx context.Context, w workload, runs int) (pair, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	url, err := w.list.Start(ctx, w.items, w.latency)
	if err != nil {
		return pair{}, err
	}
	plan := func(configuration string) (times, error) {
		return b.plan(ctx, configuration, w.items,
			fmt.Sprintf("FLOOR_ITEMS=%d", w.items), fmt.Sprintf("FLOOR_ATTRIBUTES=%s", w.attributes))
	}
	var floors, providers, ratios, cpuRatios []float64
	for range runs {
		floor, err := plan(w.floor())
		if err != nil {
			return pair{}, err
		}
		provider, err := plan(w.provider(url))
		if err != nil {
			return pair{}, err
		}
		floors, providers = append(floors, floor.wall), append(providers, provider.wall)
		ratios, cpuRatios = append(ratios, provider.wall/floor.wall), append(cpuRatios, provider.cpu/floor.cpu)
	}
	return pair{median(floors), median(providers), median(ratios), median(cpuRatios)}, nil
}

func median(values []float64) float64 {
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 0 {
		return (values[middle-1] + values[middle]) / 2
	}
	return values[middle]
}

// plan runs one plan, which must have read as many items as there are.
func (b *binaries) plan(ctx context.Context, configuration string, items int, environment ...string) (times, error) {
	folder, err := os.MkdirTemp(b.folder, "plan-")
	if err != nil {
		return times{}, err
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		return times{}, err
	}
	cmd := exec.CommandContext(ctx, b.cli, "plan", "-input=false", "-no-color")
	cmd.Dir = folder
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends the plugin
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+b.cliConfiguration(), "CHECKPOINT_DISABLE=1")
	cmd.Env = append(cmd.Env, environment...)
	start := time.Now()
	output, err := cmd.CombinedOutput()
	wall := time.Since(start)
	if err == nil && !strings.Contains(string(output), fmt.Sprintf("\"read %d items\"", items)) {
		err = fmt.Errorf("the plan did not read %d items", items)
	}
	if err != nil {
		return times{}, fmt.Errorf("%w\n%s", err, output)
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return times{wall.Seconds(), cpu.Seconds()}, nil
}
