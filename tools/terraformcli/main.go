// Command terraformcli runs a command that tests with a Terraform or OpenTofu CLI.
//
//	terraformcli any|tofu|oldest command [argument ...]
//
// The CLI is the one that TF_ACC_TERRAFORM_PATH names, or terraform or tofu on
// the PATH. If there is none, Terraform is downloaded, or OpenTofu is built from
// its Go module, into the user's cache folder. With "tofu" it is OpenTofu, from the
// PATH or built; with "oldest" it is the oldest supported Terraform, which is built.
//
// The command runs with TF_ACC set and without the machine's settings for the two
// clouds, Terraform and proxies, so that tests do the same on every machine. The
// CLI, whose path is in TF_ACC_TERRAFORM_PATH, uses the provider of this source.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/tfcli"
)

var finders = map[string]func(context.Context) (tfcli.Program, error){
	"any": tfcli.Find, "tofu": tfcli.FindOpenTofu, "oldest": tfcli.FindOldest,
}

func main() { tfcli.Main(run) }

func run(ctx context.Context, folder string) error {
	arguments := os.Args[1:]
	if len(arguments) < 2 || finders[arguments[0]] == nil {
		return errors.New("usage: terraformcli any|tofu|oldest command [argument ...]")
	}
	program, err := finders[arguments[0]](ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "terraformcli: %s (%s)\n", program, program.Path)
	provider, err := tfcli.BuildProvider(ctx)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, arguments[1], arguments[2:]...)
	if command.Env, err = program.TestEnvironment(ctx, folder, provider); err != nil {
		return err
	}
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	// An interrupt, unlike a kill, lets tests clean up.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 15 * time.Second
	return command.Run()
}
