package mockcloud

import (
	"cmp"
	"slices"
	"time"
)

// Account is a set of credentials that the server accepts.
type Account struct {
	// Cloud is the cloud that accepts them; "" means both.
	Cloud Cloud `json:"cloud"`
	// ID is the account that they belong to; "" is one that all such credentials
	// share. Request.AccountID has it.
	ID string `json:"id"`
	// AccessKey and SecretKey sign requests.
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
	// SecurityToken must come with the key if it is set: the key is a temporary one.
	SecurityToken string `json:"security_token"`
	// AuthToken is accepted as X-Auth-Token by Huawei Cloud, instead of a signature.
	AuthToken string `json:"auth_token"`
	// User and Password get tokens from Huawei Cloud's IAM.
	User     string `json:"user"`
	Password string `json:"password"`
	// Expires is when the security token and the auth token end; zero is never.
	Expires time.Time `json:"expires"`
	// Inactive is a key that exists and was disabled.
	Inactive bool `json:"inactive"`
	// Denied has the operations that the account has no permission for, each
	// with the error code of the answer: see DeniedCodes. "" is the first of them.
	// The operation "*" is all of them.
	Denied map[string]string `json:"denied"`
}

// Project is a project of Huawei Cloud. Its name is its region's, or begins
// with it: "cn-north-4_team".
type Project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// defaultIDs are the accounts of credentials without an ID.
var defaultIDs = map[Cloud]string{AlibabaCloud: "1857123412341234", HuaweiCloud: "d78cbac186b744899480f25bd022f468"}

// DeniedCodes returns the error codes that a cloud has for missing permissions.
func DeniedCodes(cloud Cloud) []string {
	if cloud == HuaweiCloud {
		return []string{"DBS.200604", "DBS.200010", "APIGW.0302"}
	}
	return []string{"NoPermission", "Forbidden.RAM", "Request.Forbidden"}
}

// denied returns the error code of an operation that the account may not call.
func (a Account) denied(o *Operation) (code string, denied bool) {
	if code, denied = a.Denied[o.Name]; !denied {
		code, denied = a.Denied["*"]
	}
	if codes := DeniedCodes(o.Cloud); !slices.Contains(codes, code) {
		code = codes[0]
	}
	return code, denied
}

// idIn returns the account's ID in a cloud.
func (a Account) idIn(cloud Cloud) string { return cmp.Or(a.ID, defaultIDs[cloud]) }

func (a Account) expired(now time.Time) bool {
	return !a.Expires.IsZero() && !now.Before(a.Expires)
}

// SetAccount adds an account, or replaces the one with the same access key, auth
// token or user.
func (s *Server) SetAccount(a Account) {
	s.countSignature(a.AccessKey, true)
	prepend(s, &s.accounts, a)
}

// AddProject makes a project known.
func (s *Server) AddProject(p Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projects = append(s.projects, p)
}

// RemoveAccount forgets an access key, an auth token or a user.
func (s *Server) RemoveAccount(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = slices.DeleteFunc(s.accounts, func(a Account) bool {
		return name == a.AccessKey || name == a.AuthToken || name == a.User
	})
}

// prepend puts an entry before those that it replaces: find returns the first.
func prepend[T any](s *Server, list *[]T, entry T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append([]T{entry}, *list...)
}

// find returns the first entry that matches.
func find[T any](s *Server, list *[]T, matches func(T) bool) (entry T, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := slices.IndexFunc(*list, matches); n >= 0 {
		return (*list)[n], true
	}
	return entry, false
}

// signIn finds the account that sent a request by its access key or its auth
// token, and notes how the request is signed.
func (s *Server) signIn(c *call, algorithm, accessKey, authToken string) (known bool) {
	cloud := c.record.Cloud
	c.account, known = find(s, &s.accounts, func(a Account) bool {
		return (a.Cloud == "" || a.Cloud == cloud) &&
			(accessKey != "" && a.AccessKey == accessKey || authToken != "" && a.AuthToken == authToken)
	})
	c.record.Algorithm, c.record.AccessKey = algorithm, cmp.Or(accessKey, c.account.AccessKey)
	if known {
		c.record.AccountID = c.account.idIn(cloud)
	}
	return known
}
