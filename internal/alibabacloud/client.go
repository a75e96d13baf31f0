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
	"net/url"
	"slices"
	"strings"

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
	c.Selector, c.Call = c.selector(), c.call
	return c
}

// call makes the call of an operation of DBS.
func (c *Client) call(_ context.Context, op *cloud.Operation) (request.Call, error) {
	endpoint, err := c.endpoint(op.Region)
	rpc := rpc{endpoint: endpoint, action: op.Name, version: apiVersion, query: op.Query}
	return request.Call{NewRequest: rpc.newRequest, Sign: rpc.sign}, err
}

// endpoint is the DBS endpoint of a region.
func (c *Client) endpoint(region string) (*url.URL, error) {
	if endpoint := c.Lookup.Find(endpointOption); endpoint.IsSet() {
		return c.Endpoint(endpoint)
	}
	return url.Parse(Endpoint(region))
}

// Endpoint is the URL of DBS in a region, as the API's list of endpoints has it.
// Several regions share the endpoint of cn-hangzhou; a region that is not in the
// list is taken to have one of its own.
func Endpoint(region string) string {
	host := region
	switch region {
	case "cn-hangzhou", "cn-beijing", "cn-qingdao", "cn-shanghai", "cn-shenzhen",
		"cn-hongkong", "us-east-1", "us-west-1",
		"cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1":
		host = "cn-hangzhou"
	}
	return "https://dbs-api." + host + ".aliyuncs.com"
}

// stsEndpoint is where roles are assumed. A profile can name an endpoint or a region
// of its own; the environment's endpoint wins over its region.
func (c *Client) stsEndpoint(endpoint, region setting.Value, vpc bool) (*url.URL, error) {
	if !endpoint.IsSet() {
		endpoint = c.Lookup.Environment(stsEndpointOption)
	}
	if endpoint.IsSet() {
		return endpoint.SecureEndpoint()
	}
	if !region.IsSet() {
		region = c.Lookup.Environment(stsRegionOption)
	}
	if !region.IsSet() {
		return url.Parse("https://sts.aliyuncs.com")
	}
	id, err := region.Region("cn-hangzhou")
	if err != nil {
		return nil, err
	}
	host := "sts."
	if vpc || c.enabled(stsVPCOption) {
		host = "sts-vpc."
	}
	return url.Parse("https://" + host + id + ".aliyuncs.com")
}

// enabled is whether a switch of the environment is on.
func (c *Client) enabled(o setting.Option) bool {
	value := c.Lookup.Environment(o).String
	return value == "1" || strings.EqualFold(value, "true")
}
