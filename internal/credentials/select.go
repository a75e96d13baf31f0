package credentials

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// A Kind is a kind of candidate. Its place in the order of precedence depends on it
// alone.
type Kind int

// The kinds. Unnamed is what a CLI or an SDK keeps in the home directory, which is
// used if nothing is named.
const (
	OIDC Kind = iota
	Keys
	Profile
	Machine
	URI
	Unnamed
)

// The order of precedence for both clouds. The provider configuration wins over the
// environment as a whole. Unnamed candidates come last.
var (
	configurationOrder = []Kind{OIDC, Keys, Profile, Machine, URI}
	environmentOrder   = []Kind{Keys, Profile, Machine, URI, OIDC}
)

// A Candidate is a source of credentials that can be named.
type Candidate struct {
	Kind    Kind
	Title   string           // "an access key", for the error that lists all
	Options []setting.Option // the candidate is named if one of them, or an object that has it, is set
	Further []setting.Option // what it takes besides
	// Open returns the source. values are those of the options, all from the provider
	// configuration or all from the environment. It may read files, and sends no request.
	// An Unnamed candidate returns nil if there is no such file.
	Open func(values []setting.Value) (*Source, error)
}

// Named is a candidate of one option.
func Named(kind Kind, title string, option setting.Option, open func(setting.Value) (*Source, error)) Candidate {
	return Candidate{
		Kind: kind, Title: title, Options: []setting.Option{option},
		Open: func(values []setting.Value) (*Source, error) { return open(values[0]) },
	}
}

// A Role is the role or agency that is assumed on top of a source.
type Role struct {
	Option setting.Option // names it: "assume_role.role_arn"
	// OIDCRole is the option of the role that belongs to an OIDC token. If the
	// environment names OIDC, its variables name that role and no other.
	OIDCRole setting.Option
	Assume   func(base *Source, role setting.Value) (*Source, error)
}

// A Selector selects a cloud's source of credentials.
type Selector struct {
	Vendor     string
	Lookup     setting.Lookup
	Candidates []Candidate // those of one kind in their order of precedence
	Role       Role
}

// Select returns the source that the settings name. A source that is named and
// broken is an error; the next one is never tried.
//
// A role that only the environment names belongs to the credentials of the
// environment: assumed with those of the provider configuration, it could list
// another account.
func (s Selector) Select() (*Source, error) {
	source, configured, err := s.open()
	if err == nil && source == nil {
		err = s.noCredentials()
	}
	if err != nil {
		return nil, err
	}
	var role setting.Value
	if o := s.Role.Option; s.inConfiguration(o) {
		if role = s.Lookup.Configured(o); !role.IsSet() {
			return nil, fmt.Errorf("%[1]s.%[2]s is set without a role; set %[1]s.%[3]s", o.Cloud, o.Object(), o.Attribute)
		}
	} else if !configured {
		role = s.Lookup.Environment(s.environmentRole())
	}
	if !role.IsSet() {
		return source, nil
	}
	return s.Role.Assume(source, role)
}

// open opens the first candidate that is named. configured is whether the provider
// configuration names it.
func (s Selector) open() (source *Source, configured bool, err error) {
	if candidate := s.first(configurationOrder, s.inConfiguration); candidate != nil {
		source, err = candidate.open(s.Lookup.Configured)
		return source, true, err
	}
	if candidate := s.first(environmentOrder, s.inEnvironment); candidate != nil {
		source, err = candidate.open(s.Lookup.Environment)
		return source, false, err
	}
	for _, candidate := range s.Candidates {
		if candidate.Kind == Unnamed && source == nil && err == nil {
			source, err = candidate.Open(nil)
		}
	}
	return source, false, err
}

func (c *Candidate) open(find func(setting.Option) setting.Value) (*Source, error) {
	values := make([]setting.Value, len(c.Options))
	for i, option := range c.Options {
		values[i] = find(option)
	}
	return c.Open(values)
}

// first returns the first candidate in an order of precedence that is named.
func (s Selector) first(order []Kind, isSet func(setting.Option) bool) *Candidate {
	for _, kind := range order {
		for i := range s.Candidates {
			if c := &s.Candidates[i]; c.Kind == kind && slices.ContainsFunc(c.Options, isSet) {
				return c
			}
		}
	}
	return nil
}

func (s Selector) inConfiguration(o setting.Option) bool {
	return s.Lookup.Configuration.Has(o.Object())
}

func (s Selector) inEnvironment(o setting.Option) bool { return s.Lookup.Environment(o).IsSet() }

// environmentRole is the role's option with the variables that name it.
func (s Selector) environmentRole() setting.Option {
	role := s.Role.Option
	if s.first([]Kind{OIDC}, s.inEnvironment) != nil {
		role.Environment = slices.DeleteFunc(slices.Clone(role.Environment), func(name string) bool {
			return slices.Contains(s.Role.OIDCRole.Environment, name)
		})
	}
	return role
}

// noCredentials is the error of a read without credentials. It lists every way to
// supply them.
func (s Selector) noCredentials() error {
	var b strings.Builder
	fmt.Fprintf(&b, "no credentials are set for %s; set one of", s.Vendor)
	for _, candidate := range s.Candidates {
		if candidate.Kind == Unnamed {
			continue
		}
		fmt.Fprintf(&b, "\n  - %s:", candidate.Title)
		for _, option := range slices.Concat(candidate.Options, candidate.Further) {
			fmt.Fprintf(&b, "\n      %s", option)
		}
	}
	fmt.Fprintf(&b, "\nOn top of any of them, a role can be assumed:\n      %s", s.Role.Option)
	return errors.New(b.String())
}
