package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// serve runs the program on a free port until the test ends. It returns what
// was printed up to the first instance's list, the URL, and the lines after.
func serve(t *testing.T, args ...string) (printed, url string, rest <-chan string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), writer, io.Discard)
		writer.Close()
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	// The program must never wait for this test to read.
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(reader); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	for line := range lines {
		printed += line + "\n"
		if after, found := strings.CutPrefix(line, "  export ALIBABA_CLOUD_ENDPOINT_DBS="); found {
			url = after
		}
		if strings.Contains(line, "of instance") {
			break
		}
	}
	return printed, url, lines
}

// get asks for IAM's projects by token, which needs no signature.
func get(t *testing.T, url, token string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v3/projects", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestDemo(t *testing.T) {
	printed, url, _ := serve(t, "-path-prefix", "/below")
	for _, want := range []string{
		"export ALICLOUD_ACCESS_KEY=" + mockcloud.DemoAlibabaAccessKey, "export ALICLOUD_SECRET_KEY=" + mockcloud.DemoAlibabaSecretKey,
		"export ALICLOUD_REGION=cn-hangzhou", "export HW_ACCESS_KEY=" + mockcloud.DemoHuaweiAccessKey,
		"export HW_SECRET_KEY=" + mockcloud.DemoHuaweiSecretKey, "export HW_REGION_NAME=cn-north-4",
		"export HW_PROJECT_ID=" + mockcloud.DemoProjectID, "export HW_AUTH_URL=" + url + "/v3",
		"8 backup plans in cn-hangzhou",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%q is not in\n%s", want, printed)
		}
	}
	if !strings.HasSuffix(url, "/below") {
		t.Errorf("the URL is %s", url)
	}
	if status, body := get(t, url, mockcloud.DemoAuthToken); status != http.StatusOK || !strings.Contains(body, mockcloud.DemoProjectID) {
		t.Errorf("got %d %s", status, body)
	}
}

func TestOwnData(t *testing.T) {
	example := filepath.Join("..", "..", "testdata", "fixture.json")
	printed, _, _ := serve(t, "-data", example)
	if !strings.Contains(printed, "2 backup plans in cn-hangzhou") || !strings.Contains(printed, "my-access-key") {
		t.Errorf("got\n%s", printed)
	}
	printed, url, lines := serve(t, "-data", example, "-items", "250", "-log", "-auth-token", "my-token", "-error-every", "2")
	if strings.Count(printed, "  250 ") != 4 {
		t.Errorf("got\n%s", printed)
	}
	for _, want := range []string{"200 ", "503 APIGW.0613 (error-every)"} {
		get(t, url, "my-token")
		if line := <-lines; !strings.Contains(line, "GET KeystoneListProjects: "+want) || strings.Contains(line, "my-token") {
			t.Errorf("the log line is %q, want %q", line, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"planz": {}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"no-such-flag": {"-no-such-flag"},
		"go together":  {"-access-key", "a"},
		"planz":        {"-data", broken},
		"no such file": {"-data", broken + "x"},
		"no operation": {"-only", "Nothing"},
		"no flag":      {"serve"},
		"can't listen": {"-addr", "256.0.0.1:1"},
		"HTTP status":  {"-error-status", "200"},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "full_backups") {
		t.Errorf("-h: %v\n%s", err, &help)
	}
}
