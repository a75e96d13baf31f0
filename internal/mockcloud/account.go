package mockcloud

import "time"

// Cloud is one of the two clouds that the server stands for.
type Cloud string

// The two clouds.
const (
	AlibabaCloud Cloud = "alibabacloud"
	HuaweiCloud  Cloud = "huaweicloud"
)

// The operations that the server answers, by the names that the clouds' own
// clients have for them. Account.Denied, Faults.Only and Request.Operation
// speak of them.
const (
	DescribeBackupPlanList = "DescribeBackupPlanList"
	DescribeFullBackupList = "DescribeFullBackupList"
	ShowInstanceBackups    = "ShowInstanceBackups"
	KeystoneListProjects   = "KeystoneListProjects"
)

// Account is somebody whom the server knows.
type Account struct {
	// Cloud is where the account is known; "" means both.
	Cloud Cloud `json:"cloud,omitempty"`
	// AccessKey and SecretKey sign requests.
	AccessKey string `json:"access_key,omitempty"`
	SecretKey string `json:"secret_key,omitempty"`
	// SecurityToken must accompany the key, and be signed, if it is set: the
	// key is a temporary one.
	SecurityToken string `json:"security_token,omitempty"`
	// AuthToken is taken as X-Auth-Token by Huawei Cloud, instead of a signature.
	AuthToken string `json:"auth_token,omitempty"`
	// Expires is when the security token and the auth token end; zero is never.
	Expires time.Time `json:"expires,omitzero"`
	// Inactive is a key that exists and was switched off.
	Inactive bool `json:"inactive,omitempty"`
	// Denied has the operations that the account has no permission for, each
	// with the error code of the refusal: NoPermission, Forbidden.RAM or
	// Request.Forbidden of Alibaba Cloud; DBS.200604, DBS.200010 or APIGW.0302
	// of Huawei Cloud. "" takes the first. The operation "*" is all of them.
	Denied map[string]string `json:"denied,omitempty"`
}

// denied returns the code of the refusal of an operation.
func (a Account) denied(operation string) (code string, denied bool) {
	if code, denied = a.Denied[operation]; denied {
		return code, true
	}
	code, denied = a.Denied["*"]
	return code, denied
}

func (a Account) expired(now time.Time) bool {
	return !a.Expires.IsZero() && !now.Before(a.Expires)
}

// SetAccount adds an account, or replaces the one with the same access key
// (for an account without one, with the same auth token).
func (s *Server) SetAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.AccessKey != "" {
		s.accounts[a.AccessKey] = a
		delete(s.failures, a.AccessKey)
	}
	if a.AuthToken != "" {
		s.tokens[a.AuthToken] = a
	}
}

// RemoveAccount forgets an access key or an auth token.
func (s *Server) RemoveAccount(keyOrToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts, keyOrToken)
	delete(s.tokens, keyOrToken)
}

// account finds who signed a request with an access key.
func (s *Server) account(cloud Cloud, accessKey string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.accounts[accessKey]
	return a, known && (a.Cloud == "" || a.Cloud == cloud)
}

// tokenAccount finds who an X-Auth-Token was made for.
func (s *Server) tokenAccount(token string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.tokens[token]
	return a, known && a.Cloud != AlibabaCloud
}
