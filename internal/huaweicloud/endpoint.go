package huaweicloud

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	taurusdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3/region"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// exampleRegion is what a region's id looks like.
const exampleRegion = "cn-north-4"

// europe matches the regions of the European cloud, which has a domain of its
// own and isn't in the vendor's library.
var europe = regexp.MustCompile(`^eu-west-1\d\d$`)

// Region is the region to read: override, which is the data source's, else that
// of the block, the environment or the profile.
func (c *Client) Region(override string) (string, error) {
	region := setting.NewValue(override, "region")
	if !region.Found() {
		region = regionSource.Find(c.settings.Region, c.getenv)
	}
	if !region.Found() {
		login, err := c.login()
		if err != nil {
			return "", fmt.Errorf("%w\nA profile might name one, but %w", errNoRegion(), err)
		}
		region = setting.NewValue(login.region, "region of "+login.name)
	}
	if !region.Found() {
		return "", errNoRegion()
	}
	return region.Region(exampleRegion)
}

// endpoint is the TaurusDB endpoint of a region.
func (c *Client) endpoint(region string) (*url.URL, error) {
	if given := endpointSource.Find(c.settings.Endpoint, c.getenv); given.Found() {
		return given.Endpoint()
	}
	if europe.MatchString(region) {
		return setting.NewValue("gaussdb."+region+".myhuaweicloud.eu", "region").Endpoint()
	}
	listed, err := libraryEndpoint(region)
	if err != nil {
		return nil, err
	}
	return setting.NewValue(listed, "region "+region).Endpoint()
}

// libraryMutex guards the vendor's region package: what it reads from the
// environment it keeps in a map that it doesn't lock.
var libraryMutex sync.Mutex

// libraryEndpoint asks the vendor's library. It also knows
// HUAWEICLOUD_SDK_REGION_GAUSSDB_<REGION> and the file regions.yaml.
func libraryEndpoint(region string) (string, error) {
	libraryMutex.Lock()
	defer libraryMutex.Unlock()
	found, err := taurusdb.SafeValueOf(region)
	switch {
	case err == nil && len(found.Endpoints) > 0:
		return found.Endpoints[0], nil
	case err != nil && strings.HasPrefix(err.Error(), "region id "):
		return "", fmt.Errorf("region %q is not one in which the vendor's library knows TaurusDB; "+
			"if its name is right, set endpoint in the provider's huaweicloud block, or HUAWEICLOUD_SDK_REGION_GAUSSDB_%s in the environment",
			region, strings.ToUpper(strings.ReplaceAll(region, "-", "_")))
	default:
		return "", fmt.Errorf("unable to find the endpoint of region %q: the vendor's library can't read its regions file, "+
			"~/.huaweicloud/regions.yaml or what HUAWEICLOUD_SDK_REGIONS_FILE names", region)
	}
}

// iamEndpoint is the IAM endpoint of a region, without /v3.
func (c *Client) iamEndpoint(region string) (*url.URL, error) {
	given := iamEndpointSource.Find(c.settings.IAMEndpoint, c.getenv)
	if !given.Found() {
		domain := "myhuaweicloud.com"
		if europe.MatchString(region) {
			domain = "myhuaweicloud.eu"
		}
		given = setting.NewValue("iam."+region+"."+domain, "region")
	}
	endpoint, err := given.Endpoint()
	if err != nil {
		return nil, err
	}
	// HW_AUTH_URL ends in the version, as in OpenStack's OS_AUTH_URL.
	endpoint.Path = strings.TrimSuffix(endpoint.Path, "/v3")
	return endpoint, nil
}

// InsecureEndpoint is the first endpoint that is set, if requests go to it
// unencrypted and not to this machine: keys never travel, but what is asked and
// answered, and a token, can be read. Otherwise it is "".
func (c *Client) InsecureEndpoint() string {
	return setting.Unencrypted(
		endpointSource.Find(c.settings.Endpoint, c.getenv),
		iamEndpointSource.Find(c.settings.IAMEndpoint, c.getenv),
	)
}
