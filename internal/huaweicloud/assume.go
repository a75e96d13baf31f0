package huaweicloud

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// How long an agency's temporary keys last, in seconds.
const (
	defaultDuration = 3600
	minDuration     = 900
	maxDuration     = 86400
)

// A role is an agency that is assumed with the login's own keys.
type role struct {
	agency, domainName, domainID string
	duration                     int
}

// findRole is the role of the block, or of the environment where it lacks a part.
// The account is one part, by name or by id: the block's name wins over the
// environment's id.
func (c *Client) findRole(given AssumeRole) (*role, error) {
	agency := agencyNameSource.Find(given.AgencyName, c.getenv)
	if !agency.Found() {
		return nil, fmt.Errorf("huaweicloud.assume_role is set without an agency (%s)", agency.Origin)
	}
	domainName, domainID := domainNameSource.In(given.DomainName), domainIDSource.In(given.DomainID)
	if !domainName.Found() && !domainID.Found() {
		domainName, domainID = domainNameSource.From(c.getenv), domainIDSource.From(c.getenv)
	}
	seconds, err := durationSource.FindNumber(given.Duration, c.getenv).Seconds(minDuration, maxDuration)
	if err != nil {
		return nil, err
	}
	r, err := newRole(agency.Text, domainName.Text, domainID.Text, seconds)
	if err != nil {
		return nil, fmt.Errorf("%s: %w (%s; %s)", agency.Origin, err, domainNameSource, domainIDSource)
	}
	return r, nil
}

func newRole(agency, domainName, domainID string, duration int) (*role, error) {
	if domainName == "" && domainID == "" {
		return nil, fmt.Errorf("the account that has the agency %q is missing: its name or its id", agency)
	}
	return &role{agency, domainName, domainID, cmp.Or(duration, defaultDuration)}, nil
}

// assumeRole gets temporary keys for a role from IAM
// (https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html).
func (c *Client) assumeRole(ctx context.Context, r role, region string, with credentials) (credentials, error) {
	endpoint, err := c.iamEndpoint(region)
	if err != nil {
		return credentials{}, err
	}
	identity := map[string]any{"agency_name": r.agency, "duration_seconds": r.duration}
	if r.domainID != "" {
		identity["domain_id"] = r.domainID
	} else {
		identity["domain_name"] = r.domainName
	}
	body, err := json.Marshal(map[string]any{"auth": map[string]any{"identity": map[string]any{
		"methods":     []string{"assume_role"},
		"assume_role": identity,
	}}})
	if err != nil {
		return credentials{}, err
	}
	var found credentials
	err = c.send(ctx, call{
		name:        "CreateTemporaryAccessKeyByAgency",
		subject:     fmt.Sprintf("temporary keys for the agency %q", r.agency),
		method:      http.MethodPost,
		endpoint:    endpoint,
		path:        "/v3.0/OS-CREDENTIAL/securitytokens",
		body:        string(body),
		credentials: with,
		advise:      adviseOnAgency,
	}, func(body []byte) error {
		found, err = decodeCredential(body)
		return err
	})
	return found, err
}
