package mockcloud

import (
	"net/http"
	"time"
)

// routeHuawei finds the operation in the path.
func routeHuawei(c *call) {
	c.record.Cloud = HuaweiCloud
	p := c.segments
	switch {
	case c.badPath || c.Method != http.MethodGet:
	case len(p) == 2 && p[1] == "projects":
		c.record.Operation = KeystoneListProjects
		c.record.Key = c.query.Get("name")
	case len(p) == 5 && p[2] == "instances" && p[4] == "backups":
		c.record.Operation = ShowInstanceBackups
		c.record.Key = p[3]
	}
}

// authenticateHuawei makes the checks of Huawei Cloud's API gateway.
func (s *Server) authenticateHuawei(c *call) *answer {
	if c.record.Operation == "" {
		return huaweiError(c, http.StatusNotFound, "APIGW.0101",
			"The API does not exist or has not been published in the environment")
	}
	if c.badQuery {
		return huaweiError(c, http.StatusBadRequest, "APIGW.0201", "Bad request: the query can not be decoded")
	}
	var refusal *answer
	if token := c.Header.Get("X-Auth-Token"); token != "" {
		refusal = s.verifyAuthToken(c, token)
	} else {
		refusal = s.verifySDKHMAC(c)
	}
	if refusal != nil {
		return refusal
	}
	s.note(c, func(r *Request) { r.Verified = true })

	code, denied := c.account.denied(c.record.Operation)
	switch {
	case !denied:
		return nil
	case code == "":
		code = "DBS.200604"
	}
	return huaweiError(c, http.StatusForbidden, code,
		"Policy doesn't allow "+huaweiPermission[c.record.Operation]+" to be performed.")
}

// huaweiPermission has the name of the permission that each operation needs.
var huaweiPermission = map[string]string{
	ShowInstanceBackups:  "gaussdb:backup:list",
	KeystoneListProjects: "iam:projects:listProjects",
}

// verifyAuthToken checks a token that IAM gave out.
func (s *Server) verifyAuthToken(c *call, token string) *answer {
	account, known := s.tokenAccount(token)
	c.account = account
	s.note(c, func(r *Request) { r.Algorithm, r.AccessKey = "X-Auth-Token", account.AccessKey })
	switch {
	case !known || account.Inactive:
		return unauthorized(c, "decrypt token fail")
	case account.expired(s.now()):
		return huaweiError(c, http.StatusUnauthorized, "APIGW.0307", "The token must be updated")
	}
	return nil
}

// failures counts the failed signatures of a key in a row. Five of them lock
// the key: one more reason never to send a refused request again.
type failures struct {
	count       int
	lockedUntil time.Time
}

const (
	failuresToLock = 5
	lockTime       = 5 * time.Minute
)

// locked tells whether a key is locked.
func (s *Server) locked(accessKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Before(s.failures[accessKey].lockedUntil)
}

// countSignature notes whether a key's signature was right.
func (s *Server) countSignature(accessKey string, right bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if right {
		delete(s.failures, accessKey)
		return
	}
	f := s.failures[accessKey]
	f.count++
	if f.count >= failuresToLock {
		f = failures{lockedUntil: s.now().Add(lockTime)}
	}
	s.failures[accessKey] = f
}

func unauthorized(c *call, why string) *answer {
	return huaweiError(c, http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+why)
}

// huaweiError is an error in the envelope that fits the code: the gateway's
// with a request id, a service's without; IAM has one of its own.
func huaweiError(c *call, status int, code, message string) *answer {
	var b itemBuilder
	switch {
	case c.record.Operation == KeystoneListProjects:
		b.add("error", map[string]any{"code": status, "message": message, "title": http.StatusText(status)})
		return &answer{status: status, body: b.item().text, code: code}
	case len(code) > 5 && code[:5] == "APIGW":
		b.add("error_msg", message)
		b.add("error_code", code)
		b.add("request_id", c.record.RequestID)
	default:
		b.add("error_code", code)
		b.add("error_msg", message)
		if status == http.StatusForbidden {
			b.add("encoded_authorization_message", "bW9jayBhdXRob3JpemF0aW9uIG1lc3NhZ2U=")
		}
	}
	return &answer{status: status, body: b.item().text, code: code}
}
