package cloud_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// A source as the two clouds' settings name it, in the configuration and in the
// environment, and what the selection is called. A cloud that lacks the source has no
// name for it.
type source struct {
	configuration, environment map[string]string
	configured, found          string // "": it can't be named there
}

type vendor struct {
	selector func(setting.Values, func(string) string) credentials.Selector
	config   string // where the CLI's file is
	sources  map[string]source
	role     source
}

// has is whether the cloud has a source that is wanted.
func (v vendor) has(want string) bool {
	for name, s := range v.sources {
		if strings.HasSuffix(want, conf+" "+name) && s.configured != "" || strings.HasSuffix(want, env+" "+name) && s.found != "" {
			return true
		}
	}
	return strings.HasSuffix(want, "error") || strings.HasSuffix(want, current)
}

func vendors(t *testing.T, token string) map[string]vendor {
	t.Helper()
	options := request.Options{}
	return map[string]vendor{
		"Alibaba Cloud": {
			selector: func(v setting.Values, getenv func(string) string) credentials.Selector {
				return alibabacloud.NewClient(v, getenv, request.New(options), &redact.Secrets{}).Selector
			},
			config: ".aliyun/config.json",
			sources: map[string]source{
				"keys": {map[string]string{"access_key": "k", "secret_key": "s"}, map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "k", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"},
					"the access key in alibabacloud.access_key", "the access key in the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID"},
				"half":    {map[string]string{"access_key": "k"}, map[string]string{"ALIBABA_CLOUD_ACCESS_KEY_ID": "k"}, "error", "error"},
				"profile": {map[string]string{"profile": "named"}, map[string]string{"ALIBABA_CLOUD_PROFILE": "named"}, `profile "named"`, `profile "named"`},
				"missing": {map[string]string{"profile": "gone"}, map[string]string{"ALIBABA_CLOUD_PROFILE": "gone"}, "error", "error"},
				"machine": {map[string]string{"ecs_role_name": "ecs"}, map[string]string{"ALIBABA_CLOUD_ECS_METADATA": "ecs"}, "the ECS role in alibabacloud.ecs_role_name", "the ECS role in the environment"},
				"uri":     {map[string]string{"credentials_uri": "https://x.example"}, map[string]string{"ALIBABA_CLOUD_CREDENTIALS_URI": "https://x.example"}, "the credentials URI in alibabacloud", "the credentials URI in the environment"},
				"oidc": {map[string]string{"assume_role_with_oidc.role_arn": "o", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": token},
					map[string]string{"ALIBABA_CLOUD_ROLE_ARN": "o", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "p", "ALIBABA_CLOUD_OIDC_TOKEN_FILE": token},
					"the role o (alibabacloud.assume_role_with_oidc", "the role o (the environment variable ALIBABA_CLOUD_ROLE_ARN), assumed with the OIDC token"},
			},
			role: source{map[string]string{"assume_role.role_arn": "r"}, map[string]string{"ALICLOUD_ASSUME_ROLE_ARN": "r"}, "the role r (alibabacloud.assume_role.role_arn), assumed with ", "the role r (the environment variable ALICLOUD_ASSUME_ROLE_ARN), assumed with "},
		},
		"Huawei Cloud": {
			selector: func(v setting.Values, getenv func(string) string) credentials.Selector {
				return huaweicloud.NewClient(v, getenv, request.New(options), &redact.Secrets{}).Selector
			},
			config: ".hcloud/config.json",
			sources: map[string]source{
				"keys": {map[string]string{"access_key": "k", "secret_key": "s"}, map[string]string{"HW_ACCESS_KEY": "k", "HW_SECRET_KEY": "s"},
					"the access key in huaweicloud.access_key", "the access key in the environment variable HW_ACCESS_KEY"},
				"half":    {map[string]string{"access_key": "k"}, map[string]string{"HW_ACCESS_KEY": "k"}, "error", "error"},
				"profile": {map[string]string{"profile": "named"}, map[string]string{"HW_PROFILE": "named"}, `profile "named"`, `profile "named"`},
				"missing": {map[string]string{"profile": "gone"}, map[string]string{"HW_PROFILE": "gone"}, "error", "error"},
				"machine": {map[string]string{"ecs_agency": "a"}, nil, "the ECS agency in huaweicloud.ecs_agency", ""},
			},
			role: source{map[string]string{"assume_role.agency_name": "r", "assume_role.domain_name": "d"}, map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": "r", "HW_ASSUME_ROLE_DOMAIN_NAME": "d"},
				"the agency r (huaweicloud.assume_role.agency_name), assumed with ", "the agency r (the environment variable HW_ASSUME_ROLE_AGENCY_NAME), assumed with "},
		},
	}
}

const (
	conf    = "configuration"
	env     = "environment"
	current = "current"
)

// What is selected, of all that is set. The rules are the same for both clouds.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		configuration, environment string // the sources that are set, "role" among them
		noCLI                      bool
		want                       string // where: the source; "role" before it if one is assumed
	}{
		"keys first":                      {conf + ":keys profile machine uri", "keys profile machine uri", false, conf + " keys"},
		"OIDC first in the configuration": {conf + ":oidc keys profile", "keys", false, conf + " oidc"},
		"profile second":                  {conf + ":profile machine uri", "keys", false, conf + " profile"},
		"machine third":                   {conf + ":machine uri", "keys profile", false, conf + " machine"},
		"URI fourth":                      {conf + ":uri", "keys profile machine", false, conf + " uri"},
		"environment: keys first":         {"", "keys profile machine uri oidc", false, env + " keys"},
		"environment: profile second":     {"", "profile machine uri oidc", false, env + " profile"},
		"environment: machine third":      {"", "machine uri oidc", false, env + " machine"},
		"environment: URI fourth":         {"", "uri oidc", false, env + " uri"},
		"environment: OIDC last":          {"", "oidc", false, env + " oidc"},
		"current profile":                 {"", "", false, current},
		"nothing":                         {"", "", true, "error"},

		"half a pair":                    {conf + ":half profile", "keys", false, "error"},
		"half a pair in the environment": {"", "half profile", false, "error"},
		"a missing profile":              {conf + ":missing machine", "keys", false, "error"},
		"a missing profile, environment": {"", "missing machine", false, "error"},

		"role on keys":                   {conf + ":role keys", "", false, "role " + conf + " keys"},
		"role on a profile":              {conf + ":role profile", "", false, "role " + conf + " profile"},
		"role on OIDC":                   {conf + ":role oidc", "", false, "role " + conf + " oidc"},
		"role on the environment":        {conf + ":role", "keys", false, "role " + env + " keys"},
		"role on the environment's OIDC": {conf + ":role", "oidc", false, "role " + env + " oidc"},
		"environment's role on its keys": {"", "role keys", false, "role " + env + " keys"},
		"environment's role on OIDC":     {"", "role oidc", false, "role " + env + " oidc"},
		"environment's role, current":    {"", "role", false, "role " + current},
		"OIDC's role beside keys":        {"", "oidc keys", false, env + " keys"},
		"OIDC's role beside a profile":   {"", "oidc profile", false, env + " profile"},
		"no environment's role on keys":  {conf + ":keys", "role", false, conf + " keys"},
		"no environment's role on OIDC":  {conf + ":oidc", "role", false, conf + " oidc"},
		"no environment's role, profile": {conf + ":profile", "role keys", false, conf + " profile"},
	} {
		dir := t.TempDir()
		token := filepath.Join(dir, "token")
		for cloud, v := range vendors(t, token) {
			if !v.has(test.want) {
				continue
			}
			t.Run(cloud+": "+name, func(t *testing.T) {
				t.Parallel()
				home := t.TempDir()
				getenv := map[string]string{"HOME": home, "USERPROFILE": home}
				configuration := setting.Values{}
				v.sources["role"] = v.role
				for _, set := range strings.Fields(strings.TrimPrefix(test.configuration, conf+":")) {
					maps.Copy(configuration, v.sources[set].configuration)
				}
				for _, set := range strings.Fields(test.environment) {
					maps.Copy(getenv, v.sources[set].environment)
				}
				if !test.noCLI {
					path := filepath.Join(home, filepath.FromSlash(v.config))
					if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
						t.Fatal(err)
					}
					profiles := `{"current":"cli","profiles":[{"name":"cli",KEYS},{"name":"named",KEYS}]}`
					profiles = strings.ReplaceAll(profiles, "KEYS", `"mode":"MODE","access_key_id":"k","access_key_secret":"s","accessKeyId":"k","secretAccessKey":"s"`)
					profiles = strings.ReplaceAll(profiles, "MODE", map[string]string{"Alibaba Cloud": "AK", "Huawei Cloud": "AKSK"}[cloud])
					if err := os.WriteFile(path, []byte(profiles), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want := strings.Fields(test.want)
				prefix := ""
				if want[0] == "role" {
					prefix, want = v.role.configured, want[1:]
					if !strings.Contains(test.configuration, "role") {
						prefix = v.role.found
					}
				}
				switch want[0] {
				case current:
					prefix += `profile "cli"`
				case conf:
					prefix += v.sources[want[1]].configured
				case env:
					prefix += v.sources[want[1]].found
				}
				selected, err := v.selector(configuration, func(name string) string { return getenv[name] }).Select()
				switch {
				case slices.Contains(want, "error"):
					if err == nil {
						t.Errorf("%s is selected, want an error", selected.Name)
					}
				case err != nil:
					t.Error(err)
				case !strings.HasPrefix(selected.Name, prefix):
					t.Errorf("%s is selected, want %s", selected.Name, prefix)
				}
			})
		}
	}
}
