package alibabacloud

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

const dateFormat = "2006-01-02T15:04:05Z"

// The signature's algorithm, and the hash of a body that is empty, as all are:
// the parameters are in the query.
var (
	algorithm = dara.String("ACS3-HMAC-SHA256")
	emptyBody = dara.String("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
)

// An rpc is a call of an operation of one of the vendor's APIs.
type rpc struct {
	endpoint *url.URL
	action   string
	version  string
	query    url.Values
}

// newRequest makes the request of one attempt. Path and query are sent in just the
// form that is signed, so that nothing on the way can tell them apart.
func (c rpc) newRequest(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "", http.NoBody)
	if err != nil {
		return nil, err
	}
	u := *c.endpoint
	u.Path += "/"
	// RFC 3986: all but letters, digits and "-_.~" is encoded, and a space is never a plus.
	u.RawPath = strings.NewReplacer("+", "%20", "%2F", "/").Replace(url.QueryEscape(u.Path))
	u.RawQuery = strings.ReplaceAll(c.query.Encode(), "+", "%20")
	req.URL, req.Host = &u, u.Host
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// sign adds the signature to the request. The time and the nonce are the attempt's own.
func (c rpc) sign(req *http.Request, with credentials.Credentials) error {
	headers := map[string]*string{
		"host":                  &req.Host,
		"x-acs-action":          &c.action,
		"x-acs-version":         &c.version,
		"x-acs-date":            dara.String(time.Now().UTC().Format(dateFormat)),
		"x-acs-signature-nonce": dara.String(rand.Text()),
		"x-acs-content-sha256":  emptyBody,
	}
	if with.SecurityToken != "" {
		headers["x-acs-accesskey-id"] = &with.AccessKey
		headers["x-acs-security-token"] = &with.SecurityToken
	}
	query := make(map[string]*string, len(c.query))
	for name := range c.query {
		query[name] = dara.String(c.query.Get(name))
	}
	authorization := utils.GetAuthorization(
		&dara.Request{Method: &req.Method, Pathname: dara.String(req.URL.EscapedPath()), Query: query, Headers: headers},
		algorithm, emptyBody, &with.AccessKey, &with.SecretKey)
	delete(headers, "host")
	for name, value := range headers {
		req.Header.Set(name, *value)
	}
	req.Header.Set("Authorization", *authorization)
	return nil
}
