package alibabacloud

import (
	"bytes"
	"cmp"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// A refusal is what an answer tells of its failure, whoever made it.
type refusal struct {
	code, message, requestID string
	status                   int // as the body says it
}

// parseRefusal reads a failure from an answer's body: the gateway's envelope has
// Code and Message, that of DBS has ErrCode, ErrMessage and Success. It is false if the
// body tells of none.
func parseRefusal(body []byte) (refusal, bool) {
	var envelope struct {
		RequestID      scalar.Text    `json:"RequestId"`
		Code           scalar.Text    `json:"Code"`
		Message        scalar.Text    `json:"Message"`
		ErrCode        scalar.Text    `json:"ErrCode"`
		ErrMessage     scalar.Text    `json:"ErrMessage"`
		Success        scalar.Boolean `json:"Success"`
		HTTPStatusCode scalar.Integer `json:"HttpStatusCode"`
	}
	// An error's body may end early, or hold a field of another type: what was read before
	// that counts.
	_ = json.Unmarshal(body, &envelope,
		json.MatchCaseInsensitiveNames(true),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	told := refusal{
		code:      cmp.Or(envelope.Code.Value, envelope.ErrCode.Value),
		message:   cmp.Or(envelope.Message.Value, envelope.ErrMessage.Value),
		requestID: envelope.RequestID.Value,
		status:    int(envelope.HTTPStatusCode.Value),
	}
	failed := envelope.Success.Valid && !envelope.Success.Value
	return told, failed || told.code != "" && !envelope.Success.Value
}

// read reads an answer of any status. decode reads a success.
func (c *Client) read(action string, answer request.Answer, decode func([]byte) (Envelope, error)) error {
	if !isObject(answer.Body) {
		return notAnObject(answer)
	}
	if answer.Status < 200 || answer.Status > 299 {
		told, _ := parseRefusal(answer.Body)
		return c.failure(action, told, answer.Status)
	}
	envelope, err := decode(answer.Body)
	if err == nil && envelope.Success != nil {
		if *envelope.Success {
			return envelope.Problem
		}
		return c.failure(action, refusal{
			code: envelope.ErrCode, message: envelope.ErrMessage,
			requestID: envelope.RequestID, status: envelope.HTTPStatusCode,
		}, answer.Status)
	}
	if err == nil && envelope.HasItems {
		return envelope.Problem
	}
	// Neither Success nor a list, or nothing that can be read as one: the gateway's
	// envelope looks like this, whatever the status.
	if told, ok := parseRefusal(answer.Body); ok {
		return c.failure(action, told, answer.Status)
	}
	if err == nil {
		err = envelope.Problem
	}
	return err
}

// failure is the error that a person reads.
func (c *Client) failure(action string, told refusal, status int) *request.Error {
	if told.code == "" && told.message == "" {
		told.message = "the answer gives no reason: it has no error code and no message"
	}
	advice := advise(action, told.code, status)
	if isAboutKeys(told.code) {
		if from, err := c.login(); err == nil {
			advice += " The credentials in use are " + from.name + "."
		}
	}
	return &request.Error{
		Code:      told.code,
		Message:   told.message,
		RequestID: told.requestID,
		Fault:     classify(told.code, told.status),
		Advice:    advice,
	}
}

// The codes that are final whatever the status says, as statuses vary by product.
// They are prefixes.
var finalCodes = []string{"Missing", "Invalid", "Forbidden", "Request.Forbidden", "NoPermission",
	"SignatureDoesNotMatch", "IncompleteSignature", "Param."}

// classify says whether asking again may help, by code and, where that says
// nothing, by the status that the body tells. What the HTTP status says is the
// request layer's to judge.
func classify(code string, status int) request.Fault {
	switch {
	case strings.Contains(strings.ToLower(code), "throttling"):
		return request.Throttled
	case hasPrefix(code, []string{"ServiceUnavailable", "SignatureNonceUsed"}):
		return request.Transient
	case strings.HasPrefix(code, "InternalError"):
		return request.Doubtful
	case hasPrefix(code, finalCodes):
		return request.Final
	case status == http.StatusTooManyRequests:
		return request.Throttled
	case status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return request.Transient
	case status >= http.StatusInternalServerError:
		return request.Doubtful
	}
	return request.Final
}

func hasPrefix(code string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// isObject is whether a body can be a JSON object.
func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{"))
}

// notAnObject is the failure of an answer that no part of the cloud's API sends.
func notAnObject(answer request.Answer) *request.Error {
	failure := request.NotJSON(answer)
	if jsontext.Value(answer.Body).IsValid() {
		failure.Message = "the answer is JSON, but not the object that the API sends"
	}
	if answer.Status >= 300 && answer.Status < 400 {
		failure.Message = "the answer is a redirect, which is not followed: a signed request must not go to another host"
		failure.Advice = "Check the endpoint."
	}
	return failure
}
