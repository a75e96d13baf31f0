package huaweicloud_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

func TestProject(t *testing.T) {
	t.Parallel()
	const configured, env = "cccccccccccccccccccccccccccccccc", "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
	type settings = huaweicloud.Settings
	keys := []string{"HW_ACCESS_KEY", "AKID", "HW_SECRET_KEY", "AKID-secret"}
	with := func(pairs ...string) []string { return append(keys[:4:4], pairs...) }
	for name, test := range map[string]struct {
		settings settings
		env      []string
		region   string // the data source's
		project  string // the data source's
		want     string
	}{
		"data source":                         {settings{"region": "r-1", "project_id": configured}, keys, "", project, project},
		"data source in another region":       {settings{"region": "r-1", "project_id": configured}, keys, "r-2", project, project},
		"configuration":                       {settings{"region": "r-1", "project_id": configured}, with("HW_PROJECT_ID", env), "", "", configured},
		"same region":                         {settings{"region": "r-1", "project_id": configured}, keys, "r-1", "", configured},
		"region of the environment":           {settings{"region": "", "project_id": configured}, with("HW_REGION_NAME", "r-1"), "r-1", "", configured},
		"another region":                      {settings{"region": "r-1", "project_id": configured}, keys, "r-2", "", projectOf("r-2")},
		"another region, environment":         {settings{"region": "r-1"}, with("HW_PROJECT_ID", env), "r-2", "", projectOf("r-2")},
		"another region, name":                {settings{"region": "r-1", "project_name": "r-1_dev"}, keys, "r-2", "", projectOf("r-2")},
		"only the data source has a region":   {settings{"region": "", "project_id": configured}, keys, "r-2", "", configured},
		"HW_PROJECT_ID":                       {nil, with("HW_PROJECT_ID", env, "OS_PROJECT_ID", "x"), "", "", env},
		"OS_PROJECT_ID":                       {nil, with("OS_PROJECT_ID", env), "", "", env},
		"OS_TENANT_ID":                        {nil, with("OS_TENANT_ID", env), "", "", env},
		"HUAWEICLOUD_SDK_PROJECT_ID":          {nil, with("HUAWEICLOUD_SDK_PROJECT_ID", env), "", "", env},
		"name":                                {settings{"project_name": "r-1_dev"}, keys, "", "", projectOf("r-1_dev")},
		"name before the environment's ID":    {settings{"project_name": "r-1_dev"}, with("HW_PROJECT_ID", env), "", "", projectOf("r-1_dev")},
		"HW_PROJECT_NAME":                     {nil, with("HW_PROJECT_NAME", "r-1_dev"), "", "", projectOf("r-1_dev")},
		"OS_PROJECT_NAME":                     {nil, with("OS_PROJECT_NAME", "r-1_dev"), "", "", projectOf("r-1_dev")},
		"OS_TENANT_NAME":                      {nil, with("OS_TENANT_NAME", "r-1_dev"), "", "", projectOf("r-1_dev")},
		"region":                              {settings{"region": "r-1"}, keys, "", "", projectOf("r-1")},
		"profile":                             {settings{"region": "", "profile": "main"}, nil, "", "", profileProject},
		"profile, another region":             {settings{"region": "", "profile": "main"}, nil, "r-2", "", projectOf("r-2")},
		"profile, another region, ID":         {settings{"region": "", "profile": "main", "project_id": configured}, nil, "r-2", "", projectOf("r-2")},
		"environment before the profile":      {settings{"region": "", "profile": "main"}, []string{"HW_PROJECT_ID", env}, "", "", env},
		"SDK's file":                          {settings{"region": "r-1"}, []string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "~/sdk"}, "", "", strings.Repeat("f", 32)},
		"an agency's project, not the base's": {settings{"region": "", "profile": "main", "assume_role.agency_name": "ops", "assume_role.domain_name": "them"}, nil, "", "", projectOf("cn-south-1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID", "main", "file")
			c := s.client(test.settings, home(t, map[string]string{".hcloud/config.json": cliFile, "sdk": sdkFile}, test.env...))
			if err := c.readIn(t.Context(), test.region, test.project); err != nil {
				t.Fatal(err)
			}
			if want := "/v3/" + test.want + "/instances/i/backups"; s.last.URL.Path != want || s.last.Header.Get("X-Project-Id") != test.want {
				t.Errorf("the call is %s (X-Project-Id %s), want %s", s.last.URL.Path, s.last.Header.Get("X-Project-Id"), want)
			}
		})
	}
}

// Reads at the same time share one look-up, and later ones its result, for each region.
func TestProjectIsLookedUpOnce(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, "AKID")
	c := s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret"}, home(t, nil))
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			if err := c.readIn(t.Context(), fmt.Sprintf("r-%d", i%3+1), ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := s.count("/v3/projects"); n != 3 {
		t.Errorf("%d look-ups for 3 regions: %q", n, s.seen())
	}
}

func TestProjectThatCannotBeChosen(t *testing.T) {
	t.Parallel()
	many := make([]string, 100_000)
	for i := range many {
		many[i] = fmt.Sprintf(`{"id":"%d"}`, i)
	}
	for name, test := range map[string]struct {
		status int
		body   string
		want   []string
	}{
		"several": {200, `{"projects":[{"id":"p2","name":"cn-north-4"},{"id":"p1","name":"cn-north-4"},{"id":"p3","name":"cn-north-4_dev"}]}`,
			[]string{"2 projects", `"p1 (cn-north-4)", "p2 (cn-north-4)"`, "huaweicloud.project_id, HW_PROJECT_ID"}},
		"none":                 {200, `{"projects":[]}`, []string{`no project named "cn-north-4"`, "HW_PROJECT_ID"}},
		"none of the name":     {200, `{"projects":[{"id":"p3","name":"MOS"}]}`, []string{`no project named "cn-north-4"`, `"p3 (MOS)"`}},
		"no list":              {200, `{}`, []string{`"cn-north-4"`, "no list of projects"}},
		"null":                 {200, `null`, []string{"null"}},
		"null list":            {200, `{"projects":null}`, []string{"no list of projects"}},
		"list of strings":      {200, `{"projects":["x"]}`, []string{"malformed"}},
		"empty":                {200, ``, []string{"empty"}},
		"an ID with a path":    {200, `{"projects":[{"id":"../x","name":"cn-north-4"}]}`, []string{"../x", "32 letters"}},
		"an error with 200":    {200, `{"error":{"code":403,"message":"no","title":"Forbidden"}}`, []string{"403", "iam:projects:listProjects"}},
		"forbidden":            {403, `{"error":{"code":"403","message":"no","title":"Forbidden"}}`, []string{"Forbidden", "iam:projects:listProjects", "huaweicloud.access_key"}},
		"wrong path":           {404, `{"error_code":"APIGW.0101","error_msg":"The API does not exist"}`, []string{"APIGW.0101", "iam_endpoint"}},
		"escape sequences":     {200, `{"projects":[{"id":"p3","name":"\u001b[2J\r\nError: all fine\u202e"}]}`, []string{`\x1b[2J\r\nError: all fine\u202e`}},
		"a name without bound": {200, `{"projects":[{"id":"p3","name":"` + strings.Repeat("x", 10_000) + `"}]}`, []string{"xxx ..."}},
		"100,000 projects":     {200, `{"projects":[` + strings.Join(many[:40_000], ",") + `]}`, []string{"and 39980 more"}},
		"too many projects":    {200, `{"projects":[` + strings.Join(many, ",") + strings.Join(many, ",") + `]}`, []string{"larger than 1 MiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, "AKID")
			s.on("/v3/projects", write(test.status, test.body))
			c := s.client(huaweicloud.Settings{"access_key": "AKID", "secret_key": "AKID-secret"}, home(t, nil))
			err := c.read(t.Context())
			wantError(t, err, test.want...)
			if len(err.Error()) > 5000 || strings.ContainsAny(err.Error(), "\x1b\r\u202e") {
				t.Errorf("the error has %d bytes:\n%.3000s", len(err.Error()), err)
			}
			if n := s.count(listPath); n > 0 {
				t.Error("there was a call of TaurusDB")
			}
			// What failed is not remembered.
			s.on("/v3/projects", nil)
			if err := c.read(t.Context()); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}
