package request_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func TestError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  request.Error
		want string
	}{
		{"everything", request.Error{
			Cloud: "Alibaba Cloud", Operation: "DescribeBackupPlanList", Subject: "the backup plans in cn-hangzhou (page 1)",
			Status: 403, Code: "NoPermission", Message: "You are not allowed.", RequestID: "5C1E-7",
			Advice: "Allow dbs:DescribeBackupPlanList.", Attempts: 3,
		}, `DescribeBackupPlanList failed for the backup plans in cn-hangzhou (page 1): NoPermission: You are not allowed.
HTTP status 403 Forbidden, request ID 5C1E-7, after 3 attempts
Allow dbs:DescribeBackupPlanList.`},
		{"one attempt is not counted", request.Error{Subject: "x", Message: "no", Attempts: 1}, "The request failed for x: no"},
		{"only a code", request.Error{Operation: "X", Code: "Oops", Status: 599}, "X failed: Oops\nHTTP status 599"},
		{"only a cause", request.Error{Operation: "X", Err: errors.New("broken")}, "X failed: broken"},
		{"nothing", request.Error{}, "The request failed: the response has no error code and no message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tt.err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if err := error(&request.Error{Err: context.Canceled}); !errors.Is(err, context.Canceled) {
		t.Error("the cause is not found")
	}
}

func TestAdvise(t *testing.T) {
	t.Parallel()
	operation := []request.Advice{
		{Codes: []string{"NotFound", "Invalid*"}, Text: "check the arguments"},
		{Status: 403, Text: "check the permission"},
	}
	api := []request.Advice{
		{Codes: []string{"NotFound"}, Text: "never"},
		{Codes: []string{"Throttled"}, Status: 429, Text: "wait"},
		{Status: 403, Text: "never"},
		{Status: 500, Text: "support"},
	}
	for _, tt := range []struct {
		code   string
		status int
		want   string
	}{
		{"NotFound", 404, "check the arguments"},
		{"InvalidParameter", 403, "check the arguments"},
		{"Invalid", 0, "check the arguments"},
		{"invalidParameter", 0, ""},
		{"NotFound.Plan", 0, ""},
		{"Throttled", 200, "wait"},
		{"", 429, "wait"},
		{"Unheard", 403, "check the permission"},
		{"Unheard", 500, "support"},
		{"", 0, ""},
	} {
		if got := request.Advise(tt.code, tt.status, operation, api); got != tt.want {
			t.Errorf("%s with %d: %q, want %q", tt.code, tt.status, got, tt.want)
		}
	}
}

// A response that is not JSON is shown as a short line of printable text.
func TestNotJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body, want string
	}{
		{"a page", "<!DOCTYPE html><html><head><TITLE >502 Bad\n Gateway</TITLE></head><body>x</body>", "the response is not JSON: 502 Bad Gateway x"},
		{"text", "upstream connect error\r\n\x1b[31mreset", "the response is not JSON: upstream connect error [31mreset"},
		{"entities", "<p>Please&nbsp;log&#32;in</p> 1 &lt; 2 <p unclosed", "the response is not JSON: Please log in 1 < 2"},
		{"nothing", " \r\n", "the response is empty"},
		{"bytes", "\xff\xfe\x00\x01", "the response is 4 bytes of binary data, not JSON"},
		{"much", strings.Repeat("<p>much</p> text ", 1<<16), "the response is not JSON: much text much text"},
		{"JSON after a byte order mark", "\ufeff{\"Items\":7}", "the response is malformed: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, request.Options{},
				func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, 200, tt.body) },
				func(t *testing.T, _ *server, c *request.Client) {
					e := failed(t, c.Do(t.Context(), get("http://api.test/", nil)))
					if !strings.HasPrefix(e.Message, tt.want) || len(e.Message) > 300 {
						t.Errorf("got %q, want %q", e.Message, tt.want)
					}
					contains(t, e, "ndpoint", "#unexpected-response")
				})
		})
	}
	e := request.NotJSON(request.Response{Body: []byte(`no`)})
	if e.Class != request.Malformed || e.Message != "the response is not JSON: no" {
		t.Error(e)
	}
}

// What a server sends shows as printable, valid text of bounded length, and without secrets.
func TestErrorsAreCleanAndMasked(t *testing.T) {
	t.Parallel()
	const (
		key   = "SECRETKEY/with+signs="
		token = "TOKENofTHEuser"
	)
	rapid.Check(t, func(rt *rapid.T) {
		message := rapid.StringN(0, 200, -1).Draw(rt, "message") +
			string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, "bytes")) + key +
			rapid.SampledFrom([]string{"", "\x00", "\u202e", "\n"}).Draw(rt, "between") + token +
			rapid.SampledFrom([]string{"", strings.Repeat("x", 5000)}).Draw(rt, "after")
		status := rapid.SampledFrom([]int{200, 403}).Draw(rt, "status")
		plain := rapid.Bool().Draw(rt, "plain")

		// rapid fails by a panic, which must not happen inside the bubble.
		var problem string
		var secrets redact.Secrets
		secrets.Add(key, token)
		bubble(t, request.Options{Secrets: &secrets},
			func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, status, `{}`) },
			func(t *testing.T, _ *server, c *request.Client) {
				call := get("http://api.test/", nil)
				call.Decode = func(request.Response) error {
					if plain {
						return errors.New(message)
					}
					return &request.Error{Code: message, Message: message, RequestID: message, Advice: message, Err: errors.New(message)}
				}
				e := failed(t, c.Do(t.Context(), call))
				for _, shown := range append(strings.Split(e.Error(), "\n"), e.Code, e.Message, e.RequestID, e.Err.Error()) {
					if strings.Contains(shown, key[:6]) || strings.Contains(shown, token[:6]) || !utf8.ValidString(shown) || len(shown) > 9000 {
						problem = shown
					}
					if strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsGraphic(r) }) {
						problem = shown
					}
				}
			})
		if problem != "" {
			rt.Fatalf("%q", problem)
		}
	})
}

// A secret that a body repeats where it is cut is masked before it is cut.
func TestBodyIsMaskedBeforeItIsCut(t *testing.T) {
	t.Parallel()
	const key = "SECRETKEYofManyCharacters"
	for _, size := range []int{200, 16 << 10} {
		for _, fill := range []string{"x", " "} {
			var secrets redact.Secrets
			secrets.Add(key)
			bubble(t, request.Options{Secrets: &secrets},
				func(_ int, w http.ResponseWriter, _ *http.Request) {
					reply(w, 200, strings.Repeat(fill, size-len(key)/2)+key)
				},
				func(t *testing.T, _ *server, c *request.Client) {
					if err := c.Do(t.Context(), get("http://api.test/", nil)); strings.Contains(err.Error(), key[:4]) {
						t.Errorf("%d of %q: %v", size, fill, err)
					}
				})
		}
	}
}

func TestClassString(t *testing.T) {
	t.Parallel()
	if got := request.Permanent.String() + ", " + request.RejectedCredentials.String(); got != "permanent, rejected credentials" {
		t.Error(got)
	}
}
