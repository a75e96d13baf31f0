package mockcloud

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	dbsVersion = "2019-03-06"
	// maxSkew is how far the time of a request may be from the server's, on
	// both clouds.
	maxSkew = 15 * time.Minute
)

// routeAlibaba finds the operation in x-acs-action or Action.
func (s *Server) routeAlibaba(c *call) {
	c.record.Cloud = AlibabaCloud
	if action := alibabaCommon(c, "X-Acs-Action", "Action"); action == DescribeBackupPlanList ||
		action == DescribeFullBackupList {
		c.record.Operation = action
	}
	switch c.record.Operation {
	case DescribeBackupPlanList:
		c.record.Region = c.params.Get("Region")
		c.record.Key = c.record.Region
		if c.record.Key == "" {
			c.record.Key = s.options.Region
		}
	case DescribeFullBackupList:
		c.record.Region = c.params.Get("RegionId")
		c.record.Key = c.params.Get("BackupPlanId")
	}
}

// alibabaCommon returns a common parameter: a header where the request is
// signed by headers, a parameter where it is signed the older way.
func alibabaCommon(c *call, header, parameter string) string {
	if value := c.Header.Get(header); value != "" {
		return value
	}
	return c.params.Get(parameter)
}

// authenticateAlibaba makes the gateway's checks in the gateway's order: is
// there such an operation, who calls, is the signature right, may they.
func (s *Server) authenticateAlibaba(c *call) *answer {
	if c.badPath || len(c.segments) > 1 || c.segments[0] != "" {
		return gatewayError(c, http.StatusNotFound, "InvalidApi.NotFound",
			"Specified api is not found, please check your url and method.")
	}
	if c.Method != http.MethodGet && c.Method != http.MethodPost {
		return gatewayError(c, http.StatusBadRequest, "UnsupportedHTTPMethod", "This http method is not supported.")
	}
	if c.badQuery {
		return gatewayError(c, http.StatusBadRequest, "InvalidParameter", "The request parameters can not be decoded.")
	}
	if alibabaCommon(c, "X-Acs-Action", "Action") == "" {
		return missing(c, "Action")
	}
	switch alibabaCommon(c, "X-Acs-Version", "Version") {
	case dbsVersion:
	case "":
		return missing(c, "Version")
	default:
		return gatewayError(c, http.StatusBadRequest, "InvalidVersion", "Specified parameter Version is not valid.")
	}
	if c.record.Operation == "" {
		return gatewayError(c, http.StatusNotFound, "InvalidApi.NotFound",
			"Specified api is not found, please check your url and method.")
	}

	var refusal *answer
	if c.Header.Get("Authorization") != "" {
		refusal = s.verifyACS3(c)
	} else {
		refusal = s.verifyRPC(c)
	}
	if refusal != nil {
		return refusal
	}
	s.note(c, func(r *Request) { r.Verified = true })

	code, denied := c.account.denied(c.record.Operation)
	switch {
	case !denied:
		return nil
	case code == "Request.Forbidden":
		return dbsError(c, http.StatusForbidden, code, "Have no Permissions")
	case code == "":
		code = "NoPermission"
	}
	return gatewayError(c, http.StatusForbidden, code,
		"You are not authorized to perform this action (dbs:"+c.record.Operation+"). You should be authorized by RAM.")
}

// identifyAlibaba looks up the key and checks its state and its token.
func (s *Server) identifyAlibaba(c *call, accessKey, token string) *answer {
	s.note(c, func(r *Request) { r.AccessKey = accessKey })
	account, known := s.account(AlibabaCloud, accessKey)
	c.account = account
	switch {
	case accessKey == "":
		return missing(c, "AccessKeyId")
	case !known:
		return gatewayError(c, http.StatusNotFound, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
	case account.Inactive:
		return gatewayError(c, http.StatusBadRequest, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
	case account.SecurityToken == "" && token != "":
		return gatewayError(c, http.StatusBadRequest, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
	case account.SecurityToken != "" && token == "":
		return missing(c, "SecurityToken")
	case account.SecurityToken != token:
		return gatewayError(c, http.StatusBadRequest, "InvalidSecurityToken.MismatchWithAccessKey",
			"Specified SecurityToken mismatch with the AccessKey.")
	case account.expired(s.now()):
		return gatewayError(c, http.StatusBadRequest, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
	}
	return nil
}

// checkTimestamp refuses a request made too long ago, or in the future.
func (s *Server) checkTimestamp(c *call, timestamp string) *answer {
	if timestamp == "" {
		return missing(c, "Timestamp")
	}
	made, err := time.Parse("2006-01-02T15:04:05Z", timestamp)
	if err != nil {
		return gatewayError(c, http.StatusBadRequest, "InvalidTimeStamp.Format",
			"Specified time stamp or date value is not well formatted.")
	}
	if s.now().Sub(made).Abs() > maxSkew {
		return gatewayError(c, http.StatusBadRequest, "InvalidTimeStamp.Expired",
			"Specified time stamp or date value is expired.")
	}
	return nil
}

// spendNonce refuses a nonce that a verified request of the key has used.
// Nonces are kept for as long as a request that carries one can be valid.
func (s *Server) spendNonce(c *call, nonce string) *answer {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	key := c.account.AccessKey + "\n" + nonce
	if used, found := s.nonces[key]; found && now.Sub(used) <= 2*maxSkew {
		return gatewayError(c, http.StatusBadRequest, "SignatureNonceUsed",
			"Specified signature nonce was used already.")
	}
	s.nonces[key] = now
	if len(s.nonces)%10000 == 0 {
		for old, used := range s.nonces {
			if now.Sub(used) > 2*maxSkew {
				delete(s.nonces, old)
			}
		}
	}
	return nil
}

func missing(c *call, parameter string) *answer {
	return gatewayError(c, http.StatusBadRequest, "Missing"+parameter, parameter+" is mandatory for this action.")
}

func signatureDoesNotMatch(c *call, stringToSign string) *answer {
	return gatewayError(c, http.StatusBadRequest, "SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation. server string to sign is:"+stringToSign)
}

// gatewayError is an error in the envelope of Alibaba Cloud's API gateway.
func gatewayError(c *call, status int, code, message string) *answer {
	var b itemBuilder
	b.add("RequestId", c.record.RequestID)
	b.add("HostId", c.Host)
	b.add("Code", code)
	b.add("Message", message)
	b.add("Recommend", "https://api.aliyun.com/troubleshoot?q="+url.QueryEscape(code)+
		"&product=DBS&requestId="+c.record.RequestID)
	if slices.Contains([]string{"NoPermission", "Forbidden.RAM"}, code) {
		b.add("AccessDeniedDetail", map[string]string{
			"AuthAction":       "dbs:" + c.record.Operation,
			"NoPermissionType": "ImplicitDeny",
			"PolicyType":       "AccountLevelIdentityBasedPolicy",
		})
	}
	return &answer{status: status, body: b.item().text, code: code}
}

// dbsError is an error in the envelope of DBS itself, which comes with any
// HTTP status, 200 included.
func dbsError(c *call, status int, code, message string) *answer {
	var b itemBuilder
	b.add("HttpStatusCode", status)
	b.add("RequestId", c.record.RequestID)
	b.add("ErrCode", code)
	b.add("Success", false)
	b.add("ErrMessage", message)
	return &answer{status: status, body: b.item().text, code: code}
}
