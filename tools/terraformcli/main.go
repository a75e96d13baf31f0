// Command terraformcli finds a Terraform or OpenTofu CLI and prints its path, or
// runs a command that tests with it.
//
//	terraformcli [-tofu | -oldest] [command [argument ...]]
//
// The CLI is the one that TF_ACC_TERRAFORM_PATH names, or terraform or tofu on
// the PATH. If there is none, Terraform is downloaded, or OpenTofu is built from
// its Go module, into the user's cache folder.
//
// A command runs with TF_ACC set and without the machine's settings for the two
// clouds, Terraform and proxies, so that tests do the same on every machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

func main() {
	tofu := flag.Bool("tofu", false, "use OpenTofu: tofu on the PATH, or built from its Go module")
	oldest := flag.Bool("oldest", false, "use the oldest supported Terraform, built from its Go module")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: terraformcli [-tofu | -oldest] [command [argument ...]]")
		flag.PrintDefaults()
	}
	flag.Parse()
	find := tfcli.Find
	switch {
	case *tofu && *oldest:
		fmt.Fprintln(os.Stderr, "terraformcli: -tofu and -oldest exclude each other")
		os.Exit(2)
	case *tofu:
		find = tfcli.FindOpenTofu
	case *oldest:
		find = tfcli.FindOldest
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, find, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "terraformcli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, find func(context.Context) (tfcli.Program, error), command []string) error {
	program, err := find(ctx)
	if err != nil {
		return err
	}
	if len(command) == 0 {
		fmt.Println(program.Path)
		return nil
	}
	fmt.Fprintf(os.Stderr, "terraformcli: %s (%s)\n", program, program.Path)
	provider, err := tfcli.BuildProvider(ctx)
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "terraformcli-home-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(home) }()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env, err = program.TestEnvironment(ctx, home, provider)
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	// An interrupt, unlike a kill, lets tests clean up.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	return cmd.Run()
}
