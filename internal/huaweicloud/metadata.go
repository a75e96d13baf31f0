package huaweicloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The ECS metadata service, which an instance alone can reach
// (https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html).
const (
	metadataAddress = "http://169.254.169.254"
	metadataLimit   = 5 * time.Second
	metadataBody    = 1 << 20
)

// ecsLogin gets temporary keys of the ECS instance's agency from its metadata
// service, which knows that one agency and takes no name.
func (c *Client) ecsLogin(name string) *login {
	return &login{name: name, fetch: func(ctx context.Context) (credentials, error) {
		found, err := c.askMetadata(ctx)
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("%s: unable to get keys from the ECS metadata service at %s: %w; "+
				"it answers on an ECS instance that has an agency, and nowhere else", name, c.metadata, err)
		}
		return found, err
	}}
}

// askMetadata asks for the keys, with a session token where the service has such.
//
// The requests bypass the shared client: no proxy may see them, and where there
// is no such service, a retry would only make the wait longer.
func (c *Client) askMetadata(ctx context.Context) (credentials, error) {
	limited, cancel := context.WithTimeout(ctx, metadataLimit)
	defer cancel()
	transport := &http.Transport{DisableKeepAlives: true}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

	status, token, err := metadataRequest(limited, client, http.MethodPut, c.metadata+"/meta-data/latest/api/token", "X-Metadata-Token-Ttl-Seconds", "21600")
	if err != nil {
		return credentials{}, plainCause(ctx, err)
	}
	header := ""
	if status == http.StatusOK { // older services have no tokens
		header = "X-Metadata-Token"
		c.hide(credentials{authToken: strings.TrimSpace(string(token))})
	}
	status, body, err := metadataRequest(limited, client, http.MethodGet, c.metadata+"/openstack/latest/securitykey", header, strings.TrimSpace(string(token)))
	switch {
	case err != nil:
		return credentials{}, plainCause(ctx, err)
	case status == http.StatusNotFound || status == http.StatusUnauthorized:
		return credentials{}, fmt.Errorf("it answers HTTP %d: the instance has no agency", status)
	case status != http.StatusOK:
		return credentials{}, fmt.Errorf("it answers HTTP %d", status)
	}
	return decodeCredential(body)
}

func metadataRequest(ctx context.Context, client *http.Client, method, address, header, value string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	if header != "" {
		req.Header.Set(header, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }() // the reading has told what this could tell
	body, err := io.ReadAll(io.LimitReader(resp.Body, metadataBody))
	return resp.StatusCode, body, err
}

// plainCause says why the service gave no answer.
func plainCause(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %s", metadataLimit)
	}
	return err
}

// decodeCredential reads temporary keys, which the metadata service and IAM
// write alike.
func decodeCredential(body []byte) (credentials, error) {
	var answer struct {
		Credential struct {
			Access        string    `json:"access"`
			Secret        string    `json:"secret"`
			SecurityToken string    `json:"securitytoken"`
			ExpiresAt     time.Time `json:"expires_at"`
		} `json:"credential"`
	}
	// The decoder's error may repeat a part of the answer, which is secret.
	if json.Unmarshal(body, &answer) != nil {
		return credentials{}, errors.New("the answer is not a credential in JSON")
	}
	found := answer.Credential
	if found.Access == "" || found.Secret == "" || found.SecurityToken == "" || found.ExpiresAt.IsZero() {
		return credentials{}, errors.New("the answer has no credential, or a part of it is missing")
	}
	now := time.Now()
	return credentials{
		accessKey:     found.Access,
		secretKey:     found.Secret,
		securityToken: found.SecurityToken,
		renew:         now.Add(found.ExpiresAt.Sub(now) / 4 * 3),
	}, nil
}
