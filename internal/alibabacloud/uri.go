package alibabacloud

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// uriLogin gets temporary keys from a URL.
func (c *Client) uriLogin(at setting.Value) (*login, error) {
	provider, err := c.uri(at.Text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at.Origin, err)
	}
	return &login{
		name:     "the credentials URI of " + at.Origin,
		hint:     "The URI must answer a GET with status 200 and a JSON object of AccessKeyId, AccessKeySecret, SecurityToken and Expiration.",
		provider: provider,
	}, nil
}

// uri is the vendor's provider for a URL that answers with keys.
func (c *Client) uri(at string) (providers.CredentialsProvider, error) {
	// The URI may carry a secret of its own, which no error may repeat.
	if parsed, err := url.Parse(at); err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, errors.New("it is not an http or https URL")
	}
	provider, err := providers.NewURLCredentialsProviderBuilder().WithUrl(at).
		WithHttpOptions(&providers.HttpOptions{ConnectTimeout: 2000, ReadTimeout: 3000}).Build()
	return c.online(provider, err)
}
