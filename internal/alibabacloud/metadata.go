package alibabacloud

import (
	"fmt"
	"regexp"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

var metadata = cloud.Metadata{ //nolint:gosec // G101: paths and names, no secrets
	Address:   "http://100.100.100.200",
	TokenPath: "/latest/api/token",
	TTLHeader: "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds",
	Header:    "X-Aliyun-Ecs-Metadata-Token",
	Timeout:   cloud.MetadataTimeout,
}

const metadataAdvice = "The ECS metadata service at 100.100.100.200 responds on ECS instances only, and has keys if a RAM role is attached to the instance. Check both, and the name of the role."

// rolePattern keeps a role's name from being anything but a segment of a path.
var rolePattern = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)

// ecsRole opens the keys of the ECS instance's role. Without a name, it is the role
// that the instance has.
func (c *Client) ecsRole(source string, name setting.Value) (*credentials.Source, error) {
	if c.enabled(disableMetadataOption) {
		return nil, fmt.Errorf("%s can't be used: %s is set", source, disableMetadataOption)
	}
	if name.IsSet() {
		if err := checkRoleName(name); err != nil {
			return nil, err
		}
	}
	service := cloud.TokenService{Source: source, Advice: metadataAdvice, Keys: tokenFields(""), Error: quietError}
	return c.OpenMetadata(c.metadata, service, c.enabled(disableIMDSv1Option), func(get func(string) (string, error)) (string, error) {
		const path = "/latest/meta-data/ram/security-credentials/"
		if name.IsSet() {
			return path + name.String, nil
		}
		listed, err := get(path)
		if err != nil {
			return "", err
		}
		return path + listed, checkRoleName(setting.NewValue(listed, "the ECS metadata service"))
	}), nil
}

func checkRoleName(name setting.Value) error {
	if !rolePattern.MatchString(name.String) {
		return fmt.Errorf("%s: %.60q is not the name of a role, which has letters, digits, dots, underscores and hyphens", name.Origin, name.String)
	}
	return nil
}
