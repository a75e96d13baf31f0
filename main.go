// Command terraform-provider-cloudbackup is a Terraform provider that shows
// which database backups exist in the cloud.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// address is where the registries know the provider.
const address = "registry.terraform.io/cloudbackup/cloudbackup"

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print how Terraform is told to use it")
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
