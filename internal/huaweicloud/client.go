package huaweicloud

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client calls the APIs' operations. It is safe for concurrent use.
type Client struct {
	cloud.Client
	metadata cloud.Metadata
	projects credentials.KeyedCache[string]
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
			RegionOption: regionOption, RegionField: "region", RegionExample: "cn-north-4",
		},
		metadata: metadata,
	}
	c.Selector = c.selector()
	return c
}

// Warnings returns the warnings for the user that were not returned before: of the
// settings at the first call, and later of what the reads have found.
func (c *Client) Warnings() []string {
	endpoints := []setting.Value{c.Lookup.Find(endpointOption), c.Lookup.Find(iamEndpointOption)}
	if region := c.Lookup.Find(regionOption); region.IsSet() && !endpoints[0].IsSet() {
		endpoints = append(endpoints, c.Lookup.Environment(regionEndpointOption(region.String)))
	}
	for _, endpoint := range endpoints {
		if u, err := endpoint.Endpoint(); endpoint.IsSet() && err == nil {
			c.Warn.ClearText(u, endpoint.Origin)
		}
	}
	return c.Warn.Take()
}

// Operation is one call of an operation of the TaurusDB API.
type Operation struct {
	Name       string                        // "ShowInstanceBackups"
	Permission string                        // the IAM action that allows it: "gaussdbformysql:instance:listBackup"
	Subject    string                        // what is read, for errors
	Region     string                        // the data source's region; empty is the provider's
	ProjectID  string                        // the data source's project; empty is the region's
	Path       func(projectID string) string // below the endpoint, each segment escaped by [url.PathEscape]
	Query      url.Values
	Header     http.Header
	Advice     []request.Advice
}

// Do calls an operation until it succeeds, fails for good, or the context ends.
// decode reads the body of a response of status 2xx, once per attempt, and must not
// keep it. check, which is called on success only, says why the response still can't
// be used. The error is a [*request.Error], also if a setting is missing or wrong.
func (c *Client) Do(ctx context.Context, op Operation, decode func(body []byte) (*Envelope, error), check func() error) error {
	err := c.do(ctx, op, decode, check)
	if err == nil {
		return nil
	}
	return c.Fail(op.Name, op.Subject, err)
}

func (c *Client) do(ctx context.Context, op Operation, decode func(body []byte) (*Envelope, error), check func() error) error {
	region, err := c.FindRegion(ctx, op.Region)
	if err != nil {
		return err
	}
	endpoint, err := c.endpoint(region)
	if err != nil {
		return err
	}
	project, err := c.ProjectID(ctx, region, op.ProjectID)
	if err != nil {
		return err
	}
	selected, err := c.Select(ctx)
	if err != nil {
		return err
	}
	rest := rest{method: http.MethodGet, endpoint: endpoint, path: op.Path(project), query: op.Query, header: op.Header, projectID: project}
	advise := cloud.Advise([]string{"{permission}", op.Permission, "{region}", region, "{project}", project, "{credentials}", selected.Name}, op.Advice, gatewayAdvice)
	return c.Requests.Do(ctx, request.Call{
		Cloud:       vendor,
		Operation:   op.Name,
		Subject:     op.Subject,
		NewRequest:  rest.newRequest,
		Credentials: selected.Cache,
		Sign:        rest.sign,
		Decode:      func(r request.Response) error { return cloud.Read(r, decode, check, advise) },
	})
}
