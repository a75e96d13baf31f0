package alibabacloud_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

const cliProfiles = `{"current":"main","profiles":[
	{"name":"main","mode":"AK","access_key_id":"main-id","access_key_secret":"main-secret","region_id":"cn-hangzhou"},
	{"name":"other","mode":"AK","access_key_id":"other-id","access_key_secret":"other-secret"},
	{"name":"sts","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token"},
	{"name":"role","mode":"RamRoleArn","access_key_id":"main-id","access_key_secret":"main-secret","ram_role_arn":"acs:ram::1:role/p","ram_session_name":"cli","expired_seconds":900},
	{"name":"ecs","mode":"EcsRamRole","ram_role_name":"ecs"},
	{"name":"ecs-role","mode":"RamRoleArnWithRoleName","ram_role_name":"ecs","ram_role_arn":"acs:ram::1:role/e"},
	{"name":"chain","mode":"ChainableRamRoleArn","source_profile":"role","ram_role_arn":"acs:ram::1:role/c"},
	{"name":"loop","mode":"ChainableRamRoleArn","source_profile":"pool","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"pool","mode":"ChainableRamRoleArn","source_profile":"loop","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"nowhere","mode":"ChainableRamRoleArn","source_profile":"missing","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"half","mode":"AK","access_key_id":"main-id"},
	{"name":"no-token","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret"},
	{"name":"no-role","mode":"RamRoleArn","access_key_id":"main-id","access_key_secret":"main-secret"},
	{"name":"no-uri","mode":"CredentialsURI"},
	{"name":"no-oidc","mode":"OIDC","ram_role_arn":"acs:ram::1:role/o"},
	{"name":"oauth","mode":"OAuth"},
	{"name":"sso","mode":"CloudSSO","cloud_sso_sign_in_url":"https://signin.example/start","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":"sso-token","cloud_sso_access_token_expire":9999999999},
	{"name":"sso-old","mode":"CloudSSO","access_token":"sso-token","cloud_sso_access_token_expire":1}
]}`

// What is chosen, of all that is there.
func TestOrderOfSources(t *testing.T) {
	uri := credentialsServer(t, uriAnswer)
	serveMetadata(t, metadata(time.Hour))
	newSTS(t, time.Hour, "block-id", "block-secret", "env-id", "env-secret", "main-id", "main-secret")
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "oidc-token")

	envKeys := []string{"ALICLOUD_ACCESS_KEY", "env-id", "ALICLOUD_SECRET_KEY", "env-secret"}
	all := append([]string{
		"ALICLOUD_PROFILE", "other", "ALICLOUD_ECS_ROLE_NAME", "ecs", "ALICLOUD_CREDENTIALS_URI", uri,
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/x", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", token,
	}, envKeys...)
	role := []string{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/env"}
	block := alibabacloud.Settings{AccessKey: "block-id", SecretKey: "block-secret"}

	for _, test := range []struct {
		name     string
		settings alibabacloud.Settings
		env      []string
		want     string
	}{
		{"the block's keys before all", alibabacloud.Settings{AccessKey: "block-id", SecretKey: "block-secret", Profile: "other", ECSRoleName: "ecs", CredentialsURI: uri}, all, "block-id"},
		{"the block's token", alibabacloud.Settings{AccessKey: "block-id", SecretKey: "block-secret", SecurityToken: "block-token"}, all, "block-id/block-token"},
		{"no token of the environment for the block's keys", block, []string{"ALICLOUD_SECURITY_TOKEN", "stale"}, "block-id"},
		{"no role of the environment for the block's keys", block, role, "block-id"},
		{"no role of the environment for the block's profile", alibabacloud.Settings{Profile: "other"}, role, "other-id"},
		{"no role of the environment for the block's URI", alibabacloud.Settings{CredentialsURI: uri}, role, "URI.1/URI.1-token"},
		{"the block's profile before the environment's keys", alibabacloud.Settings{Profile: "other", ECSRoleName: "ecs", CredentialsURI: uri}, all, "other-id"},
		{"the block's file before the environment's keys", alibabacloud.Settings{SharedCredentialsFile: "~/.aliyun/config.json"}, envKeys, "main-id"},
		{"the block's ECS role before the environment's keys", alibabacloud.Settings{ECSRoleName: "ecs", CredentialsURI: uri}, all, "ECS.1/ECS.1-token"},
		{"the block's URI before the environment's keys", alibabacloud.Settings{CredentialsURI: uri}, all, "URI.1/URI.1-token"},
		{"the half that the block lacks", alibabacloud.Settings{AccessKey: "env-id"}, envKeys, "env-id"},
		{"the environment's keys", alibabacloud.Settings{}, all, "env-id"},
		{"the environment's profile", alibabacloud.Settings{}, all[:10], "other-id"},
		{"the environment's ECS role", alibabacloud.Settings{}, all[2:10], "ECS.2/ECS.2-token"},
		{"the environment's URI", alibabacloud.Settings{}, all[4:10], "URI.1/URI.1-token"},
		{"the environment's OIDC token", alibabacloud.Settings{}, append(all[6:10:10], role...), "STS.1/STS.1-token"},
		{"the environment's role on top of its keys", alibabacloud.Settings{}, append(role[:2:2], envKeys...), "STS.2/STS.2-token"},
		{"the environment's role on top of the current profile", alibabacloud.Settings{}, role, "STS.3/STS.3-token"},
		{"the block's role on top of the environment's keys", alibabacloud.Settings{AssumeRole: &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/b"}}, envKeys, "STS.4/STS.4-token"},
		{"the current profile", alibabacloud.Settings{}, nil, "main-id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.Contains(test.name, "ECS role") {
				serveMetadata(t, metadata(time.Hour))
				test.want = "ECS.1/ECS.1-token"
			}
			env := emptyEnvironment(t).with(test.env...)
			env.configure(t, cliProfiles)
			got, err := asker(t, test.settings, env)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// Each name of the environment by itself, and the first that is set of each row.
func TestNamesOfTheEnvironment(t *testing.T) {
	serveMetadata(t, metadata(time.Hour))
	uri := credentialsServer(t, uriAnswer)
	for _, id := range []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"} {
		for _, secret := range []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"} {
			for _, token := range []string{"", "ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"} {
				env := emptyEnvironment(t).with(id, "id", secret, "secret", token, "token")
				want := "id"
				if token != "" {
					want = "id/token"
				}
				if got, err := asker(t, alibabacloud.Settings{}, env); err != nil || got != want {
					t.Errorf("%s, %s, %s: got %q, %v", id, secret, token, got, err)
				}
			}
		}
	}
	for _, test := range []struct {
		names []string
		text  string
		want  string
	}{
		{[]string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"}, "other", "other-id"},
		{[]string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"}, "ecs", "ECS."},
		{[]string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"}, uri, "URI.1/"},
		{[]string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"}, "file", "main-id"},
	} {
		for i, name := range test.names {
			env := emptyEnvironment(t)
			path := env.configure(t, cliProfiles)
			if test.text == "file" {
				test.text = path
			}
			env.with(name, test.text)
			if i == 0 {
				env.with(test.names[1], "must not be looked at")
			}
			if got, err := asker(t, alibabacloud.Settings{}, env); err != nil || !strings.HasPrefix(got, test.want) {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
	}
	// The table that the documentation is made from has every name that is looked at.
	looked := map[string]bool{}
	client := alibabacloud.NewClient(alibabacloud.Settings{AssumeRole: &alibabacloud.AssumeRole{}}, func(name string) string {
		looked[name] = true
		return ""
	}, request.New(request.Options{}), nil)
	_, _ = client.Region("")
	_ = client.Do(t.Context(), operation, decode)
	for _, source := range alibabacloud.Sources() {
		for _, name := range source.Environment {
			delete(looked, name)
		}
		if source.What == "" || source.String() == "" {
			t.Errorf("a row of the table is empty: %+v", source)
		}
	}
	delete(looked, "HOME")
	delete(looked, "USERPROFILE")
	if len(looked) > 0 {
		t.Errorf("the table lacks %v", looked)
	}
}

func TestNothingIsReadBeforeItIsNeeded(t *testing.T) {
	alibabacloud.NewClient(alibabacloud.Settings{}, func(name string) string {
		t.Errorf("%s was looked at", name)
		return ""
	}, nil, nil)
}

// What is named and broken is an error that names it, though there is a good source next to it.
func TestBrokenSources(t *testing.T) {
	newSTS(t, time.Hour, "good-id", "good-secret", "main-id", "main-secret")
	refuses := credentialsServer(t, func(*http.Request) (int, string) {
		return http.StatusForbidden, "hush-hush"
	})
	lacksExpiration := credentialsServer(t, func(*http.Request) (int, string) {
		return http.StatusOK, `{"AccessKeyId":"hush-id","AccessKeySecret":"hush-secret","SecurityToken":"hush-token"}`
	})
	html := credentialsServer(t, func(*http.Request) (int, string) { return http.StatusBadGateway, "<html>hush</html>" })
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, text)
		return path
	}
	good := []string{"ALIBABACLOUD_ACCESS_KEY_ID", "good-id", "ALIBABACLOUD_ACCESS_KEY_SECRET", "good-secret"}
	oidc := func(change func(*alibabacloud.AssumeRoleWithOIDC)) alibabacloud.Settings {
		role := &alibabacloud.AssumeRoleWithOIDC{RoleARN: "acs:ram::1:role/r", OIDCProviderARN: "x", OIDCTokenFile: file("token", "t")}
		change(role)
		return alibabacloud.Settings{AssumeRoleWithOIDC: role}
	}
	role := func(change func(*alibabacloud.AssumeRole)) alibabacloud.Settings {
		role := &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/r"}
		change(role)
		return alibabacloud.Settings{AssumeRole: role}
	}
	type settings = alibabacloud.Settings
	for _, test := range []struct {
		name     string
		settings settings
		env      []string // nil: a good pair of keys
		says     []string
	}{
		{"a key without its secret", settings{AccessKey: "id", Profile: "main"}, []string{}, []string{"alibabacloud.access_key is set", "ALICLOUD_SECRET_KEY"}},
		{"a key beside another pair in the environment", settings{AccessKey: "id"}, nil, []string{"alibabacloud.access_key is set", "secret key", "ALICLOUD_SECRET_KEY"}},
		{"a secret without its key", settings{SecretKey: "s"}, []string{}, []string{"alibabacloud.secret_key is set", "ALICLOUD_ACCESS_KEY"}},
		{"a token without keys", settings{SecurityToken: "t"}, []string{}, []string{"alibabacloud.security_token is set", "ALICLOUD_ACCESS_KEY"}},
		{"a key without its secret in the environment", settings{}, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "id"}, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID is set", "alibabacloud.secret_key"}},
		{"a profile that is not there", settings{Profile: "nobody"}, nil, []string{`"nobody"`, "alibabacloud.profile", "main, other"}},
		{"a profile of the environment that is not there", settings{}, []string{"ALICLOUD_PROFILE", "nobody"}, []string{`"nobody"`, "ALICLOUD_PROFILE"}},
		{"a file that is not there", settings{SharedCredentialsFile: "/does/not/exist"}, nil, []string{"/does/not/exist", "alibabacloud.shared_credentials_file", "no such file"}},
		{"a file of the environment that is not there", settings{}, []string{"ALIBABA_CLOUD_CREDENTIALS_FILE", "/does/not/exist"}, []string{"/does/not/exist", "ALIBABA_CLOUD_CREDENTIALS_FILE"}},
		{"a file that is malformed", settings{SharedCredentialsFile: file("bad", `{"profiles":[{"access_key_secret":"hush-hush" oops`)}, nil, []string{"bad", "alibabacloud.shared_credentials_file", "JSON"}},
		{"a file that is INI", settings{SharedCredentialsFile: file("ini", "[default]\naccess_key_secret = hush-hush\n")}, nil, []string{"ini", "JSON"}},
		{"a file of another type", settings{SharedCredentialsFile: file("odd", `{"profiles":[{"access_key_secret":{"hush":"hush"}}]}`)}, nil, []string{"odd", "access_key_secret"}},
		{"a file without profiles", settings{SharedCredentialsFile: file("empty", `{}`)}, nil, []string{"empty", "no profiles"}},
		{"half a pair in a profile", settings{Profile: "half"}, nil, []string{`"half"`, "access_key_secret"}},
		{"a profile without a token", settings{Profile: "no-token"}, nil, []string{`"no-token"`, "sts_token"}},
		{"a profile without a role", settings{Profile: "no-role"}, nil, []string{`"no-role"`, "ram_role_arn"}},
		{"a profile without a URI", settings{Profile: "no-uri"}, nil, []string{`"no-uri"`, "credentials_uri"}},
		{"a profile without OIDC", settings{Profile: "no-oidc"}, nil, []string{`"no-oidc"`, "oidc_provider_arn"}},
		{"a profile of another mode", settings{Profile: "oauth"}, nil, []string{`"oauth"`, "OAuth", "not supported", "AK, StsToken"}},
		{"a profile whose sign-in expired", settings{Profile: "sso-old"}, nil, []string{`"sso-old"`, "aliyun configure"}},
		{"profiles in a circle", settings{Profile: "loop"}, nil, []string{`"pool"`, "loop, pool, loop"}},
		{"a source profile that is not there", settings{Profile: "nowhere"}, nil, []string{`"missing"`}},
		{"an ECS role without a metadata service", settings{ECSRoleName: "ecs"}, nil, []string{`"ecs"`, "alibabacloud.ecs_role_name", "100.100.100.200", "NO_PROXY"}},
		{"an ECS role of the environment", settings{}, []string{"ALIBABA_CLOUD_ECS_METADATA", "ecs"}, []string{"ALIBABA_CLOUD_ECS_METADATA"}},
		{"a URI that is none", settings{CredentialsURI: "hush-hush"}, nil, []string{"alibabacloud.credentials_uri", "not an http"}},
		{"a URI that refuses", settings{CredentialsURI: refuses}, nil, []string{"alibabacloud.credentials_uri", "AccessKeyId"}},
		{"a URI whose answer lacks a field", settings{CredentialsURI: lacksExpiration}, nil, []string{"alibabacloud.credentials_uri"}},
		{"a URI that a proxy answers for", settings{CredentialsURI: html}, nil, []string{"alibabacloud.credentials_uri"}},
		{"a URI where nobody listens", settings{CredentialsURI: "http://127.0.0.1:1/?code=hush"}, nil, []string{"alibabacloud.credentials_uri", "refused"}},
		{"a role with keys that are wrong", role(func(*alibabacloud.AssumeRole) {}), []string{"ALICLOUD_ACCESS_KEY", "good-id", "ALICLOUD_SECRET_KEY", "hush-hush"}, []string{"acs:ram::1:role/r", "SignatureDoesNotMatch: it differs", "STS-R", "ALICLOUD_ACCESS_KEY"}},
		{"a role without a name", role(func(r *alibabacloud.AssumeRole) { r.RoleARN = "" }), nil, []string{"alibabacloud.assume_role", "ALICLOUD_ASSUME_ROLE_ARN"}},
		{"a role for too short a time", role(func(r *alibabacloud.AssumeRole) { r.SessionExpiration = 899 }), nil, []string{"alibabacloud.assume_role.session_expiration", "900 to 43200"}},
		{"a role for no time at all", role(func(*alibabacloud.AssumeRole) {}), append(good[:4:4], "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "1h"), []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "900 to 43200"}},
		{"a role over http", role(func(*alibabacloud.AssumeRole) {}), append(good[:4:4], "STS_ENDPOINT", "http://sts.example.com"), []string{"STS_ENDPOINT", "https"}},
		{"OIDC without a role", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.RoleARN = "" }), nil, []string{"alibabacloud.assume_role_with_oidc.role_arn", "ALIBABA_CLOUD_ROLE_ARN"}},
		{"OIDC without a provider", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.OIDCProviderARN = "" }), nil, []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}},
		{"OIDC without a file", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.OIDCTokenFile = "" }), nil, []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE"}},
		{"OIDC with a file that is not there", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.OIDCTokenFile = "/does/not/exist" }), nil, []string{"/does/not/exist", "alibabacloud.assume_role_with_oidc.oidc_token_file"}},
		{"OIDC with an empty file", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.OIDCTokenFile = file("blank", " \n") }), nil, []string{"blank is empty"}},
		{"OIDC for too long", oidc(func(r *alibabacloud.AssumeRoleWithOIDC) { r.SessionExpiration = 43201 }), nil, []string{"alibabacloud.assume_role_with_oidc.session_expiration"}},
		{"half of OIDC in the environment", settings{}, []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/x", "ALIBABA_CLOUD_ROLE_ARN", "r"}, []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pairs := test.env
			if pairs == nil {
				pairs = good
			}
			env := emptyEnvironment(t).with(pairs...)
			env.configure(t, cliProfiles)
			got, err := asker(t, test.settings, env)
			if err == nil {
				t.Fatalf("the read went on with %q", got)
			}
			wantError(t, err, append(test.says, operation.Subject)...)
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

// Where nothing is set, the error tells every way.
func TestNoCredentialsTellsEveryWay(t *testing.T) {
	for _, configured := range []string{"", `{"current":"","profiles":[]}`} {
		env := emptyEnvironment(t)
		if configured != "" {
			env.configure(t, configured)
		}
		_, err := asker(t, alibabacloud.Settings{}, env)
		for _, source := range alibabacloud.Sources() {
			switch source.Attribute {
			case "access_key", "secret_key", "security_token", "profile", "shared_credentials_file", "ecs_role_name", "credentials_uri",
				"assume_role.role_arn", "assume_role_with_oidc.role_arn", "assume_role_with_oidc.oidc_provider_arn", "assume_role_with_oidc.oidc_token_file":
				wantError(t, err, append(source.Environment, "alibabacloud."+source.Attribute)...)
			}
		}
		wantError(t, err, operation.Subject, "~/.aliyun/config.json")
	}
}

// A setting's error is shown whole, however long it is.
func TestLongErrorIsShownWhole(t *testing.T) {
	var profiles []string
	for i := range 500 {
		profiles = append(profiles, fmt.Sprintf(`{"name":"profile-%d"}`, i))
	}
	env := emptyEnvironment(t)
	env.configure(t, `{"profiles":[`+strings.Join(profiles, ",")+`]}`)
	_, err := asker(t, alibabacloud.Settings{Profile: "gone"}, env)
	wantError(t, err, operation.Subject, `"gone"`, "profile-0", "profile-499")
}
