// Command terraform-provider-cloudbackup is a Terraform provider whose data
// sources return the database backups of two clouds.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// address is the provider's address in the registries.
const address = "registry.terraform.io/cloudbackup/cloudbackup"

// version is set by the release build.
var version = "dev"

func main() {
	debugged := flag.Bool("debug", false, "serve for a debugger, and print the TF_REATTACH_PROVIDERS for Terraform")
	flag.Parse()
	// A long list is garbage soon after it was read. Collected earlier than by default, it
	// takes a quarter less memory beside Terraform's own, and hardly more time ("make bench").
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	// The framework logs every step of a read. Without this, the records are written, sent and
	// parsed before Terraform discards them: a third of the provider's time in many small reads.
	if provider.LogIsOff(os.Getenv) {
		_ = os.Setenv("TF_LOG_SDK", "off") // it can't fail: the name is valid
	}

	var options []tf6server.ServeOpt
	if *debugged {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return provider.Server(version) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}
