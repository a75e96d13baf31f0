package setting

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// NoRegion is the error of a read without a region. It tells every way to supply
// one; field is what a profile of the vendor's CLI calls it.
func NoRegion(vendor string, region Source, field string) error {
	return fmt.Errorf("no region is set for %s; set region on the data source, or one of %s, or %s in a profile of the %s CLI",
		vendor, region, field, vendor)
}

// A Way is a way to supply credentials, with the settings that it takes.
type Way struct {
	Name    string
	Sources []Source
}

// NoCredentials is the error of a read without credentials. It tells every way to
// supply them, and the role that can be assumed with any of them.
func NoCredentials(vendor string, ways []Way, role Source) error {
	var b strings.Builder
	fmt.Fprintf(&b, "no credentials are set for %s; supply one of", vendor)
	for _, way := range ways {
		fmt.Fprintf(&b, "\n  - %s:", way.Name)
		for _, source := range way.Sources {
			fmt.Fprintf(&b, "\n      %s", source)
		}
	}
	fmt.Fprintf(&b, "\nWith any of them, a role can be assumed:\n      %s", role)
	return errors.New(b.String())
}

// Refuse is the error of a read that its settings keep from being sent; of the
// read, Cloud, Operation and Subject are told. The text is whole, however long,
// and without secrets. A failure of another request that was needed to find the
// settings stays what it is.
func Refuse(read request.Error, err error, secrets *request.Secrets) error {
	var failed *request.Error
	if errors.As(err, &failed) {
		return err
	}
	read.Err = &masked{secrets.Mask(err.Error()), err}
	return &read
}

// A masked error has a text that may be shown. errors.Is and errors.As see the
// error itself.
type masked struct {
	text string
	err  error
}

func (m *masked) Error() string { return m.text }
func (m *masked) Unwrap() error { return m.err }
