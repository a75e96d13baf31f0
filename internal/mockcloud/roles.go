package mockcloud

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Role is a RAM role of Alibaba Cloud or an agency of Huawei Cloud. Every account
// that isn't denied the operation may assume it.
type Role struct {
	Cloud Cloud  `json:"cloud"`
	Name  string `json:"name"`
	// AccountID and AccountName are of the account that has the role, and that
	// requests are made for while it is assumed.
	AccountID   string `json:"account_id"`
	AccountName string `json:"account_name"`
	// ExternalID must be sent to assume the role if it is set (Alibaba Cloud).
	ExternalID string `json:"external_id"`
	// OIDCToken and OIDCProvider, a token and the ARN of the provider that issued
	// it, are accepted instead of a signature (Alibaba Cloud). "" is none.
	OIDCToken    string `json:"oidc_token"`
	OIDCProvider string `json:"oidc_provider"`
	// Denied has the operations that the role has no permission for, as Account
	// has.
	Denied map[string]string `json:"denied"`
}

// ARN is how requests of Alibaba Cloud name the role.
func (r Role) ARN() string { return "acs:ram::" + r.AccountID + ":role/" + r.Name }

// SetRole adds a role, or replaces the one with the same name and account.
func (s *Server) SetRole(r Role) { prepend(s, &s.roles, r) }

// issue makes temporary credentials that the server accepts until they expire.
// They are an access key with a security token, or a token alone.
func (s *Server) issue(owner Account, lifetime time.Duration, tokenAlone bool) Account {
	now := s.now()
	s.mu.Lock()
	s.accounts = slices.DeleteFunc(s.accounts, func(a Account) bool { return a.expired(now.Add(-day)) })
	s.issued++
	number := s.issued
	s.mu.Unlock()
	secret := hashHex(fmt.Appendf(nil, "%d %d", number, now.UnixNano()))
	a := Account{Cloud: owner.Cloud, ID: owner.ID, Denied: owner.Denied, Expires: now.Add(lifetime).Truncate(time.Second)}
	if tokenAlone {
		a.AuthToken = "MIIIssued" + secret
	} else {
		form := map[Cloud]string{AlibabaCloud: "STS.NU%018X", HuaweiCloud: "HSTA%016X"}[a.Cloud]
		a.AccessKey, a.SecretKey = fmt.Sprintf(form, number), secret[:40]
		a.SecurityToken = "issued/" + strings.ToUpper(secret) + "=="
	}
	s.SetAccount(a)
	return a
}

var sessionNameForm = regexp.MustCompile(`^[0-9A-Za-z.@_-]{2,64}$`)

// assumeRole answers AssumeRole and AssumeRoleWithOIDC of Alibaba Cloud's STS:
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
func (s *Server) assumeRole(c *call) *answer {
	p := c.params.Get
	oidc := c.operation.Name == AssumeRoleWithOIDC
	required := []string{"RoleArn", "RoleSessionName"}
	if oidc {
		required = append(required, "OIDCProviderArn", "OIDCToken")
	}
	for _, name := range required {
		if p(name) == "" {
			return reject(c, "Missing"+name)
		}
	}
	invalid := func(name, why string) *answer {
		return gatewayError(c, http.StatusBadRequest, "InvalidParameter."+name, "The parameter "+name+" "+why)
	}
	seconds, err := strconv.Atoi(cmp.Or(p("DurationSeconds"), "3600"))
	switch {
	case !sessionNameForm.MatchString(p("RoleSessionName")):
		return invalid("RoleSessionName", "is wrongly formed.")
	case p("Policy") != "" && !jsontext.Value(p("Policy")).IsValid():
		return invalid("PolicyGrammar", "has not passed grammar check.")
	case err != nil || seconds < 900 || seconds > 43200:
		return invalid("DurationSeconds", "must be between 900 and 43200 seconds.")
	}
	role, known := find(s, &s.roles, func(r Role) bool {
		return r.Cloud == AlibabaCloud && strings.EqualFold(r.ARN(), p("RoleArn"))
	})
	switch {
	case !known:
		return gatewayError(c, http.StatusNotFound, "EntityNotExist.Role", "The specified Role not exists.")
	case oidc && (role.OIDCToken == "" || role.OIDCToken != p("OIDCToken")):
		return gatewayError(c, http.StatusBadRequest, "AuthenticationFail.OIDCToken.Invalid", "This JsonWebToken is invalid.")
	case oidc && role.OIDCProvider != "" && role.OIDCProvider != p("OIDCProviderArn"):
		return gatewayError(c, http.StatusBadRequest, "AuthenticationFail.NoPermission",
			"This operation is forbidden by permission system.")
	case !oidc && role.ExternalID != "" && role.ExternalID != p("ExternalId"):
		return gatewayError(c, http.StatusForbidden, "NoPermission",
			"You are not authorized to do this action. You should be authorized by RAM.")
	}
	a := s.issue(Account{Cloud: AlibabaCloud, ID: role.AccountID, Denied: role.Denied}, time.Duration(seconds)*time.Second, false)
	body := object(
		"RequestId", c.record.RequestID,
		"AssumedRoleUser", object(
			"Arn", "acs:ram::"+role.AccountID+":role/"+role.Name+"/"+p("RoleSessionName"),
			"AssumedRoleId", "300000000000000001:"+p("RoleSessionName"),
		),
		"Credentials", object(
			"SecurityToken", a.SecurityToken, "AccessKeyId", a.AccessKey, "AccessKeySecret", a.SecretKey,
			"Expiration", a.Expires.UTC().Format(time.RFC3339),
		),
	)
	if oidc {
		body = body.With("OIDCTokenInfo", object("Subject", "mock", "Issuer", "https://issuer.invalid", "ClientIds", "mock"))
	}
	return &answer{status: http.StatusOK, body: body.encoded}
}
