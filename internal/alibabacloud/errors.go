package alibabacloud

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Envelope has the fields of a response that say whether the call succeeded. The
// gateway's errors have Code and Message; those of DBS have ErrCode, ErrMessage,
// Success and HttpStatusCode, with any HTTP status.
type Envelope struct {
	RequestID      apijson.String `json:"RequestId"`
	Success        apijson.Bool   `json:"Success"`
	Code           apijson.String `json:"Code"`
	Message        apijson.String `json:"Message"`
	ErrCode        apijson.String `json:"ErrCode"`
	ErrMessage     apijson.String `json:"ErrMessage"`
	HTTPStatusCode apijson.Int64  `json:"HttpStatusCode"`
}

// Parse reads the envelope alone.
func (e *Envelope) Parse(body []byte) { cloud.Parse(body, e) }

// Report returns the error that the response reports. Success decides if it is there:
// documented successes have an ErrCode or an HttpStatusCode of 400 beside it. Token
// services have a code "Success".
func (e *Envelope) Report(r request.Response) (report *request.Error, failed bool) {
	code, message, status := cmp.Or(e.Code.Value, e.ErrCode.Value), cmp.Or(e.Message.Value, e.ErrMessage.Value), e.HTTPStatusCode.Value
	failed = status >= 400 || code != "" && code != "Success"
	if e.Success.Valid {
		failed = !e.Success.Value
	}
	if code == "" {
		message = cmp.Or(message, cloud.StatusMessage(status))
	}
	return &request.Error{Status: r.Status, Code: code, Message: message, RequestID: e.RequestID.Value, Class: classify(code, int(status))}, failed
}

// The prefixes of codes by class. Statuses vary by product, so the code decides.
var classes = []struct {
	class    request.Class
	prefixes []string
}{
	{request.ExpiredCredentials, []string{"InvalidSecurityToken.Expired"}},
	{request.RejectedCredentials, []string{"InvalidAccessKeyId", "InvalidSecurityToken", "SignatureDoesNotMatch", "IncompleteSignature"}},
	{request.Transient, []string{"ServiceUnavailable", "SignatureNonceUsed"}},
	{request.ServerError, []string{"InternalError"}},
	{request.Permanent, []string{"Missing", "Invalid", "Forbidden", "Request.Forbidden", "NoPermission", "Param."}},
}

// classify returns the class of an error by its code and, if that says nothing, by the
// status in the body. The HTTP status is the request layer's to judge.
func classify(code string, status int) request.Class {
	if strings.Contains(strings.ToLower(code), "throttling") {
		return request.Throttled
	}
	for _, c := range classes {
		if slices.ContainsFunc(c.prefixes, func(prefix string) bool { return strings.HasPrefix(code, prefix) }) {
			return c.class
		}
	}
	return request.Classify(request.Permanent, status)
}

const inUse = " The credentials in use are {credentials}. "

// keyAdvice is the advice for errors of every call that is signed, and gatewayAdvice
// that of every operation. {region}, {permission} and {credentials} are the call's.
var (
	keyAdvice = []request.Advice{
		{Codes: []string{"InvalidTimeStamp*"},
			Text: "Check the clock of this machine: a signature is valid for 15 minutes. " + request.See("credentials")},
		{Codes: []string{"InvalidAccessKeyId*"},
			Text: "Check that the access key exists and is active; a temporary one also needs its security token." + inUse + request.See("credentials")},
		{Codes: []string{"InvalidSecurityToken*"},
			Text: "Check that the security token belongs to the access key and has not expired." + inUse + request.See("credentials")},
		{Codes: []string{"SignatureDoesNotMatch*", "IncompleteSignature*"},
			Text: "Check that the secret key belongs to the access key, and that no proxy changes the request." + inUse + request.See("credentials")},
		{Codes: []string{"ServiceUnavailable*", "InternalError*"},
			Text: "The service failed. If it keeps failing, contact Alibaba Cloud's support with the request ID."},
	}
	gatewayAdvice = []request.Advice{
		{Codes: []string{"NoPermission*", "Forbidden*", "Request.Forbidden*"}, Status: http.StatusForbidden,
			Text: "Check that the RAM user or role has a policy that allows {permission}, that no other policy denies it, and that the service is activated for the account." + inUse + request.See("permissions")},
		{Codes: []string{"InvalidApi*", "InvalidVersion*", "InvalidAction*"}, Status: http.StatusNotFound,
			Text: "Check the endpoint and the region ({region}): the server does not offer this operation. " + request.See("unexpected-response")},
		{Codes: []string{"InvalidRegion*", "Invalid.Region*", "UnsupportedRegion*", "RegionId*"},
			Text: "Check the region: {region} is not one that this endpoint serves."},
		{Codes: []string{"InvalidParameterValid*"},
			Text: "Check the arguments and the region ({region}): a parameter is wrong, the backup plan does not exist there, or no plan matches the filters. " +
				"The API is known to answer with this error instead of an empty list."},
		{Codes: []string{"InvalidParameter*", "Param.*", "InvalidJobId*"},
			Text: "Check the arguments: a backup plan must exist in the region ({region}) and belong to the account of the credentials." + inUse},
	}
)
