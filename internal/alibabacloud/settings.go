package alibabacloud

// Settings are what the provider's alibabacloud block holds. An empty string is
// an absent attribute.
//
// Of several credentials in the block, AssumeRoleWithOIDC is taken before keys, keys
// before a profile, a profile before an ECS role, and that before a URI. AssumeRole is
// applied on top of the one that is taken. The environment is looked at, in the same order
// but with OIDC last, only where the block names none; a role to assume that only the
// environment names is applied on top of what the environment gives, and not of the block's.
type Settings struct {
	Region                string
	AccessKey             string
	SecretKey             string
	SecurityToken         string
	Profile               string
	SharedCredentialsFile string
	ECSRoleName           string
	CredentialsURI        string
	Endpoint              string
	AssumeRole            *AssumeRole
	AssumeRoleWithOIDC    *AssumeRoleWithOIDC
}

// AssumeRole is a RAM role to take on with the credentials that the other
// settings give.
type AssumeRole struct {
	RoleARN           string
	SessionName       string
	SessionExpiration int // in seconds, 900 to 43200; 0 is absent
	Policy            string
	ExternalID        string
}

// AssumeRoleWithOIDC is a RAM role to take on with the token of an OIDC
// identity provider. It needs no other credentials.
type AssumeRoleWithOIDC struct {
	RoleARN           string
	OIDCProviderARN   string
	OIDCTokenFile     string
	SessionName       string
	SessionExpiration int // in seconds, 900 to 43200; 0 is absent
	Policy            string
}
