package mockcloud_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

func set(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func remove(name string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(name) }
}

// Each request differs from a right one in one thing.
func TestACS3Errors(t *testing.T) {
	t.Parallel()
	temporary := mockcloud.Account{AccessKey: "STS.temporary", SecretKey: "s", SecurityToken: "token"}
	expired := mockcloud.Account{AccessKey: "STS.expired", SecretKey: "s", SecurityToken: "token", Expires: now}
	inactive := mockcloud.Account{AccessKey: "LTAIinactive", SecretKey: "s", Inactive: true}
	for name, test := range map[string]struct {
		account mockcloud.Account
		at      time.Duration
		change  func(*http.Request)
		status  int
		code    string
	}{
		"no signature":        {account: alibaba, change: remove("Authorization"), status: 400, code: "MissingAccessKeyId"},
		"another algorithm":   {account: alibaba, change: set("Authorization", "ACS9 Credential=a,SignedHeaders=b,Signature=c"), status: 400, code: "IncompleteSignature"},
		"half a signature":    {account: alibaba, change: set("Authorization", "ACS3-HMAC-SHA256 Credential=LTAItest"), status: 400, code: "IncompleteSignature"},
		"an unsigned header":  {account: alibaba, change: set("X-Acs-Extra", "1"), status: 400, code: "IncompleteSignature"},
		"a wrong secret":      {account: mockcloud.Account{AccessKey: alibaba.AccessKey, SecretKey: "other"}, status: 400, code: "SignatureDoesNotMatch"},
		"another body":        {account: alibaba, change: set("X-Acs-Content-Sha256", digest("other")), status: 400, code: "SignatureDoesNotMatch"},
		"an unknown key":      {account: mockcloud.Account{AccessKey: "LTAIunknown", SecretKey: "s"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"another cloud's key": {account: huawei, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"an inactive key":     {account: inactive, status: 400, code: "InvalidAccessKeyId.Inactive"},
		"no token":            {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"}, status: 400, code: "MissingSecurityToken"},
		"another token":       {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s", SecurityToken: "other"}, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		"an unneeded token":   {account: mockcloud.Account{AccessKey: alibaba.AccessKey, SecretKey: alibaba.SecretKey, SecurityToken: "x"}, status: 400, code: "InvalidSecurityToken.Malformed"},
		"an expired token":    {account: expired, status: 400, code: "InvalidSecurityToken.Expired"},
		"a right token":       {account: temporary, status: 200},
		"16 minutes ago":      {account: alibaba, at: -16 * time.Minute, status: 400, code: "InvalidTimeStamp.Expired"},
		"in 16 minutes":       {account: alibaba, at: 16 * time.Minute, status: 400, code: "InvalidTimeStamp.Expired"},
		"14 minutes ago":      {account: alibaba, at: -14 * time.Minute, status: 200},
		"no date":             {account: alibaba, change: remove("X-Acs-Date"), status: 400, code: "MissingTimestamp"},
		"another date form":   {account: alibaba, change: set("X-Acs-Date", "Sat, 21 Nov 2026 16:00:00 GMT"), status: 400, code: "InvalidTimeStamp.Format"},
		"no nonce":            {account: alibaba, change: remove("X-Acs-Signature-Nonce"), status: 400, code: "MissingSignatureNonce"},
		"no version":          {account: alibaba, change: remove("X-Acs-Version"), status: 400, code: "MissingVersion"},
		"another version":     {account: alibaba, change: set("X-Acs-Version", "2021-01-01"), status: 400, code: "InvalidVersion"},
		"no action":           {account: alibaba, change: remove("X-Acs-Action"), status: 400, code: "MissingAction"},
		"an unknown action":   {account: alibaba, change: set("X-Acs-Action", "DescribeNothing"), status: 404, code: "InvalidApi.NotFound"},
		"another method":      {account: alibaba, change: func(r *http.Request) { r.Method = http.MethodDelete }, status: 400, code: "UnsupportedHTTPMethod"},
		"another path":        {account: alibaba, change: func(r *http.Request) { r.URL.Path = "/elsewhere" }, status: 404, code: "InvalidApi.NotFound"},
		"a broken query":      {account: alibaba, change: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, status: 400, code: "InvalidParameter"},
		"XML":                 {account: alibaba, change: func(r *http.Request) { r.URL.RawQuery = "Format=xml" }, status: 400, code: "UnsupportedFormat"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 1)
			for _, account := range []mockcloud.Account{temporary, expired, inactive} {
				c.server.SetAccount(account)
			}
			r := request(t, http.MethodPost, c.base+"/", "")
			r.Header.Set("x-acs-action", mockcloud.DescribeBackupPlanList)
			signACS3(r, "", test.account, "nonce", now.Add(test.at))
			if test.change != nil {
				test.change(r)
			}
			c.send(r).expect(test.status, test.code)
		})
	}
}

func TestRPCErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	for name, test := range map[string]struct {
		change func(url.Values)
		code   string
	}{
		"no signature":     {func(q url.Values) { q.Del("Signature") }, "MissingSignature"},
		"no nonce":         {func(q url.Values) { q.Del("SignatureNonce") }, "MissingSignatureNonce"},
		"another method":   {func(q url.Values) { q.Set("SignatureMethod", "HMAC-MD5") }, "InvalidSignatureMethod"},
		"no timestamp":     {func(q url.Values) { q.Del("Timestamp") }, "MissingTimestamp"},
		"old timestamp":    {func(q url.Values) { q.Set("Timestamp", "2026-11-21T15:44:59Z") }, "InvalidTimeStamp.Expired"},
		"more parameters":  {func(q url.Values) { q.Set("PageSize", "1") }, "SignatureDoesNotMatch"},
		"fewer parameters": {func(q url.Values) { q.Del("Format") }, "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, http.MethodGet, c.base+"/?Action=DescribeBackupPlanList", "")
			signRPC(r, nil, alibaba, name, now)
			query := r.URL.Query()
			test.change(query)
			r.URL.RawQuery = query.Encode()
			c.send(r).expect(400, test.code)
		})
	}
}

// A nonce is used once, whichever fault the first request met.
func TestNonceReuse(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	for nonce, faults := range map[string]mockcloud.Faults{"one": {}, "two": {ErrorEvery: 1}} {
		c.server.SetFaults(faults)
		acs3 := request(t, http.MethodPost, c.base+"/", "")
		acs3.Header.Set("x-acs-action", mockcloud.DescribeBackupPlanList)
		signACS3(acs3, "", alibaba, nonce, now)
		rpc := request(t, http.MethodPost, c.base+"/?Action=DescribeBackupPlanList", "")
		signRPC(rpc, nil, alibaba, nonce+" of RPC", now)
		for _, r := range []*http.Request{acs3, rpc} {
			again := r.Clone(t.Context())
			again.Body = http.NoBody
			if got := c.send(r); !c.last().Verified {
				t.Errorf("got %d %s", got.status, got.raw)
			}
			c.send(again).expect(400, "SignatureNonceUsed")
		}
	}
}

// Each request differs from a right one in one thing. IAM has an envelope of
// its own.
func TestHuaweiAuthentication(t *testing.T) {
	t.Parallel()
	temporary := mockcloud.Account{AccessKey: "HWTEMPORARY", SecretKey: "s", SecurityToken: "token"}
	expired := mockcloud.Account{AccessKey: "HWEXPIRED", SecretKey: "s", SecurityToken: "token", AuthToken: "old", Expires: now}
	inactive := mockcloud.Account{AccessKey: "HWINACTIVE", SecretKey: "s", Inactive: true}
	onlyToken := func(token string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header = http.Header{"X-Auth-Token": {token}}
		}
	}
	for name, test := range map[string]struct {
		account mockcloud.Account
		at      time.Duration
		change  func(*http.Request)
		status  int
		code    string
		message string
	}{
		"no signature":        {account: huawei, change: remove("Authorization"), status: 401, code: "APIGW.0301"},
		"half a signature":    {account: huawei, change: set("Authorization", "SDK-HMAC-SHA256 Access=HWTEST"), status: 401, code: "APIGW.0301"},
		"an unknown key":      {account: mockcloud.Account{AccessKey: "HWUNKNOWN", SecretKey: "s"}, status: 401, code: "APIGW.0301", message: "HWUNKNOWN"},
		"another cloud's key": {account: alibaba, status: 401, code: "APIGW.0301"},
		"an inactive key":     {account: inactive, status: 401, code: "APIGW.0301", message: "disabled"},
		"a wrong secret":      {account: mockcloud.Account{AccessKey: huawei.AccessKey, SecretKey: "other"}, status: 401, code: "APIGW.0301"},
		"no date":             {account: huawei, change: remove("X-Sdk-Date"), status: 401, code: "APIGW.0301", message: "X-Sdk-Date"},
		"another date form":   {account: huawei, change: set("X-Sdk-Date", "2026-11-21"), status: 401, code: "APIGW.0301", message: "X-Sdk-Date"},
		"16 minutes ago":      {account: huawei, at: -16 * time.Minute, status: 401, code: "APIGW.0301", message: "expired"},
		"14 minutes ago":      {account: huawei, at: -14 * time.Minute, status: 200},
		"a right token":       {account: temporary, status: 200},
		"no token":            {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"}, status: 401, code: "APIGW.0301", message: "token"},
		"an unsigned token": { // As the official provider sends it.
			account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"}, change: set("X-Security-Token", "token"), status: 200,
		},
		"an unsigned date": {
			account: huawei, change: func(r *http.Request) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "=x-sdk-date", "=host", 1))
			}, status: 401, code: "APIGW.0301", message: "X-Sdk-Date is not signed",
		},
		"an expired token":      {account: expired, status: 401, code: "APIGW.0301", message: "expired"},
		"another content hash":  {account: huawei, change: set("X-Sdk-Content-Sha256", digest("other")), status: 401, code: "APIGW.0301"},
		"an auth token":         {account: huawei, change: onlyToken("huawei-token"), status: 200},
		"an unknown auth token": {account: huawei, change: onlyToken("other"), status: 401, code: "APIGW.0301"},
		"an expired auth token": {account: huawei, change: onlyToken("old"), status: 401, code: "APIGW.0307"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 1)
			for _, account := range []mockcloud.Account{temporary, expired, inactive} {
				c.server.SetAccount(account)
			}
			for _, path := range []string{"/v3/" + projectID + "/instances/" + instanceID + "/backups", "/v3/projects"} {
				r := request(t, http.MethodGet, c.base+path, "")
				signSDK(r, "", test.account, now.Add(test.at))
				if test.change != nil {
					test.change(r)
				}
				code := test.code
				if path == "/v3/projects" && code != "" {
					code = fmt.Sprint(test.status)
				}
				got := c.send(r)
				got.expect(test.status, code)
				if !strings.Contains(got.raw, test.message) || c.last().Code != test.code {
					t.Errorf("%q is not in %s, or the record has %s", test.message, got.raw, c.last().Code)
				}
			}
		})
	}
}

// Five wrong signatures in a row lock a key for five minutes.
func TestKeyLock(t *testing.T) {
	t.Parallel()
	clock := now
	c := startWith(t, 0, mockcloud.Options{Clock: func() time.Time { return clock }})
	attempts := func(n int, secret string, want int) {
		t.Helper()
		for range n {
			r := request(t, http.MethodGet, c.base+"/v3/projects", "")
			signSDK(r, "", mockcloud.Account{AccessKey: huawei.AccessKey, SecretKey: secret}, clock)
			if got := c.send(r); got.status != want {
				t.Errorf("got %d, want %d", got.status, want)
			}
		}
	}
	attempts(4, "wrong", 401)
	attempts(1, huawei.SecretKey, 200)
	attempts(5, "wrong", 401)
	attempts(1, huawei.SecretKey, 401)
	clock = clock.Add(5 * time.Minute)
	attempts(1, huawei.SecretKey, 200)
}

// Each operation has its permission, and each code its own message.
func TestPermissions(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	deny := func(operation, code string) {
		for _, account := range []mockcloud.Account{alibaba, huawei} {
			account.Denied = map[string]string{operation: code}
			c.server.SetAccount(account)
		}
	}
	for _, l := range lists {
		messages := map[string]bool{}
		for _, code := range mockcloud.DeniedCodes(map[bool]mockcloud.Cloud{true: mockcloud.AlibabaCloud, false: mockcloud.HuaweiCloud}[l.dbs]) {
			deny(l.name, code)
			got := l.get(c)
			got.expect(403, code)
			if l.dbs { // The vendor's clients read nothing but Code and Message.
				messages[fmt.Sprint(got.fields()["Message"])] = true
			} else {
				messages[fmt.Sprint(got.fields()["error_msg"])] = true
			}
		}
		if len(messages) != 3 {
			t.Errorf("%s: the messages are %v", l.name, messages)
		}
		deny("*", "")
		if got := l.get(c); got.status != 403 {
			t.Errorf("%s: got %d", l.name, got.status)
		}
		deny("AssumeRole", "")
		l.get(c).expect(200, "")
	}
	c.server.RemoveAccount(alibaba.AccessKey)
	lists[0].get(c).expect(404, "InvalidAccessKeyId.NotFound")
}

// Errors of DBS itself have the gateway's members too, except with HTTP status
// 200.
func TestErrorEnvelopes(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	got := lists[0].get(c, "PageSize", "0").fields()
	if got["Code"] != "InvalidParameterValid" || got["ErrCode"] != got["Code"] || got["Message"] != got["ErrMessage"] || got["Success"] != false {
		t.Errorf("got %v", got)
	}
	c.server.SetFaults(mockcloud.Faults{InBandEvery: 1})
	got = lists[0].get(c).fields()
	if got["Code"] != nil || got["ErrCode"] != "InternalError" || got["Success"] != false {
		t.Errorf("got %v", got)
	}
}
