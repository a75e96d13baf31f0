package mockcloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

var (
	reader = mockcloud.Role{
		Cloud: mockcloud.AlibabaCloud, Name: "Reader", AccountID: "222", ExternalID: "outside", OIDCToken: "oidc-token", OIDCProvider: "acs:ram::222:oidc-provider/x",
	}
	agency = mockcloud.Role{Cloud: mockcloud.HuaweiCloud, Name: "reader", AccountID: "domain-2", AccountName: "second"}
)

// sts sends a request to Alibaba Cloud's STS, signed if sign is true.
func (c *client) sts(sign bool, action string, parameters ...string) reply {
	c.t.Helper()
	r := request(c.t, http.MethodPost, c.base+"/?"+encoded(parameters), "")
	r.Header.Set("x-acs-action", action)
	r.Header.Set("x-acs-version", "2015-04-01")
	if sign {
		signACS3(r, "", c.alibaba, fmt.Sprintf("sts-%d", c.nonce.Add(1)), now)
	}
	return c.send(r)
}

// iam sends a request with a body to Huawei Cloud's IAM, signed, or with a token.
func (c *client) iam(path, token, body string) reply {
	c.t.Helper()
	r := request(c.t, http.MethodPost, c.base+path, body)
	r.Header.Set("Content-Type", "application/json")
	if token == "" {
		signSDK(r, body, c.huawei, now, "Content-Type")
	} else {
		r.Header.Set("X-Auth-Token", token)
	}
	return c.send(r)
}

// Keys of an assumed role are of the role's account, until they expire.
func TestAssumeRole(t *testing.T) {
	t.Parallel()
	clock := now
	c := startWith(t, 1, mockcloud.Options{Clock: func() time.Time { return clock }})
	c.server.SetRole(reader)
	role := []string{"RoleArn", "acs:ram::222:role/reader", "RoleSessionName", "test"}
	for name, got := range map[string]reply{
		"AssumeRole":         c.sts(true, "AssumeRole", append(role, "ExternalId", "outside", "DurationSeconds", "900")...),
		"AssumeRoleWithOIDC": c.sts(false, "AssumeRoleWithOIDC", append(role, "OIDCToken", "oidc-token", "OIDCProviderArn", reader.OIDCProvider, "DurationSeconds", "900")...),
	} {
		got.expect(200, "")
		var answer struct {
			Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken, Expiration string }
		}
		if err := json.Unmarshal([]byte(got.raw), &answer); err != nil || answer.Credentials.Expiration != "2026-11-21T16:15:00Z" {
			t.Fatalf("%s: %v in %s", name, err, got.raw)
		}
		c.alibaba = mockcloud.Account{
			AccessKey: answer.Credentials.AccessKeyID, SecretKey: answer.Credentials.AccessKeySecret, SecurityToken: answer.Credentials.SecurityToken,
		}
		lists[0].get(c).expect(200, "")
		if last := c.last(); last.AccountID != "222" || last.AccessKey != c.alibaba.AccessKey || !last.Verified {
			t.Errorf("%s: the record has %+v", name, last)
		}
		clock = now.Add(15 * time.Minute)
		lists[0].get(c).expect(400, "InvalidSecurityToken.Expired")
		clock, c.alibaba = now, alibaba
	}
	lists[0].get(c).expect(200, "")
	if got := c.last().AccountID; got == "222" || got == "" {
		t.Errorf("the key's own account is %q", got)
	}

	// What the role has no permission for is denied to its keys.
	denied := reader
	denied.Denied = map[string]string{"*": "Forbidden.RAM"}
	c.server.SetRole(denied)
	var answer struct {
		Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken string }
	}
	if err := json.Unmarshal([]byte(c.sts(true, "AssumeRole", append(role, "ExternalId", "outside")...).raw), &answer); err != nil {
		t.Fatal(err)
	}
	c.alibaba = mockcloud.Account{
		AccessKey: answer.Credentials.AccessKeyID, SecretKey: answer.Credentials.AccessKeySecret, SecurityToken: answer.Credentials.SecurityToken,
	}
	lists[0].get(c).expect(403, "Forbidden.RAM")
}

func TestAssumeRoleErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	c.server.SetRole(reader)
	for _, test := range []struct {
		oidc       bool
		parameters string
		want       string
	}{
		{false, "RoleArn=", "400 MissingRoleArn"},
		{false, "RoleSessionName=", "400 MissingRoleSessionName"},
		{false, "RoleSessionName=a b", "400 InvalidParameter.RoleSessionName"},
		{false, "DurationSeconds=899", "400 InvalidParameter.DurationSeconds"},
		{false, "DurationSeconds=43201", "400 InvalidParameter.DurationSeconds"},
		{false, "Policy={", "400 InvalidParameter.PolicyGrammar"},
		{false, "RoleArn=acs:ram::111:role/reader", "404 EntityNotExist.Role"},
		{false, "ExternalId=inside", "403 NoPermission"},
		{true, "OIDCToken=", "400 MissingOIDCToken"},
		{true, "OIDCProviderArn=", "400 MissingOIDCProviderArn"},
		{true, "OIDCToken=other", "400 AuthenticationFail.OIDCToken.Invalid"},
		{true, "OIDCProviderArn=other", "400 AuthenticationFail.NoPermission"},
	} {
		p := append([]string{
			"RoleArn", "acs:ram::222:role/reader", "RoleSessionName", "test", "ExternalId", "outside",
			"OIDCToken", "oidc-token", "OIDCProviderArn", reader.OIDCProvider,
		}, parameters(test.parameters)...)
		action := map[bool]string{true: "AssumeRoleWithOIDC", false: "AssumeRole"}[test.oidc]
		got := c.sts(!test.oidc, action, p...)
		if status := fmt.Sprintf("%d %s", got.status, got.code()); status != test.want {
			t.Errorf("%s: %s, want %s", test.parameters, status, test.want)
		}
	}
	c.sts(false, "AssumeRole").expect(400, "MissingAccessKeyId")
	c.dbs("AssumeRole").expect(400, "InvalidVersion")
}

// Tokens and keys of Huawei Cloud's IAM: by user, and by agency of another account.
func TestIAM(t *testing.T) {
	t.Parallel()
	clock := now
	c := startWith(t, 1, mockcloud.Options{Clock: func() time.Time { return clock }})
	c.server.SetRole(agency)
	c.server.SetAccount(mockcloud.Account{Cloud: mockcloud.HuaweiCloud, User: "me", Password: "secret"})
	byPassword := func(password, scope string) string {
		return `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"me","password":"` + password +
			`","domain":{"name":"demo-company"}}}},"scope":` + scope + `}}`
	}
	byAgency := func(agency, domain string) string {
		return `{"auth":{"identity":{"methods":[ "assume_role" ],"assume_role":{"agency_name":"` + agency + `",` + domain + `,"duration_seconds":3600}}}}`
	}
	useToken := func(name string, got reply, account string) {
		t.Helper()
		got.expect(201, "")
		r := request(t, http.MethodGet, c.base+"/v3/"+projectID+"/backups", "")
		r.Header.Set("X-Auth-Token", got.header.Get("X-Subject-Token"))
		c.send(r).expect(200, "")
		if last := c.last(); last.AccountID != account || last.Algorithm != "X-Auth-Token" {
			t.Errorf("%s: the record has %+v", name, last)
		}
		clock = now.Add(24 * time.Hour)
		c.send(r).expect(401, "APIGW.0307")
		clock = now
	}
	own := c.iam("/v3/auth/tokens", "none", byPassword("secret", `{"project":{"name":"cn-north-4"}}`))
	if !strings.Contains(own.raw, `"id":"`+projectID+`"`) || !strings.Contains(own.raw, `"expires_at":"2026-11-22T16:00:00.000000Z"`) {
		t.Errorf("got %s", own.raw)
	}
	lists[4].get(c)
	useToken("a user", own, c.last().AccountID)
	useToken("an agency", c.iam("/v3/auth/tokens", "huawei-token", byAgency("reader", `"domain_name":"second"`)), "domain-2")

	got := c.iam("/v3.0/OS-CREDENTIAL/securitytokens", "", byAgency("reader", `"domain_id":"domain-2"`))
	got.expect(201, "")
	var answer struct {
		Credential struct{ Access, Secret, SecurityToken, Expires string }
	}
	if err := json.Unmarshal([]byte(got.raw), &answer); err != nil || !strings.Contains(got.raw, "2026-11-21T17:00:00") {
		t.Fatalf("%v in %s", err, got.raw)
	}
	c.huawei = mockcloud.Account{AccessKey: answer.Credential.Access, SecretKey: answer.Credential.Secret, SecurityToken: answer.Credential.SecurityToken}
	lists[4].get(c).expect(200, "")
	if c.last().AccountID != "domain-2" {
		t.Errorf("the record has %+v", c.last())
	}
	if domains := c.get("/v3/auth/domains"); !strings.Contains(domains.raw, `"id":"domain-2"`) {
		t.Errorf("got %s", domains.raw)
	}
	c.huawei = huawei

	for name, test := range map[string]struct {
		path, token, body string
		want              int
	}{
		"a wrong password":        {"/v3/auth/tokens", "none", byPassword("wrong", `{}`), 401},
		"an unknown project":      {"/v3/auth/tokens", "none", byPassword("secret", `{"project":{"name":"cn-nowhere"}}`), 401},
		"another method":          {"/v3/auth/tokens", "none", `{"auth":{"identity":{"methods":["totp"]}}}`, 400},
		"no JSON":                 {"/v3/auth/tokens", "none", `{`, 400},
		"an agency without token": {"/v3/auth/tokens", "none", byAgency("reader", `"domain_name":"second"`), 401},
		"an unknown agency":       {"/v3/auth/tokens", "huawei-token", byAgency("other", `"domain_name":"second"`), 403},
		"another domain":          {"/v3.0/OS-CREDENTIAL/securitytokens", "", byAgency("reader", `"domain_name":"third"`), 403},
		"another domain ID":       {"/v3.0/OS-CREDENTIAL/securitytokens", "", byAgency("reader", `"domain_id":"x","domain_name":"second"`), 403},
		"too long":                {"/v3.0/OS-CREDENTIAL/securitytokens", "", strings.Replace(byAgency("reader", `"domain_id":"domain-2"`), "3600", "86401", 1), 400},
		"keys by password":        {"/v3.0/OS-CREDENTIAL/securitytokens", "", byPassword("secret", `{}`), 400},
	} {
		if got := c.iam(test.path, test.token, test.body); got.status != test.want || got.code() != fmt.Sprint(test.want) {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}

	c.server.AddProject(mockcloud.Project{ID: "p2", Name: "cn-east-3"})
	for path, want := range map[string]string{
		"/v3/projects": "cn-north-4 cn-east-3", "/v3/auth/projects": "cn-north-4 cn-east-3",
		"/v3/projects?name=cn-east-3": "cn-east-3", "/v3/projects?name=cn-none": "",
	} {
		r := request(t, http.MethodGet, c.base+path, "")
		signSDK(r, "", huawei, now)
		var names []string
		for _, p := range c.send(r).fields()["projects"].([]any) {
			names = append(names, p.(map[string]any)["name"].(string))
		}
		if strings.Join(names, " ") != want {
			t.Errorf("%s: %v", path, names)
		}
	}
}
