package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer/algorithm"
	sdk "github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"
)

// url is where the call goes: the endpoint, its prefix kept, and the path.
//
// The signature is over the path's decoded segments, so a slash within a segment
// can't be signed; and a segment of dots is resolved by proxies on the way. Both
// would name another resource, and are refused.
func (call *call) url() (*url.URL, error) {
	decoded := strings.Builder{}
	for segment := range strings.SplitSeq(strings.TrimPrefix(call.path, "/"), "/") {
		text, err := url.PathUnescape(segment)
		if err != nil || text == "" || text == "." || text == ".." || strings.ContainsAny(text, "/\\") {
			return nil, fmt.Errorf("%q can't be a part of a path", text)
		}
		decoded.WriteString("/" + text)
	}
	target := *call.endpoint
	target.RawPath = target.EscapedPath() + call.path
	target.Path += decoded.String()
	// RFC 3986 as the signature has it, where a space is never a plus.
	target.RawQuery = strings.ReplaceAll(call.query.Encode(), "+", "%20")
	return &target, nil
}

// build makes the request of one try.
func (call *call) build(ctx context.Context, target *url.URL) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, call.method, target.String(), strings.NewReader(call.body))
	if err != nil {
		return nil, err
	}
	for name, values := range call.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	if call.body != "" {
		req.Header.Set("Content-Type", "application/json;charset=UTF-8")
	}
	if call.projectID != "" {
		req.Header.Set("X-Project-Id", call.projectID)
	}
	if token := call.credentials.authToken; token != "" {
		req.Header.Set("X-Auth-Token", token)
		return req, nil
	}
	return req, sign(req, call.query, call.body, call.credentials)
}

// sign adds the vendor's signature, SDK-HMAC-SHA256, which covers every header
// that is set, save Content-Type. The vendor's library computes it over a
// request of its own kind.
func sign(req *http.Request, query url.Values, body string, credentials credentials) error {
	builder := sdk.NewHttpRequestBuilder().
		WithMethod(req.Method).
		WithPath(req.URL.Path).
		WithSigningAlgorithm(algorithm.HmacSHA256)
	if body != "" {
		builder.WithBody("body", body)
	}
	for name, values := range query {
		builder.AddQueryParam(name, reflect.ValueOf(values))
	}
	for name := range req.Header {
		builder.AddHeaderParam(name, req.Header.Get(name))
	}
	signer, err := basic.NewCredentialsBuilder().
		WithAk(credentials.accessKey).
		WithSk(credentials.secretKey).
		WithSecurityToken(credentials.securityToken).
		SafeBuild()
	if err != nil {
		return errors.New("unable to sign: the access key or the secret key is empty")
	}
	// Credentials that hold their keys need no client to find them.
	signed, err := signer.ProcessAuthRequest(nil, builder.Build())
	if err != nil {
		return fmt.Errorf("unable to sign: %w", err)
	}
	for name, value := range signed.GetHeaderParams() {
		req.Header.Set(name, value)
	}
	return nil
}
