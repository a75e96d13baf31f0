package setting_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

var (
	profileSource = setting.Source{Block: "cloud", Attribute: "profile", Environment: []string{"PROFILE"}}
	fileSource    = setting.Source{Block: "cloud", Attribute: "file", Environment: []string{"FILE"}}
)

func TestCLIFile(t *testing.T) {
	for _, test := range []struct {
		name        string
		content     string // "" is no file
		environment environment
		read        bool
		says        []string // none is no error
	}{
		{"the CLI's own", `{"current": "x"}`, environment{}, true, nil},
		{"with a byte order mark", "\ufeff" + `{"current": "x"}`, environment{}, true, nil},
		{"by a profile's name", `{"current": "x"}`, environment{"PROFILE": "x"}, true, nil},
		{"by its name", `{"current": "x"}`, environment{"FILE": "~/.cli/config.json"}, true, nil},
		{"never configured", "", environment{}, false, nil},
		{"no home directory", "", environment{"HOME": "", "USERPROFILE": ""}, false, nil},
		{"no file for the profile", "", environment{"PROFILE": "x"}, false, []string{"the Cloud CLI's", "config.json", "variable PROFILE"}},
		{"a file that is not there", "", environment{"FILE": "~/gone.json"}, false, []string{"gone.json", "variable FILE"}},
		{"no home directory for the profile", "", environment{"PROFILE": "x", "HOME": "", "USERPROFILE": ""}, false,
			[]string{"variable PROFILE", "home directory", "cloud.file, FILE"}},
		{"a file that ends early", `{"current": "hush`, environment{}, false, []string{"config.json", "unexpected end of JSON"}},
		{"a file that is malformed", `{"current": "hush" oops`, environment{"PROFILE": "x"}, false, []string{"config.json", "JSON", "variable PROFILE"}},
		{"a file of another type", `{"current": {"hush": "hush"}}`, environment{}, false, []string{"config.json", "current"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := t.TempDir()
			env := environment{"HOME": home, "USERPROFILE": home}
			for name, text := range test.environment {
				env[name] = text
			}
			if test.content != "" {
				path := filepath.Join(home, ".cli", "config.json")
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			file := setting.NewCLIFile("Cloud", env.get, profileSource.From(env.get), fileSource.From(env.get), ".cli", "config.json")
			var content struct {
				Current string `json:"current"`
			}
			read, err := file.Read(&content)
			if read != test.read || (err == nil) != (test.says == nil) {
				t.Fatalf("got %t, %v", read, err)
			}
			if read && content.Current != "x" {
				t.Errorf("read %+v", content)
			}
			for _, says := range test.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("the error doesn't say %q: %v", says, err)
				}
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the error shows what the file holds: %v", err)
			}
		})
	}
}

func TestFindProfile(t *testing.T) {
	env := environment{"PROFILE": "x", "FILE": "/f"}
	file := setting.NewCLIFile("Cloud", env.get, profileSource.From(env.get), fileSource.From(env.get))
	itself := func(name string) string { return name }
	for _, test := range []struct {
		name string
		has  []string
		want string
	}{
		{"x", []string{"a", "b"}, `there is no profile "x" of /f (the environment variable PROFILE and the environment variable FILE); it has a, b`},
		{"x", nil, `there is no profile "x" of /f (the environment variable PROFILE and the environment variable FILE); it has no profiles`},
		{"", []string{"a"}, "the Cloud CLI's configuration file /f, asked for by the environment variable PROFILE and the environment variable FILE, can't be used: none of its profiles is the current one; it has a"},
	} {
		got, err := setting.FindProfile(file, test.has, itself, test.name)
		if err == nil || err.Error() != test.want {
			t.Errorf("got %q, %v\nwant %s", got, err, test.want)
		}
	}
	if got, err := setting.FindProfile(file, []string{"a", "", "b"}, itself, "b"); err != nil || got != "b" {
		t.Errorf("got %q, %v", got, err)
	}
}
