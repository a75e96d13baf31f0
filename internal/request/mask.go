package request

import (
	"errors"
	"net/http"
	"strings"
	"time"
)

// fail completes an error with what is known about the attempt. It is the one place where an
// error becomes fit to be shown: what came from outside is masked, cleaned and cut.
func (c *Client) fail(a *attempt, err error) *Error {
	e := asError(err)
	e.Cloud, e.Operation, e.Subject = a.call.Cloud, a.call.Operation, a.call.Subject
	e.Status = a.response.Status
	if a.sent {
		e.Attempts = a.number
	}
	if e.RequestID == "" {
		e.RequestID = requestID(a.response.Header)
	}
	if e.Class != Permanent {
		e.retryAfter = retryAfter(a.response.Header, time.Now())
	}

	secrets := c.secrets.With(requestSecrets(a.request)...)
	if e.isHTML {
		e.Message = secrets.ShowHTML(e.Message, maxExcerpt)
	}
	for _, text := range [...]*string{&e.Cloud, &e.Operation, &e.Subject, &e.Code, &e.Message, &e.RequestID, &e.Advice} {
		*text = secrets.Show(*text, maxMessage)
	}
	lines := strings.Split(e.detail, "\n")
	for i := range lines {
		lines[i] = secrets.Show(lines[i], maxMessage)
	}
	e.detail = strings.Join(lines, "\n")
	if e.Err != nil {
		e.Err = maskedError{secrets.Show(e.Err.Error(), maxMessage), e.Err}
	}
	return e
}

func asError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = wrapError("the request failed", err)
	}
	return e
}

// A maskedError is a cause whose string may be shown.
type maskedError struct {
	text string
	err  error
}

func (m maskedError) Error() string { return m.text }
func (m maskedError) Unwrap() error { return m.err }

// requestID returns the ID that both clouds send in a header too.
func requestID(header http.Header) string {
	if id := header.Get("X-Acs-Request-Id"); id != "" {
		return id
	}
	return header.Get("X-Request-Id")
}

// requestSecrets returns the values of a request that must not be shown. The credentials may be
// registered as secrets; a signature can't be.
func requestSecrets(req *http.Request) (secrets []string) {
	if req == nil {
		return nil
	}
	for _, name := range [...]string{
		"Authorization", "Proxy-Authorization", "Cookie", "X-Auth-Token", "X-Subject-Token", "X-Security-Token",
		"X-Acs-Security-Token", "X-Acs-Accesskey-Id", "X-Acs-Bearer-Token", "X-Aliyun-Ecs-Metadata-Token",
	} {
		for _, value := range req.Header.Values(name) {
			secrets = append(secrets, value)
			// "Bearer <token>", or "<algorithm> Credential=<key>, SignedHeaders=<names>, Signature=<hex>".
			_, parameters, _ := strings.Cut(value, " ")
			for parameter := range strings.SplitSeq(parameters, ",") {
				if key, value, ok := strings.Cut(strings.TrimSpace(parameter), "="); !ok {
					secrets = append(secrets, parameter)
				} else if key != "SignedHeaders" {
					secrets = append(secrets, value)
				}
			}
		}
	}
	query := req.URL.Query()
	for _, name := range [...]string{"Signature", "SecurityToken", "AccessKeyId", "BearerToken"} {
		secrets = append(secrets, query[name]...)
	}
	return secrets
}
