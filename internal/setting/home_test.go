package setting_test

import (
	"path/filepath"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

func TestHome(t *testing.T) {
	home := t.TempDir()
	at := environment{"HOME": home, "USERPROFILE": home}
	for path, want := range map[string]string{
		"~/a/b":  filepath.Join(home, "a", "b"),
		"~":      home,
		"~other": "~other",
		"a/~/b":  "a/~/b",
		"/a":     "/a",
		"":       "",
	} {
		if got := setting.ExpandHome(at.get, path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
		if got := setting.ExpandHome(environment{}.get, path); got != path {
			t.Errorf("%q without a home directory: got %q", path, got)
		}
	}
	if got, want := setting.HomeFile(at.get, ".cli", "config.json"), filepath.Join(home, ".cli", "config.json"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// A path below no home directory would be one below the working directory.
	if got := setting.HomeFile(environment{}.get, ".cli", "config.json"); got != "" {
		t.Errorf("without a home directory: got %q", got)
	}
}
