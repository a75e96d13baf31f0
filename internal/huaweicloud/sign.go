package huaweicloud

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	sdk "github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

// A rest is a call of an operation of one of the vendor's APIs.
type rest struct {
	method    string
	endpoint  *url.URL
	path      []string // segments
	query     url.Values
	header    http.Header
	body      string
	projectID string
}

// target is the endpoint, whose prefix is kept, with the path.
//
// The signature is over the path's decoded segments, so a slash within a segment
// can't be signed; and a segment of dots is resolved by proxies on the way. Both
// would name another resource, and are refused.
func (c rest) target() (*url.URL, error) {
	target := *c.endpoint
	target.RawPath = target.EscapedPath()
	for _, segment := range c.path {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "/\\") {
			return nil, fmt.Errorf("%q can't be a part of a path", segment)
		}
		target.Path += "/" + segment
		target.RawPath += "/" + url.PathEscape(segment)
	}
	// RFC 3986 as the signature has it, in which a space is never a plus.
	target.RawQuery = strings.ReplaceAll(c.query.Encode(), "+", "%20")
	return &target, nil
}

// newRequest makes the request of one attempt.
func (c rest) newRequest(ctx context.Context) (*http.Request, error) {
	target, err := c.target()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, c.method, target.String(), strings.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, c.header)
	req.Header.Set("Accept", "application/json")
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json;charset=UTF-8")
	}
	if c.projectID != "" {
		req.Header.Set("X-Project-Id", c.projectID)
	}
	return req, nil
}

// sign adds the token, or the vendor's signature SDK-HMAC-SHA256, which covers every
// header that is set except Content-Type. The vendor's library computes it over a
// request of its own type.
func (c rest) sign(req *http.Request, with credentials.Credentials) error {
	if with.AuthToken != "" {
		req.Header.Set("X-Auth-Token", with.AuthToken)
		return nil
	}
	if with.SecurityToken != "" {
		req.Header.Set("X-Security-Token", with.SecurityToken)
	}
	builder := sdk.NewHttpRequestBuilder().WithMethod(req.Method).WithPath(req.URL.Path)
	if c.body != "" {
		builder.WithBody("body", c.body)
	}
	for name, values := range c.query {
		builder.AddQueryParam(name, reflect.ValueOf(values))
	}
	for name := range req.Header {
		builder.AddHeaderParam(name, req.Header.Get(name))
	}
	signature, err := signer.Sign(builder.Build(), with.AccessKey, with.SecretKey)
	for name, value := range signature {
		req.Header.Set(name, value)
	}
	return err
}
