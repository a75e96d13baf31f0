package alibabacloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

const (
	stsVersion = "2015-04-01"
	// sessionName is what the cloud's audit log shows if no name is set.
	sessionName     = "terraform-provider-cloudbackup"
	sessionDuration = 3600
)

var roleAdvice = []request.Advice{
	{Codes: []string{"NoPermission*", "Forbidden*", "EntityNotExist*", "InvalidParameter*", "MissingParameter*"}, Status: http.StatusNotFound,
		Text: "Check the ARN of the role, that its trust policy names the account or user that assumes it, that they are allowed to call sts:AssumeRole, and the other arguments of the role. " + request.See("credentials")},
}

var oidcAdvice = []request.Advice{
	{Codes: []string{"AuthenticationFail*", "EntityNotExist*", "NoPermission*", "Forbidden*", "Invalid*", "Missing*"}, Status: http.StatusNotFound,
		Text: "Check the ARNs of the role and of the identity provider, that the role's trust policy names the provider, and that the token in the file has not expired. " + request.See("credentials")},
}

// A role is a RAM role and how to assume it.
type role struct {
	arn, session, duration, policy, externalID setting.Value
	// Of a profile; if they are unset, the environment decides.
	stsEndpoint, stsRegion setting.Value
	stsVPC                 bool
}

// roleCall is the call that assumes a role.
func (c *Client) roleCall(action string, r role) (rpc, error) {
	seconds, err := r.duration.Int(roleSessionExpirationOption, sessionDuration)
	if err != nil {
		return rpc{}, err
	}
	parameters := url.Values{"RoleSessionName": {sessionName}, "DurationSeconds": {strconv.Itoa(seconds)}}
	for name, value := range map[string]setting.Value{"RoleArn": r.arn, "RoleSessionName": r.session, "Policy": r.policy, "ExternalId": r.externalID} {
		if value.IsSet() {
			parameters.Set(name, value.String)
		}
	}
	endpoint, err := c.stsEndpoint(r.stsEndpoint, r.stsRegion, r.stsVPC)
	return rpc{endpoint: endpoint, action: action, version: stsVersion, query: parameters}, err
}

// assumeRole opens the keys of a role, which is assumed with those of another source.
func (c *Client) assumeRole(base *credentials.Source, source string, r role) (*credentials.Source, error) {
	call, err := c.roleCall("AssumeRole", r)
	if err != nil {
		return nil, err
	}
	assumed := c.Open(cloud.TokenService{
		Source: source,
		Keys:   tokenFields("Credentials"),
		Error:  cloud.TokenErrors[Envelope](base.Name, roleAdvice, keyAdvice),
		Call:   request.Call{Operation: call.action, NewRequest: call.newRequest, Credentials: base.Cache, Sign: call.sign},
	})
	assumed.Region = base.Region
	return assumed, nil
}

// assumeRoleWithOIDC opens the keys of a role, which is assumed with the token in a
// file. The file is read for each session, as the token is replaced before it expires.
func (c *Client) assumeRoleWithOIDC(source, providerARN string, file setting.Value, r role) (*credentials.Source, error) {
	call, err := c.roleCall("AssumeRoleWithOIDC", r)
	if err != nil {
		return nil, err
	}
	call.query.Set("OIDCProviderArn", providerARN)
	path := setting.ExpandHome(c.Lookup.Getenv, file.String)
	newRequest := func(ctx context.Context) (*http.Request, error) {
		content, err := setting.ReadFile(path)
		token := strings.TrimSpace(string(content))
		if err == nil && token == "" {
			err = errors.New("the file is empty")
		}
		if err != nil {
			return nil, fmt.Errorf("the OIDC token in the file %s (%s) can't be used: %w", path, file.Origin, err)
		}
		c.Secrets.Add(token)
		return call.newTokenRequest(ctx, token)
	}
	return c.Open(cloud.TokenService{
		Source: source,
		Keys:   tokenFields("Credentials"),
		Error:  cloud.TokenErrors[Envelope](source, oidcAdvice),
		Call:   request.Call{Operation: call.action, NewRequest: newRequest},
	}), nil
}

// newTokenRequest makes a request with a token instead of a signature. The token is in
// the body, which no log and no proxy's access log has.
func (c rpc) newTokenRequest(ctx context.Context, token string) (*http.Request, error) {
	u := *c.endpoint
	u.Path += "/"
	u.RawQuery = url.Values{
		"Action": {c.action}, "Version": {c.version}, "Format": {"JSON"}, "Timestamp": {time.Now().UTC().Format(dateFormat)},
	}.Encode()
	form := maps.Clone(c.query)
	form.Set("OIDCToken", token)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req, nil
}
