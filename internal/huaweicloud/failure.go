package huaweicloud

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// read tells an answer from a failure. A success is a JSON object without an
// error in it; anything else must not pass as an empty list.
func read(answer request.Answer, advise advise, decode func(body []byte) error) error {
	body := bytes.TrimSpace(answer.Body)
	success := answer.Status >= 200 && answer.Status <= 299
	switch {
	case success && bytes.Equal(body, []byte("null")):
		return errors.New("the answer is null")
	case len(body) == 0 || body[0] != '{':
		return request.NotJSON(answer)
	case !success:
		told, err := parseRefusal(body)
		if err != nil {
			return request.NotJSON(answer)
		}
		return failure(answer, told, advise)
	}
	// A list is long and has no such name in it: looking for the name first
	// saves decoding every page twice.
	if bytes.Contains(body, []byte(`"error`)) {
		if told, err := parseRefusal(body); err == nil && told.failed() {
			return failure(answer, told, advise)
		}
	}
	return decode(body)
}

// A refusal is what an answer tells of its failure, whoever made it.
type refusal struct {
	code, message, requestID, authorization string
}

func (r refusal) failed() bool {
	return r.code != "" && r.code != "0" || r.message != ""
}

// parseRefusal reads the shapes that failures have: the services' and the
// gateway's {error_code, error_msg}, and IAM's {error: {code, message, title}},
// with a text or a number as code.
func parseRefusal(body []byte) (refusal, error) {
	var fields struct {
		ErrorCode     loose      `json:"error_code"`
		ErrorMsg      loose      `json:"error_msg"`
		RequestID     loose      `json:"request_id"`
		Authorization loose      `json:"encoded_authorization_message"`
		Error         iamFailure `json:"error"`
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		return refusal{}, err
	}
	told := refusal{
		code:          string(fields.ErrorCode),
		message:       string(fields.ErrorMsg),
		requestID:     string(fields.RequestID),
		authorization: string(fields.Authorization),
	}
	if !told.failed() {
		told.code, told.message = string(fields.Error.Code), string(fields.Error.Message)
		if title := string(fields.Error.Title); !strings.Contains(told.message, title) {
			told.message = strings.TrimSuffix(title+": "+told.message, ": ")
		}
	}
	return told, nil
}

// An iamFailure is IAM's object, or a text that stands in its place.
type iamFailure struct {
	Code, Message, Title loose
}

func (f *iamFailure) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return f.Message.UnmarshalJSON(data)
	}
	type plain iamFailure
	return json.Unmarshal(data, (*plain)(f))
}

// A loose text is one that may come as a number; of anything else, it is the JSON.
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	var text string
	switch {
	case string(data) == "null":
	case json.Unmarshal(data, &text) == nil:
		*l = loose(text)
	default:
		*l = loose(data)
	}
	return nil
}

// failure is the error that a person reads.
func failure(answer request.Answer, told refusal, advise advise) *request.Error {
	// IAM's codes are HTTP statuses, and count where the answer's own is a success.
	status := answer.Status
	if number, err := strconv.Atoi(told.code); err == nil && status <= 299 {
		status = number
	}
	message := told.message
	if told.code == "" && message == "" {
		message = "the answer gives no reason: it has no error code and no message"
	}
	if told.authorization != "" {
		message = strings.TrimSpace(message + " (encoded authorization message: " + told.authorization + ")")
	}
	return &request.Error{
		Status:    answer.Status,
		Code:      told.code,
		Message:   message,
		RequestID: cmp.Or(answer.Header.Get("X-Request-Id"), told.requestID, answer.Header.Get("X-Iam-Trace-Id")),
		Fault:     classify(told.code, status),
		Advice:    advise(told.code, status),
	}
}

// classify says whether asking again may help. Never after 401: five wrong signatures in a
// row lock the access key. The statuses that are worth a retry whatever the code
// are the request layer's knowledge.
func classify(code string, status int) request.Fault {
	switch {
	case status == http.StatusUnauthorized:
		return request.Final
	case status == http.StatusTooManyRequests:
		return request.Throttled
	case status == http.StatusRequestTimeout, status >= 502 && status <= 504:
		return request.Transient
	case status >= 500 && status <= 599:
		return request.Doubtful
	}
	switch code {
	case "APIGW.0308":
		return request.Throttled
	case "DBS.201205", "APIGW.0610", "APIGW.0613":
		return request.Transient
	case "DBS.108000", "DBS.200005", "APIGW.0601":
		return request.Doubtful
	}
	return request.Final
}
