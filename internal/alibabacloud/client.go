package alibabacloud

import (
	"context"
	"net/url"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// apiVersion is the version of the DBS API.
const apiVersion = "2019-03-06"

// Client calls the API's operations. It is safe for concurrent use.
type Client struct {
	cloud.Client
	metadata cloud.Metadata
}

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that call. getenv is
// [os.Getenv]. Keys and tokens that the client finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *redact.Secrets) *Client {
	c := &Client{
		Client: cloud.Client{
			Vendor: vendor, Lookup: setting.Lookup{Configuration: s, Getenv: getenv}, Requests: requests, Secrets: secrets,
			RegionOption: regionOption, RegionField: "region_id", RegionExample: "cn-hangzhou",
		},
		metadata: metadata,
	}
	c.Selector = c.selector()
	return c
}

// Warnings returns the warnings for the user that were not returned before: of the
// settings at the first call, and later of what the reads have found.
func (c *Client) Warnings() []string {
	if endpoint := c.Lookup.Find(endpointOption); endpoint.IsSet() {
		if u, err := endpoint.Endpoint(); err == nil {
			c.Warn.ClearText(u, endpoint.Origin)
		}
	}
	if uri := c.Selector.Named(credentials.URI); uri.IsSet() {
		if u, err := url.Parse(uri.String); err == nil {
			c.Warn.ClearText(u, uri.Origin)
		}
	}
	return c.Warn.Take()
}

// Operation is one call of an operation of the DBS API.
type Operation struct {
	Name       string     // "DescribeBackupPlanList"
	Permission string     // the RAM action that allows it: "dbs:DescribeBackupPlanList"
	Subject    string     // what is read, for errors
	Region     string     // the data source's region; empty is the provider's
	Query      url.Values // the operation's parameters, one value each
	Advice     []request.Advice
}

// Do calls an operation until it succeeds, fails for good, or the context ends.
// decode reads the body of a response of status 2xx, once per attempt, and must not
// keep it. check, which is called on success only, says why the response still can't
// be used. The error is a [*request.Error], also if a setting is missing or wrong.
func (c *Client) Do(ctx context.Context, op Operation, decode func(body []byte) (*Envelope, error), check func() error) error {
	region, err := c.FindRegion(ctx, op.Region)
	if err != nil {
		return c.Fail(op.Name, op.Subject, err)
	}
	endpoint, err := c.endpoint(region)
	if err != nil {
		return c.Fail(op.Name, op.Subject, err)
	}
	selected, err := c.Select(ctx)
	if err != nil {
		return c.Fail(op.Name, op.Subject, err)
	}
	advise := cloud.Advise([]string{"{permission}", op.Permission, "{region}", region, "{credentials}", selected.Name}, op.Advice, keyAdvice, gatewayAdvice)
	rpc := rpc{endpoint: endpoint, action: op.Name, version: apiVersion, query: op.Query}
	return c.Requests.Do(ctx, request.Call{
		Cloud:       vendor,
		Operation:   op.Name,
		Subject:     op.Subject,
		NewRequest:  rpc.newRequest,
		Credentials: selected.Cache,
		Sign:        rpc.sign,
		Decode:      func(r request.Response) error { return cloud.Read(r, decode, check, advise) },
	})
}
