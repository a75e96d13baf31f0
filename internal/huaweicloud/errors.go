package huaweicloud

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Envelope has the fields of a response that report an error, in each spelling: the
// services' and the gateway's {error_code, error_msg}, {errCode, errMsg}, {code,
// message}, and IAM's {error: {code, message, title}}. An error can have any HTTP
// status.
type Envelope struct {
	ErrorCode     apijson.String `json:"error_code"`
	ErrorMsg      apijson.String `json:"error_msg"`
	ErrCode       apijson.String `json:"errCode"`
	ErrMsg        apijson.String `json:"errMsg"`
	Code          apijson.String `json:"code"`
	Message       apijson.String `json:"message"`
	StatusCode    apijson.Int64  `json:"status_code"`
	Error         any            `json:"error"` // IAM's object, or a string
	RequestID     apijson.String `json:"request_id"`
	Authorization apijson.String `json:"encoded_authorization_message"`
}

// iam is a field of IAM's error; of a string in place of the object, the message.
func (e *Envelope) iam(field string) string {
	switch v := e.Error.(type) {
	case map[string]any:
		if value := v[field]; value != nil {
			return fmt.Sprint(value)
		}
	case string:
		if field == "message" {
			return v
		}
	}
	return ""
}

// code is the error's code; "" or "0" if there is none.
func (e *Envelope) code() string {
	code := cmp.Or(e.ErrorCode.Value, e.ErrCode.Value, e.iam("code"))
	if code == "" && e.Message.Valid { // a code alone may be a part of an item
		code = e.Code.Value
	}
	return code
}

func (e *Envelope) message() string {
	message, title := e.iam("message"), e.iam("title")
	if !strings.Contains(message, title) {
		message = strings.TrimSuffix(title+": "+message, ": ")
	}
	message = cmp.Or(e.ErrorMsg.Value, e.ErrMsg.Value, message, e.Message.Value)
	if e.Authorization.Value != "" {
		message = strings.TrimSpace(message + " (encoded authorization message: " + e.Authorization.Value + ")")
	}
	return message
}

// Parse reads the envelope alone.
func (e *Envelope) Parse(body []byte) { cloud.Parse(body, e) }

// Report returns the error that the response reports.
func (e *Envelope) Report(r request.Response) (report *request.Error, failed bool) {
	code, message := e.code(), e.message()
	// IAM's codes are HTTP statuses, and count if the response's own is a success.
	status := r.Status
	if status < 300 {
		if number, err := strconv.Atoi(code); err == nil {
			status = number
		}
		status = int(cmp.Or(e.StatusCode.Value, int64(status)))
	}
	class := request.Classify(classify(code, message, status), status)
	if code == "" {
		message = cmp.Or(message, cloud.StatusMessage(e.StatusCode.Value))
	}
	return &request.Error{
		Status: status, Code: code, Message: message, Class: class,
		RequestID: cmp.Or(r.Header.Get("X-Request-Id"), e.RequestID.Value, r.Header.Get("X-Iam-Trace-Id")),
	}, code != "" && code != "0" || e.StatusCode.Value >= 400 || e.iam("message") != ""
}

// The codes by class. Newer operations have codes of eight digits, older ones of six.
var classes = []struct {
	class request.Class
	codes []string
}{
	{request.ExpiredCredentials, []string{"APIGW.0307"}},
	{request.Throttled, []string{"APIGW.0308"}},
	{request.Transient, []string{"DBS.201205", "APIGW.0610", "APIGW.0613"}},
	{request.ServerError, []string{"DBS.108000", "DBS.108002", "DBS.108005", "DBS.200005", "DBS.200208", "APIGW.0601"}},
}

// classify returns the class of an error. A rejected signature is never sent again: five
// wrong ones in a row lock the access key.
func classify(code, message string, status int) request.Class {
	for _, c := range classes {
		if slices.Contains(c.codes, code) {
			return c.class
		}
	}
	if status != http.StatusUnauthorized {
		return request.Permanent
	}
	if strings.Contains(strings.ToLower(message), "expire") {
		return request.ExpiredCredentials
	}
	return request.RejectedCredentials
}

const inUse = " The credentials in use are {credentials}. "

var (
	// keyAdvice is the advice for errors of every call that is signed.
	keyAdvice = []request.Advice{
		{Codes: []string{"APIGW.0301", "APIGW.0303", "APIGW.0305", "APIGW.0307"}, Status: http.StatusUnauthorized,
			Text: "Check the access key and the secret key; with temporary keys, the security token and whether they have expired; " +
				"with auth_token, whether it is still valid and of this region; and the clock of this machine, which may be wrong by 15 minutes at most. " +
				"Five wrong signatures in a row lock the access key for 5 minutes, so the provider does not send another." + inUse + request.See("credentials")},
		{Codes: []string{"APIGW.0101"},
			Text: "The server doesn't know this API. Check region, endpoint and iam_endpoint. " + request.See("unexpected-response")},
	}
	// gatewayAdvice is the advice for errors of every operation. {region}, {project},
	// {permission} and {credentials} are the call's.
	gatewayAdvice = append([]request.Advice{
		{Codes: []string{"DBS.280404", "DBS.200002", "DBS.200045", "DBS.200408", "DBS.280005", "DBS.200013", "DBS.200602", "DBS.201028", "DBS.290005", "DBS.290011", "DBS.05000044"}, Status: http.StatusNotFound,
			Text: "There is no such TaurusDB instance in project {project} ({region}). Check instance_id, region and project_id."},
		{Codes: []string{"DBS.200044", "DBS.201003", "DBS.280015", "DBS.280056"},
			Text: "The instance is not in project {project} ({region}), or the user must not see it. Check instance_id, region and project_id, and that the user has the permission {permission} in the project." + inUse + request.See("permissions")},
		{Codes: []string{"APIGW.0302", "APIGW.0306", "APIGW.0310", "DBS.200010", "DBS.200604"}, Status: http.StatusForbidden,
			Text: "Check that the user has the permission {permission} in project {project} ({region}), and that the project belongs to the account of the credentials." + inUse + request.See("permissions")},
		{Codes: []string{"DBS.201205"},
			Text: "A backup of the instance is running. Try again when it has finished."},
		{Codes: []string{"DBS.108*", "DBS.200005", "DBS.200208", "DBS.213*", "DBS.290006", "DBS.290015"}, Status: http.StatusInternalServerError,
			Text: "The service failed. If it keeps failing, contact Huawei Cloud's support with the request ID."},
		{Codes: []string{"DBS.*"}, Status: http.StatusBadRequest,
			Text: "An argument is invalid, or there is no such instance in project {project} ({region}). Check instance_id, region, project_id and the other arguments of the data source."},
	}, keyAdvice...)
)
