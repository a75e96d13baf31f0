// Command mirror lays out release archives as a provider mirror, from which
// Terraform and OpenTofu install the provider without a registry.
//
//	mirror -out <folder> <folder with the archives and their SHA256SUMS>
//
// The folder serves in both ways that a CLI configuration knows: as a
// filesystem_mirror, and, put behind HTTPS, as a network_mirror. A mirror that
// is there already keeps the other versions that it has.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "", "the mirror's `folder`, made if it isn't there")
	flag.Parse()
	if *out == "" || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: mirror -out <folder> <folder with the archives and their SHA256SUMS>")
		os.Exit(2)
	}
	added, err := layOut(flag.Arg(0), *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
	for _, path := range added {
		fmt.Println(path)
	}
}
