package alibabacloud_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

const cliProfiles = `{"current":"main","profiles":[
	{"name":"main","mode":"AK","access_key_id":"main","access_key_secret":"main-secret","sts_token":"stale","region_id":"cn-beijing"},
	{"name":"sts","mode":"StsToken","access_key_id":"sts","access_key_secret":"sts-secret","sts_token":"sts-token"},
	{"name":"role","mode":"RamRoleArn","access_key_id":"main","access_key_secret":"main-secret","ram_role_arn":"acs:ram::1:role/p","ram_session_name":"cli","expired_seconds":900},
	{"name":"ecs","mode":"EcsRamRole","ram_role_name":"ecs"},
	{"name":"ecs-listed","mode":"EcsRamRole"},
	{"name":"ecs-role","mode":"RamRoleArnWithRoleName","ram_role_name":"ecs","ram_role_arn":"acs:ram::1:role/e"},
	{"name":"chain","mode":"ChainableRamRoleArn","source_profile":"role","ram_role_arn":"acs:ram::1:role/c","external_id":"ext","policy":"{}"},
	{"name":"loop","mode":"ChainableRamRoleArn","source_profile":"pool","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"pool","mode":"ChainableRamRoleArn","source_profile":"loop","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"missing","mode":"ChainableRamRoleArn","source_profile":"gone","ram_role_arn":"acs:ram::1:role/l"},
	{"name":"half","mode":"AK","access_key_id":"main"},
	{"name":"no-token","mode":"StsToken","access_key_id":"sts","access_key_secret":"hush-secret"},
	{"name":"no-role","mode":"RamRoleArn","access_key_id":"main","access_key_secret":"hush-secret"},
	{"name":"short","mode":"RamRoleArn","access_key_id":"main","access_key_secret":"hush-secret","ram_role_arn":"r","expired_seconds":60},
	{"name":"no-uri","mode":"CredentialsURI"},
	{"name":"no-oidc","mode":"OIDC","ram_role_arn":"acs:ram::1:role/o"},
	{"name":"bearer","mode":"BearerToken"},
	{"name":"oidc","mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/x","oidc_token_file":"$TOKEN","ram_role_arn":"acs:ram::1:role/o"},
	{"name":"uri","mode":"CredentialsURI","credentials_uri":"$URL/uri"},
	{"name":"sso","mode":"CloudSSO","cloud_sso_sign_in_url":"$URL/start","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":"sso-token","cloud_sso_access_token_expire":9999999999},
	{"name":"sso-old","mode":"CloudSSO","cloud_sso_sign_in_url":"$URL/start","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":"hush-token","cloud_sso_access_token_expire":1},
	{"name":"sso-http","mode":"CloudSSO","cloud_sso_sign_in_url":"http://signin.example/start","cloud_sso_account_id":"1","cloud_sso_access_config":"ac","access_token":"hush-token","cloud_sso_access_token_expire":9999999999},
	{"name":"oauth","mode":"OAuth","access_key_id":"oauth","access_key_secret":"oauth-secret","sts_token":"oauth-token","sts_expiration":9999999999},
	{"name":"oauth-old","mode":"OAuth","access_key_id":"oauth","access_key_secret":"hush-secret","sts_token":"hush-token","sts_expiration":1700000000}
]}`

// profiles is the CLI's file, with the stand-in and a token file in it.
func (s *standIn) profiles(t testing.TB) string {
	t.Helper()
	token := writeFile(t, filepath.Join(t.TempDir(), "token"), "oidc-token\n")
	return strings.NewReplacer("$URL", s.URL, "$TOKEN", filepath.ToSlash(token)).Replace(cliProfiles)
}

// Each source signs, and each role is assumed with what it should be.
func TestSources(t *testing.T) {
	t.Parallel()
	keys := alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret"}
	pod := []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/x", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "$TOKEN", "ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/pod"}
	const list = "DescribeBackupPlanList by "
	for name, test := range map[string]struct {
		settings alibabacloud.Settings
		env      []string
		want     []string // the events
	}{
		"keys":                 {keys, nil, []string{list + "id"}},
		"keys with a token":    {alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "security_token": "id-token"}, nil, []string{list + "id"}},
		"blanks around a key":  {alibabacloud.Settings{"access_key": " id\n", "secret_key": "id-secret\n"}, nil, []string{list + "id"}},
		"no token of another":  {keys, []string{"ALICLOUD_SECURITY_TOKEN", "stale"}, []string{list + "id"}},
		"profile":              {alibabacloud.Settings{"profile": "main"}, nil, []string{list + "main"}},
		"profile with a token": {alibabacloud.Settings{"profile": "sts"}, nil, []string{list + "sts"}},
		"profile with a role":  {alibabacloud.Settings{"profile": "role"}, nil, []string{"AssumeRole by main", list + "STS.1"}},
		"profile of an instance": {alibabacloud.Settings{"profile": "ecs"}, nil,
			[]string{"PUT /latest/api/token", "GET /latest/meta-data/ram/security-credentials/ecs by metadata-token", list + "ECS.1"}},
		"profile of an instance without a name": {alibabacloud.Settings{"profile": "ecs-listed"}, []string{"ALIBABA_CLOUD_ECS_METADATA", "another"},
			[]string{"PUT /latest/api/token", "GET /latest/meta-data/ram/security-credentials/ by metadata-token", "GET /latest/meta-data/ram/security-credentials/ecs by metadata-token", list + "ECS.1"}},
		"profile with a role of an instance": {alibabacloud.Settings{"profile": "ecs-role"}, nil,
			[]string{"PUT /latest/api/token", "GET /latest/meta-data/ram/security-credentials/ecs by metadata-token", "AssumeRole by ECS.1", list + "STS.2"}},
		"chain of profiles":    {alibabacloud.Settings{"profile": "chain"}, nil, []string{"AssumeRole by main", "AssumeRole by STS.1", list + "STS.2"}},
		"profile with OIDC":    {alibabacloud.Settings{"profile": "oidc"}, nil, []string{"AssumeRoleWithOIDC by oidc-token", list + "STS.1"}},
		"profile with a URI":   {alibabacloud.Settings{"profile": "uri"}, nil, []string{"GET /uri", list + "URI.1"}},
		"profile of CloudSSO":  {alibabacloud.Settings{"profile": "sso"}, nil, []string{"CloudSSO by Bearer sso-token", list + "SSO.1"}},
		"cached keys of OAuth": {alibabacloud.Settings{"profile": "oauth"}, nil, []string{list + "oauth"}},
		"ECS role":             {alibabacloud.Settings{"ecs_role_name": "ecs"}, nil, []string{"PUT /latest/api/token", "GET /latest/meta-data/ram/security-credentials/ecs by metadata-token", list + "ECS.1"}},
		"URI":                  {alibabacloud.Settings{"credentials_uri": "$URL/uri"}, nil, []string{"GET /uri", list + "URI.1"}},
		"OIDC": {alibabacloud.Settings{"assume_role_with_oidc.role_arn": "r", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": "$TOKEN"}, nil,
			[]string{"AssumeRoleWithOIDC by oidc-token", list + "STS.1"}},
		"OIDC in the environment": {nil, pod, []string{"AssumeRoleWithOIDC by oidc-token", list + "STS.1"}},

		// Roles on top.
		"role on keys":                                   {alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "r"}, nil, []string{"AssumeRole by id", list + "STS.1"}},
		"role on a profile with a role":                  {alibabacloud.Settings{"profile": "role", "assume_role.role_arn": "r"}, nil, []string{"AssumeRole by main", "AssumeRole by STS.1", list + "STS.2"}},
		"role on OIDC":                                   {alibabacloud.Settings{"assume_role.role_arn": "r"}, pod, []string{"AssumeRoleWithOIDC by oidc-token", "AssumeRole by STS.1", list + "STS.2"}},
		"role of the environment":                        {nil, []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "id-secret", "ALIBABA_CLOUD_ROLE_ARN", "r"}, []string{"AssumeRole by id", list + "STS.1"}},
		"role of the environment on the current profile": {nil, []string{"ALICLOUD_ASSUME_ROLE_ARN", "r"}, []string{"AssumeRole by main", list + "STS.1"}},
		"role of the environment on OIDC": {nil, append(pod[:6:6], "ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::2:role/cross"),
			[]string{"AssumeRoleWithOIDC by oidc-token", "AssumeRole by STS.1", list + "STS.2"}},
		"role of the environment on a profile with OIDC": {nil, []string{"ALICLOUD_PROFILE", "oidc", "ALICLOUD_ASSUME_ROLE_ARN", "r"},
			[]string{"AssumeRoleWithOIDC by oidc-token", "AssumeRole by STS.1", list + "STS.2"}},
		"role of the token beside keys":                             {nil, append(pod[:6:6], "ALICLOUD_ACCESS_KEY", "id", "ALICLOUD_SECRET_KEY", "id-secret"), []string{list + "id"}},
		"role of the token beside a profile":                        {nil, append(pod[:6:6], "ALICLOUD_PROFILE", "main"), []string{list + "main"}},
		"no role of the environment on the configuration's keys":    {keys, []string{"ALICLOUD_ASSUME_ROLE_ARN", "r"}, []string{list + "id"}},
		"no role of the environment on the configuration's profile": {alibabacloud.Settings{"profile": "main"}, []string{"ALIBABA_CLOUD_ROLE_ARN", "r"}, []string{list + "main"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "id", "main", "sts", "oauth")
			token := writeFile(t, filepath.Join(t.TempDir(), "token"), "oidc-token")
			replace := strings.NewReplacer("$URL", s.URL, "$TOKEN", token)
			settings := alibabacloud.Settings{}
			for name, value := range test.settings {
				settings[name] = replace.Replace(value)
			}
			env := s.home(t, s.profiles(t), test.env...)
			for name, value := range env {
				env[name] = replace.Replace(value)
			}
			if err := s.client(settings, env).do(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.seen(); !slices.Equal(got, test.want) {
				t.Errorf("the calls are\n%q, want\n%q", got, test.want)
			}
		})
	}
}

// A file that is broken when it is first read, because the CLI is writing it for example, is
// read again.
func TestProfileIsReadAgain(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "main")
	env := s.home(t, `{"profiles":[`)
	c := s.client(nil, env)
	wantError(t, c.do(t.Context()), "JSON")
	writeFile(t, filepath.Join(env["HOME"], ".aliyun", "config.json"), s.profiles(t))
	if err := c.do(t.Context()); err != nil {
		t.Error(err)
	}
}

// Every name of the environment works by itself, and wins in the order of the options.
func TestEnvironmentNames(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id", "main")
	config := s.profiles(t)
	ids := []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"}
	secrets := []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"}
	tokens := []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"}
	signedBy := func(want string, pairs ...string) {
		t.Helper()
		before := len(s.seen())
		if err := s.client(nil, s.home(t, config, pairs...)).do(t.Context()); err != nil {
			t.Errorf("%q: %v", pairs, err)
		}
		if got := strings.Join(s.seen()[before:], "; "); !strings.HasSuffix(got, want) {
			t.Errorf("%q: the calls are %q", pairs, got)
		}
	}
	for i := range ids {
		for j := range secrets {
			signedBy("List by id", ids[i], "id", secrets[j], "id-secret")
			signedBy("List by id", ids[i], "id", secrets[j], "id-secret", tokens[(i+j)%3], "id-token")
		}
		if i > 0 {
			signedBy("List by id", ids[i-1], "id", ids[i], "x", secrets[i-1], "id-secret", secrets[i], "x", tokens[i-1], "id-token", tokens[i], "x")
		}
	}
	signedBy("List by main", "ALICLOUD_PROFILE", "main", "ALIBABA_CLOUD_PROFILE", "gone")
	signedBy("List by main", "ALIBABA_CLOUD_PROFILE", "main")
	file := writeFile(t, filepath.Join(t.TempDir(), "file"), config)
	signedBy("List by main", "ALICLOUD_SHARED_CREDENTIALS_FILE", file, "ALIBABA_CLOUD_CREDENTIALS_FILE", "/gone")
	signedBy("List by main", "ALIBABA_CLOUD_CREDENTIALS_FILE", file)
	for _, name := range []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"} {
		signedBy(fmt.Sprintf("ECS.%d", s.issued+1), name, "ecs")
	}
	for _, name := range []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"} {
		signedBy(fmt.Sprintf("URI.%d", s.issued+1), name, s.URL+"/uri")
	}
}

// The options have every name that is looked up: the documentation is made from them.
func TestOptionsHaveEveryName(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id")
	known := map[string]bool{"HOME": true, "USERPROFILE": true}
	for _, o := range alibabacloud.Options() {
		for _, name := range o.Environment {
			known[name] = true
		}
	}
	env := s.home(t, s.profiles(t))
	for _, profile := range []string{"", "chain", "ecs", "uri", "sso", "oidc"} {
		c := s.client(alibabacloud.Settings{"profile": profile, "assume_role.role_arn": "r"}, env)
		get := c.Lookup.Getenv
		c.Selector.Lookup.Getenv = func(name string) string {
			if !known[name] {
				t.Errorf("%s is in no option", name)
			}
			return get(name)
		}
		c.Lookup.Getenv = c.Selector.Lookup.Getenv
		_ = c.do(t.Context())
	}
}

// What is named and broken is an error that names it, although there is a good source
// beside it. Nothing is sent to DBS.
func TestBrokenSources(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string { return writeFile(t, filepath.Join(dir, name), content) }
	type settings = alibabacloud.Settings
	good := []string{"ALIBABACLOUD_ACCESS_KEY_ID", "id", "ALIBABACLOUD_ACCESS_KEY_SECRET", "id-secret"}
	oidc := func(name, value string) settings {
		s := settings{"assume_role_with_oidc.role_arn": "r", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": file("token", "t")}
		s[name] = value
		return s
	}
	for name, test := range map[string]struct {
		settings settings
		env      []string // nil: good keys
		want     []string
	}{
		"a key without its secret":         {settings{"access_key": "hush", "profile": "main"}, nil, []string{"alibabacloud.access_key is set", "secret key", "alibabacloud.secret_key, ALIBABA_CLOUD_ACCESS_KEY_SECRET"}},
		"the other half elsewhere":         {settings{"access_key": "id"}, []string{"ALICLOUD_SECRET_KEY", "id-secret"}, []string{"alibabacloud.access_key is set", "secret key"}},
		"a secret without its key":         {settings{"secret_key": "hush"}, nil, []string{"alibabacloud.secret_key is set", "access key"}},
		"a token without keys":             {settings{"security_token": "hush"}, nil, []string{"alibabacloud.security_token is set", "access key"}},
		"a token of the environment":       {nil, []string{"ALIBABA_CLOUD_SECURITY_TOKEN", "hush"}, []string{"ALIBABA_CLOUD_SECURITY_TOKEN is set", "access key"}},
		"a line break in a key":            {settings{"access_key": "id", "secret_key": "hu\nsh"}, nil, []string{"secret key", "alibabacloud.secret_key has a blank, a control character", "position 3"}},
		"a zero-width blank in a token":    {settings{"access_key": "id", "secret_key": "s", "security_token": "hush\u200b"}, nil, []string{"security token", "alibabacloud.security_token"}},
		"a profile that is missing":        {settings{"profile": "gone"}, nil, []string{`"gone"`, "alibabacloud.profile", `"main", "sts"`, "more"}},
		"a profile of the environment":     {nil, []string{"ALICLOUD_PROFILE", "gone"}, []string{`"gone"`, "ALICLOUD_PROFILE"}},
		"a file that is missing":           {settings{"shared_credentials_file": "/gone"}, nil, []string{"/gone", "alibabacloud.shared_credentials_file", "no such file"}},
		"a file that is a directory":       {settings{"shared_credentials_file": dir}, nil, []string{dir, "not a regular file"}},
		"a file that is malformed":         {settings{"shared_credentials_file": file("bad", `{"profiles":[{"access_key_secret":"hush" oops`)}, nil, []string{"bad", "JSON"}},
		"a file in INI":                    {settings{"shared_credentials_file": file("ini", "[default]\nk = hush\n")}, nil, []string{"ini", "JSON"}},
		"a key of another type":            {settings{"shared_credentials_file": file("type", `{"profiles":[{"name":"default","mode":"AK","access_key_id":["hush"]}]}`)}, nil, []string{"type", "access_key_id"}},
		"a file without profiles":          {settings{"shared_credentials_file": file("empty", `{}`)}, nil, []string{"empty", "no profiles"}},
		"a file that is too large":         {settings{"shared_credentials_file": file("large", strings.Repeat(" ", 1<<20)+"{}")}, nil, []string{"large", "1 MiB"}},
		"half a pair in a profile":         {settings{"profile": "half"}, nil, []string{`"half"`, "access_key_secret"}},
		"a profile without a token":        {settings{"profile": "no-token"}, nil, []string{`"no-token"`, "sts_token"}},
		"a profile without a role":         {settings{"profile": "no-role"}, nil, []string{`"no-role"`, "ram_role_arn"}},
		"a profile with a short session":   {settings{"profile": "short"}, nil, []string{`"short"`, "expired_seconds", "900 to 43200"}},
		"a profile without a URI":          {settings{"profile": "no-uri"}, nil, []string{`"no-uri"`, "credentials_uri"}},
		"a profile without OIDC":           {settings{"profile": "no-oidc"}, nil, []string{`"no-oidc"`, "oidc_provider_arn"}},
		"a profile of another mode":        {settings{"profile": "bearer"}, nil, []string{`"bearer"`, "BearerToken", "not supported", "AK, ChainableRamRoleArn"}},
		"an expired sign-in":               {settings{"profile": "sso-old"}, nil, []string{`"sso-old"`, "aliyun configure --mode CloudSSO --profile sso-old"}},
		"CloudSSO over http":               {settings{"profile": "sso-http"}, nil, []string{`"sso-http"`, "cloud_sso_sign_in_url", "https"}},
		"expired keys of OAuth":            {settings{"profile": "oauth-old"}, nil, []string{`"oauth-old"`, "aliyun sts GetCallerIdentity --profile oauth-old", "aliyun configure --mode OAuth"}},
		"profiles in a circle":             {settings{"profile": "loop"}, nil, []string{`"loop"`, "loop, pool, loop"}},
		"a source profile that is missing": {settings{"profile": "missing"}, nil, []string{`"missing"`, `"gone"`}},
		"a URI that is none":               {settings{"credentials_uri": "hush-hush"}, nil, []string{"alibabacloud.credentials_uri", "not an http"}},
		"a URI that is disabled":           {settings{"credentials_uri": "http://127.0.0.1:1/hush"}, append(good[:4:4], "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "TRUE"), []string{"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set"}},
		"a role's name with a path":        {settings{"ecs_role_name": "../../user-data"}, nil, []string{"alibabacloud.ecs_role_name", "not the name of a role"}},
		"a role's name of dots":            {nil, []string{"ALICLOUD_ECS_ROLE_NAME", ".."}, []string{"ALICLOUD_ECS_ROLE_NAME"}},
		"metadata that is disabled":        {settings{"ecs_role_name": "ecs"}, []string{"ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true"}, []string{"alibabacloud.ecs_role_name", "ALIBABA_CLOUD_ECS_METADATA_DISABLED is set"}},
		"assume_role without a role":       {settings{"assume_role.role_arn": "", "assume_role.session_name": "s"}, append(good[:4:4], "ALICLOUD_ASSUME_ROLE_ARN", "r"), []string{"alibabacloud.assume_role is set without a role", "alibabacloud.assume_role.role_arn"}},
		"a session that is too short":      {settings{"assume_role.role_arn": "r", "assume_role.session_expiration": "899"}, nil, []string{"alibabacloud.assume_role.session_expiration", "900 to 43200"}},
		"a session of no number":           {settings{"assume_role.role_arn": "r"}, append(good[:4:4], "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "1h"), []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", `"1h"`}},
		"STS over http":                    {settings{"assume_role.role_arn": "r"}, append(good[:4:4], "STS_ENDPOINT", "http://sts.example.com"), []string{"STS_ENDPOINT", "https"}},
		"a region of STS with a host":      {settings{"assume_role.role_arn": "r"}, append(good[:4:4], "STS_ENDPOINT", "", "ALIBABA_CLOUD_STS_REGION", "x.evil.test/"), []string{"ALIBABA_CLOUD_STS_REGION", "x.evil.test"}},
		"OIDC without a role":              {oidc("assume_role_with_oidc.role_arn", ""), nil, []string{"alibabacloud.assume_role_with_oidc.role_arn, ALIBABA_CLOUD_ROLE_ARN"}},
		"OIDC without a provider":          {oidc("assume_role_with_oidc.oidc_provider_arn", ""), nil, []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}},
		"OIDC with a file that is missing": {oidc("assume_role_with_oidc.oidc_token_file", "/gone"), nil, []string{"/gone", "alibabacloud.assume_role_with_oidc.oidc_token_file", "no such file"}},
		"OIDC with an empty file":          {oidc("assume_role_with_oidc.oidc_token_file", file("blank", " \n")), nil, []string{"blank", "empty"}},
		"OIDC with a long session":         {oidc("assume_role_with_oidc.session_expiration", "43201"), nil, []string{"alibabacloud.assume_role_with_oidc.session_expiration"}},
		"half of OIDC":                     {nil, []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/x", "ALIBABA_CLOUD_ROLE_ARN", "r"}, []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}},
		"an endpoint with a password":      {settings{"endpoint": "https://user:hush@dbs.example.com"}, nil, []string{"alibabacloud.endpoint", "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "id")
			env := test.env
			if env == nil {
				env = good
			}
			err := s.client(test.settings, s.home(t, s.profiles(t), env...)).do(t.Context())
			wantError(t, err, append(test.want, operation.Subject)...)
			if seen := s.seen(); len(seen) > 0 {
				t.Errorf("there were calls: %q", seen)
			}
		})
	}
}

// If nothing is set, the error lists every way.
func TestNoCredentials(t *testing.T) {
	t.Parallel()
	for _, config := range []string{"", `{"current":"","profiles":[]}`} {
		s := newStandIn(t)
		err := s.client(nil, s.home(t, config)).do(t.Context())
		wantError(t, err, operation.Subject, "~/.aliyun/config.json", "role can be assumed")
		for _, o := range alibabacloud.Options() {
			switch o.Attribute {
			case "access_key", "secret_key", "security_token", "profile", "shared_credentials_file", "ecs_role_name", "credentials_uri",
				"assume_role.role_arn", "assume_role_with_oidc.role_arn", "assume_role_with_oidc.oidc_provider_arn", "assume_role_with_oidc.oidc_token_file":
				wantError(t, err, append(o.Environment, "alibabacloud."+o.Attribute)...)
			}
		}
	}
}

// NewClient reads nothing.
func TestNothingIsReadBeforeTheFirstCall(t *testing.T) {
	t.Parallel()
	alibabacloud.NewClient(nil, func(name string) string {
		t.Errorf("%s was looked up", name)
		return ""
	}, nil, nil)
}

// A profile decides the region only if it supplies the credentials.
func TestRegion(t *testing.T) {
	t.Parallel()
	keys := []string{"ALICLOUD_ACCESS_KEY", "id", "ALICLOUD_SECRET_KEY", "id-secret"}
	for name, test := range map[string]struct {
		override string
		settings alibabacloud.Settings
		env      []string
		want     string
	}{
		"data source":              {"own", alibabacloud.Settings{"region": "configured"}, []string{"ALICLOUD_REGION", "env"}, "own"},
		"configuration":            {"", alibabacloud.Settings{"region": " configured\n"}, []string{"ALICLOUD_REGION", "env"}, "configured"},
		"first name":               {"", nil, []string{"ALICLOUD_REGION", "first", "ALIBABA_CLOUD_REGION", "second"}, "first"},
		"second name":              {"", nil, []string{"ALICLOUD_REGION", " ", "ALIBABA_CLOUD_REGION", "second"}, "second"},
		"current profile":          {"", nil, nil, "cn-beijing"},
		"profile":                  {"", alibabacloud.Settings{"profile": "main"}, keys, "cn-beijing"},
		"profile with a role":      {"", alibabacloud.Settings{"profile": "main", "assume_role.role_arn": "r"}, nil, "cn-beijing"},
		"keys beside a profile":    {"", nil, keys, ""},
		"profile without a region": {"", alibabacloud.Settings{"profile": "ecs"}, nil, ""},
		"broken profile":           {"", alibabacloud.Settings{"profile": "gone"}, nil, ""},
		"another shape":            {"", nil, []string{"ALICLOUD_REGION", "cn-hangzhou.evil.example/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			settings := alibabacloud.Settings{"region": ""}
			for name, value := range test.settings {
				settings[name] = value
			}
			got, err := s.client(settings, s.home(t, s.profiles(t), test.env...)).Region(t.Context(), test.override)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("the region is %q, %v, want %q", got, err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), "ALICLOUD_REGION") {
				t.Errorf("the error does not list the ways: %v", err)
			}
		})
	}
}

func TestSTSEndpoint(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint, region string // of the profile
		vpc              bool
		env              []string
		want             string // "": an error
	}{
		"default":                    {want: "https://sts.aliyuncs.com"},
		"host":                       {env: []string{"ALIBABA_CLOUD_ENDPOINT_STS", "sts.example.com"}, want: "https://sts.example.com"},
		"path":                       {env: []string{"STS_ENDPOINT", "https://gateway.example.com/sts/"}, want: "https://gateway.example.com/sts"},
		"region":                     {env: []string{"ALIBABA_CLOUD_STS_REGION", "cn-beijing"}, want: "https://sts.cn-beijing.aliyuncs.com"},
		"VPC":                        {env: []string{"ALIBABA_CLOUD_STS_REGION", "cn-beijing", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "true"}, want: "https://sts-vpc.cn-beijing.aliyuncs.com"},
		"region of the profile":      {region: "cn-shanghai", vpc: true, env: []string{"ALIBABA_CLOUD_STS_REGION", "cn-beijing"}, want: "https://sts-vpc.cn-shanghai.aliyuncs.com"},
		"endpoint of the profile":    {endpoint: "sts.cn-hangzhou.aliyuncs.com", env: []string{"STS_ENDPOINT", "sts.example.com"}, want: "https://sts.cn-hangzhou.aliyuncs.com"},
		"endpoint before the region": {region: "cn-shanghai", env: []string{"STS_ENDPOINT", "sts.example.com"}, want: "https://sts.example.com"},
		"http":                       {endpoint: "http://sts.example.com"},
		"loopback":                   {endpoint: "http://127.0.0.1:8080/sts", want: "http://127.0.0.1:8080/sts"},
		"region with a host":         {region: "x.evil.test/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			env := s.home(t, "", append([]string{"STS_ENDPOINT", ""}, test.env...)...)
			got, err := alibabacloud.STSEndpoint(s.client(nil, env).Client, test.endpoint, test.region, test.vpc)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("the endpoint is %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// The parameters of a role arrive; a path of the STS endpoint is kept.
func TestRoleParameters(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "id", "STS.1")
	token := writeFile(t, filepath.Join(t.TempDir(), "token"), "oidc-token")
	check := func(settings alibabacloud.Settings, want map[string]string) {
		t.Helper()
		s.once("DescribeBackupPlanList", write(200, `{"Success":true,"Items":[]}`))
		if err := s.client(settings, s.home(t, "", "STS_ENDPOINT", s.URL+"/sts")).do(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.mu.Lock()
		form := s.forms[len(s.forms)-2]
		s.mu.Unlock()
		for name, value := range want {
			if form.Get(name) != value {
				t.Errorf("%s is %q, want %q", name, form.Get(name), value)
			}
		}
	}
	check(alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "acs:ram::1:role/r", "assume_role.session_name": "me",
		"assume_role.session_expiration": "1800", "assume_role.policy": `{"a":"b c"}`, "assume_role.external_id": "ext"},
		map[string]string{"RoleArn": "acs:ram::1:role/r", "RoleSessionName": "me", "DurationSeconds": "1800", "Policy": `{"a":"b c"}`, "ExternalId": "ext"})
	check(alibabacloud.Settings{"access_key": "id", "secret_key": "id-secret", "assume_role.role_arn": "r"},
		map[string]string{"RoleArn": "r", "RoleSessionName": "terraform-provider-cloudbackup", "DurationSeconds": "3600", "Policy": "", "ExternalId": ""})
	check(alibabacloud.Settings{"assume_role_with_oidc.role_arn": "r", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": token,
		"assume_role_with_oidc.session_name": "me", "assume_role_with_oidc.session_expiration": "900", "assume_role_with_oidc.policy": "{}"},
		map[string]string{"Action": "AssumeRoleWithOIDC", "Version": "2015-04-01", "RoleArn": "r", "OIDCProviderArn": "p", "OIDCToken": "oidc-token", "RoleSessionName": "me", "DurationSeconds": "900", "Policy": "{}"})
}

// A token that was replaced is read again for the next session, and masked.
func TestTokenIsReadForEachSession(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	file := writeFile(t, filepath.Join(t.TempDir(), "token"), "first")
	c := s.client(alibabacloud.Settings{"assume_role_with_oidc.role_arn": "r", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": file}, s.home(t, ""))
	if err := c.do(t.Context()); err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, "second")
	s.once(operation.Name, write(400, `{"Code":"InvalidSecurityToken.Expired","Message":"expired"}`))
	if err := c.do(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"AssumeRoleWithOIDC by first", "DescribeBackupPlanList by STS.1", "DescribeBackupPlanList by STS.1", "AssumeRoleWithOIDC by second", "DescribeBackupPlanList by STS.2"}
	if got := s.seen(); !slices.Equal(got, want) {
		t.Errorf("the calls are\n%q, want\n%q", got, want)
	}
	for _, secret := range []string{"first", "second", "STS.2-token", "STS.2-secret"} {
		if got := c.secrets.Mask("<" + secret + ">"); strings.Contains(got, secret) {
			t.Errorf("%s is not masked", secret)
		}
	}
}
