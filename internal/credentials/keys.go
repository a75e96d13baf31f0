package credentials

import (
	"fmt"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// FromKeys returns the credentials of an access key, and of the security token of a
// temporary one, which all come from the same place. The error names what is
// missing or can't be sent, and shows no value.
func FromKeys(access, secret, token setting.Value) (Credentials, error) {
	all := []struct {
		noun  string
		value setting.Value
	}{{"access key", access}, {"secret key", secret}, {"security token", token}}
	present := token
	if secret.IsSet() {
		present = secret
	}
	if access.IsSet() {
		present = access
	}
	for i, part := range all {
		if i < 2 && !part.value.IsSet() {
			if !present.IsSet() {
				return Credentials{}, fmt.Errorf("there is no access key (%s)", access.Origin)
			}
			return Credentials{}, fmt.Errorf("%s is set, but the %s that belongs to it is missing; set %s", present.Origin, part.noun, part.value.Origin)
		}
		if err := part.value.CheckPrintable(); err != nil {
			return Credentials{}, fmt.Errorf("the %s can't be used: %w", part.noun, err)
		}
	}
	return Credentials{
		AccessKey: access.String, SecretKey: secret.String, SecurityToken: token.String,
		Source: "the access key in " + access.Origin,
	}, nil
}
