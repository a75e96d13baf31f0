package cloud

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// An Envelope is the part of a response that reports an error. E is its struct.
type Envelope[E any] interface {
	*E
	Failed() bool
	// APIError is the error that the response reports.
	APIError(r request.Response, advise Adviser) *request.Error
}

// An Adviser returns what to do about an error.
type Adviser func(code string, status int) string

// Advise returns the adviser of a call. values replace the tables' placeholders:
// "{region}", "cn-north-4", and so on.
func Advise(values []string, tables ...[]request.Advice) Adviser {
	return func(code string, status int) string {
		return strings.NewReplacer(values...).Replace(request.Advise(code, status, tables...))
	}
}

func isSuccess(r request.Response) bool { return r.Status >= 200 && r.Status <= 299 }

// parse reads the envelope of an error's body, which may end early or have a field of
// another type: what was read before that counts.
func parse[E any](body []byte) *E {
	var e E
	_ = json.Unmarshal(body, &e, json.MatchCaseInsensitiveNames(true),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &e
}

// Read reads a response of any status. decode reads that of a success.
func Read[E any, P Envelope[E]](r request.Response, decode func([]byte) (P, error), check func() error, advise Adviser) error {
	if !bytes.HasPrefix(bytes.TrimLeft(r.Body, " \t\r\n\ufeff"), []byte("{")) {
		return request.NotJSON(r)
	}
	if !isSuccess(r) {
		return P(parse[E](r.Body)).APIError(r, advise)
	}
	envelope, err := decode(r.Body)
	if err != nil {
		// An error of the gateway may not look like the operation's response.
		if envelope = parse[E](r.Body); !envelope.Failed() {
			return err
		}
	}
	if envelope.Failed() {
		return envelope.APIError(r, advise)
	}
	if check == nil {
		return nil
	}
	return check()
}

// TokenErrors returns the reader of a token service's errors, which returns nil for a
// success. base is what its requests are signed with. No error repeats a whole body,
// which may hold keys.
func TokenErrors[E any, P Envelope[E]](base string, tables ...[]request.Advice) func(request.Response) *request.Error {
	advise := Advise([]string{"{credentials}", base}, tables...)
	return func(r request.Response) *request.Error {
		envelope := P(parse[E](r.Body))
		switch {
		case isSuccess(r) && !envelope.Failed():
			return nil
		case !jsontext.Value(r.Body).IsValid():
			return &request.Error{Class: request.Malformed, Message: "the response is not JSON", Advice: advise("", r.Status)}
		}
		return envelope.APIError(r, advise)
	}
}
