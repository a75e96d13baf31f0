// Command terraform-provider-cloudbackup is a Terraform provider whose data
// sources return the database backups of two clouds.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// address is the provider's address in the registries.
const address = "registry.terraform.io/cloudbackup/cloudbackup"

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print the TF_REATTACH_PROVIDERS for Terraform")
	flag.Parse()

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return provider.Server(version) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}
