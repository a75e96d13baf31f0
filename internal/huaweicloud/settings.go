package huaweicloud

// Settings are what the provider's huaweicloud block holds. An empty string is an
// absent attribute.
//
// Of several credentials in the block, AuthToken is taken before keys, keys before
// a profile, and a profile before an ECS agency. AssumeRole is applied on top of
// the one that is taken. The environment is looked at, in the same order, only
// where the block names none; an agency to assume that only the environment names
// is applied on top of what the environment gives, and not of the block's.
type Settings struct {
	Region           string
	AccessKey        string
	SecretKey        string
	SecurityToken    string // belongs to a temporary access key
	AuthToken        string // sent as X-Auth-Token instead of a signature
	Profile          string // of the CLI's configuration file
	SharedConfigFile string // the CLI's configuration file
	ECSAgency        string // the agency of the ECS instance that this runs on
	ProjectID        string // of the block's own region
	ProjectName      string // of the block's own region
	Endpoint         string // replaces the regional TaurusDB endpoint
	IAMEndpoint      string // replaces the regional IAM endpoint
	AssumeRole       *AssumeRole
}

// AssumeRole is an agency of another account to take on with the credentials that
// the other settings give.
type AssumeRole struct {
	AgencyName string
	DomainName string // the account that has the agency, by name or by id
	DomainID   string
	Duration   int // of the temporary keys, in seconds, 900 to 86400; 0 is absent
}
