package alibabacloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

var cli = setting.CLI{
	Vendor: vendor, Profile: profileOption, File: credentialsFileOption, Path: []string{".aliyun", "config.json"}, Default: "default",
}

func (c *Client) openProfile(p *setting.Profiles, from setting.Profile) (*credentials.Source, error) {
	return c.profileSource(p, from, nil)
}

// modes are the modes of profiles, with the fields that each requires.
var modes = map[string][]string{
	"AK":                     {"access_key_id", "access_key_secret"},
	"StsToken":               {"access_key_id", "access_key_secret", "sts_token"},
	"RamRoleArn":             {"access_key_id", "access_key_secret", "ram_role_arn"},
	"EcsRamRole":             nil,
	"RamRoleArnWithRoleName": {"ram_role_arn"},
	"ChainableRamRoleArn":    {"source_profile", "ram_role_arn"},
	"OIDC":                   {"oidc_provider_arn", "oidc_token_file", "ram_role_arn"},
	"CredentialsURI":         {"credentials_uri"},
	"CloudSSO":               {"cloud_sso_sign_in_url", "cloud_sso_account_id", "cloud_sso_access_config"},
	"External":               {"process_command"},
	"OAuth":                  nil,
}

// profileSource opens a profile by its mode. The vendor's own reader of the file is
// not used: it writes the user's file in some modes, prefers a token in the
// environment to the profile's file, and prints the whole file if it is malformed.
// through are the profiles that led here.
func (c *Client) profileSource(p *setting.Profiles, from setting.Profile, through []string) (*credentials.Source, error) {
	mode := from.Get("mode").String
	required, known := modes[mode]
	if !known {
		return nil, fmt.Errorf("its mode %.40q is not supported; supported are %s", mode, strings.Join(slices.Sorted(maps.Keys(modes)), ", "))
	}
	for _, field := range required {
		if !from.Get(field).IsSet() {
			return nil, fmt.Errorf("it has no %s, which mode %s requires", field, mode)
		}
	}
	var source *credentials.Source
	var err error
	switch mode {
	case "AK":
		source, err = c.OpenKeys(from.Source, from.Get("access_key_id"), from.Get("access_key_secret"), setting.Value{})
	case "StsToken", "RamRoleArn":
		source, err = c.OpenKeys(from.Source, from.Get("access_key_id"), from.Get("access_key_secret"), from.Get("sts_token"))
	case "EcsRamRole", "RamRoleArnWithRoleName":
		source, err = c.ecsRole(from.Source, from.Get("ram_role_name"))
	case "ChainableRamRoleArn":
		next := from.Get("source_profile").String
		if through = append(through, from.Name); slices.Contains(through, next) {
			return nil, fmt.Errorf("its source_profile leads back to itself: %s", strings.Join(append(through, next), ", "))
		}
		var base setting.Profile
		if base, err = p.Find(next); err == nil {
			source, err = c.profileSource(p, base, through)
		}
		if err != nil {
			return nil, fmt.Errorf("its source_profile %.60q can't be used: %w", next, err)
		}
	case "OIDC":
		source, err = c.assumeRoleWithOIDC(from.Source, from.Get("oidc_provider_arn").String, from.Get("oidc_token_file"), profileRole(from))
	case "CredentialsURI":
		source, err = c.uri(from.Source, from.Get("credentials_uri"))
	case "CloudSSO":
		source, err = c.cloudSSO(from)
	case "External":
		source, err = c.external(from.Source, from.Get("process_command").String)
	case "OAuth":
		source = credentials.NewSource(from.Source, func(context.Context) (credentials.Credentials, error) { return c.cachedKeys(from) })
	}
	if err == nil && slices.Contains([]string{"RamRoleArn", "RamRoleArnWithRoleName", "ChainableRamRoleArn"}, mode) {
		source, err = c.assumeRole(source, from.Source, profileRole(from))
	}
	return source, err
}

func profileRole(from setting.Profile) role {
	r := role{
		arn: from.Get("ram_role_arn"), session: from.Get("ram_session_name"), duration: from.Get("expired_seconds"),
		policy: from.Get("policy"), externalID: from.Get("external_id"),
		stsEndpoint: from.Get("sts_endpoint"), stsRegion: from.Get("sts_region"), stsVPC: from.Get("enable_vpc").String == "true",
	}
	if r.duration.String == "0" {
		r.duration.String = ""
	}
	return r
}

// unixTime is a field of a profile with a point in time in seconds; the zero time if
// it is not set.
func unixTime(value setting.Value) time.Time {
	seconds, err := strconv.ParseInt(value.String, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// cachedKeys reads the keys that the CLI keeps in a profile of mode OAuth. Only the CLI
// renews them: a refresh token is valid once, so that the new one has to be written to
// the file.
func (c *Client) cachedKeys(from setting.Profile) (credentials.Credentials, error) {
	p, err := setting.ReadProfiles(c.Lookup, cli) // the CLI may have renewed the keys
	if p == nil {
		return credentials.Credentials{}, cmp.Or(err, errors.New(from.Source+" is no longer there"))
	}
	if from, err = p.Find(from.Name); err != nil {
		return credentials.Credentials{}, err
	}
	token, expires := from.Get("sts_token"), unixTime(from.Get("sts_expiration"))
	if !token.IsSet() || !time.Now().Before(expires) {
		return credentials.Credentials{}, fmt.Errorf("the temporary keys in %s are missing or expired; renew them with any command of the CLI, such as "+
			"`aliyun sts GetCallerIdentity --profile %s`, or sign in again with `aliyun configure --mode OAuth --profile %[2]s`", from.Source, from.Name)
	}
	access, secret := from.Get("access_key_id"), from.Get("access_key_secret")
	c.Secrets.Add(access.String, secret.String, token.String)
	keys, err := credentials.FromKeys(from.Source, access, secret, token)
	keys.Expires = expires
	return keys, err
}
