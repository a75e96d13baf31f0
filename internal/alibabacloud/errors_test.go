package alibabacloud_test

import (
	"net/http"
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

var keysOfID = alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret"}

// Every spelling of an error is one, with any HTTP status; Success decides.
func TestErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		class  request.Class
		want   []string // nil: a success
	}{
		"success":                        {200, `{"Success":true,"Items":[]}`, 0, nil},
		"success with a code":            {200, `{"Success":true,"ErrCode":"Success","ErrMessage":"x","HttpStatusCode":400,"Items":[]}`, 0, nil},
		"success as a string":            {200, `{"Success":"true","ErrCode":"x","Items":[]}`, 0, nil},
		"no Success":                     {200, `{"HttpStatusCode":200,"Items":[]}`, 0, nil},
		"Success false":                  {200, `{"Success":false,"ErrCode":"Param.NotFound","ErrMessage":"findValidDBSJob error","RequestId":"R1","Items":[]}`, request.Permanent, []string{"Param.NotFound: findValidDBSJob error", "R1", "backup plan must exist in the region (cn-hangzhou)"}},
		"Success false as a string":      {200, `{"Success":"False","ErrCode":"x","Items":[]}`, request.Permanent, []string{"x"}},
		"status without Success":         {200, `{"HttpStatusCode":500,"Items":[]}`, request.ServerError, []string{" error code"}},
		"status as a string":             {200, `{"HttpStatusCode":"503","ErrMessage":"busy","Items":[]}`, request.Transient, []string{"busy"}},
		"code without Success":           {200, `{"ErrCode":"InternalError","Items":[]}`, request.ServerError, []string{"InternalError"}},
		"gateway with 200":               {200, `{"Code":"Forbidden.RAM","Message":"no","RequestId":"R2","HostId":"h"}`, request.Permanent, []string{"Forbidden.RAM: no", "dbs:DescribeBackupPlanList", "the access key in alibabacloud.access_key", "#permissions"}},
		"gateway in another shape":       {200, `{"code":"Throttling.User","Message":"slow","Items":"x"}`, request.Throttled, []string{"Throttling.User"}},
		"no permission":                  {403, `{"Code":"NoPermission","Message":"no"}`, request.Permanent, []string{"dbs:DescribeBackupPlanList", "HTTP status 403"}},
		"throttling":                     {400, `{"Code":"Throttling.User","Message":"slow"}`, request.Throttled, []string{"max_concurrent_requests"}},
		"no plan":                        {400, `{"Code":"InvalidParameterValid","Message":"x"}`, request.Permanent, []string{"or no plan matches the filters"}},
		"wrong clock":                    {400, `{"Code":"InvalidTimeStamp.Expired","Message":"x"}`, request.Permanent, []string{"clock"}},
		"unknown key":                    {404, `{"Code":"InvalidAccessKeyId.NotFound","Message":"x"}`, request.RejectedCredentials, []string{"access key exists", "#credentials", "alibabacloud.access_key"}},
		"wrong signature":                {400, `{"Code":"SignatureDoesNotMatch","Message":"x"}`, request.RejectedCredentials, []string{"secret key belongs"}},
		"foreign token":                  {400, `{"Code":"InvalidSecurityToken.MismatchWithAccessKey","Message":"x"}`, request.RejectedCredentials, []string{"security token belongs"}},
		"expired token":                  {400, `{"Code":"InvalidSecurityToken.Expired","Message":"x"}`, request.Permanent, []string{"has not expired"}},
		"another API":                    {404, `{"Code":"InvalidApi.NotFound","Message":"x"}`, request.Permanent, []string{"Check the endpoint and the region (cn-hangzhou)"}},
		"another region":                 {404, `{"Code":"InvalidRegionId","Message":"x"}`, request.Permanent, []string{"cn-hangzhou is not one"}},
		"used nonce":                     {400, `{"Code":"SignatureNonceUsed","Message":"x"}`, request.Transient, nil},
		"body that ends early":           {403, `{"Code":"NoPermission","Message":"no","Recom`, request.Permanent, []string{"NoPermission: no"}},
		"HTML":                           {502, `<html><title>Bad gateway</title></html>`, request.Transient, []string{"not JSON", "Bad gateway"}},
		"empty":                          {200, ``, request.Malformed, []string{"empty"}},
		"null":                           {200, `null`, request.Malformed, []string{"not JSON"}},
		"no list":                        {200, `{"Success":true}`, request.Malformed, []string{"no list"}},
		"list of another type":           {200, `{"Success":true,"Items":{"a":`, request.Malformed, []string{"malformed"}},
		"rejected in a page of a proxy":  {401, `<html>sign in</html>`, request.Permanent, []string{"not JSON"}},
		"operation's own advice":         {400, `{"Code":"Own.Code","Message":"x"}`, request.Permanent, []string{"Own advice for cn-hangzhou."}},
		"a code with control characters": {400, "{\"Code\":\"A\\u001b[2JB\",\"Message\":\"x\\r\\ny\"}", request.Permanent, []string{"A [2JB: x y"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "id")
			s.on(operation.Name, write(test.status, test.body))
			c := s.client(keysOfID, s.home(t, ""))
			err := c.do(t.Context())
			if test.want == nil && test.class == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, append(test.want, operation.Subject)...)
			if got := classOf(err); got != test.class {
				t.Errorf("the class is %s, want %s", got, test.class)
			}
		})
	}
}

// The signature holds for what arrives, with anything in the query and in the path.
func TestSignature(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	requests := request.New(request.Options{})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(" *~+/%&=?#'\"\\名é\x00ab"))))
		query := url.Values{}
		for name, value := range rapid.MapOf(rapid.StringMatching(`[A-Za-z][A-Za-z0-9.]{0,12}`), value).Draw(t, "query") {
			query.Set(name, value)
		}
		segment := rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{1,8}`), rapid.SampledFrom([]string{"a b", "+", "*", "~", "名", "@:", "100%"}))
		prefix := ""
		for _, s := range rapid.SliceOfN(segment, 0, 3).Draw(t, "prefix") {
			prefix += "/" + url.PathEscape(s)
		}
		settings := alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "endpoint": s.URL + prefix + rapid.SampledFrom([]string{"", "/"}).Draw(t, "slash")}
		if rapid.Bool().Draw(t, "temporary") {
			settings["security_token"] = "id-token"
		}
		client := alibabacloud.NewClient(settings, func(string) string { return "" }, requests, &redact.Secrets{})
		op := operation
		op.Query = query
		if err := cloud.Do(t.Context(), &client.Client, op, func(*alibabacloud.Envelope) error { return nil }); err != nil {
			t.Fatal(err)
		}
		form := s.lastForm()
		if len(form) != len(query) {
			t.Fatalf("%v arrived for %v", form, query)
		}
		for name := range query {
			if form.Get(name) != query.Get(name) {
				t.Fatalf("%s arrived as %q, not %q", name, form.Get(name), query.Get(name))
			}
		}
	})
	// The verification is only worth something if it refuses what is wrong.
	settings := alibabacloud.Settings{"access_key": "id", "secret_key": "another"}
	wantError(t, s.client(settings, s.home(t, "")).do(t.Context()), "SignatureDoesNotMatch", http.StatusText(400))
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for region, host := range map[string]string{
		"cn-hangzhou": "cn-hangzhou", "cn-beijing": "cn-hangzhou", "cn-qingdao": "cn-hangzhou",
		"cn-shanghai": "cn-hangzhou", "cn-shenzhen": "cn-hangzhou", "cn-hongkong": "cn-hangzhou",
		"us-east-1": "cn-hangzhou", "us-west-1": "cn-hangzhou",
		"cn-hangzhou-finance": "cn-hangzhou", "cn-shanghai-finance-1": "cn-hangzhou", "cn-shenzhen-finance-1": "cn-hangzhou",
		"cn-zhangjiakou": "cn-zhangjiakou", "cn-huhehaote": "cn-huhehaote", "cn-wulanchabu": "cn-wulanchabu",
		"cn-chengdu": "cn-chengdu", "ap-northeast-1": "ap-northeast-1", "ap-southeast-1": "ap-southeast-1",
		"ap-southeast-3": "ap-southeast-3", "ap-southeast-5": "ap-southeast-5",
		"eu-central-1": "eu-central-1", "eu-west-1": "eu-west-1", "xx-new-9": "xx-new-9",
	} {
		if got, want := alibabacloud.Endpoint(region), "https://dbs-api."+host+".aliyuncs.com"; got != want {
			t.Errorf("the endpoint of %s is %s, want %s", region, got, want)
		}
	}
}
