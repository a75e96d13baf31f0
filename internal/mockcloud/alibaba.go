package mockcloud

import (
	"cmp"
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
	case !c.atRoot:
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
	switch {
	case code == "SignatureDoesNotMatch":
		return gatewayError(c, http.StatusBadRequest, code,
			"Specified signature is not matched with our calculation. server string to sign is:"+stringToSign)
	case code != "":
		return reject(c, code)
	}
	c.record.Verified = true
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
	known := s.signIn(c, algorithm, accessKey, "")
	account := c.account
	made, err := time.Parse("2006-01-02T15:04:05Z", date)
	for _, check := range []struct {
		failed bool
		code   string
	}{
		{header != "" && fields == nil, "IncompleteSignature"},
		{accessKey == "", "MissingAccessKeyId"},
		{!known, "InvalidAccessKeyId.NotFound"},
		{account.Inactive, "InvalidAccessKeyId.Inactive"},
		{account.SecurityToken == "" && token != "", "InvalidSecurityToken.Malformed"},
		{account.SecurityToken != "" && token == "", "MissingSecurityToken"},
		{account.SecurityToken != token, "InvalidSecurityToken.MismatchWithAccessKey"},
		{account.expired(s.now()), "InvalidSecurityToken.Expired"},
		{signature == "", "MissingSignature"},
		{date == "", "MissingTimestamp"},
		{err != nil, "InvalidTimeStamp.Format"},
		{s.now().Sub(made).Abs() > maxSkew, "InvalidTimeStamp.Expired"},
		{nonce == "", "MissingSignatureNonce"},
		{header == "" && (p("SignatureMethod") != rpcHMAC || p("SignatureVersion") != "1.0"), "InvalidSignatureMethod"},
	} {
		if check.failed {
			return check.code, ""
		}
	}
	if header == "" {
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
	return &answer{status: status, body: gatewayBody(c, status, code, message).encoded, code: code}
}

func gatewayBody(c *call, status int, code, message string) Item {
	body := object(
		"RequestId", c.record.RequestID,
		"HostId", c.Host,
		"Code", code,
		"Message", message,
		"Recommend", "https://api.aliyun.com/troubleshoot?q="+url.QueryEscape(code)+"&product="+cmp.Or(c.record.Service, "DBS")+
			"&requestId="+c.record.RequestID,
	)
	if status == http.StatusForbidden && c.operation != nil {
		body = body.With("AccessDeniedDetail", map[string]string{
			"AuthAction":       c.operation.Permission,
			"NoPermissionType": "ImplicitDeny",
			"PolicyType":       "AccountLevelIdentityBasedPolicy",
		})
	}
	return body
}

// dbsError is an error of DBS itself. With HTTP status 200 it is in DBS's own
// envelope. Otherwise the gateway's members are there too: the vendors' clients
// read nothing else of a failed request.
func dbsError(c *call, status int, code, message string) *answer {
	body := Item{}
	if status != http.StatusOK {
		body = gatewayBody(c, status, code, message)
	}
	body = body.With("HttpStatusCode", status, "RequestId", c.record.RequestID,
		"ErrCode", code, "Success", false, "ErrMessage", message)
	return &answer{status: status, body: body.encoded, code: code}
}
