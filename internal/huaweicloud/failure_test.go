package huaweicloud_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func TestFailures(t *testing.T) {
	const listBackup = "gaussdbformysql:instance:listBackup"
	for name, test := range map[string]struct {
		status int
		header string // the request id in it
		body   string
		code   string
		text   string // the message
		id     string // the request id
		fault  request.Fault
		advice string
	}{
		"service": {400, "r1", `{"error_code":"DBS.200001","error_msg":"Parameter error."}`,
			"DBS.200001", "Parameter error.", "r1", request.Final, "instance_id"},
		"gateway": {403, "", `{"error_code":"APIGW.0302","error_msg":"denied","request_id":"r2"}`,
			"APIGW.0302", "denied", "r2", request.Final, listBackup},
		"header before body": {403, "r1", `{"error_code":"DBS.200010","error_msg":"x","request_id":"r2"}`,
			"DBS.200010", "x", "r1", request.Final, "gaussdb:backup:list"},
		"IAM, a number": {403, "", `{"error":{"code":403,"message":"not authorized","title":"Forbidden"}}`,
			"403", "Forbidden: not authorized", "", request.Final, listBackup},
		"IAM, a text": {401, "", `{"error":{"code":"IAM.0001","message":"Unauthorized: no","title":"Unauthorized"}}`,
			"IAM.0001", "Unauthorized: no", "", request.Final, "clock"},
		"a text in place of IAM's object": {400, "", `{"error":"bad thing"}`, "", "bad thing", "", request.Final, "instance_id"},
		"a number as code":                {400, "", `{"error_code":280001,"error_msg":5}`, "280001", "5", "", request.Final, "instance_id"},
		"encoded authorization message": {403, "", `{"error_code":"PAP5.0001","error_msg":"denied","encoded_authorization_message":"AAAA"}`,
			"PAP5.0001", "denied (encoded authorization message: AAAA)", "", request.Final, listBackup},
		"signature":           {401, "", `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`, "APIGW.0301", "Incorrect IAM authentication information", "", request.Final, "lock the access key for 5 minutes"},
		"401 with any code":   {401, "", `{"error_code":"APIGW.0308","error_msg":"x"}`, "APIGW.0308", "x", "", request.Final, ""},
		"throttled":           {429, "", `{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached"}`, "APIGW.0308", "The throttling threshold has been reached", "", request.Throttled, "requests_per_second"},
		"throttled otherwise": {400, "", `{"error_code":"APIGW.0308","error_msg":"x"}`, "APIGW.0308", "x", "", request.Throttled, "requests_per_second"},
		"running":             {409, "", `{"error_code":"DBS.201205","error_msg":"x"}`, "DBS.201205", "x", "", request.Transient, "running"},
		"server":              {500, "", `{"error_code":"DBS.200005","error_msg":"x"}`, "DBS.200005", "x", "", request.Doubtful, ""},
		"backend":             {502, "", `{"error_code":"APIGW.0610","error_msg":"x"}`, "APIGW.0610", "x", "", request.Transient, ""},
		"unavailable":         {503, "", `{"error_code":"APIGW.0613","error_msg":"x"}`, "APIGW.0613", "x", "", request.Transient, ""},
		"unknown instance":    {404, "", `{"error_code":"DBS.280005","error_msg":"x"}`, "DBS.280005", "x", "", request.Final, "no such TaurusDB instance"},
		"not permitted":       {403, "", `{"error_code":"DBS.280015","error_msg":"x"}`, "DBS.280015", "x", "", request.Final, "may not see it"},
		"unknown API":         {404, "", `{"error_code":"APIGW.0101","error_msg":"x"}`, "APIGW.0101", "x", "", request.Final, "endpoint"},
		"no envelope":         {400, "", `{}`, "", "no error code", "", request.Final, "project_id"},

		"in a 200":            {200, "r1", `{"error_code":"DBS.200010","error_msg":"x"}`, "DBS.200010", "x", "r1", request.Final, listBackup},
		"in a 200 with items": {200, "", `{"backups":[],"total_count":0,"error_msg":"x"}`, "", "x", "", request.Final, ""},
		"in a 200, IAM's":     {200, "", `{"error":{"code":"429","message":"slow down"}}`, "429", "slow down", "", request.Throttled, "requests_per_second"},
		"in a 200, transient": {200, "", `{"error_code":"DBS.108000","error_msg":"x"}`, "DBS.108000", "x", "", request.Doubtful, ""},
	} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if test.header != "" {
				header.Set("X-Request-Id", test.header)
			}
			err := huaweicloud.Read(request.Answer{Status: test.status, Header: header, Body: []byte(test.body)}, func([]byte) error {
				t.Error("it was read as a success")
				return nil
			})
			var failure *request.Error
			if !errors.As(err, &failure) {
				t.Fatalf("got %v", err)
			}
			if failure.Code != test.code || !strings.Contains(failure.Message, test.text) || failure.RequestID != test.id || failure.Fault != test.fault || failure.Status != test.status {
				t.Errorf("got %+v", failure)
			}
			if !strings.Contains(failure.Advice, test.advice) {
				t.Errorf("advice %q, want %q", failure.Advice, test.advice)
			}
		})
	}
}

// What is no object is never an empty list.
func TestAnswersThatAreNone(t *testing.T) {
	for _, status := range []int{200, 201, 204, 400, 404, 500, 503} {
		for _, body := range []string{"", " \n", "null", "[]", "0", `"x"`, "<html><title>Proxy</title></html>", `<?xml version="1.0"?><e/>`, "nonsense", "\x00\xff", `{"error_code`} {
			if body[:min(1, len(body))] == "{" && status < 300 {
				continue // the operation's decoder refuses it
			}
			err := huaweicloud.Read(request.Answer{Status: status, Header: http.Header{}, Body: []byte(body)}, func([]byte) error {
				t.Errorf("%d %q was read as a success", status, body)
				return nil
			})
			if err == nil {
				t.Errorf("%d %q: no error", status, body)
			}
		}
	}
}

// A backup may be called what it likes.
func TestSuccessThatMentionsErrors(t *testing.T) {
	for _, body := range []string{
		`{"backups":[{"name":"error_code","description":"\"error\": x","error_code":"DBS.1","error":{"code":1}}],"total_count":"1"}`,
		`{"backups":[],"total_count":"0","error_code":"","error_msg":null,"error":null}`,
		"\n {\"backups\":[],\"error_code\":\"0\"}",
	} {
		decoded := false
		err := huaweicloud.Read(request.Answer{Status: 200, Header: http.Header{}, Body: []byte(body)}, func([]byte) error {
			decoded = true
			return nil
		})
		if err != nil || !decoded {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// A failure reaches the person who reads whole, from a real answer.
func TestFailureIsTold(t *testing.T) {
	s := newStandIn(t)
	s.handle("/v3/p/instances/i/backups", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "request-7")
		answerWith(http.StatusForbidden, `{"error_code":"DBS.200010","error_msg":"Sorry, you do not have the permission"}`)(w, nil)
	})
	c := s.client(huaweicloud.Settings{Region: "r-1", ProjectID: "p", AccessKey: "AK", SecretKey: "SECRET-of-AK"}, nil)
	err := c.backups(t.Context(), "", "")
	var failure *request.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"the backups of instance i", "Huawei Cloud", "ShowInstanceBackups", "403", "DBS.200010", "do not have the permission", "request-7", "gaussdbformysql:instance:listBackup", "the keys of huaweicloud.access_key"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error doesn't say %q:\n%v", want, err)
		}
	}
}

// A try that is worth it is signed anew, and succeeds.
func TestRetryIsSignedAgain(t *testing.T) {
	s := newStandIn(t)
	n := 0
	s.handle("/v3/p/instances/i/backups", func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			answerWith(http.StatusServiceUnavailable, `{"error_code":"APIGW.0613","error_msg":"x"}`)(w, nil)
			return
		}
		answerWith(http.StatusOK, `{}`)(w, nil)
	})
	requests := request.New(request.Options{PerSecond: 1e6, MaxRetries: 2, Timeout: time.Minute})
	c := huaweicloud.NewClient(huaweicloud.Settings{Region: "r-1", ProjectID: "p", AccessKey: "AK", SecretKey: "SECRET-of-AK", Endpoint: s.URL},
		func(string) string { return "" }, requests, nil)
	if err := (account{c, nil}).backups(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
	if n != 2 {
		t.Errorf("%d requests", n)
	}
}

// Whatever comes, it is an object that the decoder sees, or an error.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"backups":[],"total_count":"0"}`, `{"error_code":"DBS.200010","error_msg":"x"}`, `{"error":{"code":403,"message":"m","title":"t"}}`,
		`{"error":[1]}`, `{"error":{"code":{"a":[null]}}}`, `null`, ``, `<html>`, `{"error_code":1e400}`, "{\"error_msg\":\"\xff\"}",
	} {
		f.Add(200, []byte(seed))
		f.Add(500, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		var seen []byte
		before := bytes.Clone(body)
		err := huaweicloud.Read(request.Answer{Status: status, Header: http.Header{}, Body: body}, func(body []byte) error {
			seen = body
			return nil
		})
		if !bytes.Equal(before, body) {
			t.Error("the body was changed")
		}
		if err == nil && (status < 200 || status > 299 || len(seen) == 0 || seen[0] != '{') {
			t.Errorf("%d %q was read as a success", status, body)
		}
		var said struct {
			Code string `json:"error_code"`
		}
		if err == nil && json.Unmarshal(body, &said) == nil && said.Code != "" && said.Code != "0" {
			t.Errorf("%q was read as a success", body)
		}
		if err != nil && err.Error() == "" {
			t.Error("the error says nothing")
		}
	})
}
