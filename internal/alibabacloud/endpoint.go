package alibabacloud

import (
	"fmt"
	"net/url"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// exampleRegion is what a region's id looks like.
const exampleRegion = "cn-hangzhou"

// Region is the region to read: override, which is the data source's, else that
// of the block, the environment or the profile.
func (c *Client) Region(override string) (string, error) {
	region := setting.NewValue(override, "region")
	if !region.Found() {
		region = regionSource.Find(c.settings.Region, c.getenv)
	}
	if !region.Found() {
		p, err := c.profile()
		if err != nil {
			return "", fmt.Errorf("%w\nA profile might name one, but %w", errNoRegion(), err)
		}
		if p == nil {
			return "", errNoRegion()
		}
		region = setting.NewValue(p.chosen.RegionID, "region_id of "+p.file.Describe(p.chosen.Name))
	}
	if !region.Found() {
		return "", errNoRegion()
	}
	return region.Region(exampleRegion)
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

// endpoint is the DBS endpoint of a region.
func (c *Client) endpoint(region string) (*url.URL, error) {
	if given := endpointSource.Find(c.settings.Endpoint, c.getenv); given.Found() {
		return given.Endpoint()
	}
	region, err := c.Region(region)
	if err != nil {
		return nil, err
	}
	return url.Parse(Endpoint(region))
}

// stsHost is the host that roles are assumed at; "" is the vendor's default. The
// vendor's library asks it over https, always.
func (c *Client) stsHost() (string, error) {
	given := stsEndpointSource.From(c.getenv)
	if !given.Found() {
		return "", nil
	}
	endpoint, err := given.Endpoint()
	if err != nil {
		return "", err
	}
	if endpoint.Scheme != "https" {
		return "", fmt.Errorf("%s: roles are assumed over https only", given.Origin)
	}
	return endpoint.Host, nil
}

// InsecureEndpoint is the endpoint that is set, if requests go to it unencrypted
// and not to this machine: keys never travel, but what is asked and answered, and
// a security token, can be read. Otherwise it is "".
func (c *Client) InsecureEndpoint() string {
	return setting.Unencrypted(endpointSource.Find(c.settings.Endpoint, c.getenv))
}
