package alibabacloud

import (
	"bytes"
	"context"
	"encoding/json"
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

// tokenFields are the names of temporary keys in the object of a response.
func tokenFields(object string) cloud.KeyFields {
	return cloud.KeyFields{Object: object, Access: "AccessKeyId", Secret: "AccessKeySecret", Token: "SecurityToken", Expires: "Expiration"}
}

// quietError reads the errors of a service whose messages may repeat a secret that is
// not known as one.
func quietError(r request.Response) *request.Error {
	failed := cloud.TokenErrors[Envelope]("")(r)
	if failed != nil && failed.Class != request.Malformed {
		failed.Message = ""
	}
	return failed
}

const (
	uriTimeout = 5 * time.Second // of one attempt
	uriAdvice  = "The URI must respond to a GET request with HTTP status 200 and a JSON object of AccessKeyId, AccessKeySecret, SecurityToken and Expiration."
)

// uri opens keys at a URL, which no error repeats.
func (c *Client) uri(source string, uri setting.Value) (*credentials.Source, error) {
	if c.enabled(disableExternalOption) {
		return nil, fmt.Errorf("%s can't be used: %s is set", source, disableExternalOption)
	}
	u, err := url.Parse(uri.String)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%s is not an http or https URL", uri.Origin)
	}
	password, _ := u.User.Password()
	c.Secrets.Add(u.String(), u.RequestURI(), password)
	for _, values := range u.Query() {
		c.Secrets.Add(values...)
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if len(segment) >= 8 { // shorter ones are words such as "latest"
			c.Secrets.Add(segment)
		}
	}
	c.Warn.ClearText(u, uri.Origin)
	return c.Open(cloud.TokenService{
		Source: source,
		Advice: uriAdvice,
		Keys:   tokenFields(""),
		Error:  quietError,
		Call: request.Call{Operation: "GetCredentials", Timeout: uriTimeout, NewRequest: func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
		}},
	}), nil
}

// cloudSSO opens the keys for a sign-in to CloudSSO.
func (c *Client) cloudSSO(from setting.Profile) (*credentials.Source, error) {
	token, address := from.Get("access_token"), from.Get("cloud_sso_sign_in_url")
	c.Secrets.Add(token.String)
	if err := token.CheckPrintable(); err != nil {
		return nil, err
	}
	signIn, err := address.SecureEndpoint()
	if err != nil {
		return nil, err
	}
	body, _ := json.Marshal(map[string]string{ // strings can be marshaled
		"AccountId": from.Get("cloud_sso_account_id").String, "AccessConfigurationId": from.Get("cloud_sso_access_config").String,
	})
	newRequest := func(ctx context.Context) (*http.Request, error) {
		u := url.URL{Scheme: signIn.Scheme, Host: signIn.Host, Path: "/cloud-credentials"}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token.String)
		return req, nil
	}
	renewal := fmt.Sprintf("`aliyun configure --mode CloudSSO --profile %s`", from.Name)
	service := cloud.TokenService{
		Source: from.Source,
		Advice: "If the sign-in has expired, sign in again with " + renewal + ".",
		Keys:   tokenFields("CloudCredential"),
		Error:  cloud.TokenErrors[Envelope](from.Source),
		Call:   request.Call{Operation: "CloudCredentials", NewRequest: newRequest},
	}
	return credentials.NewSource(from.Source, func(ctx context.Context) (credentials.Credentials, error) {
		if !token.IsSet() || !time.Now().Before(unixTime(from.Get("cloud_sso_access_token_expire"))) {
			return credentials.Credentials{}, fmt.Errorf("the CloudSSO sign-in of %s has expired; sign in again with %s", from.Source, renewal)
		}
		return c.Retrieve(ctx, service)
	}), nil
}

var metadata = cloud.Metadata{ //nolint:gosec // G101: paths and names, no secrets
	Address:   "http://100.100.100.200",
	TokenPath: "/latest/api/token",
	TTLHeader: "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds",
	Header:    "X-Aliyun-Ecs-Metadata-Token",
}

const metadataAdvice = "The ECS metadata service at 100.100.100.200 responds on ECS instances only, and has keys if a RAM role is attached to the instance. Check both, and the name of the role."

// ecsRole opens the keys of the ECS instance's role. Without a name, it is the role
// that the instance has.
func (c *Client) ecsRole(source string, name setting.Value) (*credentials.Source, error) {
	if c.enabled(disableMetadataOption) {
		return nil, fmt.Errorf("%s can't be used: %s is set", source, disableMetadataOption)
	}
	if name.IsSet() {
		if _, err := name.RoleName(); err != nil {
			return nil, err
		}
	}
	service := cloud.TokenService{Source: source, Advice: metadataAdvice, Keys: tokenFields(""), Error: quietError}
	return c.OpenMetadata(service, "/latest/meta-data/ram/security-credentials/"+name.String, c.enabled(disableIMDSv1Option)), nil
}

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
