package huaweicloud_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
)

// keysOnly is an environment without region and project.
var keysOnly = map[string]string{"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SECRET-of-AK"}

func with(variables ...string) map[string]string {
	all := map[string]string{}
	for name, value := range keysOnly {
		all[name] = value
	}
	for i := 0; i < len(variables); i += 2 {
		all[variables[i]] = variables[i+1]
	}
	return all
}

func TestWhichProject(t *testing.T) {
	inProfile := huaweicloud.Settings{Profile: "other", SharedConfigFile: "~/f"}
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment map[string]string
		region      string // the data source's
		project     string // the data source's
		want        string
	}{
		"data source": {huaweicloud.Settings{Region: "r-1", ProjectID: "block"}, keysOnly, "", "source", "source"},
		"data source in another region": {
			huaweicloud.Settings{Region: "r-1", ProjectID: "block"}, keysOnly, "r-2", "source", "source"},
		"block":                    {huaweicloud.Settings{Region: "r-1", ProjectID: "block"}, with("HW_PROJECT_ID", "env"), "", "", "block"},
		"block, region said again": {huaweicloud.Settings{Region: "r-1", ProjectID: "block"}, keysOnly, "r-1", "", "block"},
		"block, region in the environment": {
			huaweicloud.Settings{ProjectID: "block"}, with("HW_REGION_NAME", "r-1"), "r-1", "", "block"},
		"another region":                          {huaweicloud.Settings{Region: "r-1", ProjectID: "block"}, keysOnly, "r-2", "", "project-of-r-2"},
		"another region, project in environment":  {huaweicloud.Settings{Region: "r-1"}, with("HW_PROJECT_ID", "env"), "r-2", "", "project-of-r-2"},
		"another region, name in block":           {huaweicloud.Settings{Region: "r-1", ProjectName: "r-1_dev"}, keysOnly, "r-2", "", "project-of-r-2"},
		"no region but the data source's":         {huaweicloud.Settings{ProjectID: "block"}, keysOnly, "r-2", "", "block"},
		"HW_PROJECT_ID":                           {huaweicloud.Settings{Region: "r-1"}, with("HW_PROJECT_ID", "env", "OS_PROJECT_ID", "x"), "", "", "env"},
		"OS_PROJECT_ID":                           {huaweicloud.Settings{Region: "r-1"}, with("OS_PROJECT_ID", "env"), "", "", "env"},
		"OS_TENANT_ID":                            {huaweicloud.Settings{Region: "r-1"}, with("OS_TENANT_ID", "env"), "", "", "env"},
		"HUAWEICLOUD_SDK_PROJECT_ID":              {huaweicloud.Settings{Region: "r-1"}, with("HUAWEICLOUD_SDK_PROJECT_ID", "env"), "", "", "env"},
		"name in the block":                       {huaweicloud.Settings{Region: "r-1", ProjectName: "r-1_dev"}, keysOnly, "", "", "project-of-r-1_dev"},
		"name in the block before id in the rest": {huaweicloud.Settings{Region: "r-1", ProjectName: "r-1_dev"}, with("HW_PROJECT_ID", "env"), "", "", "project-of-r-1_dev"},
		"HW_PROJECT_NAME":                         {huaweicloud.Settings{Region: "r-1"}, with("HW_PROJECT_NAME", "r-1_dev"), "", "", "project-of-r-1_dev"},
		"OS_PROJECT_NAME":                         {huaweicloud.Settings{Region: "r-1"}, with("OS_PROJECT_NAME", "r-1_dev"), "", "", "project-of-r-1_dev"},
		"OS_TENANT_NAME":                          {huaweicloud.Settings{Region: "r-1"}, with("OS_TENANT_NAME", "r-1_dev"), "", "", "project-of-r-1_dev"},
		"region":                                  {huaweicloud.Settings{Region: "r-1"}, keysOnly, "", "", "project-of-r-1"},
		"OS_REGION_NAME":                          {huaweicloud.Settings{}, with("OS_REGION_NAME", "r-1"), "", "", "project-of-r-1"},
		"profile":                                 {inProfile, nil, "", "", "other-project"},
		"profile, another region":                 {inProfile, nil, "r-2", "", "project-of-r-2"},
		"block with a profile, another region": {
			huaweicloud.Settings{Profile: "other", SharedConfigFile: "~/f", ProjectID: "block"}, nil, "r-2", "", "project-of-r-2"},
		"environment before the profile": {inProfile, with("HW_PROJECT_ID", "env"), "", "", "env"},
		"credentials file":               {huaweicloud.Settings{Region: "r-1"}, map[string]string{"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/ini"}, "", "", "file-project"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.keys["OTHER"], s.keys["FILE"] = "SECRET-of-OTHER", "SECRET-of-FILE"
			all := map[string]string{"HOME": home(t, map[string]string{"f": cliFile, "ini": credentialsFile})}
			all["USERPROFILE"] = all["HOME"]
			for name, value := range test.environment {
				all[name] = value
			}
			if err := s.client(test.block, all).backups(t.Context(), test.region, test.project); err != nil {
				t.Fatal(err)
			}
			r := s.requests("/backups")[0]
			if want := "/v3/" + test.want + "/instances/i/backups"; r.URL.Path != want || r.Header.Get("X-Project-Id") != test.want {
				t.Errorf("read %s (X-Project-Id %s), want %s", r.URL.Path, r.Header.Get("X-Project-Id"), want)
			}
			if looked := len(s.requests("/v3/projects")) > 0; looked != strings.HasPrefix(test.want, "project-of-") {
				t.Errorf("asked:\n%s", s.paths())
			}
		})
	}
}

// Reads at the same time share one look-up, and later ones its result, for each
// region.
func TestProjectIsLookedUpOnce(t *testing.T) {
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{Region: "r-1"}, keysOnly)
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			if err := c.backups(t.Context(), fmt.Sprintf("r-%d", i%3+1), ""); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := len(s.requests("/v3/projects")); got != 3 {
		t.Errorf("%d look-ups for 3 regions:\n%s", got, s.paths())
	}
}

func TestProjectThatCannotBeChosen(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   []string
	}{
		"several": {200, `{"projects":[{"id":"p2","name":"r-1"},{"id":"p1","name":"r-1"},{"id":"p3","name":"r-1_dev"}]}`,
			[]string{"2 projects", "p1 (r-1), p2 (r-1)", "huaweicloud.project_id, HW_PROJECT_ID"}},
		"none":               {200, `{"projects":[]}`, []string{`no project named "r-1"`, "HW_PROJECT_ID"}},
		"none of the name":   {200, `{"projects":[{"id":"p3","name":"MOS"}]}`, []string{`no project named "r-1"`, "p3 (MOS)"}},
		"no list":            {200, `{}`, []string{`"r-1"`, "no list of projects"}},
		"null":               {200, `null`, []string{"null"}},
		"null list":          {200, `{"projects":null}`, []string{"no list of projects"}},
		"list of texts":      {200, `{"projects":["x"]}`, []string{"not a list of projects"}},
		"empty":              {200, ``, []string{"empty"}},
		"an id of no sense":  {200, `{"projects":[{"id":"../x","name":"r-1"}]}`, []string{"../x"}},
		"a failure in a 200": {200, `{"error":{"code":403,"message":"no","title":"Forbidden"}}`, []string{"403", "iam:projects:listProjects"}},
		"forbidden":          {403, `{"error":{"code":"403","message":"no","title":"Forbidden"}}`, []string{"Forbidden", "iam:projects:listProjects"}},
		"wrong path":         {404, `{"error_code":"APIGW.0101","error_msg":"The API does not exist"}`, []string{"APIGW.0101", "iam_endpoint"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStandIn(t)
			s.on("/v3/projects", test.status, test.body)
			c := s.client(huaweicloud.Settings{Region: "r-1"}, keysOnly)
			err := c.backups(t.Context(), "", "")
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error doesn't say %q:\n%v", want, err)
				}
			}
			if len(s.requests("/backups")) > 0 {
				t.Error("the backups were asked for")
			}
			// What failed is not remembered.
			s.handle("/v3/projects", nil)
			if err := c.backups(t.Context(), "", ""); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestRegion(t *testing.T) {
	s := newStandIn(t)
	files := home(t, map[string]string{".hcloud/config.json": cliFile})
	for name, test := range map[string]struct {
		block       huaweicloud.Settings
		environment map[string]string
		override    string
		want        string
	}{
		"data source":    {huaweicloud.Settings{Region: "r-2"}, with("HW_REGION_NAME", "r-3"), "r-1", "r-1"},
		"block":          {huaweicloud.Settings{Region: "r-2"}, with("HW_REGION_NAME", "r-3"), "", "r-2"},
		"HW_REGION_NAME": {huaweicloud.Settings{}, with("HW_REGION_NAME", "r-3", "OS_REGION_NAME", "r-4"), "", "r-3"},
		"OS_REGION_NAME": {huaweicloud.Settings{}, with("OS_REGION_NAME", "r-4"), "", "r-4"},
		"profile":        {huaweicloud.Settings{}, map[string]string{"HOME": files, "USERPROFILE": files}, "", "cn-south-1"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := s.client(test.block, test.environment).Region(test.override); err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
	for name, test := range map[string]struct {
		environment map[string]string
		override    string
		want        []string
	}{
		"none":                 {keysOnly, "", []string{"region on the data source", "huaweicloud.region", "HW_REGION_NAME", "OS_REGION_NAME", "profile"}},
		"nor credentials":      {nil, "", []string{"HW_REGION_NAME", "HW_ACCESS_KEY"}},
		"another host":         {keysOnly, "evil.example/", []string{"evil.example/", "region"}},
		"from the environment": {with("HW_REGION_NAME", "cn north"), "", []string{"HW_REGION_NAME", "cn north"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.client(huaweicloud.Settings{}, test.environment).Region(test.override)
			if err == nil {
				t.Fatalf("got %q", got)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error doesn't say %q: %v", want, err)
				}
			}
		})
	}
	if asked := s.paths(); asked != "" {
		t.Errorf("it was asked:\n%s", asked)
	}
}

func TestWrongKeyIsNotTriedTwice(t *testing.T) {
	s := newStandIn(t)
	c := s.client(huaweicloud.Settings{Region: "r-1", ProjectID: "p", AccessKey: "AK", SecretKey: "wrong"}, nil)
	err := c.backups(t.Context(), "", "")
	if err == nil || !strings.Contains(err.Error(), "5 minutes") {
		t.Errorf("got %v", err)
	}
	if n := len(s.requests("")); n != 1 {
		t.Errorf("%d requests", n)
	}
}
