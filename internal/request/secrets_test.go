package request_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// encodings are the ways in which servers and libraries write a string that was sent
// to them.
var encodings = map[string]func(string) string{
	"plain":          func(s string) string { return s },
	"query":          url.QueryEscape,
	"path":           url.PathEscape,
	"RFC 3986":       rfc3986,
	"lower-case hex": func(s string) string { return lowerHex(rfc3986(s)) },
	"query twice":    func(s string) string { return rfc3986(rfc3986(s)) },
	"JSON":           marshal,
	"JSON, slash":    func(s string) string { return strings.ReplaceAll(marshal(s), "/", `\/`) },
	"JSON in JSON":   func(s string) string { return marshal(marshal(s)) },
	"Gson":           func(s string) string { return strings.NewReplacer("=", `\u003d`, "'", `\u0027`).Replace(marshal(s)) },
	"HTML":           html.EscapeString,
	"HTML, numeric":  func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "+", "&#43;") },
	"HTML of query":  func(s string) string { return html.EscapeString(url.QueryEscape(s)) },
	"every character": func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
		return b.String()
	},
}

// base64s are looked for in secrets that are long enough to be told from other text.
var base64s = map[string]func(string) string{
	"base64":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 URL": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"basic":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte("user:" + s + "!")) },
	"basic 2":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte("me:" + s + "!")) },
}

func rfc3986(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// lowerHex writes %2F as %2f.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// marshal gives the inside of a JSON string.
func marshal(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b[1 : len(b)-1])
}

// secrets draws what keys and tokens look like, and worse: every character that some
// encoding escapes, letters beyond ASCII. No asterisk, which is what Mask writes.
func secrets(least int) *rapid.Generator[string] {
	character := rapid.OneOf(
		rapid.RuneFrom([]rune("abcXYZ019")),
		rapid.RuneFrom([]rune(`+/=-_.~%&<>"'\ :@?#,;é名😀`)),
	)
	return rapid.StringOfN(character, least, 40, -1).Filter(func(s string) bool {
		return strings.TrimSpace(s) == s && len(s) >= least
	})
}

// No secret survives in any encoding, wherever it stands and whatever overlaps it, and
// what stands around it is left alone.
func TestMaskHidesEveryEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.SliceOfN(secrets(4), 1, 4).Draw(t, "secrets")
		var s request.Secrets
		s.Add(known...)

		secret := rapid.SampledFrom(known).Draw(t, "secret")
		name := rapid.SampledFrom(keys(encodings)).Draw(t, "encoding")
		written := encodings[name](secret)
		got := s.Mask("[" + written + "]")
		if got != "[***]" {
			t.Fatalf("%s: %q, written %q, becomes %q", name, secret, written, got)
		}
		for _, other := range known {
			if strings.Contains(got, other) {
				t.Fatalf("%q still has %q", got, other)
			}
		}
	})
}

func TestMaskHidesBase64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := secrets(12).Draw(t, "secret")
		var s request.Secrets
		s.Add(secret)
		name := rapid.SampledFrom(keys(base64s)).Draw(t, "encoding")
		written := base64s[name](secret)
		got := s.Mask("[" + written + "]")
		// The characters at either end share their bits with what stands around the secret.
		if !strings.Contains(got, "***") || len(got) > len("[Basic***!==]")+6 {
			t.Fatalf("%s: %q, written %q, becomes %q", name, secret, written, got)
		}
	})
}

// Secrets that overlap leave no piece of either.
func TestMaskOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`[a-z0-9]{12,30}`).Draw(t, "whole")
		middle := rapid.IntRange(4, len(whole)-4).Draw(t, "middle")
		shared := rapid.IntRange(0, min(middle, len(whole)-middle)-1).Draw(t, "shared")
		var s request.Secrets
		s.Add(whole[:middle+shared], whole[middle-shared:], whole[middle-2:middle+2])
		if got := strings.ReplaceAll(s.Mask("<"+whole+">"), "***", ""); got != "<>" {
			t.Fatalf("%q is left of %q", got, whole)
		}
	})
}

// A text without secrets stays as it is, whatever escapes it has.
func TestMaskLeavesOtherTextAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s request.Secrets
		s.Add(rapid.SliceOf(rapid.StringMatching(`[A-Z]{4,20}`)).Draw(t, "secrets")...)
		text := rapid.StringMatching(`([a-z0-9 +/=&;:\\"%]|%2[a-f]|\\u00e9|&#43;|&amp;)*`).Draw(t, "text")
		if got := s.Mask(text); got != text {
			t.Fatalf("%q becomes %q", text, got)
		}
	})
}

func TestMaskShortSecrets(t *testing.T) {
	var s request.Secrets
	s.Add("a", "k9", "", "  ", " padded-secret\n")
	for text, want := range map[string]string{
		"bad key k9":                   "bad key ***",
		`{"key":"k9","n":1}`:           `{"key":"***","n":1}`,
		"AccessKeyId=a&Page=1":         "AccessKeyId=***&Page=1",
		"a page of k99 and bananas":    "*** page of k99 and bananas",
		"nothing":                      "nothing",
		"":                             "",
		"it is padded-secret, you see": "it is ***, you see",
	} {
		if got := s.Mask(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestNilSecrets(t *testing.T) {
	var s *request.Secrets
	s.Add("something")
	if got := s.Mask("something"); got != "something" {
		t.Errorf("nil masks: %q", got)
	}
}

// Secrets are added while others are masked; the race detector looks on.
func TestSecretsConcurrently(t *testing.T) {
	var s request.Secrets
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				secret := fmt.Sprintf("secret-%d-%d.", i, j)
				s.Add(secret)
				if got := s.Mask("<" + secret + ">"); got != "<***>" {
					t.Error(got)
				}
			}
		})
	}
	wg.Wait()
}

// keys are sorted, so that rapid can replay a choice.
func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
