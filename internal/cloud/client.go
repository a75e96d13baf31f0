// Package cloud has what the clients of both clouds have in common: they find a region
// and credentials, call operations and token services, and read responses.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client is the part of a cloud's client that no API differs in. It is safe for
// concurrent use.
type Client struct {
	Vendor   string // "Alibaba Cloud"
	Lookup   setting.Lookup
	Requests *request.Client
	Secrets  *redact.Secrets
	Selector credentials.Selector
	Metadata Metadata
	Advice   []request.Advice // on errors of all operations
	Warn     setting.Warnings

	// Call makes the call of an operation whose region is known: the request and its
	// signature. It sets the operation's project, if the cloud has projects.
	Call func(ctx context.Context, op *Operation) (request.Call, error)

	Endpoints     []setting.Option // that replace the cloud's own
	RegionOption  setting.Option
	RegionField   string // what a profile calls the region
	RegionExample string

	selections credentials.Group[*credentials.Source]
}

// Select selects the source of credentials, once, unless it fails. It reads files, which
// may be on a slow disk: it returns when the context ends.
func (c *Client) Select(ctx context.Context) (*credentials.Source, error) {
	return c.selections.Do(ctx, "", func(context.Context) (*credentials.Source, error) {
		source, err := c.Selector.Select()
		if err == nil {
			source.Cache.Logger = c.Requests.Logger()
		}
		return source, err
	})
}

// Region is the region to read: override, which is the data source's, else that of
// the provider configuration, the environment, or the profile that supplies the
// credentials.
func (c *Client) Region(ctx context.Context, override string) (string, error) {
	region := setting.NewValue(override, "region")
	if !region.IsSet() {
		region = c.Lookup.Find(c.RegionOption)
	}
	if !region.IsSet() {
		err := fmt.Errorf("no region is set for %s; set region on the data source, one of %s, or %s in the profile that supplies the credentials",
			c.Vendor, c.RegionOption, c.RegionField)
		selected, cause := c.Select(ctx)
		if cause != nil {
			return "", fmt.Errorf("%w\nA profile could name the region, but %w", err, cause)
		}
		if region = selected.Region; !region.IsSet() {
			return "", err
		}
	}
	return region.Region(c.RegionExample)
}

// Warnings returns the warnings for the user that were not returned before: of the
// endpoints that are set at the first call, and later of what the reads have found.
func (c *Client) Warnings() []string {
	for _, option := range c.Endpoints {
		if endpoint := c.Lookup.Find(option); endpoint.IsSet() {
			_, _ = c.Endpoint(endpoint) // a read reports the error
		}
	}
	return c.Warn.Take()
}

// Endpoint is the URL of an endpoint. If it is plain HTTP, there is a warning.
func (c *Client) Endpoint(v setting.Value) (*url.URL, error) {
	u, err := v.Endpoint()
	if err == nil {
		c.Warn.ClearText(u, v.Origin)
	}
	return u, err
}

// Fail is the error of an operation whose settings are missing or wrong, or of another
// call that it needed.
func (c *Client) Fail(op Operation, err error) error {
	if failed, ok := errors.AsType[*request.Error](err); ok {
		return failed
	}
	return &request.Error{Cloud: c.Vendor, Operation: op.Name, Subject: op.Subject, Message: c.Secrets.Mask(err.Error()), Err: err}
}

// Keys is the candidate of an access key.
func (c *Client) Keys(kind credentials.Kind, title string, access, secret, token setting.Option) credentials.Candidate {
	return credentials.Candidate{
		Kind: kind, Title: title, Options: []setting.Option{access, secret, token},
		Open: func(v []setting.Value) (*credentials.Source, error) { return c.OpenKeys("", v[0], v[1], v[2]) },
	}
}

// Profile is the candidate of a profile of the vendor's CLI: the one that is named, or,
// if the kind is Unnamed, the current one, if the CLI was ever configured. open opens it.
func (c *Client) Profile(kind credentials.Kind, cli setting.CLI, open func(*setting.Profiles, setting.Profile) (*credentials.Source, error)) credentials.Candidate {
	return credentials.Candidate{
		Kind: kind, Options: []setting.Option{cli.Profile, cli.File},
		Title: "a profile of the " + c.Vendor + " CLI, in ~/" + path.Join(cli.Path...) + " unless another file is set",
		Open: func([]setting.Value) (*credentials.Source, error) {
			p, err := setting.ReadProfiles(c.Lookup, cli)
			if p == nil || err != nil {
				return nil, err
			}
			source, err := open(p, p.Current)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Current.Source, err)
			}
			source.Region = p.Current.Get(c.RegionField)
			return source, nil
		},
	}
}

// OpenKeys is the source of an access key that doesn't change. Without a name, it is
// called after the place of the key.
func (c *Client) OpenKeys(name string, access, secret, token setting.Value) (*credentials.Source, error) {
	c.Secrets.Add(access.String, secret.String, token.String)
	keys, err := credentials.FromKeys(name, access, secret, token)
	if err != nil {
		return nil, err
	}
	return credentials.Static(keys), nil
}
