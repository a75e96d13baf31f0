// Package huaweicloud calls Huawei Cloud's APIs: it finds settings and credentials,
// looks up projects in IAM, knows the regional endpoints, signs requests and reads
// errors.
//
// The vendor's SDK makes the signature and knows the endpoints. Its client does not
// send the requests: it takes no context, loses the headers of an error, and reads
// some errors as an empty list.
package huaweicloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	taurusdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3/region"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client calls the APIs' operations. It is safe for concurrent use.
type Client struct {
	cloud.Client
	projects credentials.Group[string]
	// firstRegion is the region of the first read. Its IAM issues the temporary keys of an
	// agency if the provider has no region of its own.
	firstRegion atomic.Pointer[string]
}

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that call. getenv is
// [os.Getenv]. Keys and tokens that the client finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *redact.Secrets) *Client {
	c := &Client{
		Client: cloud.Client{
			Vendor: vendor, Lookup: setting.Lookup{Configuration: s, Getenv: getenv}, Requests: requests, Secrets: secrets,
			Metadata: metadata, Advice: gatewayAdvice, Endpoints: []setting.Option{endpointOption, iamEndpointOption},
			RegionOption: regionOption, RegionField: "region", RegionExample: "cn-north-4",
		},
	}
	c.Selector, c.Call = c.selector(), c.call
	return c
}

// call makes the call of an operation of TaurusDB, and sets its project.
func (c *Client) call(ctx context.Context, op *cloud.Operation) (call request.Call, err error) {
	endpoint, err := c.endpoint(op.Region)
	if err != nil {
		return call, err
	}
	if op.ProjectID, err = c.ProjectID(ctx, op.Region, op.ProjectID); err != nil {
		return call, err
	}
	path := append([]string{"v3", op.ProjectID}, op.Path...)
	rest := rest{method: http.MethodGet, endpoint: endpoint, path: path, query: op.Query, header: op.Header, projectID: op.ProjectID}
	return request.Call{NewRequest: rest.newRequest, Sign: rest.sign}, nil
}

const (
	worldDomain  = "myhuaweicloud.com"
	europeDomain = "myhuaweicloud.eu"
)

// europe matches the regions of the European cloud, which has a domain of its own and
// isn't in the vendor's library.
var europe = regexp.MustCompile(`^eu-west-1\d\d$`)

// domain is the domain of a region's endpoints. instead are the settings that are
// needed for another one.
func (c *Client) domain(region, instead string) (string, error) {
	domain := c.Lookup.Environment(cloudOption)
	switch {
	case domain.String == worldDomain, domain.String == europeDomain:
		return domain.String, nil
	case domain.IsSet():
		return "", fmt.Errorf("%s: the endpoints of %.60q are not known; set %s", domain.Origin, domain.String, instead)
	case europe.MatchString(region):
		return europeDomain, nil
	}
	return worldDomain, nil
}

// endpoint is the TaurusDB endpoint of a region.
func (c *Client) endpoint(region string) (*url.URL, error) {
	endpoint := c.Lookup.Find(endpointOption)
	if !endpoint.IsSet() {
		endpoint = c.Lookup.Environment(regionEndpointOption(region))
		endpoint.String, _, _ = strings.Cut(endpoint.String, ",")
	}
	if !endpoint.IsSet() {
		domain, err := c.domain(region, endpointOption.String())
		if err != nil {
			return nil, err
		}
		if domain == europeDomain {
			endpoint = setting.NewValue("gaussdb."+region+"."+domain, "region "+region)
		} else if endpoint, err = c.libraryEndpoint(region); err != nil {
			return nil, err
		}
	}
	return c.Endpoint(endpoint)
}

// regionEndpointOption is the SDK's variable for the endpoint of one region.
func regionEndpointOption(region string) setting.Option {
	return setting.Option{Environment: []string{"HUAWEICLOUD_SDK_REGION_GAUSSDB_" + strings.ToUpper(strings.ReplaceAll(region, "-", "_"))}}
}

// libraryMutex guards the vendor's region package: it doesn't lock the map of what it
// reads.
var libraryMutex sync.Mutex

// libraryEndpoint is the endpoint in the vendor's library, or in its file of endpoints.
func (c *Client) libraryEndpoint(region string) (setting.Value, error) {
	file := setting.ExpandHome(c.Lookup.Getenv, c.Lookup.Environment(sdkRegionsFileOption).String)
	if file == "" {
		file = setting.HomeFile(c.Lookup.Getenv, ".huaweicloud", "regions.yaml")
	}
	// The library reads the file without a bound.
	if _, err := setting.ReadFile(file); file != "" && err != nil && !errors.Is(err, os.ErrNotExist) {
		return setting.Value{}, fmt.Errorf("the SDK's file of endpoints %s can't be used: %w", file, err)
	}
	libraryMutex.Lock()
	defer libraryMutex.Unlock()
	found, err := taurusdb.SafeValueOf(region)
	switch {
	case err == nil && len(found.Endpoints) > 0:
		return setting.NewValue(found.Endpoints[0], "the SDK's file of endpoints "+file), nil
	case err != nil && strings.HasPrefix(err.Error(), "region id "):
		return setting.Value{}, fmt.Errorf("the TaurusDB endpoint of region %q is not known; if the region is right, set %s, or %s",
			region, endpointOption, regionEndpointOption(region))
	}
	return setting.Value{}, fmt.Errorf("the endpoint of region %q can't be found: the SDK's file of endpoints %s can't be read", region, file)
}

// iamEndpoint is the IAM endpoint of a region, without /v3.
func (c *Client) iamEndpoint(ctx context.Context, region string) (*url.URL, error) {
	endpoint := c.Lookup.Find(iamEndpointOption)
	if !endpoint.IsSet() {
		selected, err := c.Select(ctx)
		if err != nil {
			return nil, err
		}
		endpoint = selected.IAMEndpoint
	}
	if !endpoint.IsSet() {
		domain, err := c.domain(region, iamEndpointOption.String())
		if err != nil {
			return nil, err
		}
		endpoint = setting.NewValue("iam."+region+"."+domain, "region "+region)
	}
	u, err := c.Endpoint(endpoint)
	if err == nil { // HW_AUTH_URL ends in the version, as OpenStack's OS_AUTH_URL does
		u.Path = strings.TrimSuffix(u.Path, "/v3")
	}
	return u, err
}
