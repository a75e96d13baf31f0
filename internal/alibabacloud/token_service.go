package alibabacloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
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
	body, err := json.Marshal(map[string]string{
		"AccountId": from.Get("cloud_sso_account_id").String, "AccessConfigurationId": from.Get("cloud_sso_access_config").String,
	})
	if err != nil {
		return nil, err
	}
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
	Timeout:   cloud.MetadataTimeout,
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
