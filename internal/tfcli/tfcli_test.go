//go:build unix

package tfcli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A machine has nothing on the PATH except the scripts of a test, an empty cache
// and a network without answers.
type machine struct {
	t         *testing.T
	bin, home string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, bin: t.TempDir(), home: t.TempDir()}
	for name, value := range map[string]string{
		"PATH": m.bin, "HOME": m.home, "XDG_CACHE_HOME": filepath.Join(m.home, "cache"), "TMPDIR": t.TempDir(),
		PathVariable: "", providerVariable: "",
	} {
		t.Setenv(name, value)
	}
	m.setReleases("http://127.0.0.1:1") // nothing listens there
	m.goCommand("exit 1")
	return m
}

func (m *machine) setReleases(url string) {
	before := releases
	releases = url
	m.t.Cleanup(func() { releases = before })
}

// script puts a program on the PATH and returns its path.
func (m *machine) script(name, body string) string {
	m.t.Helper()
	path := filepath.Join(m.bin, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\nPATH=/usr/bin:/bin\n"+body+"\n"), 0o700); err != nil {
		m.t.Fatal(err)
	}
	return path
}

// cli puts a program on the PATH whose version command prints a line.
func (m *machine) cli(name, version string) string {
	m.t.Helper()
	return m.script(name, fmt.Sprintf("[ \"$1\" = version ] && echo '%s'", version))
}

// goCommand puts a go command on the PATH that records its arguments, finds every
// module, and runs a shell command, with the target in $out, to build or install.
func (m *machine) goCommand(install string) {
	m.t.Helper()
	m.script("go", `echo "$*" >> `+m.home+`/go-calls
case "$*" in
list*) echo `+m.home+` ;;
"env GOMODCACHE") echo /modules ;;
"env GOCACHE") echo /the/cache ;;
build*/cmd/tofu)
	while [ "$1" != -o ]; do shift; done
	out=$2/tofu
	`+install+` ;;
build* | tool*)
	while [ "$1" != -o ] && [ "$1" != -path ]; do shift; done
	out=$2/terraform
	`+install+` ;;
esac`)
}

// goCalls are the arguments of all calls of the go command.
func (m *machine) goCalls() string {
	m.t.Helper()
	content, err := os.ReadFile(filepath.Join(m.home, "go-calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		m.t.Fatal(err)
	}
	return string(content)
}

// expect calls a find function and compares what it returns.
func (m *machine) expect(find func(context.Context) (Program, error), path, version string) {
	m.t.Helper()
	program, err := find(m.t.Context())
	if err != nil || program.Path != path || program.String() != version {
		m.t.Errorf("got %s (%s), %v; want %s (%s)", program, program.Path, err, version, path)
	}
}

func installs(version string) string {
	return `printf '#!/bin/sh\necho ` + version + `\n' > "$out"; chmod +x "$out"`
}

// A program that the environment names is used, also if it is too old.
func TestNamedProgramIsUsed(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	named := m.cli("named", "Terraform v1.2.9")
	t.Setenv(PathVariable, named)
	m.expect(Find, named, "Terraform 1.2.9")
	t.Setenv(PathVariable, m.bin+"/missing")
	if program, err := Find(t.Context()); err == nil || !strings.Contains(err.Error(), PathVariable) || !strings.Contains(err.Error(), m.bin+"/missing") {
		t.Errorf("got %s, %v; want an error with the variable and its value", program, err)
	}
}

func TestPathIsSearched(t *testing.T) {
	const old, current, tofu = "Terraform v1.2.9", "Terraform v1.3.0", "OpenTofu v1.6.0"
	for name, test := range map[string]struct {
		terraform, tofu string
		find            func(context.Context) (Program, error)
		path, version   string
	}{
		"terraform before tofu":       {current, tofu, Find, "terraform", "Terraform 1.3.0"},
		"only tofu":                   {"", tofu, Find, "tofu", "OpenTofu 1.6.0"},
		"tofu installed as terraform": {tofu, "", Find, "terraform", "OpenTofu 1.6.0"},
		"too old":                     {old, tofu, Find, "tofu", "OpenTofu 1.6.0"},
		"a pre-release":               {"Terraform v1.3.0-rc1", tofu, Find, "terraform", "Terraform 1.3.0"},
		"something else":              {"Terragrunt v1.0.0", tofu, Find, "tofu", "OpenTofu 1.6.0"},
		"OpenTofu requested":          {current, tofu, FindOpenTofu, "tofu", "OpenTofu 1.6.0"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if test.terraform != "" {
				m.cli("terraform", test.terraform)
			}
			if test.tofu != "" {
				m.cli("tofu", test.tofu)
			}
			m.expect(test.find, filepath.Join(m.bin, test.path), test.version)
		})
	}
}

func TestTerraformIsDownloadedOnce(t *testing.T) {
	m := newMachine(t)
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	m.setReleases(server.URL)
	m.goCommand(installs("Terraform v" + terraformVersion))
	path := filepath.Join(m.home, "cache", "terraform-provider-cloudbackup", "terraform-"+terraformVersion, "terraform")
	m.expect(Find, path, "Terraform "+terraformVersion)
	calls := m.goCalls()
	if want := "tool -modfile=tools/develop/go.mod hc-install install -version " + terraformVersion + " -path "; !strings.Contains(calls, want) {
		t.Errorf("go was called with\n%swant %s", calls, want)
	}
	m.expect(Find, path, "Terraform "+terraformVersion)
	if m.goCalls() != calls {
		t.Errorf("downloaded again:\n%s", m.goCalls())
	}
}

// If there is no CLI on the PATH and no download, OpenTofu is built, once.
func TestOpenTofuIsBuiltOnce(t *testing.T) {
	m := newMachine(t)
	m.goCommand(installs("OpenTofu v1.12.6"))
	path := filepath.Join(m.home, "cache", "terraform-provider-cloudbackup", "opentofu-v1.12.6", "tofu")
	m.expect(Find, path, "OpenTofu 1.12.6")
	calls := m.goCalls()
	for _, want := range []string{"mod download github.com/opentofu/opentofu@v1.12.6", "build -C /modules/github.com/opentofu/opentofu@v1.12.6"} {
		if !strings.Contains(calls, want) {
			t.Errorf("go was called with\n%swant %s", calls, want)
		}
	}
	m.expect(FindOpenTofu, path, "OpenTofu 1.12.6")
	if m.goCalls() != calls {
		t.Errorf("built again:\n%s", m.goCalls())
	}
}

func TestOldestIsBuilt(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	m.goCommand(installs("Terraform v1.3.10"))
	m.expect(FindOldest, filepath.Join(m.home, "cache", "terraform-provider-cloudbackup", "terraform-v1.3.10", "terraform"), "Terraform 1.3.10")
	if calls := m.goCalls(); !strings.Contains(calls, "github.com/hashicorp/terraform@v1.3.10") {
		t.Errorf("go was called with\n%s", calls)
	}
}

// A failed build leaves nothing that a later run would use.
func TestFailedBuildIsRemoved(t *testing.T) {
	m := newMachine(t)
	m.goCommand(`echo half > "$out"; exit 1`)
	program, err := Find(t.Context())
	if err == nil {
		t.Fatalf("got %s", program)
	}
	for _, want := range []string{"put terraform or tofu on the PATH", PathVariable, "installing Terraform " + terraformVersion, "installing OpenTofu v1.12.6"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in the error: %v", want, err)
		}
	}
	if err := filepath.WalkDir(filepath.Join(m.home, "cache"), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("%s was not removed", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	m.goCommand(installs("OpenTofu v1.12.6"))
	if _, err := Find(t.Context()); err != nil {
		t.Error(err)
	}
}

// Settings of the machine don't reach a program or a test command.
func TestEnvironmentIsClean(t *testing.T) {
	m := newMachine(t)
	for _, name := range []string{
		"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_ACCESS_KEY_ID", "DBS_ENDPOINT", "STS_ENDPOINT",
		"HW_REGION_NAME", "OS_PROJECT_ID", "HUAWEICLOUD_SDK_AK", "DEBUG",
		"TF_CLI_ARGS", "TF_LOG", "TF_VAR_x", "http_proxy", "NO_PROXY", "SSL_CERT_FILE",
	} {
		t.Setenv(name, "leaked")
	}
	t.Setenv("LANG", "kept")
	program := Program{Path: "/the/tofu", Product: OpenTofu}

	env, err := program.TestEnvironment(t.Context(), m.home, "/the/provider")
	if err != nil {
		t.Fatal(err)
	}
	checkEnvironment(t, env, "TF_ACC=1", PathVariable+"=/the/tofu", providerVariable+"=/the/provider",
		"HOME="+m.home+"/home", "LANG=kept", "GOCACHE=/the/cache", "PATH="+m.bin)

	workspace, err := program.NewWorkspace(m.home, "/the/provider", "HW_REGION_NAME=cn-north-4")
	if err != nil {
		t.Fatal(err)
	}
	checkEnvironment(t, workspace.Env, "HOME="+m.home+"/home", "LANG=kept", "HW_REGION_NAME=cn-north-4",
		"TF_CLI_CONFIG_FILE="+m.home+"/cli.tfrc", "CHECKPOINT_DISABLE=1")
}

// checkEnvironment looks at the last value of each variable, which is the one that counts.
func checkEnvironment(t *testing.T, env []string, want ...string) {
	t.Helper()
	values := map[string]string{}
	for _, variable := range env {
		name, value, _ := strings.Cut(variable, "=")
		values[name] = value
	}
	for name, value := range values {
		if value == "leaked" {
			t.Errorf("%s is in the environment", name)
		}
	}
	for _, variable := range want {
		if name, value, _ := strings.Cut(variable, "="); values[name] != value {
			t.Errorf("%s=%s, want %s", name, values[name], value)
		}
	}
}

// The CLI takes every provider in a folder from there, so that it needs no init.
func TestOverrides(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"terraform-provider-cloudbackup", "terraform-provider-floor.exe", "other"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "cli.tfrc")
	if err := writeOverrides(path, folder); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	want := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "cloudbackup/cloudbackup" = %q
    "cloudbackup/floor" = %[1]q
  }
}
`, folder)
	if err != nil || string(got) != want {
		t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
	}
}
