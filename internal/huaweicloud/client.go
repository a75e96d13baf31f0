package huaweicloud

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client calls the APIs' operations. It is safe for concurrent use.
type Client struct {
	settings Settings
	getenv   func(string) string
	requests *request.Client
	secrets  *request.Secrets
	metadata string // base URL of the ECS metadata service

	login func() (*login, error) // reads files, so only once and when needed

	keys     memo[credentials]
	projects memo[string]
}

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that. getenv is [os.Getenv].
// Keys and tokens that it finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *request.Secrets) *Client {
	c := &Client{settings: s, getenv: getenv, requests: requests, secrets: secrets, metadata: metadataAddress}
	c.login = sync.OnceValues(c.findLogin)
	c.secrets.Add(s.AccessKey, s.SecretKey, s.SecurityToken, s.AuthToken)
	return c
}

// Operation is one call of an operation of the TaurusDB API.
type Operation struct {
	Name      string                        // the operation's name: "ShowInstanceBackups"
	Subject   string                        // what is being read, for errors
	Region    string                        // the data source's region; empty is the provider's
	ProjectID string                        // the data source's project; empty is the region's
	Path      func(projectID string) string // below the endpoint, each segment escaped by [url.PathEscape]
	Query     url.Values
	Header    http.Header
}

// Do calls an operation until it succeeds, can't get better or the context ends.
// decode reads the body of a success, a JSON object that is no error, once for each
// try, and must not keep it. The error is a [*request.Error], also where a setting
// is missing or wrong.
func (c *Client) Do(ctx context.Context, op Operation, decode func(body []byte) error) error {
	call, err := c.prepare(ctx, op)
	if err == nil {
		err = c.send(ctx, call, decode)
	}
	if err != nil {
		return setting.Refuse(request.Error{Cloud: vendor, Operation: op.Name, Subject: op.Subject}, err, c.secrets)
	}
	return nil
}

// prepare finds all that the settings say of an operation.
func (c *Client) prepare(ctx context.Context, op Operation) (call, error) {
	region, err := c.Region(op.Region)
	if err != nil {
		return call{}, err
	}
	endpoint, err := c.endpoint(region)
	if err != nil {
		return call{}, err
	}
	project, err := c.ProjectID(ctx, region, op.ProjectID)
	if err != nil {
		return call{}, err
	}
	credentials, err := c.credentials(ctx, region)
	if err != nil {
		return call{}, err
	}
	return call{
		name:        op.Name,
		subject:     op.Subject,
		method:      http.MethodGet,
		endpoint:    endpoint,
		path:        op.Path(project),
		query:       op.Query,
		header:      op.Header,
		projectID:   project,
		credentials: credentials,
		advise:      adviseOnTaurusDB,
	}, nil
}

// A call is what is sent: an operation with all that its settings say.
type call struct {
	name, subject string
	method        string
	endpoint      *url.URL
	path          string // escaped
	query         url.Values
	header        http.Header
	body          string
	projectID     string
	credentials   credentials
	advise        advise
}

// send signs the call anew for each try. The credentials stay those that were
// valid when it began: to renew them in a retry would need a place among the
// requests in flight, which the retry itself holds.
func (c *Client) send(ctx context.Context, call call, decode func(body []byte) error) error {
	target, err := call.url()
	if err != nil {
		return err
	}
	return c.requests.Do(ctx, request.Call{
		Operation: call.name,
		Subject:   call.subject,
		Build: func(ctx context.Context) (*http.Request, error) {
			return call.build(ctx, target)
		},
		Read: func(answer request.Answer) error {
			return read(answer, call.advice, decode)
		},
	})
}

// advice is what to check after a failure. A refusal is often one of the wrong
// credentials, so it says which they were.
func (call *call) advice(code string, status int) string {
	text := call.advise(code, status)
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		text = strings.TrimSpace(text + " The credentials in use are " + call.credentials.from + ".")
	}
	return text
}
