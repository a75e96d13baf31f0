package mockcloud

import (
	"encoding/json"
	"html"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// strike does to a request what the faults say. It returns the answer that
// takes the place of the right one, or nil. Where there is to be no answer, it
// breaks the connection.
func (s *Server) strike(c *call) *answer {
	s.mu.Lock()
	f := s.faults
	limiter := s.limiter
	if len(f.Only) > 0 && !slices.Contains(f.Only, c.record.Operation) {
		s.mu.Unlock()
		return nil
	}
	s.faultCount++
	number := s.faultCount
	s.mu.Unlock()
	if f.First > 0 && number > f.First {
		return nil
	}
	c.faults, c.faultNumber = f, number

	s.change(c)
	s.delay(c)
	switch {
	case c.hit(f.HangEvery, "hang-every"):
		s.noteFault(c)
		select {
		case <-c.Context().Done():
		case <-s.closing:
		}
		panic(http.ErrAbortHandler)
	case c.hit(f.DropEvery, "drop-every"):
		s.noteFault(c)
		panic(http.ErrAbortHandler)
	case c.hit(f.ThrottleEvery, "throttle-every"):
		return throttled(c)
	case limiter != nil && !limiter.Allow():
		c.fault = "throttle-rate"
		return throttled(c)
	case c.hit(f.ErrorEvery, "error-every"):
		return failed(c)
	case c.hit(f.EchoSecretsEvery, "echo-secrets-every"):
		return echoed(c)
	case c.hit(f.InBandEvery, "in-band-every"):
		return inBand(c)
	case c.hit(f.RedirectEvery, "redirect-every"):
		target := f.RedirectTo
		if target == "" {
			target = "http://moved.invalid/"
		}
		return &answer{status: http.StatusFound, header: http.Header{"Location": {target}}}
	case c.hit(f.EmptyEvery, "empty-every"):
		return &answer{status: http.StatusOK}
	case c.hit(f.NoContentEvery, "no-content-every"):
		return &answer{status: http.StatusNoContent}
	case c.hit(f.NullEvery, "null-every"):
		return &answer{status: http.StatusOK, body: []byte("null")}
	case c.hit(f.HTMLEvery, "html-every"):
		return htmlAnswer(http.StatusOK, "Sign in to the network")
	case c.hit(f.XMLEvery, "xml-every"):
		return &answer{
			status: http.StatusOK,
			header: http.Header{"Content-Type": {"text/xml;charset=utf-8"}},
			body:   []byte("<?xml version='1.0' encoding='UTF-8'?><Response><RequestId>" + c.record.RequestID + "</RequestId></Response>"),
		}
	case c.hit(f.WrongAnswerEvery, "wrong-answer-every"):
		return s.wrongAnswer(c)
	}
	return nil
}

// noteFault records the fault of a request.
func (s *Server) noteFault(c *call) {
	s.note(c, func(r *Request) { r.Fault = c.fault })
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

// throttled is the refusal of one request too many.
func throttled(c *call) *answer {
	f := c.faults
	var a *answer
	if c.record.Cloud == HuaweiCloud {
		a = huaweiError(c, http.StatusTooManyRequests, "APIGW.0308", "The throttling threshold has been reached")
	} else {
		status := f.ThrottleStatus
		if status == 0 {
			status = http.StatusBadRequest
		}
		a = gatewayError(c, status, "Throttling.User", "Request was denied due to user flow control.")
	}
	a.header = http.Header{}
	if f.RetryAfter > 0 {
		a.header.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	if f.RetryAfterHint > 0 && c.record.Cloud == AlibabaCloud {
		a.header.Set("X-Acs-Retry-After", strconv.FormatInt(f.RetryAfterHint.Milliseconds(), 10))
	}
	return a
}

// failed is the failure of a server.
func failed(c *call) *answer {
	status := c.faults.ErrorStatus
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	if c.faults.ErrorHTML {
		return htmlAnswer(status, http.StatusText(status))
	}
	if c.record.Cloud == HuaweiCloud {
		code, known := map[int]string{500: "APIGW.0601", 502: "APIGW.0610", 503: "APIGW.0613", 504: "APIGW.0611"}[status]
		if !known {
			code = "DBS.108000"
		}
		return huaweiError(c, status, code, "Server error: "+http.StatusText(status))
	}
	code := "InternalError"
	if status == http.StatusServiceUnavailable {
		code = "ServiceUnavailable"
	}
	return gatewayError(c, status, code, "The request has failed due to a temporary failure of the server.")
}

// echoed is an error that quotes every secret of the request.
func echoed(c *call) *answer {
	f := c.faults
	quoted := []string{c.account.AccessKey, c.account.SecretKey, c.account.SecurityToken, c.account.AuthToken}
	for _, header := range []string{"Authorization", "X-Acs-Security-Token", "X-Security-Token", "X-Auth-Token"} {
		quoted = append(quoted, c.Header.Get(header))
	}
	for _, parameter := range []string{"Signature", "SecurityToken"} {
		quoted = append(quoted, c.params.Get(parameter))
	}
	quoted = slices.DeleteFunc(quoted, func(secret string) bool { return secret == "" })
	message := "verification failed, the server saw: " + strings.Join(quoted, " | ")
	status := f.ErrorStatus
	switch {
	case status != 0:
	case c.record.Cloud == HuaweiCloud:
		status = http.StatusUnauthorized
	default:
		status = http.StatusBadRequest
	}
	switch {
	case f.ErrorHTML:
		return htmlAnswer(status, message)
	case c.record.Cloud == HuaweiCloud:
		return huaweiError(c, status, "APIGW.0301", "Incorrect IAM authentication information: "+message)
	default:
		return gatewayError(c, status, "SignatureDoesNotMatch", message)
	}
}

// inBand is an error under HTTP status 200.
func inBand(c *call) *answer {
	code := c.faults.InBandCode
	var a *answer
	if c.record.Cloud == HuaweiCloud {
		if code == "" {
			code = "DBS.200005"
		}
		a = huaweiError(c, http.StatusInternalServerError, code, "Server error.")
	} else {
		if code == "" {
			code = "InternalError"
		}
		a = dbsError(c, http.StatusOK, code, "The request processing has failed due to some unknown error.")
	}
	a.status = http.StatusOK
	return a
}

// wrongAnswer is a good answer to another question.
func (s *Server) wrongAnswer(c *call) *answer {
	other := page{number: c.record.Page, size: defaultPageSize, total: 1}
	switch c.record.Operation {
	case DescribeBackupPlanList:
		other.kind, other.items = fullBackupKind, FullBackups("dbsother", 1, s.now())
	case DescribeFullBackupList:
		other.kind, other.items = planKind, Plans(1, s.now())
	default:
		return &answer{
			status: http.StatusOK,
			body:   []byte(`{"datastores":[{"id":"a1b2c3d4","name":"8.0","version":"8.0.22.12"}],"total_count":1}`),
		}
	}
	var b, inner itemBuilder
	inner.addRaw(other.kind.list, joinItems(other.items))
	b.add("HttpStatusCode", http.StatusOK)
	b.add("PageNum", other.number)
	b.add("RequestId", c.record.RequestID)
	b.add("Success", true)
	b.add("TotalPages", 1)
	b.add("TotalElements", other.total)
	b.add("PageSize", other.size)
	b.add("Items", json.RawMessage(inner.item().text))
	return &answer{status: http.StatusOK, body: b.item().text}
}

func htmlAnswer(status int, text string) *answer {
	text = html.EscapeString(text)
	return &answer{
		status: status,
		header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		body: []byte("<html><head><title>" + text + "</title></head><body><center><h1>" + text +
			"</h1></center><hr><center>nginx</center></body></html>"),
	}
}
