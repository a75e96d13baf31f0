package mockcloud

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxSkew is how far the time of a request may be from the server's, on
// both clouds.
const maxSkew = 15 * time.Minute

// gatewayErrors are the errors of Alibaba Cloud's API gateway, by code. Those of
// missing parameters are "Missing" and the parameter's name.
var gatewayErrors = map[string]struct {
	status  int
	message string
}{
	"InvalidApi.NotFound":                        {404, "Specified api is not found, please check your url and method."},
	"UnsupportedHTTPMethod":                      {400, "This http method is not supported."},
	"UnsupportedFormat":                          {400, "The mock server answers in JSON only: the parameter Format must be JSON or left out."},
	"InvalidParameter":                           {400, "The request parameters can not be decoded."},
	"InvalidVersion":                             {400, "Specified parameter Version is not valid."},
	"InvalidAccessKeyId.NotFound":                {404, "Specified access key is not found."},
	"InvalidAccessKeyId.Inactive":                {400, "Specified access key is disabled."},
	"InvalidSecurityToken.Malformed":             {400, "Specified SecurityToken is malformed."},
	"InvalidSecurityToken.MismatchWithAccessKey": {400, "Specified SecurityToken mismatch with the AccessKey."},
	"InvalidSecurityToken.Expired":               {400, "Specified SecurityToken is expired."},
	"InvalidTimeStamp.Format":                    {400, "Specified time stamp or date value is not well formatted."},
	"InvalidTimeStamp.Expired":                   {400, "Specified time stamp or date value is expired."},
	"InvalidSignatureMethod":                     {400, "Specified parameter SignatureMethod or SignatureVersion is not valid."},
	"IncompleteSignature":                        {400, "The request signature does not conform to Aliyun standards."},
	"SignatureNonceUsed":                         {400, "Specified signature nonce was used already."},
	"Forbidden.RAM":                              {403, "User not authorized to operate on the specified resource, or this API doesn't support RAM."},
}

// reject answers with one of the gateway's errors.
func reject(c *call, code string) *answer {
	if parameter, missing := strings.CutPrefix(code, "Missing"); missing {
		return gatewayError(c, http.StatusBadRequest, code, parameter+" is mandatory for this action.")
	}
	known := gatewayErrors[code]
	return gatewayError(c, known.status, code, known.message)
}

// authenticateAlibaba makes the gateway's checks in the gateway's order: the
// operation, the key and its signature, the permission.
func (s *Server) authenticateAlibaba(c *call) *answer {
	o := c.operation
	switch {
	case c.badPath || len(c.segments) > 1 || c.segments[0] != "":
		return reject(c, "InvalidApi.NotFound")
	case c.Method != http.MethodGet && c.Method != http.MethodPost:
		return reject(c, "UnsupportedHTTPMethod")
	case c.badQuery:
		return reject(c, "InvalidParameter")
	case c.record.Action == "":
		return reject(c, "MissingAction")
	case c.common("X-Acs-Version", "Version") == "":
		return reject(c, "MissingVersion")
	case o == nil && operationNamed(s.operations, c.record.Action) != nil:
		return reject(c, "InvalidVersion")
	case o == nil:
		return reject(c, "InvalidApi.NotFound")
	case strings.EqualFold(c.params.Get("Format"), "XML"):
		return reject(c, "UnsupportedFormat")
	case o.Permission == "":
		return nil
	}
	code, stringToSign := s.verifyAlibaba(c)
	if code == "SignatureDoesNotMatch" {
		return gatewayError(c, http.StatusBadRequest, code,
			"Specified signature is not matched with our calculation. server string to sign is:"+stringToSign)
	}
	if code != "" {
		return reject(c, code)
	}
	s.note(c, func(r *Request) { r.Verified = true })

	code, denied := c.account.denied(o)
	switch {
	case !denied:
		return nil
	case code == "Request.Forbidden":
		return dbsError(c, http.StatusForbidden, code, "Have no Permissions")
	case code == "NoPermission":
		return gatewayError(c, http.StatusForbidden, code,
			"You are not authorized to perform this action ("+o.Permission+"). You should be authorized by RAM.")
	default:
		return reject(c, code)
	}
}

// verifyAlibaba checks a request's key, time, signature and nonce, of either of
// the two schemes. It returns the code of the gateway's error, "" for none, and
// the string that should have been signed.
func (s *Server) verifyAlibaba(c *call) (code, stringToSign string) {
	p := c.params.Get
	accessKey, token, date, nonce, signature := p("AccessKeyId"), p("SecurityToken"), p("Timestamp"), p("SignatureNonce"), p("Signature")
	algorithm := ""
	if signature+accessKey != "" {
		algorithm = rpcHMAC
	}
	var fields map[string]string
	header := c.Header.Get("Authorization")
	if header != "" {
		algorithm = acs3
		fields = authorization(header, acs3, "Credential", "SignedHeaders", "Signature")
		accessKey, token, signature = fields["Credential"], c.Header.Get("X-Acs-Security-Token"), fields["Signature"]
		date, nonce = c.Header.Get("X-Acs-Date"), c.Header.Get("X-Acs-Signature-Nonce")
	}
	account, known := s.account(AlibabaCloud, accessKey)
	c.account = account
	s.note(c, func(r *Request) {
		r.Algorithm, r.AccessKey, r.AccountID = algorithm, accessKey, account.idIn(AlibabaCloud, known)
	})
	made, err := time.Parse("2006-01-02T15:04:05Z", date)
	switch {
	case header != "" && fields == nil:
		return "IncompleteSignature", ""
	case accessKey == "":
		return "MissingAccessKeyId", ""
	case !known:
		return "InvalidAccessKeyId.NotFound", ""
	case account.Inactive:
		return "InvalidAccessKeyId.Inactive", ""
	case account.SecurityToken == "" && token != "":
		return "InvalidSecurityToken.Malformed", ""
	case account.SecurityToken != "" && token == "":
		return "MissingSecurityToken", ""
	case account.SecurityToken != token:
		return "InvalidSecurityToken.MismatchWithAccessKey", ""
	case account.expired(s.now()):
		return "InvalidSecurityToken.Expired", ""
	case signature == "":
		return "MissingSignature", ""
	case date == "":
		return "MissingTimestamp", ""
	case err != nil:
		return "InvalidTimeStamp.Format", ""
	case s.now().Sub(made).Abs() > maxSkew:
		return "InvalidTimeStamp.Expired", ""
	case nonce == "":
		return "MissingSignatureNonce", ""
	}
	if header == "" {
		if p("SignatureMethod") != rpcHMAC || p("SignatureVersion") != "1.0" {
			return "InvalidSignatureMethod", ""
		}
		stringToSign = rpcStringToSign(c)
		if !equal(signature, rpcSignature(account.SecretKey, stringToSign)) {
			return "SignatureDoesNotMatch", stringToSign
		}
		return s.useNonce(c, nonce), ""
	}
	signed := strings.Split(fields["SignedHeaders"], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") {
		return "IncompleteSignature", ""
	}
	for name := range c.Header {
		lower := strings.ToLower(name)
		if (strings.HasPrefix(lower, "x-acs-") || lower == "content-type") && !slices.Contains(signed, lower) {
			return "IncompleteSignature", ""
		}
	}
	stringToSign = acs3StringToSign(c, fields["SignedHeaders"])
	if !equal(c.Header.Get("X-Acs-Content-Sha256"), hashHex(c.body)) || !equal(signature, hmacHex(account.SecretKey, stringToSign)) {
		return "SignatureDoesNotMatch", stringToSign
	}
	return s.useNonce(c, nonce), ""
}

// useNonce rejects a nonce that a verified request of the key has used.
// Nonces are kept for as long as a request that carries one can be valid.
func (s *Server) useNonce(c *call, nonce string) (code string) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	key := c.account.AccessKey + "\n" + nonce
	if used, found := s.nonces[key]; found && now.Sub(used) <= 2*maxSkew {
		return "SignatureNonceUsed"
	}
	s.nonces[key] = now
	if len(s.nonces)%10000 == 0 {
		maps.DeleteFunc(s.nonces, func(_ string, used time.Time) bool { return now.Sub(used) > 2*maxSkew })
	}
	return ""
}

// gatewayError is an error in the envelope of Alibaba Cloud's API gateway.
func gatewayError(c *call, status int, code, message string) *answer {
	product := c.record.Service
	if product == "" {
		product = "DBS"
	}
	body := object(
		"RequestId", c.record.RequestID,
		"HostId", c.Host,
		"Code", code,
		"Message", message,
		"Recommend", "https://api.aliyun.com/troubleshoot?q="+url.QueryEscape(code)+"&product="+product+
			"&requestId="+c.record.RequestID,
	)
	if status == http.StatusForbidden && c.operation != nil {
		body = body.With("AccessDeniedDetail", map[string]string{
			"AuthAction":       c.operation.Permission,
			"NoPermissionType": "ImplicitDeny",
			"PolicyType":       "AccountLevelIdentityBasedPolicy",
		})
	}
	return &answer{status: status, body: body.encoded, code: code}
}

// dbsError is an error of DBS itself. With HTTP status 200 it is in DBS's own
// envelope. Otherwise the gateway's members are there too: the vendors' clients
// read nothing else of a failed request.
func dbsError(c *call, status int, code, message string) *answer {
	own := object("HttpStatusCode", status, "RequestId", c.record.RequestID,
		"ErrCode", code, "Success", false, "ErrMessage", message)
	if status == http.StatusOK {
		return &answer{status: status, body: own.encoded, code: code}
	}
	a := gatewayError(c, status, code, message)
	whole := JSON(string(a.body))
	for _, m := range own.members {
		whole = whole.With(m.name, m.value)
	}
	a.body = whole.encoded
	return a
}
