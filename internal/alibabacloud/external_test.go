//go:build unix

package alibabacloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

// command is a CLI's file with a profile that runs a shell script.
func command(t *testing.T, script string) string {
	t.Helper()
	quoted, err := json.Marshal("/bin/sh -c '" + strings.ReplaceAll(script, "'", `'\''`) + "'")
	if err != nil {
		t.Fatal(err)
	}
	return `{"profiles":[{"name":"x","mode":"External","process_command":` + string(quoted) + `}]}`
}

func TestExternal(t *testing.T) {
	t.Parallel()
	const keys = `"access_key_id":"ext","access_key_secret":"ext-secret"`
	count := filepath.Join(t.TempDir(), "count")
	for output, runs := range map[string]int{ // for three reads
		`{"mode":"AK",` + keys + `}`:                                                                1,
		`{"mode":"StsToken",` + keys + `,"sts_token":"ext-token"}`:                                  1,
		`{` + keys + `,"sts_token":"ext-token","expiration":"2999-01-01T00:00:00Z"}`:                1,
		`{` + keys + `,"sts_token":"ext-token","expiration":"` + soon(2) + `","unknown":{"a":[1]}}`: 1,
	} {
		if err := os.RemoveAll(count); err != nil {
			t.Fatal(err)
		}
		s := newStandIn(t, "ext")
		c := s.client(alibabacloud.Settings{"profile": "x"}, s.home(t, command(t, "echo run >> "+count+"; echo '"+output+"'")))
		for range 3 {
			if err := c.do(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(count); err != nil || strings.Count(string(got), "run") != runs {
			t.Errorf("%s: it ran %q, %v", output, got, err)
		}
		if c.secrets.Mask("<ext-secret>") != "<***>" {
			t.Errorf("%s: the secret is not masked", output)
		}
	}
	for output, want := range map[string]string{
		"":                              "JSON",
		"hush-hush":                     "JSON",
		`["hush"]`:                      "JSON",
		`{"a":"hush"`:                   "JSON",
		`{"access_key_id":"hush-hush"}`: "access_key_secret",
		`{` + keys + `,"mode":"RamRoleArn","ram_role_arn":"acs:ram::1:role"}`: "mode other than AK and StsToken",
		`{` + keys + `,"mode":7}`:                            "mode other than",
		`{` + keys + `,"mode":"StsToken"}`:                   "sts_token",
		`{` + keys + `,"expiration":"hush-later"}`:           "expiration",
		`{` + keys + `,"expiration":"2001-01-01T00:00:00Z"}`: "expired",
	} {
		s := newStandIn(t, "ext")
		err := s.client(alibabacloud.Settings{"profile": "x"}, s.home(t, command(t, "printf %s '"+output+"'"))).do(t.Context())
		wantError(t, err, `profile "x"`, want)
	}
}

func soon(hours int) string {
	return time.Now().Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
}

// What can't be run is an error that shows neither the command nor its assignments.
func TestExternalThatFails(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	for command, want := range map[string]string{
		"/does/not/exist":         "can't be started: no such file or directory",
		"/dev/null":               "can't be started: permission denied",
		"HUSH=hush-hush cmd":      "can't be started",
		"'open hush":              "quote",
		`"`:                       "quote",
		"   ":                     "process_command",
		"''":                      "empty",
		`true hush\`:              "backslash",
		"false":                   "ended with exit status 1",
		"/bin/sh -c 'kill -9 $$'": "ended with signal: killed",
		"cat /dev/zero":           "more than 1 MiB",
	} {
		config := fmt.Sprintf(`{"profiles":[{"name":"x","mode":"External","process_command":%q}]}`, command)
		err := s.client(alibabacloud.Settings{"profile": "x"}, s.home(t, config)).do(t.Context())
		wantError(t, err, `profile "x"`, want)
		if strings.Contains(err.Error(), "HUSH") {
			t.Errorf("the error shows the command: %v", err)
		}
	}
	config := command(t, "echo run; exit 1")
	for _, value := range []string{"true", "TRUE", "1"} {
		err := s.client(alibabacloud.Settings{"profile": "x"}, s.home(t, config, "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", value)).do(t.Context())
		wantError(t, err, "its command is not run: ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set")
	}
}

// A command and its children end when the last caller that waits for it leaves.
func TestExternalEndsWithItsChildren(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pids := filepath.Join(dir, "pids")
	s := newStandIn(t)
	script := fmt.Sprintf("sleep 600 & echo $! > %[1]s.tmp; echo $$ >> %[1]s.tmp; mv %[1]s.tmp %[1]s; wait", pids)
	c := s.client(alibabacloud.Settings{"profile": "x"}, s.home(t, command(t, script)))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	failed := make(chan error)
	go func() { failed <- c.do(ctx) }()
	var processes []int
	eventually(t, "the command has started", func() bool {
		content, err := os.ReadFile(pids)
		for _, line := range strings.Fields(string(content)) {
			pid, err := strconv.Atoi(line)
			if err != nil {
				t.Fatal(err)
			}
			processes = append(processes, pid)
		}
		return err == nil
	})
	cancel()
	wantError(t, <-failed, "interrupted")
	for _, pid := range processes {
		eventually(t, "process "+strconv.Itoa(pid)+" has ended", func() bool { return hasEnded(pid) })
	}
}

// hasEnded is whether a process is gone, or is a zombie: in a container,
// no process may wait for orphans.
func hasEnded(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(status), ") Z ")
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it is not so that %s", what)
}

// A pipe or a device in place of a file is an error at once.
func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	s := newStandIn(t)
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{pipe, "/dev/zero"} {
		for _, settings := range []alibabacloud.Settings{
			{"shared_credentials_file": file},
			{"assume_role_with_oidc.role_arn": "r", "assume_role_with_oidc.oidc_provider_arn": "p", "assume_role_with_oidc.oidc_token_file": file},
		} {
			wantError(t, s.client(settings, s.home(t, "")).do(t.Context()), file, "not a regular file")
		}
	}
}

func TestSplitCommand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		command string
		windows bool
		want    []string
	}{
		{"a  b\tc\n", false, []string{"a", "b", "c"}},
		{`a "b c" 'd "e' f"g"h`, false, []string{"a", "b c", `d "e`, "fgh"}},
		{`a "" ''`, false, []string{"a", "", ""}},
		{`a\ b "q\d" "\"\\\$" '\n'`, false, []string{"a b", `q\d`, `"\$`, `\n`}},
		{"'a'\"b\"\\'c \"x\\\ny\" \\\\", false, []string{"ab'c", "x\ny", `\`}},
		{`C:\tools\x.exe "C:\Program Files\y" "say \"hi\""`, true, []string{`C:\tools\x.exe`, `C:\Program Files\y`, `say "hi"`}},
	} {
		if got, err := alibabacloud.SplitCommand(test.command, test.windows); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v", test.command, got, err)
		}
	}
}
