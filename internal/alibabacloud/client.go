package alibabacloud

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// Client calls the API's operations. It is safe for concurrent use.
type Client struct {
	settings Settings
	getenv   func(string) string
	requests *request.Client
	secrets  *request.Secrets

	// Each reads files, so only once and when needed.
	profile func() (*profiles, error)
	login   func() (*login, error)

	lookup singleflight.Group // of credentials, renewed
}

// NewClient returns a client that reads nothing from disk or network before its
// first call: what is missing or broken is an error of that. getenv is [os.Getenv].
// Keys and tokens that it finds are added to secrets.
func NewClient(s Settings, getenv func(string) string, requests *request.Client, secrets *request.Secrets) *Client {
	c := &Client{settings: s, getenv: getenv, requests: requests, secrets: secrets}
	c.profile = sync.OnceValues(c.readProfiles)
	c.login = sync.OnceValues(c.findLogin)
	c.secrets.Add(s.AccessKey, s.SecretKey, s.SecurityToken)
	return c
}

// Operation is one call of an operation of the API, version 2019-03-06.
type Operation struct {
	Action  string     // the operation's name: "DescribeBackupPlanList"
	Subject string     // what is being read, for errors
	Region  string     // the data source's region; empty is the provider's
	Query   url.Values // the operation's parameters, one value each
}

// Envelope is the part of an answer that says whether the call succeeded.
type Envelope struct {
	// Success alone decides: a success may carry an ErrCode all the same. Nil is absent.
	Success        *bool
	ErrCode        string
	ErrMessage     string
	RequestID      string
	HTTPStatusCode int // as the answer's body says it; 0 is absent
	// HasItems is whether the answer holds items. An answer with neither Success
	// nor items, but with a code, is a failure.
	HasItems bool
	// Problem says why an answer that tells no failure isn't the one that was asked
	// for; nil where it is.
	Problem error
}

// Do calls an operation until it succeeds, can't get better or the context ends.
// decode reads the body of an answer of status 2xx, once for each try, and must
// not keep it. The error is a [*request.Error], also where a setting is missing or
// wrong.
func (c *Client) Do(ctx context.Context, op Operation, decode func(body []byte) (Envelope, error)) error {
	refuse := func(err error) error {
		return setting.Refuse(request.Error{Cloud: vendor, Operation: op.Action, Subject: op.Subject}, err, c.secrets)
	}
	endpoint, err := c.endpoint(op.Region)
	if err != nil {
		return refuse(err)
	}
	login, err := c.login()
	if err != nil {
		return refuse(err)
	}
	call := newCall(endpoint, op.Action, op.Query)
	return c.requests.Do(ctx, request.Call{
		Operation: op.Action,
		Subject:   op.Subject,
		Build: func(ctx context.Context) (*http.Request, error) {
			found, err := c.credentials(ctx, login)
			if err != nil {
				return nil, err
			}
			return call.sign(ctx, found, time.Now())
		},
		Read: func(answer request.Answer) error { return c.read(op.Action, answer, decode) },
	})
}
