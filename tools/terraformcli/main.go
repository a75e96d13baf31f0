// Command terraformcli finds a Terraform or OpenTofu CLI and prints its path,
// or runs a command with it.
//
//	terraformcli [-tofu | -oldest] [command [argument ...]]
//
// The CLI is the one that TF_ACC_TERRAFORM_PATH names, or else terraform or
// tofu on the PATH. Where there is none, Terraform is downloaded; where it
// can't be, OpenTofu is built from its Go module. What was downloaded or built
// is kept in the user's cache folder.
//
// A command runs in the environment of the acceptance tests: TF_ACC and what
// else terraform-plugin-testing needs to know about the CLI are set, and
// whatever a person has set for a cloud, for Terraform or for a proxy is left
// out, so that the tests do the same on every machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	tofu := flag.Bool("tofu", false, "take OpenTofu: tofu on the PATH, or built from its Go module")
	oldest := flag.Bool("oldest", false, "take the oldest supported Terraform, built from its Go module")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: terraformcli [-tofu | -oldest] [command [argument ...]]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *tofu && *oldest {
		fmt.Fprintln(os.Stderr, "terraformcli: -tofu and -oldest exclude each other")
		os.Exit(2)
	}

	choose := findAny
	switch {
	case *tofu:
		choose = findOpenTofu
	case *oldest:
		choose = buildOldest
	}
	os.Exit(run(choose, flag.Args()))
}

// run finds a CLI and either prints its path or runs command with it. It
// returns the exit status.
func run(choose func(context.Context) (cli, error), command []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	found, err := choose(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "terraformcli:", err)
		return 1
	}
	logf("%s (%s)", found, found.path)

	if len(command) == 0 {
		fmt.Println(found.path)
		return 0
	}
	err = runCommand(ctx, found, command)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintln(os.Stderr, "terraformcli:", err)
		return 1
	}
	return 0
}

// runCommand runs command in the environment of the acceptance tests.
func runCommand(ctx context.Context, found cli, command []string) error {
	home, err := os.MkdirTemp("", "terraformcli-home-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(home); err != nil {
			logf("leaving %s behind: %v", home, err)
		}
	}()
	environment, err := testEnvironment(ctx, found, home)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = environment
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	// An interrupt, unlike the kill that is the default, lets tests clean up.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	return cmd.Run()
}

// logf writes a line to standard error; standard output is the path's alone.
func logf(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "terraformcli: "+format+"\n", arguments...)
}
