package alibabacloud_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
)

// A profile of mode External runs a command; this test's own program stands for one.
func TestExternal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the command is a shell script")
	}
	dir := t.TempDir()
	count := filepath.Join(dir, "count")
	script := filepath.Join(dir, "a command")
	writeFile(t, script, "#!/bin/sh\necho x >> '"+count+"'\ncat \"$1\"\n")
	if err := os.Chmod(script, 0o700); err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(dir, "output")
	env := emptyEnvironment(t)
	env.configure(t, fmt.Sprintf(`{"current":"x","profiles":[{"name":"x","mode":"External","process_command":%q}]}`, `"`+script+`" '`+output+`'`))

	for _, test := range []struct {
		output string
		runs   int // for three reads
	}{
		{`{"mode":"StsToken","access_key_id":"ext-id","access_key_secret":"ext-secret","sts_token":"ext-token"}`, 1},
		{`{"access_key_id":"ext-id","access_key_secret":"ext-secret","sts_token":"ext-token","expiration":"2999-01-01T00:00:00Z"}`, 1},
		{`{"access_key_id":"ext-id","access_key_secret":"ext-secret","sts_token":"ext-token","expiration":"2001-01-01T00:00:00Z"}`, 3},
	} {
		writeFile(t, output, test.output)
		writeFile(t, count, "")
		dbs := newService(t, succeed)
		client, secrets := newClient(alibabacloud.Settings{Endpoint: dbs.URL}, env)
		for range 3 {
			if err := client.Do(t.Context(), operation, decode); err != nil {
				t.Fatal(err)
			}
		}
		if got := signer(dbs.requests()[2]); got != "ext-id/ext-token" {
			t.Errorf("signed by %q", got)
		}
		runs, err := os.ReadFile(count)
		if err != nil || strings.Count(string(runs), "x") != test.runs {
			t.Errorf("%s: ran %q, %v", test.output, runs, err)
		}
		if got := secrets.Mask("ext-secret"); strings.Contains(got, "ext") {
			t.Errorf("the secret is not masked: %s", got)
		}
	}
	for _, broken := range []string{
		"", "hush-hush", `{"access_key_id":"hush-hush"}`, `{"mode":"StsToken","access_key_id":"a","access_key_secret":"hush-hush"}`,
		`{"access_key_id":"a","access_key_secret":"hush-hush","expiration":"hush-hush"}`,
	} {
		writeFile(t, output, broken)
		_, err := asker(t, alibabacloud.Settings{}, env)
		wantError(t, err, `profile "x"`)
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("the error shows what the command said: %v", err)
		}
	}
	for _, command := range []string{"/does/not/exist", "'open", `"`, "   ", "false"} {
		env.configure(t, fmt.Sprintf(`{"current":"x","profiles":[{"name":"x","mode":"External","process_command":%q}]}`, command))
		_, err := asker(t, alibabacloud.Settings{}, env)
		wantError(t, err, `profile "x"`)
	}
}
