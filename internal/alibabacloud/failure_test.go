package alibabacloud_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// answered reads once from a service that gives this answer.
func answered(t *testing.T, status int, body string) error {
	t.Helper()
	dbs := newService(t, func(*http.Request) (int, string) { return status, body })
	client, _ := newClient(alibabacloud.Settings{AccessKey: "the-key", SecretKey: "the-secret", Endpoint: dbs.URL}, emptyEnvironment(t))
	return client.Do(t.Context(), operation, decode)
}

func TestSuccess(t *testing.T) {
	for _, body := range []string{
		`{"Success":true,"ErrCode":"Param.NotFound","ErrMessage":"The specified parameter %s value is not valid.","Items":[]}`,
		`{"Success":true}`,
		`{"Items":[{"a":1}]}`,
		`{"Items":[],"ErrCode":"Param.NotFound"}`,
		" \r\n\t" + `{"Success":true}`,
	} {
		if err := answered(t, http.StatusOK, body); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestFailure(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
		code   string
		id     string
		fault  request.Fault
		says   []string
	}{
		{
			"the gateway throttles", 400, `{"RequestId":"R1","HostId":"h","Code":"Throttling.User","Message":"slow down"}`,
			"Throttling.User", "R1", request.Throttled, []string{"slow down", "requests_per_second"},
		},
		{"throttling by another name", 503, `{"Code":"Throttling.Api"}`, "Throttling.Api", "", request.Throttled, nil},
		{"throttling in band", 200, `{"Success":false,"ErrCode":"Throttling","RequestId":"R"}`, "Throttling", "R", request.Throttled, nil},
		{"throttling by the status in band", 200, `{"Success":false,"HttpStatusCode":429}`, "", "", request.Throttled, nil},
		{
			"no permission", 403, `{"RequestId":"R2","Code":"NoPermission","Message":"You are not authorized","AccessDeniedDetail":{"AuthAction":"x"}}`,
			"NoPermission", "R2", request.Final, []string{"dbs:DescribeBackupPlanList", "alibabacloud.access_key"},
		},
		{"no permission of RAM", 400, `{"Code":"Forbidden.RAM"}`, "Forbidden.RAM", "", request.Final, []string{"dbs:DescribeBackupPlanList"}},
		{
			"refused by DBS in band", 200, `{"Success":false,"ErrCode":"Request.Forbidden","ErrMessage":"no","HttpStatusCode":403,"RequestId":"R3"}`,
			"Request.Forbidden", "R3", request.Final, []string{"dbs:DescribeBackupPlanList"},
		},
		{"the clock", 400, `{"Code":"InvalidTimeStamp.Expired"}`, "InvalidTimeStamp.Expired", "", request.Final, []string{"clock"}},
		{"the key", 404, `{"Code":"InvalidAccessKeyId.NotFound"}`, "InvalidAccessKeyId.NotFound", "", request.Final, []string{"access key", "alibabacloud.access_key"}},
		{"the secret", 400, `{"Code":"SignatureDoesNotMatch"}`, "SignatureDoesNotMatch", "", request.Final, []string{"secret key"}},
		{"the token", 400, `{"Code":"InvalidSecurityToken.Expired"}`, "InvalidSecurityToken.Expired", "", request.Final, []string{"security token"}},
		{"a nonce that was used", 400, `{"Code":"SignatureNonceUsed"}`, "SignatureNonceUsed", "", request.Transient, nil},
		{"the operation", 404, `{"Code":"InvalidApi.NotFound"}`, "InvalidApi.NotFound", "", request.Final, []string{"endpoint"}},
		{"the region", 400, `{"Code":"InvalidRegionId"}`, "InvalidRegionId", "", request.Final, []string{"region"}},
		{"an unknown plan", 200, `{"Success":false,"ErrCode":"InvalidParameterValid","ErrMessage":"no such plan"}`, "InvalidParameterValid", "", request.Final, []string{"no such plan", "region"}},
		{"an internal error", 500, `{"Code":"InternalError"}`, "InternalError", "", request.Doubtful, []string{"request id"}},
		{"an internal error in band", 200, `{"Success":false,"HttpStatusCode":500}`, "", "", request.Doubtful, nil},
		{"not available", 503, `{"Code":"ServiceUnavailable"}`, "ServiceUnavailable", "", request.Transient, nil},
		{"not available in band", 200, `{"Success":"false","HttpStatusCode":503}`, "", "", request.Transient, nil},
		{"an unknown code", 400, `{"Code":"Odd.Code","Message":"odd"}`, "Odd.Code", "", request.Final, []string{"odd"}},
		{"the gateway with status 200", 200, `{"RequestId":"R4","Code":"NoPermission","Message":"no"}`, "NoPermission", "R4", request.Final, nil},
		{"DBS without Success or a list", 200, `{"ErrCode":"Param.NotFound"}`, "Param.NotFound", "", request.Final, nil},
		{"the DBS envelope with a status", 403, `{"Success":false,"ErrCode":"Request.Forbidden","ErrMessage":"no"}`, "Request.Forbidden", "", request.Final, []string{"no"}},
		{"an error whose list can't be read", 200, `{"Code":"Throttling","Items":7}`, "Throttling", "", request.Throttled, nil},
		{"a code that is a number", 400, `{"Code":400,"Message":"bad"}`, "400", "", request.Final, []string{"bad"}},
		{"an object without a code", 400, `{}`, "", "", request.Final, []string{"gives no reason"}},
		{"an error that ends early", 400, `{"Code":"NoPermission","Mess`, "NoPermission", "", request.Final, nil},
		{"nothing", 200, ``, "", "", request.Final, []string{"empty"}},
		{"null", 200, `null`, "", "", request.Final, []string{"not the object"}},
		{"a list", 200, `[]`, "", "", request.Final, []string{"not the object"}},
		{"HTML", 200, `<html><title>Sign in</title></html>`, "", "", request.Final, []string{"Sign in"}},
		{"HTML of a gateway", 503, `<html>x</html>`, "", "", request.Transient, nil},
		{"XML", 200, `<?xml version="1.0"?><Error/>`, "", "", request.Final, nil},
		{"a body that ends early", 200, `{"Success":true,"Items":[{"a":`, "", "", request.Final, []string{"can't be understood"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := answered(t, test.status, test.body)
			var failure *request.Error
			if !errors.As(err, &failure) {
				t.Fatalf("got %v", err)
			}
			if failure.Code != test.code || failure.RequestID != test.id || failure.Fault != test.fault {
				t.Errorf("code %q, id %q, fault %v; want %q, %q, %v", failure.Code, failure.RequestID, failure.Fault, test.code, test.id, test.fault)
			}
			wantError(t, err, append(test.says, operation.Subject)...)
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	other := newService(t, succeed)
	dbs := newService(t, succeed)
	dbs.Config.Handler = http.RedirectHandler(other.URL, http.StatusTemporaryRedirect)
	client, _ := newClient(alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", SecurityToken: "token", Endpoint: dbs.URL}, emptyEnvironment(t))
	wantError(t, client.Do(t.Context(), operation, decode), "redirect")
	if got := len(other.requests()); got != 0 {
		t.Errorf("%d requests went to the other host", got)
	}
}

// Every try is signed anew: a nonce is good for one request.
func TestRetriesAreSignedAnew(t *testing.T) {
	tries := 0
	var problem error
	dbs := newService(t, func(r *http.Request) (int, string) {
		if err := verify(r, "secret"); err != nil {
			problem = err
		}
		if tries++; tries < 3 {
			return http.StatusBadRequest, `{"Code":"SignatureNonceUsed"}`
		}
		return succeed(r)
	})
	requests := request.New(request.Options{PerSecond: 1e6, MaxRetries: 4})
	client := alibabacloud.NewClient(alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", Endpoint: dbs.URL}, emptyEnvironment(t).get, requests, nil)
	if err := client.Do(t.Context(), operation, decode); err != nil || problem != nil {
		t.Fatal(err, problem)
	}
	seen := map[string]bool{}
	for _, r := range dbs.requests() {
		seen[r.Header.Get("X-Acs-Signature-Nonce")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d nonces for %d tries", len(seen), tries)
	}
}

// FuzzAnswer gives any answer to a call: never a panic, and a success only where the
// answer is one.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"Success":true,"Items":[]}`, `{"Success":false,"ErrCode":"Throttling"}`, `{"Code":"NoPermission","Message":"no"}`,
		`{"success":"FALSE","errcode":1}`, `{"Items":null}`, `{}`, `null`, `[]`, `"`, "", "<html>", "\xff\xfe{",
		`{"Code":{"a":[1]}}`, `{"Code":"a","Code":"b"}`, `{"Success":true`, "{\"Code\":\"\\ud800\"}",
	} {
		f.Add(200, []byte(body))
		f.Add(403, []byte(body))
	}
	var status int
	var body []byte
	dbs := newService(f, func(*http.Request) (int, string) { return status, string(body) })
	connect := func() *alibabacloud.Client {
		return alibabacloud.NewClient(alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", Endpoint: dbs.URL},
			func(string) string { return "" }, request.New(request.Options{PerSecond: 1e9}), nil)
	}
	client := connect()
	f.Fuzz(func(t *testing.T, code int, text []byte) {
		status, body = 200+(code%400+400)%400, text
		if status == http.StatusNoContent || status == http.StatusNotModified {
			body = nil
		}
		err := client.Do(t.Context(), operation, decode)
		if failure := (*request.Error)(nil); errors.As(err, &failure) && failure.Fault == request.Throttled {
			client = connect() // a throttled client is slow from then on
		}
		envelope, unread := decode(body)
		switch {
		case err == nil && (status > 299 || unread != nil || envelope.Success != nil && !*envelope.Success):
			t.Errorf("%d %q is a success", status, body)
		case err == nil && envelope.Success == nil && !envelope.HasItems && envelope.ErrCode != "":
			t.Errorf("%d %q is a success without a list", status, body)
		case err != nil && status <= 299 && unread == nil && envelope.Success != nil && *envelope.Success && body[0] == '{':
			t.Errorf("%d %q: %v", status, body, err)
		}
	})
}
