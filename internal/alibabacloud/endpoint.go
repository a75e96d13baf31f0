package alibabacloud

import (
	"net/url"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// endpoint is the DBS endpoint of a region.
func (c *Client) endpoint(region string) (*url.URL, error) {
	if endpoint := c.Lookup.Find(endpointOption); endpoint.IsSet() {
		return endpoint.Endpoint()
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
