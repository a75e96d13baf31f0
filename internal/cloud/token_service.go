package cloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// maxTokenBody bounds a response of a token service.
const maxTokenBody = 1 << 20

// A TokenService issues temporary keys.
type TokenService struct {
	request.Call        // its Operation, NewRequest, Credentials, Sign, NoProxy and Timeout
	Source       string // where the keys come from: "the role acs:ram::1:role/audit (...)"
	Advice       string // what the service is, for every error
	Keys         KeyFields
	// Error returns the error that a response reports; nil for a success.
	Error func(request.Response) *request.Error
}

// KeyFields are the JSON names of temporary keys.
type KeyFields struct {
	Object                         string // that has the others; "" if they are not nested
	Access, Secret, Token, Expires string
}

// Open returns the service as a source.
func (c *Client) Open(s TokenService) *credentials.Source {
	return credentials.NewSource(s.Source, func(ctx context.Context) (credentials.Credentials, error) { return c.Retrieve(ctx, s) })
}

// Retrieve calls the service.
func (c *Client) Retrieve(ctx context.Context, s TokenService) (keys credentials.Credentials, err error) {
	err = c.callService(ctx, s, func(r request.Response) (err error) {
		if failed := s.Error(r); failed != nil {
			return failed
		}
		if keys, err = c.ParseKeys(r.Body, s.Keys, s.Source); err == nil && (keys.SecurityToken == "" || keys.Expires.IsZero()) {
			err = errors.New("there is no " + s.Keys.Token + " or no " + s.Keys.Expires)
		}
		if err != nil {
			return &request.Error{Class: request.Malformed, Message: "the response has no temporary keys: " + err.Error(), Advice: request.See("credentials")}
		}
		return nil
	})
	return keys, err
}

func (c *Client) callService(ctx context.Context, s TokenService, decode func(request.Response) error) error {
	s.Cloud, s.Subject, s.TokenService, s.MaxBody, s.Decode = c.Vendor, "temporary keys of "+s.Source, true, maxTokenBody, decode
	err := c.Requests.Do(ctx, s.Call)
	if failed, ok := errors.AsType[*request.Error](err); ok {
		failed.Advice = strings.TrimSpace(s.Advice + " " + failed.Advice)
	}
	return err
}

// ParseKeys reads an access key in JSON. The error repeats nothing of it.
func (c *Client) ParseKeys(document []byte, fields KeyFields, source string) (credentials.Credentials, error) {
	var object map[string]any
	if json.Unmarshal(document, &object) != nil {
		return credentials.Credentials{}, errors.New("it is not a JSON object")
	}
	if fields.Object != "" {
		object, _ = object[fields.Object].(map[string]any)
	}
	var parts [3]setting.Value
	for i, name := range []string{fields.Access, fields.Secret, fields.Token} {
		value, _ := object[name].(string)
		c.Secrets.Add(value)
		parts[i] = setting.NewValue(value, name)
	}
	keys, err := credentials.FromKeys(source, parts[0], parts[1], parts[2])
	if expires, _ := object[fields.Expires].(string); err == nil && expires != "" {
		if keys.Expires, err = time.Parse(time.RFC3339, expires); err != nil {
			err = errors.New(fields.Expires + " is not an RFC 3339 time")
		}
	}
	return keys, err
}

const (
	// metadataTimeout is the timeout of all attempts: a machine without a metadata service
	// must not wait for minutes.
	metadataTimeout = 10 * time.Second
	metadataAttempt = 2 * time.Second
)

// Metadata is the ECS metadata service of a cloud.
type Metadata struct {
	Address   string        // base URL
	TokenPath string        // of the session token
	TTLHeader string        // of the request for one
	Header    string        // that holds it
	Timeout   time.Duration // of all attempts; 0: 10 seconds
}

// request returns a call of the service, with one header.
func (m Metadata) request(method, path, header, value string) request.Call {
	return request.Call{
		Operation: "GetInstanceMetadata",
		NoProxy:   true, // no proxy must see the keys, and one on another instance has its own role
		Timeout:   metadataAttempt,
		NewRequest: func(ctx context.Context) (*http.Request, error) {
			req, err := http.NewRequestWithContext(ctx, method, m.Address+path, http.NoBody)
			if err == nil && value != "" {
				req.Header.Set(header, value)
			}
			return req, err
		},
	}
}

// OpenMetadata returns the source of the keys of an ECS instance. path is where they
// are; if it ends in a slash, the name of the instance's role is read from there. A
// hardened instance requires a session token; others may have none, which is an error
// if it is required.
func (c *Client) OpenMetadata(s TokenService, path string, tokenRequired bool) *credentials.Source {
	m := c.Metadata
	return credentials.NewSource(s.Source, func(ctx context.Context) (credentials.Credentials, error) {
		ctx, cancel := request.WithTimeout(ctx, cmp.Or(m.Timeout, metadataTimeout))
		defer cancel()
		read := func(optional bool, method, path, header, value string) (body string, err error) {
			s.Call = m.request(method, path, header, value)
			err = c.callService(ctx, s, func(r request.Response) error {
				body = ""
				if isSuccess(r) {
					body = strings.TrimSpace(string(r.Body))
				} else if !optional || r.Status >= http.StatusInternalServerError {
					return s.Error(r)
				}
				return nil
			})
			return body, err
		}
		token, err := read(!tokenRequired, http.MethodPut, m.TokenPath, m.TTLHeader, "21600")
		if err != nil {
			return credentials.Credentials{}, err
		}
		c.Secrets.Add(token)
		if err := setting.NewValue(token, "the session token of the ECS metadata service").CheckPrintable(); err != nil {
			return credentials.Credentials{}, err
		}
		name := ""
		if strings.HasSuffix(path, "/") {
			if name, err = read(false, http.MethodGet, path, m.Header, token); err == nil {
				_, err = setting.NewValue(name, "the ECS metadata service").RoleName()
			}
			if err != nil {
				return credentials.Credentials{}, err
			}
		}
		s.Call = m.request(http.MethodGet, path+name, m.Header, token)
		return c.Retrieve(ctx, s)
	})
}
