package huaweicloud_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

const (
	sdkFile = "[basic]\nak = file\nsk = file-secret\nproject_id = ffffffffffffffffffffffffffffffff\n"
	cliFile = `{"language": "en", "authEncrypt": "false", "current": "main", "profiles": [
		{"name": "main", "mode": "AKSK", "accessKeyId": "main", "secretAccessKey": "main-secret", "region": "cn-south-1", "projectId": "` + profileProject + `", "readTimeout": 10},
		{"name": "temporary", "mode": "AKSK", "accessKeyId": "temp", "secretAccessKey": "temp-secret", "securityToken": "temp-token"},
		{"name": "token", "mode": "token", "xAuthToken": "TOKEN"},
		{"name": "sso", "mode": "SSO", "ssoAuth": {"stsToken": {"accessKeyId": "sso", "secretAccessKey": "sso-secret", "securityToken": "sso-token"}}},
		{"name": "half", "mode": "AKSK", "accessKeyId": "AKHALF"},
		{"name": "empty", "mode": "AKSK"},
		{"name": "nosession", "mode": "SSO"},
		{"name": "notoken", "mode": "token"},
		{"name": "odd", "mode": "IdP"},
		{"name": "ecs", "mode": "ecsAgency"},
		{"name": "agency", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "main"},
		{"name": "agencyofitself", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "accessKeyId": "main", "secretAccessKey": "main-secret"},
		{"name": "agencyoftoken", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "xAuthToken": "TOKEN"},
		{"name": "agencyofagency", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "agency"},
		{"name": "agencyofnobody", "mode": "agency", "agencyName": "ops", "sourceProfile": "main"},
		{"name": "agencyofnone", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "gone"},
		{"name": "agencywithkeys", "mode": "AKSK", "accessKeyId": "main", "secretAccessKey": "main-secret", "agencyName": "ops", "agencyDomainName": "them"}
	]}`
	profileProject = "11112222333344445555666677778888"
)

// Each source signs, and each agency is assumed with what it should be.
func TestSources(t *testing.T) {
	t.Parallel()
	type settings = huaweicloud.Settings
	keys := settings{"access_key": "AKID", "secret_key": "AKID-secret"}
	envKeys := []string{"HW_ACCESS_KEY", "env", "HW_SECRET_KEY", "env-secret"}
	role := []string{"HW_ASSUME_ROLE_AGENCY_NAME", "env-ops", "HW_ASSUME_ROLE_DOMAIN_ID", "d9", "HW_ASSUME_ROLE_DURATION", "1800"}
	both := map[string]string{".huaweicloud/credentials": sdkFile, ".hcloud/config.json": cliFile}
	list := func(signer string) []string { return []string{"GET " + listPath + " by " + signer} }
	assumed := func(signer string) []string {
		return []string{"POST " + agencyPath + " by " + signer, "GET " + listPath + " by STS.1"}
	}
	machine := []string{"PUT " + tokenPath, "GET " + keyPath + " by metadata-token"}
	for name, test := range map[string]struct {
		settings settings
		env      []string
		files    map[string]string // nil: the CLI's
		want     []string
		agency   string // in the body of the request
	}{
		"keys":                        {keys, envKeys, nil, list("AKID"), ""},
		"keys with a token":           {settings{"access_key": "AKID", "secret_key": "AKID-secret", "security_token": "AKID-token"}, nil, nil, list("AKID"), ""},
		"auth token":                  {settings{"auth_token": "TOKEN"}, envKeys, nil, list("TOKEN"), ""},
		"auth token beside keys":      {settings{"auth_token": "TOKEN", "access_key": "AKID", "secret_key": "AKID-secret"}, nil, nil, list("TOKEN"), ""},
		"HW_":                         {nil, envKeys, nil, list("env"), ""},
		"HW_ with a token":            {nil, append(envKeys[:4:4], "HW_SECURITY_TOKEN", "env-token"), nil, list("env"), ""},
		"OS_":                         {nil, []string{"OS_ACCESS_KEY", "env", "OS_SECRET_KEY", "env-secret"}, nil, list("env"), ""},
		"HW_ before OS_":              {nil, append(envKeys[:4:4], "OS_ACCESS_KEY", "x", "OS_SECRET_KEY", "x"), nil, list("env"), ""},
		"one of each":                 {nil, []string{"OS_ACCESS_KEY", "env", "HW_SECRET_KEY", "env-secret"}, nil, list("env"), ""},
		"HW_AUTH_TOKEN":               {nil, []string{"HW_AUTH_TOKEN", "TOKEN"}, nil, list("TOKEN"), ""},
		"OS_AUTH_TOKEN":               {nil, []string{"OS_AUTH_TOKEN", "TOKEN"}, nil, list("TOKEN"), ""},
		"SDK's names":                 {nil, []string{"HUAWEICLOUD_SDK_AK", "env", "HUAWEICLOUD_SDK_SK", "env-secret", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "env-token"}, nil, list("env"), ""},
		"HW_ before the SDK's":        {nil, append(envKeys[:4:4], "HUAWEICLOUD_SDK_AK", "x", "HUAWEICLOUD_SDK_SK", "x"), nil, list("env"), ""},
		"HW_PROFILE before the SDK's": {nil, []string{"HW_PROFILE", "main", "HUAWEICLOUD_SDK_AK", "x", "HUAWEICLOUD_SDK_SK", "x"}, nil, list("main"), ""},
		"blanks around a key":         {nil, []string{"HW_ACCESS_KEY", " env\n", "HW_SECRET_KEY", "env-secret\n"}, nil, list("env"), ""},
		"keys before a profile":       {settings{"access_key": "AKID", "secret_key": "AKID-secret", "profile": "gone", "ecs_agency": "a"}, nil, nil, list("AKID"), ""},
		"profile":                     {settings{"profile": "main"}, envKeys, nil, list("main"), ""},
		"file":                        {settings{"shared_config_file": "~/.hcloud/config.json"}, envKeys, nil, list("main"), ""},
		"profile with a token":        {nil, []string{"HW_PROFILE", "temporary"}, nil, list("temp"), ""},
		"profile of SSO":              {nil, []string{"HW_PROFILE", "sso"}, nil, list("sso"), ""},
		"HW_SHARED_CONFIG_FILE":       {nil, []string{"HW_SHARED_CONFIG_FILE", "~/.hcloud/config.json"}, nil, list("main"), ""},
		"profile with an auth token":  {settings{"profile": "token"}, nil, nil, list("TOKEN"), ""},
		"SDK's file":                  {nil, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~/.huaweicloud/credentials"}, both, list("file"), ""},
		"SDK's default file":          {nil, nil, both, list("file"), ""},
		"CLI's default file":          {nil, nil, nil, list("main"), ""},
		"ECS agency":                  {settings{"ecs_agency": "a"}, envKeys, nil, append(machine[:2:2], list("ECS.1")...), ""},
		"profile of an instance":      {settings{"profile": "ecs"}, nil, nil, append(machine[:2:2], list("ECS.1")...), ""},

		"agency": {settings{"access_key": "AKID", "secret_key": "AKID-secret", "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, nil, nil, assumed("AKID"),
			`{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
		"agency by ID, for longer": {settings{"access_key": "AKID", "secret_key": "AKID-secret", "assume_role.agency_name": "ops", "assume_role.domain_id": "d1", "assume_role.duration": "7200"}, nil, nil, assumed("AKID"),
			`{"agency_name":"ops","domain_id":"d1","duration_seconds":7200}`},
		"agency with an auth token": {settings{"auth_token": "TOKEN", "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, nil, nil, assumed("TOKEN"), ""},
		"agency with an ECS agency": {settings{"ecs_agency": "a", "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, nil, nil,
			append(machine[:2:2], "POST "+agencyPath+" by ECS.1", "GET "+listPath+" by STS.2"), ""},
		"agency before the environment's": {settings{"assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, slices.Concat(envKeys, role), nil, assumed("env"),
			`{"agency_name":"ops","domain_name":"them","duration_seconds":1800}`},
		"agency in the account of the environment": {settings{"assume_role.agency_name": "ops"}, slices.Concat(envKeys, role), nil, assumed("env"),
			`{"agency_name":"ops","domain_id":"d9","duration_seconds":1800}`},
		"environment's agency":              {nil, slices.Concat(envKeys, role), nil, assumed("env"), `{"agency_name":"env-ops","domain_id":"d9","duration_seconds":1800}`},
		"environment's agency, profile":     {nil, append(role[:6:6], "HW_PROFILE", "main"), nil, assumed("main"), ""},
		"environment's agency, default":     {nil, role, nil, assumed("main"), ""},
		"no agency on configured keys":      {keys, role, nil, list("AKID"), ""},
		"no agency on a configured token":   {settings{"auth_token": "TOKEN"}, role, nil, list("TOKEN"), ""},
		"no agency on a configured profile": {settings{"profile": "main"}, role, nil, list("main"), ""},
		"profile of an agency":              {settings{"profile": "agency"}, nil, nil, assumed("main"), `{"agency_name":"ops","domain_id":"d1","duration_seconds":3600}`},
		"profile of an agency with keys":    {settings{"profile": "agencyofitself"}, nil, nil, assumed("main"), `{"agency_name":"ops","domain_id":"d1","duration_seconds":3600}`},
		"profile of an agency with a token": {settings{"profile": "agencyoftoken"}, nil, nil, assumed("TOKEN"), ""},
		"profile with keys and an agency":   {settings{"profile": "agencywithkeys"}, nil, nil, assumed("main"), `{"agency_name":"ops","domain_name":"them","duration_seconds":3600}`},
		"agency on a profile of an agency": {settings{"profile": "agency", "assume_role.agency_name": "second", "assume_role.domain_name": "them"}, nil, nil,
			[]string{"POST " + agencyPath + " by main", "POST " + agencyPath + " by STS.1", "GET " + listPath + " by STS.2"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID", "env", "main", "temp", "sso", "file")
			files := test.files
			if files == nil {
				files = map[string]string{".hcloud/config.json": cliFile}
			}
			c := s.client(test.settings, home(t, files, append(test.env, "HW_PROJECT_ID", project)...))
			if err := c.read(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.seen(); !slices.Equal(got, test.want) {
				t.Errorf("the calls are\n%q, want\n%q", got, test.want)
			}
			if want := `{"auth":{"identity":{"assume_role":` + test.agency + `,"methods":["assume_role"]}}}`; test.agency != "" && s.bodies[0] != want {
				t.Errorf("the body is %s, want %s", s.bodies[0], want)
			}
		})
	}
}

// What is named and broken is an error that names it and shows no secret, and nothing
// is sent.
func TestBrokenSources(t *testing.T) {
	t.Parallel()
	type settings = huaweicloud.Settings
	keys := func(pairs ...string) settings {
		s := settings{"access_key": "AKID", "secret_key": "AKID-secret"}
		for i := 0; i < len(pairs); i += 2 {
			s[pairs[i]] = pairs[i+1]
		}
		return s
	}
	f := func(content string) map[string]string { return map[string]string{"f": content} }
	profile := func(name string) []string { return []string{"HW_SHARED_CONFIG_FILE", "~/f", "HW_PROFILE", name} }
	for name, test := range map[string]struct {
		settings settings
		env      []string
		files    map[string]string
		want     []string
	}{
		"nothing": {nil, nil, nil, []string{"huaweicloud.access_key, HW_ACCESS_KEY, OS_ACCESS_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN, OS_AUTH_TOKEN", "HW_PROFILE",
			"HW_SHARED_CONFIG_FILE", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_CREDENTIALS_FILE", "ecs_agency", "assume_role"}},
		"half a pair":                  {settings{"access_key": "hush"}, []string{"HW_ACCESS_KEY", "env", "HW_SECRET_KEY", "hush"}, nil, []string{"huaweicloud.access_key is set", "secret key"}},
		"half a pair, half elsewhere":  {settings{"access_key": "AKID"}, []string{"HW_SECRET_KEY", "AKID-secret"}, nil, []string{"huaweicloud.access_key is set", "huaweicloud.secret_key, HW_SECRET_KEY, OS_SECRET_KEY"}},
		"the other half":               {settings{"secret_key": "hush"}, nil, nil, []string{"huaweicloud.secret_key is set", "access key"}},
		"half a pair of HW_":           {nil, []string{"HW_ACCESS_KEY", "hush", "HUAWEICLOUD_SDK_AK", "x", "HUAWEICLOUD_SDK_SK", "y"}, nil, []string{"HW_ACCESS_KEY is set", "secret key"}},
		"half a pair of the SDK's":     {nil, []string{"HUAWEICLOUD_SDK_SK", "hush"}, nil, []string{"HUAWEICLOUD_SDK_SK is set", "access key"}},
		"a security token alone":       {nil, []string{"HW_SECURITY_TOKEN", "hush"}, nil, []string{"HW_SECURITY_TOKEN is set"}},
		"a line break in a token":      {settings{"auth_token": "hu\nsh"}, nil, nil, []string{"auth token", "huaweicloud.auth_token", "position 3"}},
		"a line break in a profile":    {settings{"profile": "x"}, nil, map[string]string{".hcloud/config.json": `{"profiles":[{"name":"x","accessKeyId":"AKID","secretAccessKey":"hu\r\nsh"}]}`}, []string{"secretAccessKey of profile", "control character"}},
		"a file that is missing":       {settings{"shared_config_file": "~/gone.json"}, nil, nil, []string{"huaweicloud.shared_config_file", "gone.json"}},
		"no default file":              {nil, []string{"HW_PROFILE", "x"}, nil, []string{"HW_PROFILE", "config.json"}},
		"no home directory":            {nil, []string{"HW_PROFILE", "x", "HOME", "", "USERPROFILE", ""}, nil, []string{"HW_PROFILE", "no home directory"}},
		"a profile that is missing":    {settings{"profile": "gone", "shared_config_file": "~/f"}, nil, f(cliFile), []string{"huaweicloud.profile", `"gone"`, `"main", "temporary"`}},
		"no current profile":           {nil, []string{"HW_SHARED_CONFIG_FILE", "~/f"}, f(`{"profiles": []}`), []string{"HW_SHARED_CONFIG_FILE", "current", "none"}},
		"half a pair in a profile":     {nil, profile("half"), f(cliFile), []string{"HW_PROFILE", `"half"`, "accessKeyId", "secret key"}},
		"a profile without keys":       {nil, profile("empty"), f(cliFile), []string{`"empty"`, "no keys"}},
		"SSO without a session":        {nil, profile("nosession"), f(cliFile), []string{`"nosession"`, "hcloud configure sso"}},
		"a profile without a token":    {nil, profile("notoken"), f(cliFile), []string{`"notoken"`, "xAuthToken"}},
		"an unknown mode":              {nil, profile("odd"), f(cliFile), []string{`"odd"`, `"IdP"`, "AKSK"}},
		"a missing source profile":     {nil, profile("agencyofnone"), f(cliFile), []string{`"agencyofnone"`, "sourceProfile", `"gone"`}},
		"an agency on an agency":       {nil, profile("agencyofagency"), f(cliFile), []string{`"agencyofagency"`, "sourceProfile", "one too many"}},
		"an agency without an account": {nil, profile("agencyofnobody"), f(cliFile), []string{`"agencyofnobody"`, `"ops"`, "account"}},
		"an encrypted file":            {nil, []string{"HW_PROFILE", "main"}, map[string]string{".hcloud/config.json": strings.Replace(cliFile, `"false"`, `true`, 1)}, []string{"HW_PROFILE", "cli-auth-encrypt=false"}},
		"malformed JSON":               {nil, []string{"HW_SHARED_CONFIG_FILE", "~/f"}, f(`{"profiles": [{"secretAccessKey": "hush" oops`), []string{"HW_SHARED_CONFIG_FILE", "JSON"}},
		"malformed INI":                {nil, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~/f"}, f("[basic]\nhush\n"), []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "INI"}},
		"INI without a section":        {nil, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~/f"}, f("[global]\nak = hush\n"), []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "[basic]"}},
		"half a pair in INI":           {nil, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~/f"}, f("[basic]\nsk = hush\n"), []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "sk of ~/f is set"}},
		"a default file that is empty": {nil, nil, map[string]string{".huaweicloud/credentials": "[basic]\n", ".hcloud/config.json": cliFile}, []string{".huaweicloud", "no access key (ak of"}},
		"a file that is no file":       {nil, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~"}, nil, []string{"not a regular file"}},
		"a role without an account":    {keys("assume_role.agency_name", "ops"), nil, nil, []string{"assume_role.agency_name", "HW_ASSUME_ROLE_DOMAIN_NAME", "HW_ASSUME_ROLE_DOMAIN_ID"}},
		"a role without an agency":     {keys("assume_role.domain_name", "them"), []string{"HW_ASSUME_ROLE_AGENCY_NAME", "env-ops"}, nil, []string{"huaweicloud.assume_role is set without a role", "assume_role.agency_name"}},
		"a role for too short a time":  {keys("assume_role.agency_name", "ops", "assume_role.domain_name", "them", "assume_role.duration", "60"), nil, nil, []string{"assume_role.duration", `"60"`, "900 to 86400"}},
		"a duration that is none":      {nil, []string{"HW_ACCESS_KEY", "AKID", "HW_SECRET_KEY", "x", "HW_ASSUME_ROLE_AGENCY_NAME", "ops", "HW_ASSUME_ROLE_DOMAIN_NAME", "them", "HW_ASSUME_ROLE_DURATION", "1h"}, nil, []string{"HW_ASSUME_ROLE_DURATION"}},
		"a project with a path":        {keys("project_id", "../../v1"), nil, nil, []string{"huaweicloud.project_id", "../../v1", "32 letters or digits"}},
		"another cloud's domain":       {keys("endpoint", ""), []string{"HW_CLOUD", "cloud.example.com"}, nil, []string{"HW_CLOUD", `"cloud.example.com"`, "huaweicloud.endpoint"}},
		"another domain for IAM":       {keys("iam_endpoint", "", "project_id", ""), []string{"HW_CLOUD", "cloud.example.com", "HW_PROJECT_ID", ""}, nil, []string{"HW_CLOUD", "huaweicloud.iam_endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID")
			err := s.client(test.settings, home(t, test.files, append([]string{"HW_PROJECT_ID", project}, test.env...)...)).read(t.Context())
			wantError(t, err, append(test.want, "the backups of instance i")...)
			if seen := s.seen(); len(seen) > 0 {
				t.Errorf("there were calls: %q", seen)
			}
		})
	}
}

// The options have every name that is looked up: the documentation is made from them.
func TestOptionsHaveEveryName(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	known := map[string]bool{"HOME": true, "USERPROFILE": true}
	for _, o := range huaweicloud.Options() {
		for _, name := range o.Environment {
			known[name] = true
		}
	}
	for _, settings := range []huaweicloud.Settings{{}, {"endpoint": "", "iam_endpoint": "", "profile": "main", "region": ""}} {
		env := home(t, map[string]string{".hcloud/config.json": cliFile})
		c := s.client(settings, env)
		c.Selector.Lookup.Getenv = func(name string) string {
			if !known[name] && !strings.HasPrefix(name, "HUAWEICLOUD_SDK_REGION_GAUSSDB_") {
				t.Errorf("%s is in no option", name)
			}
			return env[name]
		}
		c.Lookup.Getenv = c.Selector.Lookup.Getenv
		_, _ = c.Region(t.Context(), "")
		_, _, _ = huaweicloud.Endpoints(t.Context(), c.Client, "cn-north-4")
		_, _ = c.ProjectID(t.Context(), "cn-north-4", "")
	}
}

// A profile decides the region only if it supplies the credentials.
func TestRegion(t *testing.T) {
	t.Parallel()
	keys := []string{"HW_ACCESS_KEY", "AKID", "HW_SECRET_KEY", "x"}
	for name, test := range map[string]struct {
		override string
		settings huaweicloud.Settings
		env      []string
		want     string
	}{
		"data source":           {"r-1", huaweicloud.Settings{"region": "r-2"}, []string{"HW_REGION_NAME", "r-3"}, "r-1"},
		"configuration":         {"", huaweicloud.Settings{"region": "r-2"}, []string{"HW_REGION_NAME", "r-3"}, "r-2"},
		"HW_REGION_NAME":        {"", nil, []string{"HW_REGION_NAME", "r-3", "OS_REGION_NAME", "r-4"}, "r-3"},
		"OS_REGION_NAME":        {"", nil, []string{"OS_REGION_NAME", "r-4"}, "r-4"},
		"current profile":       {"", nil, nil, "cn-south-1"},
		"agency on a profile":   {"", huaweicloud.Settings{"assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, nil, "cn-south-1"},
		"keys beside a profile": {"", nil, keys, ""},
		"another host":          {"evil.example/", nil, keys, ""},
		"blank":                 {"", nil, []string{"HW_REGION_NAME", "cn north"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t)
			settings := huaweicloud.Settings{"region": ""}
			for name, value := range test.settings {
				settings[name] = value
			}
			got, err := s.client(settings, home(t, map[string]string{".hcloud/config.json": cliFile}, test.env...)).Region(t.Context(), test.override)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("the region is %q, %v, want %q", got, err, test.want)
			}
			if err != nil && test.override == "" && !strings.Contains(err.Error(), "HW_REGION_NAME") {
				t.Errorf("the error does not list the ways: %v", err)
			}
		})
	}
}
