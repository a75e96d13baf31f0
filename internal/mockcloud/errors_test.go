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

// expect checks status and code of an answer, and that each error says which
// request it belongs to.
func expect(t *testing.T, got reply, status int, code string) {
	t.Helper()
	if got.err != nil {
		t.Errorf("no answer: %v", got.err)
		return
	}
	if got.status != status || got.code(t) != code {
		t.Errorf("got %d %s, want %d %s: %s", got.status, got.code(t), status, code, got.raw)
	}
	id := got.header.Get("X-Request-Id")
	if id == "" {
		t.Error("the answer has no X-Request-Id")
	}
	if body, found := got.fields(t)["RequestId"]; found && body != id {
		t.Errorf("the body's request id is %v, the header's %s", body, id)
	}
}

func TestDBSErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 3)
	plans, fulls := mockcloud.DescribeBackupPlanList, mockcloud.DescribeFullBackupList
	for _, test := range []struct {
		action     string
		parameters string
		status     int
		code       string
	}{
		{fulls, "", 400, "MissingBackupPlanId"},
		{fulls, "BackupPlanId=unknown", 400, "Param.NotFound"},
		{fulls, "BackupPlanId=" + planID + "&PageSize=10", 400, "InvalidParameterValid"},
		{fulls, "BackupPlanId=" + planID + "&ShowStorageType=yes", 400, "InvalidParameterValid"},
		{fulls, "BackupPlanId=dbs1gen000000&RegionId=cn-beijing", 400, "Param.NotFound"},
		{plans, "PageSize=0", 400, "InvalidParameterValid"},
		{plans, "PageSize=101", 400, "InvalidParameterValid"},
		{plans, "PageSize=many", 400, "InvalidParameterValid"},
		{plans, "PageNum=-1", 400, "InvalidParameterValid"},
		{plans, "PageNum=2147483648", 400, "InvalidParameterValid"},
		{plans, "BackupPlanStatus=RUNNING", 400, "InvalidParameterValid"},
		{plans, "BackupMethod=magic", 400, "InvalidParameterValid"},
		{plans, "Region=cn-nowhere", 400, "InvalidParameterValid"},
		{"DescribeNothing", "", 404, "InvalidApi.NotFound"},
	} {
		values, err := url.ParseQuery(test.parameters)
		if err != nil {
			t.Fatal(err)
		}
		var parameters []string
		for name := range values {
			parameters = append(parameters, name, values.Get(name))
		}
		t.Run(test.action+" "+test.parameters, func(t *testing.T) {
			got := c.dbs(test.action, parameters...)
			expect(t, got, test.status, test.code)
			fields := got.fields(t)
			if _, service := fields["ErrCode"]; service && fields["Success"] != false {
				t.Errorf("Success is %v", fields["Success"])
			}
		})
	}
}

// TestACS3Errors breaks one thing of a good request each.
func TestACS3Errors(t *testing.T) {
	t.Parallel()
	temporary := mockcloud.Account{AccessKey: "STS.temporary", SecretKey: "s", SecurityToken: "token"}
	expired := mockcloud.Account{AccessKey: "STS.expired", SecretKey: "s", SecurityToken: "token", Expires: now}
	inactive := mockcloud.Account{AccessKey: "LTAIinactive", SecretKey: "s", Inactive: true}
	for name, test := range map[string]struct {
		account mockcloud.Account
		at      time.Duration
		prepare func(*http.Request)
		spoil   func(*http.Request)
		status  int
		code    string
	}{
		"no signature":        {account: alibaba, spoil: func(r *http.Request) { r.Header.Del("Authorization") }, status: 400, code: "MissingAccessKeyId"},
		"other algorithm":     {account: alibaba, spoil: set("Authorization", "ACS9 Credential=a,SignedHeaders=b,Signature=c"), status: 400, code: "IncompleteSignature"},
		"half a signature":    {account: alibaba, spoil: set("Authorization", "ACS3-HMAC-SHA256 Credential=LTAItest"), status: 400, code: "IncompleteSignature"},
		"unsigned header":     {account: alibaba, spoil: set("X-Acs-Extra", "1"), status: 400, code: "IncompleteSignature"},
		"wrong secret":        {account: mockcloud.Account{AccessKey: alibaba.AccessKey, SecretKey: "other"}, status: 400, code: "SignatureDoesNotMatch"},
		"other body":          {account: alibaba, spoil: set("X-Acs-Content-Sha256", digest("other")), status: 400, code: "SignatureDoesNotMatch"},
		"unknown key":         {account: mockcloud.Account{AccessKey: "LTAIunknown", SecretKey: "s"}, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"other cloud's key":   {account: huawei, status: 404, code: "InvalidAccessKeyId.NotFound"},
		"inactive key":        {account: inactive, status: 400, code: "InvalidAccessKeyId.Inactive"},
		"no token":            {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"}, status: 400, code: "MissingSecurityToken"},
		"other token":         {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s", SecurityToken: "other"}, status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey"},
		"token without need":  {account: mockcloud.Account{AccessKey: alibaba.AccessKey, SecretKey: alibaba.SecretKey, SecurityToken: "x"}, status: 400, code: "InvalidSecurityToken.Malformed"},
		"expired token":       {account: expired, status: 400, code: "InvalidSecurityToken.Expired"},
		"good token":          {account: temporary, status: 200, code: ""},
		"16 minutes ago":      {account: alibaba, at: -16 * time.Minute, status: 400, code: "InvalidTimeStamp.Expired"},
		"in 16 minutes":       {account: alibaba, at: 16 * time.Minute, status: 400, code: "InvalidTimeStamp.Expired"},
		"14 minutes ago":      {account: alibaba, at: -14 * time.Minute, status: 200, code: ""},
		"no date":             {account: alibaba, spoil: func(r *http.Request) { r.Header.Del("X-Acs-Date") }, status: 400, code: "MissingTimestamp"},
		"date in other words": {account: alibaba, spoil: set("X-Acs-Date", "Sat, 21 Nov 2026 16:00:00 GMT"), status: 400, code: "InvalidTimeStamp.Format"},
		"no nonce":            {account: alibaba, spoil: func(r *http.Request) { r.Header.Del("X-Acs-Signature-Nonce") }, status: 400, code: "MissingSignatureNonce"},
		"no version":          {account: alibaba, spoil: func(r *http.Request) { r.Header.Del("X-Acs-Version") }, status: 400, code: "MissingVersion"},
		"other version":       {account: alibaba, spoil: set("X-Acs-Version", "2021-01-01"), status: 400, code: "InvalidVersion"},
		"no action":           {account: alibaba, spoil: func(r *http.Request) { r.Header.Del("X-Acs-Action") }, status: 400, code: "MissingAction"},
		"other method":        {account: alibaba, spoil: func(r *http.Request) { r.Method = http.MethodDelete }, status: 400, code: "UnsupportedHTTPMethod"},
		"other path":          {account: alibaba, spoil: func(r *http.Request) { r.URL.Path = "/elsewhere" }, status: 404, code: "InvalidApi.NotFound"},
		"broken query":        {account: alibaba, spoil: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, status: 400, code: "InvalidParameter"},
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
			if test.spoil != nil {
				test.spoil(r)
			}
			expect(t, c.send(r), test.status, test.code)
		})
	}
}

func set(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// TestNonceReuse sends the same request twice, with either signature, and
// again when it is too old to matter.
func TestNonceReuse(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	for _, sign := range []func() *http.Request{
		func() *http.Request {
			r := request(t, http.MethodPost, c.base+"/", "")
			r.Header.Set("x-acs-action", mockcloud.DescribeBackupPlanList)
			signACS3(r, "", alibaba, "one", now)
			return r
		},
		func() *http.Request {
			r := request(t, http.MethodPost, c.base+"/?Action=DescribeBackupPlanList", "")
			signRPC(r, nil, alibaba, "two", now)
			return r
		},
	} {
		expect(t, c.send(sign()), 200, "")
		expect(t, c.send(sign()), 400, "SignatureNonceUsed")
	}
}

func TestRPCErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	for name, test := range map[string]struct {
		spoil func(url.Values)
		code  string
	}{
		"no signature":     {func(q url.Values) { q.Del("Signature") }, "MissingSignature"},
		"no nonce":         {func(q url.Values) { q.Del("SignatureNonce") }, "MissingSignatureNonce"},
		"other method":     {func(q url.Values) { q.Set("SignatureMethod", "HMAC-MD5") }, "InvalidSignatureMethod"},
		"no timestamp":     {func(q url.Values) { q.Del("Timestamp") }, "MissingTimestamp"},
		"old timestamp":    {func(q url.Values) { q.Set("Timestamp", "2026-11-21T15:44:59Z") }, "InvalidTimeStamp.Expired"},
		"more parameters":  {func(q url.Values) { q.Set("PageSize", "1") }, "SignatureDoesNotMatch"},
		"fewer parameters": {func(q url.Values) { q.Del("Format") }, "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, http.MethodGet, c.base+"/?Action=DescribeBackupPlanList", "")
			signRPC(r, nil, alibaba, name, now)
			query := r.URL.Query()
			test.spoil(query)
			r.URL.RawQuery = query.Encode()
			expect(t, c.send(r), 400, test.code)
		})
	}
}

func TestTaurusDBErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 3)
	c.server.AddProject(mockcloud.Project{ID: "p2", Name: "cn-east-3"})
	good := "/v3/" + projectID + "/instances/" + instanceID + "/backups"
	unknown := strings.Replace(instanceID, "6", "7", 1)
	for _, test := range []struct {
		path   string
		status int
		code   string
	}{
		{good + "?limit=0", 400, "DBS.280001"},
		{good + "?limit=101", 400, "DBS.280001"},
		{good + "?limit=ten", 400, "DBS.280001"},
		{good + "?offset=-1", 400, "DBS.280001"},
		{good + "?order_field=size", 400, "DBS.280001"},
		{good + "?order_field=name&order_rule=up", 400, "DBS.280001"},
		{good + "?filter_field=status&filter_content=FAILED", 400, "DBS.280001"},
		{"/v3/" + projectID + "/instances/instance-123/backups", 400, "DBS.280404"},
		{"/v3/" + projectID + "/instances/" + unknown + "/backups", 404, "DBS.280005"},
		{"/v3/p2/instances/" + instanceID + "/backups", 404, "DBS.280005"},
		{"/v3/unknown/instances/" + instanceID + "/backups", 403, "APIGW.0310"},
		{good + "/other", 404, "APIGW.0101"},
		{"/v3/nothing", 404, "APIGW.0101"},
	} {
		t.Run(test.path, func(t *testing.T) { expect(t, c.send(c.huaweiRequest(test.path)), test.status, test.code) })
	}
}

// TestHuaweiAuthentication breaks one thing of a good request each, for the
// service and for IAM, whose envelope differs.
func TestHuaweiAuthentication(t *testing.T) {
	t.Parallel()
	temporary := mockcloud.Account{AccessKey: "HWTEMPORARY", SecretKey: "s", SecurityToken: "token"}
	expired := mockcloud.Account{AccessKey: "HWEXPIRED", SecretKey: "s", SecurityToken: "token", AuthToken: "old", Expires: now}
	inactive := mockcloud.Account{AccessKey: "HWINACTIVE", SecretKey: "s", Inactive: true}
	for name, test := range map[string]struct {
		account mockcloud.Account
		at      time.Duration
		spoil   func(*http.Request)
		status  int
		code    string
		message string
	}{
		"no signature":      {account: huawei, spoil: func(r *http.Request) { r.Header.Del("Authorization") }, status: 401, code: "APIGW.0301"},
		"half a signature":  {account: huawei, spoil: set("Authorization", "SDK-HMAC-SHA256 Access=HWTEST"), status: 401, code: "APIGW.0301"},
		"unknown key":       {account: mockcloud.Account{AccessKey: "HWUNKNOWN", SecretKey: "s"}, status: 401, code: "APIGW.0301", message: "HWUNKNOWN"},
		"other cloud's key": {account: alibaba, status: 401, code: "APIGW.0301"},
		"inactive key":      {account: inactive, status: 401, code: "APIGW.0301", message: "disabled"},
		"wrong secret":      {account: mockcloud.Account{AccessKey: huawei.AccessKey, SecretKey: "other"}, status: 401, code: "APIGW.0301"},
		"no date":           {account: huawei, spoil: func(r *http.Request) { r.Header.Del("X-Sdk-Date") }, status: 401, code: "APIGW.0301", message: "X-Sdk-Date"},
		"other date":        {account: huawei, spoil: set("X-Sdk-Date", "2026-11-21"), status: 401, code: "APIGW.0301", message: "X-Sdk-Date"},
		"16 minutes ago":    {account: huawei, at: -16 * time.Minute, status: 401, code: "APIGW.0301", message: "expired"},
		"14 minutes ago":    {account: huawei, at: -14 * time.Minute, status: 200},
		"good token":        {account: temporary, status: 200},
		"no token":          {account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"}, status: 401, code: "APIGW.0301", message: "token"},
		"unsigned token": {
			account: mockcloud.Account{AccessKey: temporary.AccessKey, SecretKey: "s"},
			spoil:   set("X-Security-Token", "token"), status: 401, code: "APIGW.0301", message: "not signed",
		},
		"expired token":      {account: expired, status: 401, code: "APIGW.0301", message: "expired"},
		"other content hash": {account: huawei, spoil: set("X-Sdk-Content-Sha256", digest("other")), status: 401, code: "APIGW.0301"},
		"auth token":         {account: huawei, spoil: onlyToken("huawei-token"), status: 200},
		"unknown auth token": {account: huawei, spoil: onlyToken("other"), status: 401, code: "APIGW.0301"},
		"expired auth token": {account: huawei, spoil: onlyToken("old"), status: 401, code: "APIGW.0307"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 1)
			for _, account := range []mockcloud.Account{temporary, expired, inactive} {
				c.server.SetAccount(account)
			}
			for _, path := range []string{"/v3/" + projectID + "/instances/" + instanceID + "/backups", "/v3/projects"} {
				r := request(t, http.MethodGet, c.base+path, "")
				signSDK(r, test.account, now.Add(test.at))
				if test.spoil != nil {
					test.spoil(r)
				}
				got := c.send(r)
				code := test.code
				if path == "/v3/projects" && code != "" {
					code = fmt.Sprint(test.status)
				}
				expect(t, got, test.status, code)
				if !strings.Contains(got.raw, test.message) {
					t.Errorf("%q is not in %s", test.message, got.raw)
				}
				if c.last().Code != test.code {
					t.Errorf("the record says %s, want %s", c.last().Code, test.code)
				}
			}
		})
	}
}

func onlyToken(token string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del("Authorization")
		r.Header.Del("X-Sdk-Date")
		r.Header.Set("X-Auth-Token", token)
	}
}

// TestKeyLock proves that five failed signatures in a row lock a key for five
// minutes, and that a right one in between starts the count anew.
func TestKeyLock(t *testing.T) {
	t.Parallel()
	clock := now
	server := mockcloud.New(mockcloud.Options{Clock: func() time.Time { return clock }})
	server.SetAccount(huawei)
	base, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	c := &client{t: t, server: server, base: base}
	try := func(secret string) int {
		r := request(t, http.MethodGet, base+"/v3/projects", "")
		signSDK(r, mockcloud.Account{AccessKey: huawei.AccessKey, SecretKey: secret}, clock)
		return c.send(r).status
	}
	attempts := func(n int, secret string, want int) {
		t.Helper()
		for range n {
			if got := try(secret); got != want {
				t.Errorf("got %d, want %d", got, want)
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

func TestPermissions(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	deny := func(operation, code string) {
		for _, account := range []mockcloud.Account{alibaba, huawei} {
			account.Denied = map[string]string{operation: code}
			c.server.SetAccount(account)
		}
	}
	deny("*", "")
	expect(t, c.plans(), 403, "NoPermission")
	expect(t, c.backups(), 403, "DBS.200604")
	expect(t, c.projects(""), 403, "403")
	deny(mockcloud.DescribeFullBackupList, "Forbidden.RAM")
	expect(t, c.plans(), 200, "")
	expect(t, c.fullBackups(), 403, "Forbidden.RAM")
	deny(mockcloud.DescribeFullBackupList, "Request.Forbidden")
	expect(t, c.fullBackups(), 403, "Request.Forbidden")
	deny(mockcloud.ShowInstanceBackups, "APIGW.0302")
	expect(t, c.backups(), 403, "APIGW.0302")
	c.server.RemoveAccount(alibaba.AccessKey)
	expect(t, c.plans(), 404, "InvalidAccessKeyId.NotFound")
}
