package mockcloud

import (
	"cmp"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

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
	if !sessionNameForm.MatchString(p("RoleSessionName")) {
		return invalid("RoleSessionName", "is wrongly formed.")
	}
	if p("Policy") != "" && !json.Valid([]byte(p("Policy"))) {
		return invalid("PolicyGrammar", "has not passed grammar check.")
	}
	seconds, err := strconv.Atoi(cmp.Or(p("DurationSeconds"), "3600"))
	if err != nil || seconds < 900 || seconds > 43200 {
		return invalid("DurationSeconds", "must be between 900 and 43200 seconds.")
	}
	role, known := s.role(AlibabaCloud, func(r Role) bool { return strings.EqualFold(r.ARN(), p("RoleArn")) })
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
	return ok(body)
}
