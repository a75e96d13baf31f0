package alibabacloud

import (
	"fmt"
	"strings"
)

func isAboutKeys(code string) bool {
	return hasPrefix(code, []string{"InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature", "NoPermission", "Forbidden", "Request.Forbidden"})
}

// advise says what to check; "" where the message says all there is to say.
func advise(action, code string, status int) string {
	has := func(prefixes ...string) bool { return hasPrefix(code, prefixes) }
	switch {
	case strings.Contains(strings.ToLower(code), "throttling"):
		return "Lower requests_per_second or max_concurrent_requests in the provider's configuration; the limit holds for the whole account."
	case has("NoPermission", "Forbidden", "Request.Forbidden"):
		return fmt.Sprintf("Check that the RAM user or role has a policy that allows dbs:%s, that no other policy denies it, and that DBS is activated for the account.", action)
	case has("InvalidTimeStamp"):
		return "Check the clock of this machine: a signature is valid for 15 minutes."
	case has("InvalidAccessKeyId"):
		return "Check that the access key exists and is active; a temporary one also needs its security token."
	case has("InvalidSecurityToken"):
		return "Check that the security token belongs to the access key and has not expired."
	case has("SignatureDoesNotMatch", "IncompleteSignature"):
		return "Check that the secret key is the access key's, and that no proxy changes the request on its way."
	case has("InvalidApi", "InvalidVersion", "InvalidAction"):
		return "Check the endpoint and the region: what answered does not offer this operation of DBS."
	case strings.Contains(code, "Region"):
		return "Check the region: it is not one that DBS serves at this endpoint."
	case has("InvalidParameter", "Param.") || strings.Contains(code, "NotFound") || strings.Contains(code, "NotExist"):
		return "Check the arguments: a backup plan must exist in this region and belong to the account of the credentials."
	case has("ServiceUnavailable", "InternalError"):
		return "The service failed; if it keeps failing, give the request id to Alibaba Cloud's support."
	case code == "" && status >= 300:
		return "Check the endpoint, and whether a proxy stands between this machine and Alibaba Cloud."
	}
	return ""
}
