package mockcloud

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"
)

const sdkDateLayout = "20060102T150405Z"

// authenticateHuawei makes the checks of Huawei Cloud's API gateway.
func (s *Server) authenticateHuawei(c *call) *answer {
	switch {
	case c.operation == nil:
		return huaweiError(c, http.StatusNotFound, "APIGW.0101",
			"The API does not exist or has not been published in the environment")
	case c.badQuery:
		return huaweiError(c, http.StatusBadRequest, "APIGW.0201", "Bad request: the query can not be decoded")
	case c.operation.Permission == "":
		return nil
	}
	var apiError *answer
	if token := c.Header.Get("X-Auth-Token"); token != "" {
		apiError = s.verifyAuthToken(c, token)
	} else {
		apiError = s.verifySDKHMAC(c)
	}
	if apiError != nil {
		return apiError
	}
	c.record.Verified = true
	code, denied := c.account.denied(c.operation)
	if !denied {
		return nil
	}
	message := map[string]string{
		"APIGW.0302": "The IAM user is not authorized to access the API",
		"DBS.200010": "Authentication failed. The account has no permission for the resource.",
	}[code]
	return huaweiError(c, http.StatusForbidden, code,
		cmp.Or(message, "Policy doesn't allow "+c.operation.Permission+" to be performed."))
}

// verifyAuthToken checks a token of IAM.
func (s *Server) verifyAuthToken(c *call, token string) *answer {
	switch {
	case !s.signIn(c, "X-Auth-Token", "", token) || c.account.Inactive:
		return unauthorized(c, "decrypt token fail")
	case c.account.expired(s.now()):
		return expiredToken(c)
	}
	return nil
}

// verifySDKHMAC checks a signature. X-Sdk-Date must be signed, and every other
// header may be left out, X-Security-Token included:
// https://support.huaweicloud.com/devg-apisign/api-sign-exclude-header.html
func (s *Server) verifySDKHMAC(c *call) *answer {
	header := c.Header.Get("Authorization")
	if header == "" {
		return unauthorized(c, "neither X-Auth-Token nor Authorization was found")
	}
	fields := authorization(header, sdkHMAC, "Access", "SignedHeaders", "Signature")
	if fields == nil {
		return unauthorized(c, "the Authorization header is not well formed")
	}
	known := s.signIn(c, sdkHMAC, fields["Access"], "")
	switch {
	case !known:
		return unauthorized(c, "Get secretKey failed,ak:"+fields["Access"]+",err:ak not exist")
	case c.account.Inactive:
		return unauthorized(c, "the access key "+fields["Access"]+" is disabled")
	case s.locked(fields["Access"]):
		return unauthorized(c, "AK access failed to reach the limit, forbidden")
	case c.account.SecurityToken != c.Header.Get("X-Security-Token"):
		return unauthorized(c, "the security token does not belong to the access key")
	case c.account.expired(s.now()):
		return expiredToken(c)
	case !slices.Contains(strings.Split(fields["SignedHeaders"], ";"), "x-sdk-date"):
		return unauthorized(c, "the header X-Sdk-Date is not signed")
	}
	date := c.Header.Get("X-Sdk-Date")
	made, err := time.Parse(sdkDateLayout, date)
	switch {
	case err != nil:
		return unauthorized(c, "the header X-Sdk-Date was not found or is not well formed")
	case s.now().Sub(made).Abs() > maxSkew:
		return unauthorized(c, "the signature expired: X-Sdk-Date is "+date+
			", the server's time is "+s.now().UTC().Format(sdkDateLayout))
	}
	right := equal(fields["Signature"], sdkSignature(c, fields["SignedHeaders"]))
	s.countSignature(fields["Access"], right)
	if !right {
		return unauthorized(c, "verify aksk signature fail")
	}
	return nil
}

// failures counts the wrong signatures of a key in a row. Five of them lock
// the key for five minutes, for right signatures too.
type failures struct {
	count       int
	lockedUntil time.Time
}

func (s *Server) locked(accessKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Before(s.failures[accessKey].lockedUntil)
}

// countSignature notes whether a key's signature was right.
func (s *Server) countSignature(accessKey string, right bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch count := s.failures[accessKey].count + 1; {
	case right:
		delete(s.failures, accessKey)
	case count < 5:
		s.failures[accessKey] = failures{count: count}
	default:
		s.failures[accessKey] = failures{lockedUntil: s.now().Add(5 * time.Minute)}
	}
}

func unauthorized(c *call, why string) *answer {
	return huaweiError(c, http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+why)
}

// expiredToken is the answer to a temporary key or a token that is no longer
// valid, on both clouds.
func expiredToken(c *call) *answer {
	switch {
	case c.record.Cloud == AlibabaCloud:
		return reject(c, "InvalidSecurityToken.Expired")
	case c.Header.Get("X-Auth-Token") != "":
		return huaweiError(c, http.StatusUnauthorized, "APIGW.0307", "The token must be updated")
	default:
		return unauthorized(c, "the security token expired")
	}
}

// huaweiError is an error in the envelope that fits the code: the gateway's
// with a request ID, a service's without; IAM has one of its own.
func huaweiError(c *call, status int, code, message string) *answer {
	var body Item
	switch {
	case c.record.Service == "IAM":
		body = object("error", map[string]any{"code": status, "message": message, "title": http.StatusText(status)})
	case strings.HasPrefix(code, "APIGW."):
		body = object("error_msg", message, "error_code", code, "request_id", c.record.RequestID)
	default:
		body = object("error_code", code, "error_msg", message)
		if status == http.StatusForbidden {
			body = body.With("encoded_authorization_message", "bW9jayBhdXRob3JpemF0aW9uIG1lc3NhZ2U=")
		}
	}
	return &answer{status: status, body: body.encoded, code: code}
}
