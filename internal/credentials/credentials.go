// Package credentials decides which credentials requests are signed with, and
// keeps them valid: candidates are selected by one order of precedence, a source
// retrieves the credentials of the one that was selected, and its cache renews them.
package credentials

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Credentials are what a request is signed with, or a token that is sent instead of
// a signature.
type Credentials struct {
	AccessKey, SecretKey, SecurityToken string
	AuthToken                           string    // Huawei Cloud's X-Auth-Token
	Expires                             time.Time // zero: never
	Source                              string    // where they come from, for errors and the log
}

// Expired is whether the credentials have expired.
func (c Credentials) Expired(now time.Time) bool {
	return !c.Expires.IsZero() && !now.Before(c.Expires)
}

// same is whether two sets of credentials sign alike.
func (c Credentials) same(other Credentials) bool {
	c.Expires, c.Source = other.Expires, other.Source
	return c == other
}

// FromKeys returns the credentials of an access key, and of the security token of a
// temporary one, which all come from the same place. Without a source, they are called
// after that place. The error names what is missing or can't be sent, and shows no value.
func FromKeys(source string, access, secret, token setting.Value) (Credentials, error) {
	nouns := [...]string{"access key", "secret key", "security token"}
	for i, part := range [...]setting.Value{access, secret, token} {
		switch {
		case !part.IsSet():
			continue
		case !access.IsSet():
			return Credentials{}, fmt.Errorf("%s is set, but the access key that belongs to it is missing; set %s", part.Origin, access.Origin)
		case !secret.IsSet():
			return Credentials{}, fmt.Errorf("%s is set, but the secret key that belongs to it is missing; set %s", part.Origin, secret.Origin)
		}
		if err := part.CheckPrintable(); err != nil {
			return Credentials{}, fmt.Errorf("the %s can't be used: %w", nouns[i], err)
		}
	}
	if !access.IsSet() {
		return Credentials{}, fmt.Errorf("there is no access key (%s)", access.Origin)
	}
	source = cmp.Or(source, "the access key in "+access.Origin)
	return Credentials{AccessKey: access.String, SecretKey: secret.String, SecurityToken: token.String, Source: source}, nil
}

// A Source is a source of credentials, with its cache.
type Source struct {
	Name  string // "the access key in alibabacloud.access_key"
	Cache *Cache
	// What the profile or file that supplies the credentials says besides.
	Region, ProjectID, IAMEndpoint setting.Value
}

// NewSource returns a source whose credentials are retrieved.
func NewSource(name string, retrieve func(context.Context) (Credentials, error)) *Source {
	return &Source{Name: name, Cache: NewCache(retrieve)}
}

// Static returns the source of credentials that don't change.
func Static(c Credentials) *Source {
	return NewSource(c.Source, func(context.Context) (Credentials, error) { return c, nil })
}
