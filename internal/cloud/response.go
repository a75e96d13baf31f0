package cloud

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// A Response is a struct that a response is decoded into. It embeds the envelope of its
// cloud, which has the methods.
type Response[R any] interface {
	*R
	// Parse reads the envelope alone, with [Parse].
	Parse(body []byte)
	// Report returns the error that the response reports, with the status that decides
	// about the advice. failed is whether it reports one.
	Report(r request.Response) (report *request.Error, failed bool)
}

// StatusMessage is the message of an error that has nothing but a status in the body.
func StatusMessage(status int64) string {
	if status < 400 {
		return ""
	}
	return fmt.Sprintf("the response reports the status %d, and has no error code and no message", status)
}

// An Adviser adds to an error what to do about it.
type Adviser func(report *request.Error, r request.Response) *request.Error

// Advise returns the adviser of a call. values replace the tables' placeholders:
// "{region}", "cn-north-4", and so on.
func Advise(values []string, tables ...[]request.Advice) Adviser {
	return func(report *request.Error, r request.Response) *request.Error {
		report.Advice = strings.NewReplacer(values...).Replace(request.Advise(report.Code, report.Status, tables...))
		report.Status = r.Status
		return report
	}
}

func isSuccess(r request.Response) bool { return r.Status >= 200 && r.Status <= 299 }

// Parse reads the envelope of an error's body, which may end early or have a field of
// another type: what was read before that counts.
func Parse[E any](body []byte, envelope *E) {
	var e E
	_ = json.Unmarshal(body, &e, json.MatchCaseInsensitiveNames(true),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	*envelope = e
}

// read reads a response of any status.
func read[R any, P Response[R]](r request.Response, advise Adviser) (*R, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(r.Body, " \t\r\n\ufeff"), []byte("{")) {
		return nil, request.NotJSON(r)
	}
	response := P(new(R))
	var err error
	if isSuccess(r) {
		err = apijson.Unmarshal(r.Body, response)
	}
	if err != nil || !isSuccess(r) {
		response.Parse(r.Body) // an error of the gateway may not look like the operation's response
	}
	switch report, failed := response.Report(r); {
	case failed, !isSuccess(r):
		return nil, advise(report, r)
	case err != nil:
		return nil, err
	}
	return response, nil
}

// TokenErrors returns the reader of a token service's errors, which returns nil for a
// success. base is what its requests are signed with. No error repeats a whole body,
// which may hold keys.
func TokenErrors[R any, P Response[R]](base string, tables ...[]request.Advice) func(request.Response) *request.Error {
	advise := Advise([]string{"{credentials}", base}, tables...)
	return func(r request.Response) *request.Error {
		envelope := P(new(R))
		envelope.Parse(r.Body)
		report, failed := envelope.Report(r)
		switch {
		case isSuccess(r) && !failed:
			return nil
		case !jsontext.Value(r.Body).IsValid():
			report = &request.Error{Class: request.Malformed, Status: r.Status, Message: "the response is not JSON"}
		}
		return advise(report, r)
	}
}
