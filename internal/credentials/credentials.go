// Package credentials decides which credentials requests are signed with, and
// keeps them valid: candidates are selected by one order of precedence, a provider
// retrieves the credentials of the one that was selected, and a cache renews them.
package credentials

import (
	"context"
	"time"
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
	return c.AccessKey == other.AccessKey && c.SecretKey == other.SecretKey &&
		c.SecurityToken == other.SecurityToken && c.AuthToken == other.AuthToken
}

// A Provider retrieves credentials.
type Provider interface {
	Retrieve(ctx context.Context) (Credentials, error)
}

// ProviderFunc is a function as a Provider.
type ProviderFunc func(ctx context.Context) (Credentials, error)

// Retrieve calls the function.
func (f ProviderFunc) Retrieve(ctx context.Context) (Credentials, error) { return f(ctx) }

// Static returns credentials that don't change.
func Static(c Credentials) Provider {
	return ProviderFunc(func(context.Context) (Credentials, error) { return c, nil })
}
