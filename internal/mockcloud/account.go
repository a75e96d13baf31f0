package mockcloud

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Account is a set of credentials that the server accepts.
type Account struct {
	// Cloud is the cloud that accepts them; "" means both.
	Cloud Cloud
	// ID is the account that they belong to; "" is one that all such credentials
	// share. Request.AccountID has it.
	ID string
	// AccessKey and SecretKey sign requests.
	AccessKey, SecretKey string
	// SecurityToken must come with the key if it is set: the key is a temporary one.
	SecurityToken string
	// AuthToken is accepted as X-Auth-Token by Huawei Cloud, instead of a signature.
	AuthToken string
	// User and Password get tokens from Huawei Cloud's IAM.
	User, Password string
	// Expires is when the security token and the auth token end; zero is never.
	Expires time.Time
	// Inactive is a key that exists and was disabled.
	Inactive bool
	// Denied has the operations that the account has no permission for, each
	// with the error code of the answer: see DeniedCodes. "" is the first of them.
	// The operation "*" is all of them.
	Denied map[string]string
}

// Role is a RAM role of Alibaba Cloud or an agency of Huawei Cloud. Every account
// that isn't denied the operation may assume it.
type Role struct {
	Cloud Cloud
	Name  string
	// AccountID and AccountName are of the account that has the role, and that
	// requests are made for while it is assumed.
	AccountID, AccountName string
	// ExternalID must be sent to assume the role if it is set (Alibaba Cloud).
	ExternalID string
	// OIDCToken and OIDCProvider, a token and the ARN of the provider that issued
	// it, are accepted instead of a signature (Alibaba Cloud). "" is none.
	OIDCToken, OIDCProvider string
	// Denied has the operations that the role has no permission for, as Account
	// has.
	Denied map[string]string
}

// ARN is how requests of Alibaba Cloud name the role.
func (r Role) ARN() string { return "acs:ram::" + r.AccountID + ":role/" + r.Name }

// The accounts of credentials without an ID.
const (
	defaultAccountID  = "1857123412341234"
	defaultDomainID   = "d78cbac186b744899480f25bd022f468"
	defaultDomainName = "demo-company"
)

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
	if code == "" || !slices.Contains(DeniedCodes(o.Cloud), code) {
		code = DeniedCodes(o.Cloud)[0]
	}
	return code, denied
}

func (a Account) expired(now time.Time) bool {
	return !a.Expires.IsZero() && !now.Before(a.Expires)
}

// idIn returns the account's ID in a cloud, "" if the account isn't known.
func (a Account) idIn(cloud Cloud, known bool) string {
	switch {
	case !known || a.ID != "":
		return a.ID
	case cloud == HuaweiCloud:
		return defaultDomainID
	default:
		return defaultAccountID
	}
}

// names are what an account is found by.
func (a Account) names() []string {
	var names []string
	for prefix, name := range map[string]string{"": a.AccessKey, "token ": a.AuthToken, "user ": a.User} {
		if name != "" {
			names = append(names, prefix+name)
		}
	}
	return names
}

// SetAccount adds an account, or replaces the one with the same access key, auth
// token or user.
func (s *Server) SetAccount(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setAccountLocked(a)
}

func (s *Server) setAccountLocked(a Account) {
	for _, name := range a.names() {
		for _, cloud := range []Cloud{AlibabaCloud, HuaweiCloud} {
			if a.Cloud == "" || a.Cloud == cloud {
				s.accounts[string(cloud)+" "+name] = a
			}
		}
	}
	delete(s.failures, a.AccessKey)
}

// RemoveAccount forgets an access key, an auth token or a user.
func (s *Server) RemoveAccount(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.accounts, func(_ string, a Account) bool {
		return name == a.AccessKey || name == a.AuthToken || name == a.User
	})
}

// account finds an account of a cloud by its access key, by "token " and an
// auth token, or by "user " and a user's name.
func (s *Server) account(cloud Cloud, name string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.accounts[string(cloud)+" "+name]
	return a, known
}

// SetRole adds a role, or replaces the one with the same name and account.
func (s *Server) SetRole(r Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles = append(slices.DeleteFunc(slices.Clone(s.roles), func(other Role) bool {
		return other.Cloud == r.Cloud && other.ARN() == r.ARN()
	}), r)
}

// role finds a role of a cloud.
func (s *Server) role(cloud Cloud, matches func(Role) bool) (Role, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := slices.IndexFunc(s.roles, func(r Role) bool { return r.Cloud == cloud && matches(r) })
	if n < 0 {
		return Role{}, false
	}
	return s.roles[n], true
}

// issue makes temporary credentials that the server accepts until they expire.
// They are an access key with a security token, or a token alone.
func (s *Server) issue(owner Account, lifetime time.Duration, tokenAlone bool) Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	maps.DeleteFunc(s.accounts, func(_ string, a Account) bool { return a.expired(now.Add(-day)) })
	s.issued++
	a := Account{Cloud: owner.Cloud, ID: owner.ID, Denied: owner.Denied, Expires: now.Add(lifetime).Truncate(time.Second)}
	secret := hashHex(fmt.Appendf(nil, "%d %d", s.issued, now.UnixNano()))
	switch {
	case tokenAlone:
		a.AuthToken = "MIIIssued" + secret
	case a.Cloud == HuaweiCloud:
		a.AccessKey = fmt.Sprintf("HSTA%016X", s.issued)
	default:
		a.AccessKey = fmt.Sprintf("STS.NU%018X", s.issued)
	}
	if !tokenAlone {
		a.SecretKey, a.SecurityToken = secret[:40], "issued/"+strings.ToUpper(secret)+"=="
	}
	s.setAccountLocked(a)
	return a
}
