package huaweicloud_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

var keysOfID = huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret", "project_id": project}

// Every spelling of an error is one, with any HTTP status.
func TestErrors(t *testing.T) {
	t.Parallel()
	const permission = "gaussdbformysql:instance:listBackup in project " + project + " (cn-north-4)"
	for name, test := range map[string]struct {
		status int
		body   string
		class  request.Class
		want   []string // nil: a success
	}{
		"success":                   {200, `{"backups":[],"total_count":"0"}`, 0, nil},
		"empty fields":              {200, `{"backups":[],"error_code":"","error_msg":null,"error":null,"errCode":"0"}`, 0, nil},
		"no error":                  {200, "\n {\"backups\":[],\"error_code\":\"0\",\"error_msg\":\"success\",\"status_code\":200}", 0, nil},
		"a code without a message":  {200, `{"backups":[],"code":"x"}`, 0, nil},
		"items that mention errors": {200, `{"backups":[{"name":"error_code","error_code":"DBS.1","error":{"code":1}}]}`, 0, nil},

		"error_code with 200":              {200, `{"error_code":"DBS.200010","error_msg":"x","backups":[]}`, request.Permanent, []string{"DBS.200010: x", permission}},
		"errCode with 200":                 {200, `{"errCode":"DBS.200010","errMsg":"x","backups":[]}`, request.Permanent, []string{"DBS.200010: x"}},
		"code with 200":                    {200, `{"code":"DBS.05000084","message":"x","backups":[]}`, request.Permanent, []string{"DBS.05000084: x", "An argument is invalid"}},
		"status_code with 200":             {200, `{"status_code":500,"backups":[]}`, request.ServerError, []string{" error code"}},
		"status_code as a string":          {200, `{"status_code":"429","backups":[]}`, request.Throttled, nil},
		"IAM's error with 200":             {200, `{"error":{"code":"429","message":"slow down"}}`, request.Throttled, []string{"slow down"}},
		"server error with 200":            {200, `{"error_code":"DBS.108000","error_msg":"x"}`, request.ServerError, []string{"contact Huawei Cloud"}},
		"a string in place of IAM's error": {200, `{"error":"bad thing","backups":[]}`, request.Permanent, []string{"bad thing"}},

		"service":               {400, `{"error_code":"DBS.200001","error_msg":"Parameter error."}`, request.Permanent, []string{"DBS.200001: Parameter error.", "An argument is invalid", project}},
		"gateway":               {403, `{"error_code":"APIGW.0302","error_msg":"denied","request_id":"r2"}`, request.Permanent, []string{"APIGW.0302: denied", permission, "#permissions", "huaweicloud.access_key"}},
		"IAM, a number":         {403, `{"error":{"code":403,"message":"not authorized","title":"Forbidden"}}`, request.Permanent, []string{"403: Forbidden: not authorized", permission}},
		"IAM, a string":         {401, `{"error":{"code":"IAM.0001","message":"Unauthorized: no","title":"Unauthorized"}}`, request.RejectedCredentials, []string{"IAM.0001: Unauthorized: no", "clock"}},
		"a number as code":      {400, `{"error_code":280001,"error_msg":5}`, request.Permanent, []string{"280001: 5"}},
		"authorization":         {403, `{"error_code":"PAP5.0001","error_msg":"denied","encoded_authorization_message":"AAAA"}`, request.Permanent, []string{"denied (encoded authorization message: AAAA)"}},
		"signature":             {401, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`, request.RejectedCredentials, []string{"lock the access key for 5 minutes", "#credentials"}},
		"throttled":             {429, `{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached"}`, request.Throttled, []string{"max_concurrent_requests"}},
		"throttled otherwise":   {400, `{"error_code":"APIGW.0308","error_msg":"x"}`, request.Throttled, []string{"max_concurrent_requests"}},
		"running":               {409, `{"error_code":"DBS.201205","error_msg":"x"}`, request.Transient, []string{"running"}},
		"server":                {500, `{"error_code":"DBS.200005","error_msg":"x"}`, request.ServerError, []string{"service failed"}},
		"backend":               {502, `{"error_code":"APIGW.0610","error_msg":"x"}`, request.Transient, []string{"APIGW.0610"}},
		"unavailable":           {503, `{"error_code":"APIGW.0613","error_msg":"x"}`, request.Transient, []string{"APIGW.0613"}},
		"unknown instance":      {404, `{"error_code":"DBS.280005","error_msg":"x"}`, request.Permanent, []string{"no such TaurusDB instance in project " + project + " (cn-north-4)"}},
		"unknown instance, 400": {400, `{"error_code":"DBS.05000044","error_msg":"x"}`, request.Permanent, []string{"no such TaurusDB instance in project"}},
		"not permitted":         {403, `{"error_code":"DBS.280015","error_msg":"x"}`, request.Permanent, []string{"must not see it"}},
		"unknown API":           {404, `{"error_code":"APIGW.0101","error_msg":"x"}`, request.Permanent, []string{"doesn't know this API"}},
		"own advice":            {400, `{"error_code":"Own.1","error_msg":"x"}`, request.Permanent, []string{"Own advice for " + project + " in cn-north-4."}},
		"no envelope":           {400, `{}`, request.Permanent, []string{" error code"}},
		"ends early":            {403, `{"error_code":"DBS.200010","error_msg":"x","enc`, request.Permanent, []string{"DBS.200010: x"}},
		"null":                  {200, `null`, request.Malformed, []string{"not JSON"}},
		"empty":                 {200, ``, request.Malformed, []string{"empty"}},
		"array":                 {200, `[]`, request.Malformed, []string{"not JSON"}},
		"HTML":                  {502, `<html><title>Proxy</title></html>`, request.Transient, []string{"Proxy"}},
		"no list":               {200, `{}`, request.Malformed, []string{"no list"}},
		"list of another type":  {200, `{"backups":{}}`, request.Malformed, []string{"malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID")
			s.on(listPath, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-Id", "R-1")
				write(test.status, test.body)(w, r)
			})
			err := s.client(keysOfID, home(t, nil)).read(t.Context())
			if test.class == 0 && test.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, append([]string{"the backups of instance i", "R-1"}, test.want...)...)
			if failed, ok := errors.AsType[*request.Error](err); !ok || failed.Class != test.class {
				t.Errorf("the class is %v, want %v", failed.Class, test.class)
			}
		})
	}
}

// The verification that the other tests rely on is right.
func TestVerificationKnowsThePublishedVector(t *testing.T) {
	t.Parallel()
	u, err := url.Parse("https://iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4")
	if err != nil {
		t.Fatal(err)
	}
	got := signatureFor("SKSECRETSKSECRET", http.MethodGet, u, http.Header{"X-Sdk-Date": {"20261121T155729Z"}}, []string{"x-sdk-date"}, nil)
	if want := "8e2195bdb19b152ed7e8fd2af7aead176f14e52300748fb0544b43e53423aa4b"; got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}
}

// The signature holds for what arrives, with anything in the IDs and the values.
func TestSignature(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[ -~äß名🙂]{0,12}`)
		instance := rapid.StringMatching(`[ -.0-\[\]-~ä名]{1,12}`).Filter(func(s string) bool { return s != "." && s != ".." }).Draw(t, "instance")
		prefix := rapid.SampledFrom([]string{"", "/gateway", "/a/b%20c/"}).Draw(t, "prefix")
		query := url.Values{}
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_]{1,6}`), 0, 4, rapid.ID[string]).Draw(t, "names") {
			query[name] = []string{value.Draw(t, "value")}
		}
		settings := huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret", "project_id": project, "endpoint": s.URL + prefix}
		if rapid.Bool().Draw(t, "temporary") {
			settings["security_token"] = "AKID-token"
		}
		err := cloud.Do(t.Context(), &s.client(settings, nil).Client.Client, cloud.Operation{
			Name:   "ShowInstanceBackups",
			Path:   []string{"instances", instance, "backups"},
			Query:  query,
			Header: http.Header{"X-Language": {rapid.SampledFrom([]string{"en-us", " zh-cn "}).Draw(t, "language")}},
		}, func(*huaweicloud.Envelope) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		path := strings.ReplaceAll(strings.TrimSuffix(prefix, "/"), "%20", " ") + "/v3/" + project + "/instances/" + instance + "/backups"
		if s.last.URL.Query().Encode() != query.Encode() || s.last.URL.Path != path || s.last.Header.Get("X-Project-Id") != project {
			t.Fatalf("%s %q arrived for %q %q", s.last.URL.Path, s.last.URL.RawQuery, path, query)
		}
	})
	wantError(t, s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "another", "project_id": project}, nil).read(t.Context()), "the signature differs")
}

// An ID can't lead to another path.
func TestIDsCannotChangeThePath(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	c := s.client(keysOfID, home(t, nil))
	for _, id := range []string{"", ".", "..", "a/b", "../../p2/instances/i", `a\b`} {
		err := cloud.Do(t.Context(), &c.Client.Client, cloud.Operation{
			Subject: "the backups",
			Path:    []string{"instances", id, "backups"},
		}, func(*huaweicloud.Envelope) error { return nil })
		wantError(t, err, "can't be a part of a path")
	}
	for _, id := range []string{"..", "a/b", "p?x", "p q", strings.Repeat("a", 31), strings.Repeat("a", 33)} {
		wantError(t, c.readIn(t.Context(), "", id), "project_id", "32 letters or digits")
	}
	if seen := s.seen(); len(seen) > 0 {
		t.Errorf("there were calls: %q", seen)
	}
}

func TestRegionalEndpoints(t *testing.T) {
	t.Parallel()
	client := func(env ...string) *huaweicloud.Client {
		s := newStandIn(t)
		return s.client(huaweicloud.Settings{"endpoint": "", "iam_endpoint": "", "access_key": "AKID", "secret_key": "x"}, home(t, nil, env...)).Client
	}
	for region, host := range map[string]string{
		"cn-north-2": "gaussdb", "cn-north-4": "gaussdb", "cn-north-9": "gaussdb", "cn-east-3": "gaussdb",
		"cn-south-1": "gaussdb", "cn-south-4": "gaussdb", "cn-southwest-2": "gaussdb", "ap-southeast-3": "gaussdb",
		"ap-southeast-4": "gaussdb", "sa-brazil-1": "gaussdb", "ru-northwest-2": "gaussdb",
		"ap-southeast-1": "gaussdbformysql", "ap-southeast-2": "gaussdbformysql", "tr-west-1": "gaussdbformysql",
		"cn-north-11": "gaussdbformysql", "me-east-1": "gaussdbformysql",
		"af-south-1": "gaussdb-mysql", "cn-east-5": "gaussdb-mysql", "la-north-2": "gaussdb-mysql", "cn-southwest-3": "gaussdb-mysql",
	} {
		taurusDB, iam, err := huaweicloud.Endpoints(t.Context(), client(), region)
		if err != nil || taurusDB != "https://"+host+"."+region+".myhuaweicloud.com" || iam != "https://iam."+region+".myhuaweicloud.com" {
			t.Errorf("%s: %s, %s, %v", region, taurusDB, iam, err)
		}
	}
	for name, test := range map[string]struct {
		region        string
		env           []string
		taurusDB, iam string // "": an error
	}{
		"Europe":               {"eu-west-101", nil, "https://gaussdb.eu-west-101.myhuaweicloud.eu", "https://iam.eu-west-101.myhuaweicloud.eu"},
		"unknown":              {"cn-nroth-4", nil, "", ""},
		"HW_CLOUD":             {"cn-north-4", []string{"HW_CLOUD", "myhuaweicloud.com"}, "https://gaussdb.cn-north-4.myhuaweicloud.com", "https://iam.cn-north-4.myhuaweicloud.com"},
		"HW_CLOUD in Europe":   {"eu-west-201", []string{"HW_CLOUD", "myhuaweicloud.eu"}, "https://gaussdb.eu-west-201.myhuaweicloud.eu", "https://iam.eu-west-201.myhuaweicloud.eu"},
		"another HW_CLOUD":     {"cn-north-4", []string{"HW_CLOUD", "evil.example"}, "", ""},
		"variable of a region": {"xx-new-1", []string{"HUAWEICLOUD_SDK_REGION_GAUSSDB_XX_NEW_1", "https://one.example,https://two.example"}, "https://one.example", "https://iam.xx-new-1.myhuaweicloud.com"},
		"HW_AUTH_URL":          {"cn-north-4", []string{"HW_AUTH_URL", "https://iam.example:31943/v3", "OS_AUTH_URL", "x"}, "https://gaussdb.cn-north-4.myhuaweicloud.com", "https://iam.example:31943"},
		"OS_AUTH_URL":          {"cn-north-4", []string{"OS_AUTH_URL", "https://iam.example/v3/"}, "https://gaussdb.cn-north-4.myhuaweicloud.com", "https://iam.example"},
		"path of OS_AUTH_URL":  {"cn-north-4", []string{"OS_AUTH_URL", "https://iam.example/a/v3"}, "https://gaussdb.cn-north-4.myhuaweicloud.com", "https://iam.example/a"},
		"password in a URL":    {"cn-north-4", []string{"OS_AUTH_URL", "https://user:hush@iam.example/v3"}, "", ""},
		"regions file, a pipe": {"cn-north-4", []string{"HUAWEICLOUD_SDK_REGIONS_FILE", "/dev/zero"}, "", ""},
	} {
		taurusDB, iam, err := huaweicloud.Endpoints(t.Context(), client(test.env...), test.region)
		if taurusDB != test.taurusDB || iam != test.iam || (err == nil) != (test.taurusDB != "") {
			t.Errorf("%s: %s, %s, %v", name, taurusDB, iam, err)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the error shows a secret: %v", name, err)
		}
	}
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{"iam_endpoint": ""}, home(t, map[string]string{".huaweicloud/credentials": sdkFile + "iam_endpoint = https://iam.example\n"}))
	if _, iam, err := huaweicloud.Endpoints(t.Context(), c.Client, "cn-north-4"); err != nil || iam != "https://iam.example" {
		t.Errorf("iam_endpoint of the SDK's file: %s, %v", iam, err)
	}
}

// Clear text is warned about in each place where it is set, once.
func TestWarnings(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	for name, test := range map[string]struct {
		settings huaweicloud.Settings
		env      []string
		want     string
	}{
		"endpoint":     {huaweicloud.Settings{"endpoint": "http://db.example/x"}, nil, "huaweicloud.endpoint"},
		"iam_endpoint": {huaweicloud.Settings{"iam_endpoint": "http://iam.example"}, nil, "huaweicloud.iam_endpoint"},
		"OS_AUTH_URL":  {huaweicloud.Settings{"iam_endpoint": ""}, []string{"OS_AUTH_URL", "http://iam.example/v3"}, "OS_AUTH_URL"},
		"https":        {huaweicloud.Settings{"endpoint": "https://db.example"}, nil, ""},
		"loopback":     {nil, nil, ""},
	} {
		c := s.client(test.settings, home(t, nil, test.env...))
		got := strings.Join(c.Warnings(), "\n")
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) || got != "" && !strings.Contains(got, "can be stolen") {
			t.Errorf("%s: the warnings are %q", name, got)
		}
		if again := c.Warnings(); len(again) > 0 {
			t.Errorf("%s: again %q", name, again)
		}
	}
	// The endpoint of a region is known at a read.
	c := s.client(huaweicloud.Settings{"endpoint": ""}, home(t, nil, "HUAWEICLOUD_SDK_REGION_GAUSSDB_XX_NEW_1", "http://db.invalid"))
	_ = c.readIn(t.Context(), "xx-new-1", project)
	if got := strings.Join(c.Warnings(), ""); !strings.Contains(got, "HUAWEICLOUD_SDK_REGION_GAUSSDB_XX_NEW_1") {
		t.Errorf("the warnings after a read are %q", got)
	}
}

// The vendor's library writes an application's ID to the home directory and sends it,
// unless it is kept from that.
func TestNothingIsWrittenAtHome(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	s := newStandIn(t, "AKID")
	if err := s.client(keysOfID, environment{"HOME": dir}).read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("%v was written, %v", files, err)
	}
	if agent := s.last.Header.Get("User-Agent"); strings.Contains(agent, "huaweicloud") {
		t.Errorf("User-Agent is %q", agent)
	}
}
