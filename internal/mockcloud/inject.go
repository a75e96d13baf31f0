package mockcloud

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// inject applies the faults to a request. It returns the answer that replaces
// the right one, or nil. If there is to be no answer, it breaks the
// connection.
func (s *Server) inject(c *call) *answer {
	s.choose(c)
	f := c.faults
	s.changeList(c)
	if f.Latency > 0 {
		c.note(true, "latency")
		select {
		case <-time.After(f.Latency):
		case <-c.Context().Done():
		}
	}
	switch {
	case c.due(f.HangEvery, "hang-every"):
		<-c.Context().Done()
		panic(http.ErrAbortHandler)
	case c.due(f.DropEvery, "drop-every"):
		panic(http.ErrAbortHandler)
	case c.due(f.ThrottleEvery, "throttle-every"):
		return throttled(c)
	case f.limiter != nil && !f.limiter.Allow():
		c.injected, c.record.Fault = true, "throttle-rate"
		return throttled(c)
	case c.due(f.ErrorEvery, "error-every"):
		return failed(c)
	case c.due(f.EchoSecretsEvery, "echo-secrets-every"):
		return echoed(c)
	case c.due(f.ExpiredEvery, "expired-every"):
		return expiredToken(c)
	case c.due(f.InBandEvery, "in-band-every"):
		return inBand(c)
	case c.due(f.RedirectEvery, "redirect-every"):
		location := cmp.Or(f.RedirectTo, "http://moved.invalid/")
		return &answer{status: http.StatusFound, header: http.Header{"Location": {location}}}
	}
	return nil
}

// changeList changes the list that a request is about to read. Other faults may
// be injected together with a change.
func (s *Server) changeList(c *call) {
	f, list := c.faults, List{s, listKey{c.operation.kind, c.record.Key}}
	if list.kind != nil && list.kind.changed != nil {
		list.key = list.kind.changed(s, c)
	}
	_, known := s.items(list.kind, list.key)
	change := func(every int, name string, more int, edit func(items []Item, at int, added Item) []Item) {
		if !c.due(every, name) {
			return
		}
		c.injected = false
		if !known {
			c.record.Fault += NoList
			return
		}
		list.update(func(items []Item) []Item {
			places := len(items) + more
			if places == 0 {
				return items
			}
			like := items // The new item is like the first one, so that it passes the same filters.
			if len(items) == 0 {
				like = list.kind.generate(list.key, 1, s.now())
			}
			s.added++
			at := map[string]int{"middle": places / 2, "end": places - 1}[f.ChangeAt]
			return edit(items, at, renamed(list.kind, like[0], fmt.Sprintf("added%06d", s.added)))
		})
	}
	change(f.AddEvery, "add-every", 1, func(items []Item, at int, added Item) []Item { return slices.Insert(items, at, added) })
	change(f.RemoveEvery, "remove-every", 0, func(items []Item, at int, _ Item) []Item { return slices.Delete(items, at, at+1) })
	change(f.ReplaceEvery, "replace-every", 0, func(items []Item, at int, added Item) []Item {
		items[at] = added
		return items
	})
	change(f.RotateEvery, "rotate-every", 0, func(items []Item, _ int, added Item) []Item {
		return slices.Insert(items[:len(items)-1], 0, added)
	})
}

// throttled is the answer to one request too many.
func throttled(c *call) *answer {
	f := c.faults
	status := cmp.Or(f.ThrottleStatus, http.StatusBadRequest)
	a := gatewayError(c, status, "Throttling.User", "Request was denied due to user flow control.")
	if c.record.Cloud == HuaweiCloud {
		a = huaweiError(c, http.StatusTooManyRequests, "APIGW.0308", "The throttling threshold has been reached")
	}
	a.header = http.Header{}
	if f.RetryAfter > 0 {
		seconds := int64((f.RetryAfter + time.Second - 1) / time.Second)
		a.header.Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	if f.RetryAfterHint > 0 && c.record.Cloud == AlibabaCloud {
		a.header.Set("X-Acs-Retry-After", strconv.FormatInt(f.RetryAfterHint.Milliseconds(), 10))
	}
	return a
}

// failed is the failure of a server.
func failed(c *call) *answer {
	status := cmp.Or(c.faults.ErrorStatus, http.StatusServiceUnavailable)
	text := http.StatusText(status)
	switch {
	case c.faults.ErrorHTML:
		return htmlAnswer(status, text)
	case c.record.Cloud == HuaweiCloud:
		code := map[int]string{500: "APIGW.0601", 502: "APIGW.0610", 503: "APIGW.0613", 504: "APIGW.0611"}[status]
		return huaweiError(c, status, cmp.Or(code, "DBS.108000"), "Server error: "+text)
	case status == http.StatusServiceUnavailable:
		return gatewayError(c, status, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.")
	default:
		return gatewayError(c, status, "InternalError", "The request processing has failed due to some unknown error.")
	}
}

// echoed is an error that quotes every secret of the request.
func echoed(c *call) *answer {
	quoted := []string{c.account.AccessKey, c.account.SecretKey, c.account.SecurityToken, c.account.AuthToken}
	for _, header := range []string{"Authorization", "X-Acs-Security-Token", "X-Security-Token", "X-Auth-Token"} {
		quoted = append(quoted, c.Header.Get(header))
	}
	for _, parameter := range []string{"Signature", "SecurityToken", "OIDCToken"} {
		quoted = append(quoted, c.params.Get(parameter))
	}
	quoted = slices.DeleteFunc(quoted, func(secret string) bool { return secret == "" })
	message := "verification failed, the server saw: " + strings.Join(quoted, " | ")
	status := cmp.Or(c.faults.ErrorStatus, map[Cloud]int{AlibabaCloud: 400, HuaweiCloud: 401}[c.record.Cloud])
	switch {
	case c.faults.ErrorHTML:
		return htmlAnswer(status, message)
	case c.record.Cloud == HuaweiCloud:
		return huaweiError(c, status, "APIGW.0301", "Incorrect IAM authentication information: "+message)
	default:
		return gatewayError(c, status, "SignatureDoesNotMatch", message)
	}
}

func htmlAnswer(status int, title string) *answer {
	title = html.EscapeString(title)
	return &answer{
		status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		body: []byte("<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><hr>nginx</body></html>"),
	}
}

// inBand is an error with HTTP status 200.
func inBand(c *call) *answer {
	f, huawei := c.faults, c.record.Cloud == HuaweiCloud
	code, status, wrongCode := cmp.Or(f.InBandCode, "InternalError"), "HttpStatusCode", "ErrCode"
	if huawei {
		code, status, wrongCode = cmp.Or(f.InBandCode, "DBS.200005"), "status_code", "errCode"
	}
	alone := f.InBandForm != InBandWithStatus && f.InBandForm != InBandWithCode || c.operation.kind == nil
	switch {
	case alone && huawei:
		return huaweiError(c, http.StatusOK, code, "Server error.")
	case alone:
		return dbsError(c, http.StatusOK, code, "The request processing has failed due to some unknown error.")
	}
	body := object(wrongCode, code)
	if f.InBandForm == InBandWithStatus {
		body = object(status, http.StatusInternalServerError)
	}
	list := object(c.operation.kind.list, []Item{})
	if huawei {
		body = body.With(list.pairs()...).With("total_count", 0)
	} else {
		body = body.With("RequestId", c.record.RequestID, "TotalElements", 0, "Items", list)
	}
	return &answer{status: http.StatusOK, body: body.encoded, code: code}
}

const (
	// hugeNumber is 2^53+1: the first whole number that a float64 can't hold.
	hugeNumber = "9007199254740993"
	// unknownEnum is a status that no documentation has.
	unknownEnum = "quarantined"
)

// brokenStrings end in the first two of the three bytes of a character, and in half
// of a surrogate pair.
var brokenStrings = []string{"\xe6\x95\"", `\ud83d"`}

// changeValues returns what the faults make of the values of an answer.
func (c *call) changeValues(body jsontext.Value) jsontext.Value {
	f, k, broken := c.faults, c.operation.kind, 0
	if !f.NumbersAsStrings && !f.StringsAsNumbers && !f.BooleansAsStrings && !f.HugeNumbers && !f.UnknownFields &&
		!f.UnknownEnums && !f.BrokenStrings && !f.ControlCharacters {
		return body
	}
	var unknown []member
	if f.UnknownFields {
		c.note(true, "unknown-fields")
		unknown = []member{
			{"FutureString", encode("of a later version")}, {"FutureNull", encode(nil)},
			{"FutureObject", encode(map[string]any{"Values": []any{1, "two", nil, map[string]any{}}})},
		}
	}
	changed := func(flag string, value jsontext.Value) jsontext.Value {
		c.note(true, flag)
		return value
	}
	return rewrite(body, func(name string, depth int, value jsontext.Value) jsontext.Value {
		plain := stringOf(value)
		isString, isNumber := value.Kind() == '"', jsontext.Value(plain).Kind() == '0' && jsontext.Value(plain).IsValid()
		switch {
		case name == k.id: // Tests go by it.
		case f.UnknownEnums && name == k.status:
			return changed("unknown-enums", encode(unknownEnum))
		case f.BrokenStrings && name == k.freeText && broken < len(brokenStrings):
			whole := encode(plain)
			broken++
			return changed("broken-strings", append(whole[:len(whole)-1], brokenStrings[broken-1]...))
		case f.ControlCharacters && name == k.name:
			return changed("control-characters", encode(plain+"\x1b[31m\x1b]0;title\x07\r\n\u202e"))
		case f.HugeNumbers && name == "size" && isString:
			return changed("huge-numbers", encode(hugeNumber+".0"))
		case f.HugeNumbers && !isString && isNumber && depth > 1 && !strings.Contains(strings.ToLower(name), "time"):
			return changed("huge-numbers", jsontext.Value(hugeNumber))
		case f.NumbersAsStrings && !isString && isNumber:
			return changed("numbers-as-strings", encode(plain))
		case f.BooleansAsStrings && (plain == "true" || plain == "false"):
			return changed("booleans-as-strings", encode(plain))
		case f.StringsAsNumbers && isString && isNumber:
			return changed("strings-as-numbers", jsontext.Value(plain))
		}
		return value
	}, unknown...)
}
