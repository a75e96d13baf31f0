// Package alibabacloud calls Alibaba Cloud's OpenAPI: it finds settings and
// credentials, knows the regional endpoints, signs requests and reads errors.
//
// The vendor's library makes the signature (darabonba-openapi's utils). Its runtime
// does not send the requests, and its credentials library is not used: they follow
// redirects with tokens in the request, ignore the context, and lose the HTTP status
// of a response that is not JSON.
package alibabacloud

import (
	"context"
	"slices"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// apiVersion is the version of the DBS API.
const apiVersion = "2019-03-06"

// Client calls the API's operations. It is safe for concurrent use.
type Client struct{ cloud.Client }

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that call. getenv is
// [os.Getenv]. Keys and tokens that the client finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *redact.Secrets) *Client {
	c := &Client{cloud.Client{
		Vendor: vendor, Lookup: setting.Lookup{Configuration: s, Getenv: getenv}, Requests: requests, Secrets: secrets,
		Metadata: metadata, Advice: slices.Concat(keyAdvice, gatewayAdvice), Endpoints: []setting.Option{endpointOption},
		RegionOption: regionOption, RegionField: "region_id", RegionExample: "cn-hangzhou",
	}}
	c.Selector = c.selector()
	return c
}

// Call makes the call of an operation of DBS.
func (c *Client) Call(_ context.Context, op *cloud.Operation) (request.Call, error) {
	endpoint, err := c.endpoint(op.Region)
	rpc := rpc{endpoint: endpoint, action: op.Name, version: apiVersion, query: op.Query}
	return request.Call{NewRequest: rpc.newRequest, Sign: rpc.sign}, err
}
