//go:build unix

package main_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is the built terraformcli. The tests run it as make does, with
// nothing on the PATH but what a test puts there.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "terraformcli-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "terraformcli")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

// A machine is where terraformcli runs: a PATH, a cache and a network that
// answers nothing.
type machine struct {
	t           *testing.T
	bin, home   string
	environment []string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, bin: t.TempDir(), home: t.TempDir()}
	m.environment = []string{
		"PATH=" + m.bin, "HOME=" + m.home, "XDG_CACHE_HOME=" + m.home + "/cache", "TMPDIR=" + t.TempDir(),
		// Nothing listens on port 1, so that a download is refused at once.
		"HTTPS_PROXY=http://127.0.0.1:1",
	}
	m.goCommand("exit 1")
	return m
}

// script puts a program on the PATH and returns where it is.
func (m *machine) script(name, body string) string {
	m.t.Helper()
	path := filepath.Join(m.bin, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\nPATH=/usr/bin:/bin\n"+body+"\n"), 0o700); err != nil {
		m.t.Fatal(err)
	}
	return path
}

// cli puts a program on the PATH that calls itself by the given version.
func (m *machine) cli(name, version string) string {
	m.t.Helper()
	return m.script(name, fmt.Sprintf("[ \"$1\" = version ] && echo '%s'", version))
}

// goCommand puts a go command on the PATH that notes its arguments, finds every
// module, and builds by the shell command, which has the output in $out.
func (m *machine) goCommand(build string) {
	m.t.Helper()
	m.script("go", `echo "$*" >> `+m.home+`/go-calls
case "$1" in
mod) echo '{"Dir": "/the/module"}' ;;
env) echo '{"GOCACHE": "/the/cache"}' ;;
build)
	while [ "$1" != -o ]; do shift; done
	out=$2
	`+build+`
esac`)
}

// goCalls returns the arguments of every call to the go command.
func (m *machine) goCalls() string {
	content, err := os.ReadFile(filepath.Join(m.home, "go-calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		m.t.Fatal(err)
	}
	return string(content)
}

type result struct {
	status         int
	stdout, stderr string
}

func (m *machine) run(arguments ...string) result {
	m.t.Helper()
	cmd := exec.CommandContext(m.t.Context(), program, arguments...)
	cmd.Env = m.environment
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		m.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func (r result) expectPath(t *testing.T, want string) {
	t.Helper()
	if r.status != 0 || r.stdout != want+"\n" {
		t.Errorf("status %d, printed %q, want %s\n%s", r.status, r.stdout, want, r.stderr)
	}
}

func (r result) expectSays(t *testing.T, want ...string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(r.stderr, text) {
			t.Errorf("doesn't say %q:\n%s", text, r.stderr)
		}
	}
}

const fakeTofu = `printf '#!/bin/sh\necho OpenTofu v1.12.6\n' > "$out"; chmod +x "$out"`

func TestNamedCLIComesFirst(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	named := m.cli("my-own", "Terraform v1.5.7")
	m.environment = append(m.environment, "TF_ACC_TERRAFORM_PATH="+named)
	r := m.run()
	r.expectPath(t, named)
	r.expectSays(t, "Terraform v1.5.7")
}

func TestNamedAndBrokenIsAnError(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	m.environment = append(m.environment, "TF_ACC_TERRAFORM_PATH="+m.bin+"/missing")
	r := m.run()
	if r.status != 1 || r.stdout != "" {
		t.Errorf("status %d, printed %q, want an error", r.status, r.stdout)
	}
	r.expectSays(t, "TF_ACC_TERRAFORM_PATH", m.bin+"/missing")
}

func TestPathIsSearched(t *testing.T) {
	const old, current, tofu = "Terraform v1.2.9", "Terraform v1.3.0", "OpenTofu v1.6.0"
	for name, test := range map[string]struct {
		terraform, tofu string
		flags           []string
		want            string
		says            string
	}{
		"terraform before tofu":         {current, tofu, nil, "terraform", current},
		"tofu alone":                    {"", tofu, nil, "tofu", tofu},
		"tofu by the name of terraform": {tofu, "", nil, "terraform", tofu},
		"too old":                       {old, tofu, nil, "tofu", "passing over terraform on the PATH: it is " + old},
		"a pre-release of the oldest":   {"Terraform v1.3.0-rc1", tofu, nil, "terraform", "v1.3.0-rc1"},
		"something else":                {"Terragrunt v1.0.0", tofu, nil, "tofu", "neither Terraform nor OpenTofu"},
		"OpenTofu wanted":               {current, tofu, []string{"-tofu"}, "tofu", tofu},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			if test.terraform != "" {
				m.cli("terraform", test.terraform)
			}
			if test.tofu != "" {
				m.cli("tofu", test.tofu)
			}
			r := m.run(test.flags...)
			r.expectPath(t, filepath.Join(m.bin, test.want))
			r.expectSays(t, test.says)
		})
	}
}

// Where no CLI is on the PATH and none can be downloaded, OpenTofu is built,
// and once only.
func TestOpenTofuIsBuiltOnce(t *testing.T) {
	m := newMachine(t)
	m.goCommand(fakeTofu)
	r := m.run()
	built := strings.TrimSpace(r.stdout)
	r.expectPath(t, built)
	r.expectSays(t, "Terraform can't be downloaded", "building OpenTofu v1.12.6", "OpenTofu v1.12.6 ("+built+")")
	if !strings.HasPrefix(built, m.home) {
		t.Errorf("%s is not in the cache", built)
	}
	calls := m.goCalls()
	for _, want := range []string{"mod download -json github.com/opentofu/opentofu@v1.12.6", "build -C /the/module"} {
		if !strings.Contains(calls, want) {
			t.Errorf("go was called with\n%swant %s", calls, want)
		}
	}
	m.run("-tofu").expectPath(t, built)
	if m.goCalls() != calls {
		t.Errorf("built again:\n%s", m.goCalls())
	}
}

func TestOldestIsBuiltWhateverIsOnThePath(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	m.goCommand(`printf '#!/bin/sh\necho Terraform v1.3.10\n' > "$out"; chmod +x "$out"`)
	r := m.run("-oldest")
	r.expectSays(t, "Terraform v1.3.10 ("+m.home)
	if calls := m.goCalls(); !strings.Contains(calls, "github.com/hashicorp/terraform@v1.3.10") {
		t.Errorf("go was called with\n%s", calls)
	}
}

// A build that fails leaves nothing that a later run takes for a CLI.
func TestFailedBuildIsNotKept(t *testing.T) {
	m := newMachine(t)
	m.goCommand(`echo half > "$out"; echo "no space left" >&2; exit 1`)
	r := m.run()
	if r.status != 1 || r.stdout != "" {
		t.Errorf("status %d, printed %q, want an error", r.status, r.stdout)
	}
	r.expectSays(t, "no space left", "put terraform or tofu on the PATH", "downloading Terraform", "building OpenTofu v1.12.6")
	err := filepath.WalkDir(m.home, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != "go-calls" {
			t.Errorf("%s was left behind", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.goCommand(fakeTofu)
	if r := m.run(); r.status != 0 {
		t.Errorf("status %d after the fault was mended:\n%s", r.status, r.stderr)
	}
}

// What a person has set for a cloud, a proxy or Terraform doesn't reach the
// tests; what they need does.
func TestCommandHasItsOwnEnvironment(t *testing.T) {
	m := newMachine(t)
	path := m.cli("tofu", "OpenTofu v1.12.6")
	for _, name := range []string{
		"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_ACCESS_KEY_ID", "DBS_ENDPOINT",
		"HW_REGION_NAME", "OS_PROJECT_ID", "HUAWEICLOUD_SDK_AK",
		"TF_CLI_ARGS", "TF_LOG", "TF_VAR_x", "http_proxy", "NO_PROXY", "SSL_CERT_FILE",
	} {
		m.environment = append(m.environment, name+"=leaked")
	}
	m.environment = append(m.environment, "TF_ACC_LOG=kept", "LANG=kept", "TF_CLI_CONFIG_FILE=leaked")

	r := m.run("/usr/bin/env")
	if r.status != 0 || strings.Contains(r.stdout, "leaked") || strings.Contains(r.stdout, "HTTPS_PROXY") {
		t.Errorf("status %d, environment\n%s%s", r.status, r.stdout, r.stderr)
	}
	for _, want := range []string{
		"TF_ACC=1", "TF_ACC_TERRAFORM_PATH=" + path, "TF_ACC_PROVIDER_HOST=registry.opentofu.org",
		"TF_ACC_PROVIDER_NAMESPACE=cloudbackup", "CHECKPOINT_DISABLE=1",
		"TF_ACC_LOG=kept", "LANG=kept", "GOCACHE=/the/cache",
	} {
		if !strings.Contains(r.stdout, want+"\n") {
			t.Errorf("%s is missing from\n%s", want, r.stdout)
		}
	}
	if strings.Contains(r.stdout, "\nHOME="+m.home+"\n") {
		t.Error("the home folder is the user's")
	}
}

func TestCommandsStatusIsPassedOn(t *testing.T) {
	m := newMachine(t)
	m.cli("terraform", "Terraform v1.9.0")
	if r := m.run("/bin/sh", "-c", "exit 3"); r.status != 3 {
		t.Errorf("status %d, want 3\n%s", r.status, r.stderr)
	}
}

func TestFlagsExcludeEachOther(t *testing.T) {
	if r := newMachine(t).run("-tofu", "-oldest"); r.status != 2 {
		t.Errorf("status %d, want 2\n%s", r.status, r.stderr)
	}
}
