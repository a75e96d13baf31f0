package huaweicloud_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

const (
	credentialsFile = "[basic]\nak = FILE\nsk = SECRET-of-FILE\nproject_id = file-project\n"
	cliFile         = `{"language": "en", "authEncrypt": "false", "current": "other", "profiles": [
		{"name": "other", "mode": "AKSK", "accessKeyId": "OTHER", "secretAccessKey": "SECRET-of-OTHER", "region": "cn-south-1", "projectId": "other-project", "readTimeout": 10},
		{"name": "temporary", "mode": "AKSK", "accessKeyId": "TEMPORARY", "secretAccessKey": "SECRET-of-TEMPORARY", "securityToken": "STS"},
		{"name": "token", "mode": "token", "xAuthToken": "TOKEN"},
		{"name": "sso", "mode": "SSO", "ssoAuth": {"stsToken": {"accessKeyId": "SSO", "secretAccessKey": "SECRET-of-SSO", "securityToken": "STS"}}},
		{"name": "half", "mode": "AKSK", "accessKeyId": "HALF"},
		{"name": "empty", "mode": "AKSK"},
		{"name": "nosession", "mode": "SSO"},
		{"name": "odd", "mode": "IdP"},
		{"name": "ecs", "mode": "ecsAgency"},
		{"name": "agency", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "other"},
		{"name": "agencyofitself", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "accessKeyId": "OTHER", "secretAccessKey": "SECRET-of-OTHER"},
		{"name": "agencyofagency", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "agency"},
		{"name": "agencyofnobody", "mode": "agency", "agencyName": "ops", "sourceProfile": "other"},
		{"name": "agencyofnone", "mode": "agency", "agencyName": "ops", "agencyDomainId": "d1", "sourceProfile": "gone"},
		{"name": "agencywithkeys", "mode": "AKSK", "accessKeyId": "OTHER", "secretAccessKey": "SECRET-of-OTHER", "agencyName": "ops", "agencyDomainName": "them"}
	]}`
)

// home makes a home directory with the files.
func home(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// environment is a home directory and some variables.
func environment(home string, variables map[string]string) map[string]string {
	all := map[string]string{"HOME": home, "USERPROFILE": home, "HW_REGION_NAME": "cn-north-4", "HW_PROJECT_ID": "p"}
	maps.Copy(all, variables)
	return all
}

func TestWhereCredentialsComeFrom(t *testing.T) {
	type variables = map[string]string
	files := map[string]string{"cli.json": cliFile, "ini": credentialsFile}
	keys := huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK"}
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment variables
		files       map[string]string // besides those above
		want        string            // the access key, or the token
		sts         string            // the security token
	}{
		"keys in the block": {block: keys, want: "AK"},
		"temporary keys in the block": {
			block: huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", SecurityToken: "STS"}, want: "AK", sts: "STS"},
		"token in the block": {block: huaweicloud.Settings{AuthToken: "TOKEN"}, want: "TOKEN"},
		"token before keys":  {block: huaweicloud.Settings{AuthToken: "TOKEN", AccessKey: "AK", SecretKey: "SECRET-of-AK"}, want: "TOKEN"},
		"HW_":                {environment: variables{"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV"}, want: "ENV"},
		"HW_ with token":     {environment: variables{"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV", "HW_SECURITY_TOKEN": "STS"}, want: "ENV", sts: "STS"},
		"OS_":                {environment: variables{"OS_ACCESS_KEY": "ENV", "OS_SECRET_KEY": "SECRET-of-ENV"}, want: "ENV"},
		"HW_ before OS_": {environment: variables{
			"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV", "OS_ACCESS_KEY": "OS", "OS_SECRET_KEY": "x"}, want: "ENV"},
		"HW_ and OS_, one each": {environment: variables{"OS_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV"}, want: "ENV"},
		"HW_AUTH_TOKEN":         {environment: variables{"HW_AUTH_TOKEN": "TOKEN"}, want: "TOKEN"},
		"the SDK's names": {environment: variables{
			"HUAWEICLOUD_SDK_AK": "ENV", "HUAWEICLOUD_SDK_SK": "SECRET-of-ENV", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "STS"}, want: "ENV", sts: "STS"},
		"HW_ before the SDK's": {environment: variables{
			"HUAWEICLOUD_SDK_AK": "SDK", "HUAWEICLOUD_SDK_SK": "x", "HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV"}, want: "ENV"},
		"blanks around a key": {environment: variables{"HW_ACCESS_KEY": " ENV\n", "HW_SECRET_KEY": "SECRET-of-ENV\n"}, want: "ENV"},
		"a half in the block of the pair in the environment": {block: huaweicloud.Settings{AccessKey: "ENV"},
			environment: variables{"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "SECRET-of-ENV", "HW_SECURITY_TOKEN": "STS"}, want: "ENV"},
		"a half in the block each": {block: huaweicloud.Settings{AccessKey: "AK"}, environment: variables{"HW_SECRET_KEY": "SECRET-of-AK"}, want: "AK"},
		"keys in the block before all of the environment": {block: keys, environment: variables{
			"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "x", "HW_SECURITY_TOKEN": "STS", "HW_AUTH_TOKEN": "x", "HW_PROFILE": "other"}, want: "AK"},
		"keys before a profile": {
			block: huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", Profile: "gone", ECSAgency: "a"}, want: "AK"},
		"profile in the block before keys in the environment": {
			block:       huaweicloud.Settings{Profile: "other", SharedConfigFile: "~/cli.json"},
			environment: variables{"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "x"}, want: "OTHER"},
		"profile before an agency": {block: huaweicloud.Settings{Profile: "other", SharedConfigFile: "~/cli.json", ECSAgency: "a"}, want: "OTHER"},
		"current profile":          {block: huaweicloud.Settings{SharedConfigFile: "~/cli.json"}, want: "OTHER"},
		"HW_PROFILE":               {environment: variables{"HW_PROFILE": "temporary", "HW_SHARED_CONFIG_FILE": "~/cli.json"}, want: "TEMPORARY", sts: "STS"},
		"HW_PROFILE of the default file": {
			environment: variables{"HW_PROFILE": "sso"}, files: map[string]string{".hcloud/config.json": cliFile}, want: "SSO", sts: "STS"},
		"HW_SHARED_CONFIG_FILE": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/cli.json"}, want: "OTHER"},
		"token profile":         {block: huaweicloud.Settings{Profile: "token", SharedConfigFile: "~/cli.json"}, want: "TOKEN"},
		"the SDK's file":        {environment: variables{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/ini"}, want: "FILE"},
		"the SDK's default file": {
			files: map[string]string{".huaweicloud/credentials": credentialsFile, ".hcloud/config.json": cliFile}, want: "FILE"},
		"the CLI's default file": {files: map[string]string{".hcloud/config.json": cliFile}, want: "OTHER"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := home(t, files)
			if test.files != nil {
				dir = home(t, test.files)
			}
			s := newStandIn(t)
			for _, access := range []string{"ENV", "FILE", "OTHER", "TEMPORARY", "SSO"} {
				s.keys[access] = "SECRET-of-" + access
			}
			if err := s.client(test.block, environment(dir, test.environment)).backups(t.Context(), "", ""); err != nil {
				t.Fatal(err)
			}
			r := s.requests("/backups")[0]
			access, _, _ := parseAuthorization(r.Header.Get("Authorization"))
			if got := access + r.Header.Get("X-Auth-Token"); got != test.want {
				t.Errorf("used %q, want %q", got, test.want)
			}
			if got := r.Header.Get("X-Security-Token"); got != test.sts {
				t.Errorf("security token %q, want %q", got, test.sts)
			}
		})
	}
}

// What is named and broken is an error that names it and shows no secret, and
// nothing else is tried.
func TestBrokenSources(t *testing.T) {
	type variables = map[string]string
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment variables
		files       map[string]string
		want        []string
	}{
		"nothing": {want: []string{"huaweicloud.access_key, HW_ACCESS_KEY, OS_ACCESS_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN", "HW_PROFILE",
			"HW_SHARED_CONFIG_FILE", "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_CREDENTIALS_FILE", "ecs_agency", "assume_role"}},
		"half a pair in the block": {block: huaweicloud.Settings{AccessKey: "HIDDEN"},
			environment: variables{"HW_ACCESS_KEY": "ENV", "HW_SECRET_KEY": "HIDDEN-2"}, want: []string{"huaweicloud.access_key", "secret key"}},
		"the other half": {block: huaweicloud.Settings{SecretKey: "HIDDEN"}, want: []string{"huaweicloud.secret_key", "access key"}},
		"half a pair in the environment": {environment: variables{"HW_ACCESS_KEY": "HIDDEN", "HUAWEICLOUD_SDK_AK": "x", "HUAWEICLOUD_SDK_SK": "y"},
			want: []string{"HW_ACCESS_KEY", "secret key"}},
		"half of the SDK's pair":     {environment: variables{"HUAWEICLOUD_SDK_SK": "HIDDEN"}, want: []string{"HUAWEICLOUD_SDK_SK", "access key"}},
		"a security token alone":     {environment: variables{"HW_SECURITY_TOKEN": "HIDDEN"}, want: []string{"HW_SECURITY_TOKEN"}},
		"a file that is not there":   {block: huaweicloud.Settings{SharedConfigFile: "~/gone.json"}, want: []string{"huaweicloud.shared_config_file", "gone.json"}},
		"no default file":            {environment: variables{"HW_PROFILE": "x"}, want: []string{"HW_PROFILE", "config.json"}},
		"a profile that isn't there": {block: huaweicloud.Settings{Profile: "gone", SharedConfigFile: "~/f"}, files: variables{"f": cliFile}, want: []string{"huaweicloud.profile", `"gone"`, "other, temporary"}},
		"no current profile":         {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f"}, files: variables{"f": `{"profiles": []}`}, want: []string{"HW_SHARED_CONFIG_FILE", "current", "none"}},
		"half a pair in a profile":   {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "half"}, files: variables{"f": cliFile}, want: []string{"HW_PROFILE", `"half"`, "accessKeyId", "secret key"}},
		"a profile without keys":     {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "empty"}, files: variables{"f": cliFile}, want: []string{`"empty"`, "no keys"}},
		"SSO without a session":      {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "nosession"}, files: variables{"f": cliFile}, want: []string{`"nosession"`, "hcloud configure sso"}},
		"an unknown mode":            {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "odd"}, files: variables{"f": cliFile}, want: []string{`"odd"`, `"IdP"`, "AKSK"}},
		"a source profile that isn't there": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "agencyofnone"}, files: variables{"f": cliFile},
			want: []string{`"agencyofnone"`, "sourceProfile", `"gone"`}},
		"an agency on top of an agency": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "agencyofagency"}, files: variables{"f": cliFile},
			want: []string{`"agencyofagency"`, "sourceProfile", "one too many"}},
		"an agency without an account": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f", "HW_PROFILE": "agencyofnobody"}, files: variables{"f": cliFile},
			want: []string{`"agencyofnobody"`, `"ops"`, "account"}},
		"an encrypted file": {environment: variables{"HW_PROFILE": "other"},
			files: variables{".hcloud/config.json": strings.Replace(cliFile, `"false"`, `"true"`, 1)}, want: []string{"HW_PROFILE", "cli-auth-encrypt=false"}},
		"malformed JSON": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f"}, files: variables{"f": `{"profiles": [{"secretAccessKey": "HIDDEN" oops`}, want: []string{"HW_SHARED_CONFIG_FILE", "JSON"}},
		"JSON of another kind": {environment: variables{"HW_SHARED_CONFIG_FILE": "~/f"}, files: variables{"f": `{"profiles": [{"secretAccessKey": ["HIDDEN"]}]}`},
			want: []string{"HW_SHARED_CONFIG_FILE", "secretAccessKey"}},
		"malformed INI":       {environment: variables{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/f"}, files: variables{"f": "[basic]\nHIDDEN\n"}, want: []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "INI"}},
		"INI without section": {environment: variables{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/f"}, files: variables{"f": "[global]\nak = HIDDEN\n"}, want: []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "[basic]"}},
		"half a pair in INI":  {environment: variables{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/f"}, files: variables{"f": "[basic]\nsk = HIDDEN\n"}, want: []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "sk"}},
		"an unasked file that is broken": {files: variables{".huaweicloud/credentials": "[basic]\n", ".hcloud/config.json": cliFile},
			want: []string{".huaweicloud", "no ak"}},
		"a role without an account":  {block: huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops"}}, want: []string{"assume_role.agency_name", "HW_ASSUME_ROLE_DOMAIN_NAME"}},
		"a role without an agency":   {block: huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{DomainName: "them"}}, want: []string{"assume_role.agency_name"}},
		"a role for too short":       {block: huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops", DomainName: "them", Duration: 60}}, want: []string{"60", "900"}},
		"a duration without a sense": {environment: variables{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SECRET-of-AK", "HW_ASSUME_ROLE_AGENCY_NAME": "ops", "HW_ASSUME_ROLE_DOMAIN_NAME": "them", "HW_ASSUME_ROLE_DURATION": "1h"}, want: []string{"HW_ASSUME_ROLE_DURATION"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			err := s.client(test.block, environment(home(t, test.files), test.environment)).backups(t.Context(), "", "")
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(test.want, "Unable to read the backups of instance i from Huawei Cloud (ShowInstanceBackups)") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error doesn't say %q:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "HIDDEN") || strings.Contains(err.Error(), "SECRET-of") {
				t.Errorf("the error shows a secret:\n%v", err)
			}
			if asked := s.paths(); asked != "" {
				t.Errorf("it was asked:\n%s", asked)
			}
		})
	}
}

// Where nothing is set, the error tells every way.
func TestNoCredentialsTellsEveryWay(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no file": nil, "a file without profiles": {".hcloud/config.json": `{"current":"","profiles":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			err := newStandIn(t).client(huaweicloud.Settings{}, environment(home(t, files), nil)).backups(t.Context(), "", "")
			if err == nil {
				t.Fatal("no error")
			}
			want := []string{"the backups of instance i", "~/.hcloud/config.json", "~/.huaweicloud/credentials"}
			for _, source := range huaweicloud.Sources() {
				switch source.Attribute {
				case "", "access_key", "secret_key", "security_token", "auth_token", "profile", "shared_config_file", "ecs_agency", "assume_role.agency_name":
					want = append(want, source.Ways()...)
				}
			}
			for _, way := range want {
				if !strings.Contains(err.Error(), way) {
					t.Errorf("the error doesn't say %q:\n%v", way, err)
				}
			}
		})
	}
}

// A setting's error is shown whole, however long it is.
func TestLongErrorIsShownWhole(t *testing.T) {
	var profiles []string
	for i := range 500 {
		profiles = append(profiles, fmt.Sprintf(`{"name":"profile-%d"}`, i))
	}
	files := map[string]string{".hcloud/config.json": `{"profiles":[` + strings.Join(profiles, ",") + `]}`}
	err := newStandIn(t).client(huaweicloud.Settings{Profile: "gone"}, environment(home(t, files), nil)).backups(t.Context(), "", "")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"the backups of instance i", `"gone"`, "profile-0", "profile-499"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error doesn't say %q", want)
		}
	}
}

// Without a home directory, no file of the working directory is taken for the
// user's.
func TestNoHomeDirectory(t *testing.T) {
	t.Chdir(home(t, map[string]string{".hcloud/config.json": cliFile, ".huaweicloud/credentials": credentialsFile}))
	for name, test := range map[string]struct {
		environment map[string]string
		want        string
	}{
		"nothing named": {map[string]string{}, "no credentials are set"},
		"a profile":     {map[string]string{"HW_PROFILE": "other"}, "no home directory"},
	} {
		test.environment["HW_REGION_NAME"], test.environment["HW_PROJECT_ID"] = "cn-north-4", "p"
		err := newStandIn(t).client(huaweicloud.Settings{}, test.environment).backups(t.Context(), "", "")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing is looked for before it is needed, and files are read once.
func TestCredentialsAreFoundLate(t *testing.T) {
	s := newStandIn(t)
	s.keys["FILE"] = "SECRET-of-FILE"
	dir := t.TempDir()
	c := s.client(huaweicloud.Settings{}, environment(dir, map[string]string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/ini"}))
	path := filepath.Join(dir, "ini")
	if err := os.WriteFile(path, []byte(credentialsFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.backups(t.Context(), "", ""); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path)
	}
}

// Every secret that is found is masked from then on.
func TestSecretsAreMasked(t *testing.T) {
	s := newStandIn(t)
	s.handle("/v3.0/OS-CREDENTIAL/securitytokens", answerWith(201, s.temporary("ASSUMED", time.Now().Add(time.Hour))))
	c := s.client(huaweicloud.Settings{AccessKey: "AK", SecretKey: "SECRET-of-AK", AssumeRole: &huaweicloud.AssumeRole{AgencyName: "ops", DomainName: "them"}},
		environment(t.TempDir(), nil))
	s.handle("/v3/p/instances/i/backups", echo)
	err := c.backups(t.Context(), "", "")
	if err == nil || !strings.Contains(err.Error(), "***") {
		t.Fatalf("the echo is not masked: %v", err)
	}
	for _, secret := range []string{"AK", "SECRET-of-AK", "ASSUMED", "SECRET-of-ASSUMED", "STS-of-ASSUMED"} {
		if got := c.secrets.Mask("<" + secret + ">"); strings.Contains(got, secret) {
			t.Errorf("%s is not masked", secret)
		}
	}
	_, _, signature := parseAuthorization(s.requests("/backups")[0].Header.Get("Authorization"))
	for _, secret := range []string{"ASSUMED", signature} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q:\n%v", secret, err)
		}
	}
}

// The table of settings can be shown as it is.
func TestSources(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, source := range huaweicloud.Sources() {
		if source.What == "" || source.String() == "" || source.Attribute != "" && seen[source.Attribute] {
			t.Errorf("%+v", source)
		}
		seen[source.Attribute] = true
		for _, name := range source.Environment {
			if seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
	}
}
