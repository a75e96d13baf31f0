package mockcloud

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// inject applies the faults to a request. It returns the answer that replaces
// the right one, or nil. If there is to be no answer, it breaks the
// connection.
func (s *Server) inject(c *call) *answer {
	s.choose(c)
	if c.faultNumber == 0 {
		return nil
	}
	f := c.faults
	s.changeList(c)
	s.delay(c)
	switch {
	case c.due(f.HangEvery, "hang-every"):
		s.note(c, func(r *Request) { r.Fault = c.fault })
		select {
		case <-c.Context().Done():
		case <-s.closing:
		}
		panic(http.ErrAbortHandler)
	case c.due(f.DropEvery, "drop-every"):
		s.note(c, func(r *Request) { r.Fault = c.fault })
		panic(http.ErrAbortHandler)
	case c.due(f.ThrottleEvery, "throttle-every"):
		return throttled(c)
	case c.limiter != nil && !c.limiter.Allow():
		c.fault = "throttle-rate"
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
		return &answer{
			status: http.StatusFound, header: http.Header{"Location": {cmp.Or(f.RedirectTo, "http://moved.invalid/")}},
		}
	}
	return nil
}

// changeList changes the list that a request is about to read.
func (s *Server) changeList(c *call) {
	f, key := c.faults, listKey{c.operation.kind, c.record.Key}
	if c.operation.Name == ShowGaussMySqlBackupList {
		key.key = c.query.Get("instance_id")
		if ids := s.Instances(c.record.Project).IDs(); key.key == "" && len(ids) > 0 {
			key.key = ids[0]
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.lists[key]; !known {
		return
	}
	for _, change := range []struct {
		every int
		name  string
		make  func(items []Item, at int) []Item
	}{
		{f.AddEvery, "add-every", func(items []Item, at int) []Item {
			return slices.Insert(items, at, s.newItemLocked(key))
		}},
		{f.RemoveEvery, "remove-every", func(items []Item, at int) []Item {
			return slices.Delete(items, at, min(at+1, len(items)))
		}},
		{f.ReplaceEvery, "replace-every", func(items []Item, at int) []Item {
			if len(items) > 0 {
				items[at] = s.newItemLocked(key)
			}
			return items
		}},
		{f.RotateEvery, "rotate-every", func(items []Item, _ int) []Item {
			return slices.Insert(items[:max(len(items)-1, 0)], 0, s.newItemLocked(key))[:len(items)]
		}},
	} {
		if !c.due(change.every, change.name) {
			continue
		}
		// Other faults may be injected together with a change.
		c.record.Fault, c.fault = change.name, ""
		s.updateLocked(key, func(items []Item) []Item {
			last := len(items) - 1
			if change.name == "add-every" {
				last++
			}
			at := max(map[string]int{"middle": (last + 1) / 2, "end": last}[f.ChangeAt], 0)
			return change.make(slices.Clone(items), at)
		})
	}
}

// newItemLocked makes an item that no list has: like the list's first, so that
// it passes the same filters, with an ID and a name of its own.
func (s *Server) newItemLocked(key listKey) Item {
	s.added++
	items := s.lists[key]
	if len(items) == 0 {
		items = key.kind.generate(key.key, 1, s.now())
	}
	return renamed(key.kind, items[0], fmt.Sprintf("added%06d", s.added))
}

// delay waits for the latency, or until the client leaves.
func (s *Server) delay(c *call) {
	if c.faults.Latency <= 0 {
		return
	}
	timer := time.NewTimer(c.faults.Latency)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.Context().Done():
	case <-s.closing:
	}
}

// throttled is the answer to one request too many.
func throttled(c *call) *answer {
	f := c.faults
	var a *answer
	if c.record.Cloud == HuaweiCloud {
		a = huaweiError(c, http.StatusTooManyRequests, "APIGW.0308", "The throttling threshold has been reached")
	} else {
		a = gatewayError(c, cmp.Or(f.ThrottleStatus, http.StatusBadRequest), "Throttling.User",
			"Request was denied due to user flow control.")
	}
	a.header = http.Header{}
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", seconds(f.RetryAfter))
	}
	if f.RetryAfterHint > 0 && c.record.Cloud == AlibabaCloud {
		a.header.Set("X-Acs-Retry-After", strconv.FormatInt(f.RetryAfterHint.Milliseconds(), 10))
	}
	return a
}

// failed is the failure of a server.
func failed(c *call) *answer {
	status := cmp.Or(c.faults.ErrorStatus, http.StatusServiceUnavailable)
	if c.faults.ErrorHTML {
		return htmlAnswer(status, http.StatusText(status))
	}
	if c.record.Cloud == HuaweiCloud {
		code := map[int]string{500: "APIGW.0601", 502: "APIGW.0610", 503: "APIGW.0613", 504: "APIGW.0611"}[status]
		return huaweiError(c, status, cmp.Or(code, "DBS.108000"), "Server error: "+http.StatusText(status))
	}
	code := "InternalError"
	if status == http.StatusServiceUnavailable {
		code = "ServiceUnavailable"
	}
	return gatewayError(c, status, code, "The request has failed due to a temporary failure of the server.")
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
	status, code := http.StatusBadRequest, "SignatureDoesNotMatch"
	if c.record.Cloud == HuaweiCloud {
		status, code, message = http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: "+message
	}
	status = cmp.Or(c.faults.ErrorStatus, status)
	if c.faults.ErrorHTML {
		return htmlAnswer(status, message)
	}
	return fail(c, status, code, message)
}

// inBand is an error with HTTP status 200.
func inBand(c *call) *answer {
	f, huawei := c.faults, c.record.Cloud == HuaweiCloud
	code := cmp.Or(f.InBandCode, "InternalError")
	if huawei {
		code = cmp.Or(f.InBandCode, "DBS.200005")
	}
	if f.InBandForm == "" || f.InBandForm == "envelope" || c.operation.kind == nil {
		var a *answer
		if huawei {
			a = huaweiError(c, http.StatusOK, code, "Server error.")
		} else {
			a = dbsError(c, http.StatusOK, code, "The request processing has failed due to some unknown error.")
		}
		return a
	}
	var m members
	switch {
	case huawei && f.InBandForm == InBandWithStatus:
		m.add("status_code", http.StatusInternalServerError)
	case huawei:
		m.add("errCode", code)
	case f.InBandForm == InBandWithStatus:
		m.add("HttpStatusCode", http.StatusInternalServerError)
	default:
		m.add("ErrCode", code)
	}
	if huawei {
		m.add(c.operation.kind.list, []any{})
		m.add("total_count", 0)
	} else {
		m.add("RequestId", c.record.RequestID)
		m.add("TotalElements", 0)
		m.add("Items", map[string]any{c.operation.kind.list: []any{}})
	}
	a := ok(newItem(m))
	a.code = code
	return a
}

func htmlAnswer(status int, title string) *answer {
	title = html.EscapeString(title)
	return &answer{
		status: status,
		header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		body: []byte("<html><head><title>" + title + "</title></head><body><center><h1>" + title +
			"</h1></center><hr><center>nginx</center></body></html>"),
	}
}

const (
	// hugeNumber is 2^53+1: the first whole number that a float64 can't hold.
	hugeNumber = "9007199254740993"
	// unknownEnum is a status that no documentation has.
	unknownEnum = "quarantined"
)

// changed returns what the faults make of the items of a page.
func (f Faults) changed(k *kind, items []Item) []Item {
	if !f.HugeNumbers && !f.UnknownFields && !f.UnknownEnums && !f.BrokenStrings && !f.ControlCharacters {
		return items
	}
	changed := make([]Item, 0, len(items))
	for n, item := range items {
		m := make([]member, 0, len(item.members)+3)
		for _, old := range item.members {
			m = append(m, member{old.name, f.value(k, n, old)})
		}
		if f.UnknownFields {
			m = append(m, member{"FutureString", encode("of a later version")}, member{"FutureNull", encode(nil)},
				member{"FutureObject", encode(map[string]any{"Values": []any{1, "two", nil, map[string]any{}}})})
		}
		changed = append(changed, newItem(m))
	}
	return changed
}

// value returns what the faults make of a member of the n-th item of a page.
func (f Faults) value(k *kind, n int, m member) json.RawMessage {
	raw := m.value
	switch {
	case m.name == k.id:
	case f.UnknownEnums && m.name == k.status:
		return encode(unknownEnum)
	case f.BrokenStrings && m.name == k.freeText && n < 2:
		// The first two of the three bytes of a character; half of a surrogate pair.
		broken := []string{"\xe6\x95", `\ud83d`}[n]
		whole := encode(stringOf(raw))
		return json.RawMessage(string(whole[:len(whole)-1]) + broken + `"`)
	case f.ControlCharacters && m.name == k.name:
		return encode(stringOf(raw) + "\x1b[31m\x1b]0;title\x07\r\n\u202e")
	case f.HugeNumbers && m.name == "size" && raw[0] == '"':
		return encode(hugeNumber + ".0")
	case f.HugeNumbers:
		if parsed, err := parseJSON(raw); err == nil {
			return parsed.rewrite(m.name, func(name string, raw []byte) []byte {
				if isNumber(raw) && !strings.Contains(strings.ToLower(name), "time") {
					return []byte(hugeNumber)
				}
				return raw
			})
		}
	}
	return raw
}

// otherType returns a value as another JSON type, the same to a person.
func (f Faults) otherType(raw []byte) []byte {
	switch {
	case f.NumbersAsStrings && isNumber(raw), f.BooleansAsStrings && (raw[0] == 't' || raw[0] == 'f'):
		return []byte(`"` + string(raw) + `"`)
	case f.StringsAsNumbers && raw[0] == '"' && isNumber(raw[1:len(raw)-1]):
		return raw[1 : len(raw)-1]
	}
	return raw
}

// isNumber reports whether source is a JSON number.
func isNumber(source []byte) bool {
	return len(source) > 0 && (source[0] == '-' || '0' <= source[0] && source[0] <= '9') && json.Valid(source)
}
