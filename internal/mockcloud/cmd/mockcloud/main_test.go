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
	"regexp"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// serve runs the program on a free port until the test ends. It returns what
// was printed up to the last variable, the URL, and the lines after.
func serve(t *testing.T, args ...string) (printed, url string, rest <-chan string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), writer)
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
		if strings.HasPrefix(line, "  export HUAWEICLOUD_SDK_REGION") {
			break
		}
	}
	return printed, url, lines
}

// get lists IAM's projects by token, which needs no signature.
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
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

// The program prints its lists and then every variable that it needs.
func TestDemo(t *testing.T) {
	t.Parallel()
	environment := filepath.Join(t.TempDir(), "environment")
	printed, url, lines := serve(t, "-path-prefix", "/below", "-env-file", environment)
	content, err := os.ReadFile(environment)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(printed, "cn-hangzhou: 8 plans")
	for _, want := range []string{
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + mockcloud.DemoAlibabaAccessKey, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + mockcloud.DemoAlibabaSecretKey,
		"ALIBABA_CLOUD_REGION=cn-hangzhou", "ALIBABA_CLOUD_ENDPOINT_DBS=" + url, "ALIBABA_CLOUD_ENDPOINT_STS=" + url,
		"HW_ACCESS_KEY=" + mockcloud.DemoHuaweiAccessKey, "HW_SECRET_KEY=" + mockcloud.DemoHuaweiSecretKey,
		"HW_REGION_NAME=cn-north-4", "HW_AUTH_URL=" + url + "/v3", "HUAWEICLOUD_SDK_REGION_GAUSSDB_CN_NORTH_4=" + url,
	} {
		if index := strings.Index(printed, "  export "+want+"\n"); index < at || at < 0 {
			t.Errorf("%q is not below the lists in\n%s", want, printed)
		}
		if !strings.Contains("\n"+string(content), "\n"+want+"\n") {
			t.Errorf("%q is not in %s", want, content)
		}
	}
	if token := <-lines + <-lines; !strings.HasSuffix(token, "export HW_AUTH_TOKEN="+mockcloud.DemoAuthToken) {
		t.Errorf("the token is printed as %q", token)
	}
	if !strings.HasSuffix(url, "/below") {
		t.Errorf("the URL is %s", url)
	}
	if status, body := get(t, url, mockcloud.DemoAuthToken); status != http.StatusOK || !strings.Contains(body, mockcloud.DemoProjectID) {
		t.Errorf("got %d %s", status, body)
	}
}

func TestOwnData(t *testing.T) {
	t.Parallel()
	example := filepath.Join("..", "..", "testdata", "fixture.json")
	printed, _, _ := serve(t, "-data", example)
	if !strings.Contains(printed, "cn-hangzhou: 2 plans") || !strings.Contains(printed, "my-access-key") {
		t.Errorf("got\n%s", printed)
	}
	printed, url, lines := serve(t, "-data", example, "-items", "250", "-log", "-auth-token", "my-token", "-error-every", "2")
	if strings.Count(printed, " 250 ") < 4 || !strings.Contains(printed, "my-access-key") {
		t.Errorf("got\n%s", printed)
	}
	if token := <-lines + <-lines; !strings.HasSuffix(token, "export HW_AUTH_TOKEN=my-token") {
		t.Errorf("the token is printed as %q", token)
	}
	for _, want := range []string{": 200, 1 of 1 items", ": 503 APIGW.0613 (error-every)"} {
		get(t, url, "my-token")
		if line := <-lines; !strings.HasSuffix(line, "GET /v3/projects KeystoneListProjects"+want) {
			t.Errorf("the log line is %q, want %q", line, want)
		}
	}
}

// HTTPS has a certificate that SSL_CERT_FILE can name.
func TestTLS(t *testing.T) {
	t.Parallel()
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	_, url, lines := serve(t, "-tls", certificate)
	if line := <-lines; line != "  export SSL_CERT_FILE="+certificate || !strings.HasPrefix(url, "https://") {
		t.Errorf("%s: %s", url, line)
	}
	if content, err := os.ReadFile(certificate); err != nil || !bytes.HasPrefix(content, []byte("-----BEGIN CERTIFICATE-----")) {
		t.Errorf("%s %v", content, err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{\n\"planz\": {},\n\"x\": 1}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		want string
		args []string
	}{
		{"-no-such-flag", []string{"-no-such-flag"}},
		{"go together", []string{"-access-key", "a"}},
		{"-security-token needs", []string{"-security-token", "a"}},
		{broken + ":2:1: \"planz\"", []string{"-data", broken}},
		{"\n" + broken + ":3:1: \"x\"", []string{"-data", broken}},
		{"no such file", []string{"-data", broken + "x"}},
		{"-only: ", []string{"-only", "Nothing"}},
		{`"serve" is not a flag`, []string{"serve"}},
		{"can't listen", []string{"-addr", "256.0.0.1:1"}},
		{"-error-status: 200", []string{"-error-status", "200"}},
		{"-throttle-status: 503", []string{"-throttle-status", "503"}},
		{"-items: -5", []string{"-items", "-5"}},
		{"-latency: -5s", []string{"-latency", "-5s"}},
		{"-throttle-every: -1", []string{"-throttle-every", "-1"}},
		{"-total: words", []string{"-total", "words"}},
	} {
		var printed bytes.Buffer
		err := run(t.Context(), test.args, &printed)
		if err == nil || !strings.Contains(err.Error(), test.want) || printed.Len() > 0 || strings.Count(err.Error(), "\n") > strings.Count(test.want, "\n") && !strings.Contains(test.want, "planz") {
			t.Errorf("%v: %v\n%s", test.args, err, &printed)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, &help); err != nil || !strings.Contains(help.String(), "full_backups") ||
		!strings.Contains(help.String(), "  -throttle-every n\n") {
		t.Errorf("-h: %v\n%s", err, &help)
	}
}

// The guide's flags are the program's, and its table has all operations.
func TestGuide(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "templates", "guides", "mock-server.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	guide := string(content)
	var operations []string
	for _, o := range mockcloud.Operations() {
		request := "version " + o.Request
		if strings.Contains(o.Request, "/") {
			request = "`" + o.Request + "`"
		}
		operations = append(operations, "| "+o.Service+" | `"+o.Name+"` | "+request+" |\n")
	}
	if !strings.Contains(guide, "|---|---|---|\n"+strings.Join(operations, "")+"\n") {
		t.Errorf("templates/guides/mock-server.md.tmpl: the table of operations is not\n%s", strings.Join(operations, ""))
	}
	flags := regexp.MustCompile("`(?:mockcloud )?(-[a-z][^`]*)`").FindAllStringSubmatch(guide, -1)
	if len(flags) < 30 {
		t.Errorf("the guide has only %d flags", len(flags))
	}
	for _, match := range flags {
		_, err := parse(strings.Fields(match[1]), io.Discard)
		if err != nil && !errors.Is(err, flag.ErrHelp) && !strings.Contains(err.Error(), "needs an argument") && match[1] != "-every" {
			t.Errorf("%s: %v", match[1], err)
		}
	}
}
