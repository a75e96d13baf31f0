package request_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

func TestErrorText(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  request.Error
		want string
	}{
		{"everything", request.Error{
			Cloud: "Alibaba Cloud", Operation: "DescribeBackupPlanList", Subject: "the backup plans in cn-hangzhou",
			Status: 403, Code: "NoPermission", Message: "You are not allowed.", RequestID: "5C1E-7",
			Advice: "Grant dbs:DescribeBackupPlanList.", Tries: 3,
		}, `Unable to read the backup plans in cn-hangzhou from Alibaba Cloud (DescribeBackupPlanList): NoPermission: You are not allowed.
HTTP status 403 Forbidden, request id 5C1E-7, after 3 tries
Grant dbs:DescribeBackupPlanList.`},
		{"one try is not counted", request.Error{Subject: "x", Message: "no", Tries: 1}, "Unable to read x: no"},
		{"a code alone", request.Error{Subject: "x", Code: "Oops", Status: 599}, "Unable to read x: Oops\nHTTP status 599"},
		{"a cause alone", request.Error{Subject: "x", Err: errors.New("broken")}, "Unable to read x: broken"},
		{"nothing", request.Error{}, "Unable to read the answer: the request failed"},
		{"a long message", request.Error{Subject: "x", Message: strings.Repeat("é", 5000)},
			"Unable to read x: " + strings.Repeat("é", 1000) + " ..."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorUnwraps(t *testing.T) {
	err := error(&request.Error{Err: context.Canceled})
	if !errors.Is(err, context.Canceled) {
		t.Error("the cause is not found")
	}
}

func TestNotJSON(t *testing.T) {
	for _, tt := range []struct {
		name, body, want string
	}{
		{"a page with a title", "<!DOCTYPE html><html><head><TITLE >502 Bad\n Gateway</TITLE></head><body>x</body>", "the answer is an HTML page, not JSON: 502 Bad Gateway"},
		{"a page without", "<html><style>b{}</style><script>alert(1)</script><!-- no --><body><p>Please&nbsp;log&#32;in</p>", "the answer is an HTML page, not JSON: Please log in"},
		{"an empty page", "<html></html>", "the answer is an HTML page, not JSON"},
		{"text", "upstream connect error\r\n\x1b[31mreset", "the answer is not JSON: upstream connect error [31mreset"},
		{"XML", "<?xml version='1.0'?><Error/>", "the answer is not JSON: <?xml version='1.0'?><Error/>"},
		{"nothing", " \r\n", "the answer is empty"},
		{"bytes", "\xff\xfe\x00\x01", "the answer is not JSON, but 4 bytes that are no text either"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := request.NotJSON(request.Answer{Status: 502, Body: []byte(tt.body)})
			if e.Message != tt.want {
				t.Errorf("got %q, want %q", e.Message, tt.want)
			}
			if !strings.Contains(e.Advice, "endpoint") || !strings.Contains(e.Advice, "HTTPS_PROXY") {
				t.Errorf("the advice is %q", e.Advice)
			}
		})
	}
}

// However much a server sends, an error shows little of it.
func TestNotJSONIsShort(t *testing.T) {
	e := request.NotJSON(request.Answer{Body: []byte(strings.Repeat("<p>much</p> text ", 1<<20))})
	if n := len(e.Error()); n > 600 {
		t.Errorf("%d bytes are shown", n)
	}
}

// What a server sends shows as one line of printable, valid text, and without the
// secrets of the client or of the request, whatever a message is made of.
func TestServerTextIsCleanAndMasked(t *testing.T) {
	const (
		key   = "SECRETKEY/with+signs="
		token = "TOKEN of this request"
	)
	rapid.Check(t, func(rt *rapid.T) {
		message := rapid.StringN(0, 200, -1).Draw(rt, "message") +
			string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, "bytes")) + key +
			rapid.SampledFrom([]string{"", "\x00", "\u202e", "\n"}).Draw(rt, "between") + token
		status := rapid.SampledFrom([]int{200, 403}).Draw(rt, "status")

		// rapid fails by a panic, which must not happen inside the bubble.
		var problem string
		var masks request.Secrets
		masks.Add(key)
		bubble(t, request.Options{Secrets: &masks},
			func(_ int, w http.ResponseWriter, _ *http.Request) { reply(w, status, `{}`) },
			func(t *testing.T, _ *server, c *request.Client) {
				call := call("http://api.test/", nil)
				build := call.Build
				call.Build = func(ctx context.Context) (*http.Request, error) {
					req, err := build(ctx)
					if err == nil {
						req.Header.Set("X-Auth-Token", token)
					}
					return req, err
				}
				call.Read = func(request.Answer) error {
					return &request.Error{Code: message, Message: message, RequestID: message, Err: errors.New(message)}
				}
				e := failed(t, c.Do(t.Context(), call))
				for _, shown := range []string{e.Code, e.Message, e.RequestID, e.Err.Error()} {
					if strings.Contains(shown, key) || strings.Contains(shown, token) {
						problem = fmt.Sprintf("a secret shows in %q", shown)
					}
					if !utf8.ValidString(shown) {
						problem = fmt.Sprintf("%q is not valid", shown)
					}
					for _, r := range shown {
						if !unicode.IsGraphic(r) {
							problem = fmt.Sprintf("%q has %U", shown, r)
						}
					}
				}
			})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}
