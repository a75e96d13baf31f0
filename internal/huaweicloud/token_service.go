package huaweicloud

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// defaultDuration is how long an agency's temporary keys last, in seconds.
const defaultDuration = 3600

// keyFields are the names of temporary keys, which IAM and the metadata service return
// alike.
var keyFields = cloud.KeyFields{Object: "credential", Access: "access", Secret: "secret", Token: "securitytoken", Expires: "expires_at"}

var agencyAdvice = []request.Advice{
	{Codes: []string{"APIGW.0302"}, Status: http.StatusForbidden,
		Text: "Check that the agency trusts this account, and that the user is allowed to assume agencies (iam:agencies:assume, or the role Agent Operator)." + inUse + request.See("credentials")},
	{Status: http.StatusBadRequest, Text: "Check agency_name, domain_name, domain_id and duration of assume_role. " + request.See("credentials")},
	{Status: http.StatusNotFound, Text: "Check agency_name, domain_name and domain_id of assume_role, and iam_endpoint. " + request.See("credentials")},
}

// An agency is one of another account.
type agency struct {
	name, domainName, domainID string
	duration                   int
}

// assumeAgency returns the source of an agency's temporary keys, which IAM issues for
// the keys of another source
// (https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html). The base's
// project belongs to another account, so that it is not taken over.
func (c *Client) assumeAgency(base *credentials.Source, source string, a agency) (*credentials.Source, error) {
	identity := map[string]any{"agency_name": a.name, "duration_seconds": a.duration}
	if a.domainID != "" {
		identity["domain_id"] = a.domainID
	} else {
		identity["domain_name"] = a.domainName
	}
	body, _ := json.Marshal(map[string]any{"auth": map[string]any{"identity": map[string]any{ // strings can be marshaled
		"methods": []string{"assume_role"}, "assume_role": identity,
	}}})
	assumed := credentials.NewSource(source, func(ctx context.Context) (credentials.Credentials, error) {
		region, err := c.Region(ctx, "")
		if first := c.firstRegion.Load(); err != nil && first != nil {
			region, err = *first, nil
		}
		if err != nil {
			return credentials.Credentials{}, err
		}
		endpoint, err := c.iamEndpoint(ctx, region)
		if err != nil {
			return credentials.Credentials{}, err
		}
		rest := rest{method: http.MethodPost, endpoint: endpoint, path: []string{"v3.0", "OS-CREDENTIAL", "securitytokens"}, body: string(body)}
		return c.Retrieve(ctx, cloud.TokenService{
			Source: source,
			Keys:   keyFields,
			Error:  cloud.TokenErrors[Envelope](base.Name, agencyAdvice, keyAdvice),
			Call:   request.Call{Operation: "CreateTemporaryAccessKeyByAgency", NewRequest: rest.newRequest, Credentials: base.Cache, Sign: rest.sign},
		})
	})
	assumed.Region, assumed.IAMEndpoint = base.Region, base.IAMEndpoint
	return assumed, nil
}

// The ECS metadata service, which only an instance can reach
// (https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html).
var metadata = cloud.Metadata{ //nolint:gosec // G101: paths and names, no secrets
	Address:   "http://169.254.169.254",
	TokenPath: "/meta-data/latest/api/token",
	TTLHeader: "X-Metadata-Token-Ttl-Seconds",
	Header:    "X-Metadata-Token",
}

const metadataAdvice = "The ECS metadata service at 169.254.169.254 responds on ECS instances only, and has keys if the instance has an agency. Check both."

// ecsAgency returns the source of the temporary keys of the ECS instance's agency. The
// metadata service knows that one agency and takes no name.
func (c *Client) ecsAgency(source string) *credentials.Source {
	service := cloud.TokenService{Source: source, Advice: metadataAdvice, Keys: keyFields, Error: cloud.TokenErrors[Envelope](source)}
	return c.OpenMetadata(service, "/openstack/latest/securitykey", false)
}
