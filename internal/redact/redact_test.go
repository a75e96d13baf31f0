package redact_test

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
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
)

// spellings are the ways in which servers and libraries write a string that was sent to them.
var spellings = map[string]func(string) string{
	"plain":          func(s string) string { return s },
	"query":          url.QueryEscape,
	"path":           url.PathEscape,
	"lower-case hex": func(s string) string { return lowerHex(url.QueryEscape(s)) },
	"query twice":    func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"JSON":           marshal,
	"JSON, slash":    func(s string) string { return strings.ReplaceAll(marshal(s), "/", `\/`) },
	"JSON of Go":     func(s string) string { written, _ := json.Marshal(s); return string(written[1 : len(written)-1]) },
	"HTML":           html.EscapeString,
	"base64":         func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64 for URL": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"lower case":     lowerASCII,
	"wrapped":        func(s string) string { return strings.Join(strings.Split(s, ""), "\n ") },
	"controls":       func(s string) string { return s[:1] + "\x00\u200b\x1b" + s[1:] },
}

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

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// marshal returns the inside of a JSON string.
func marshal(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String()[1:], "\"\n")
}

// drawSecret draws what keys and tokens look like, and worse: every character that some
// encoding escapes, and letters beyond ASCII. No asterisk, which is what Mask writes.
func drawSecret(least int) *rapid.Generator[string] {
	character := rapid.OneOf(
		rapid.RuneFrom([]rune("abcXYZ019")),
		rapid.RuneFrom([]rune(`+/=-_.~%&<>"'\:@?#,;é名😀`)),
	)
	return rapid.StringOfN(character, least, 40, -1)
}

// No secret survives in any spelling, and what is around it is not changed.
func TestMaskFindsEverySpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.SliceOfN(drawSecret(4), 1, 4).Draw(t, "secrets")
		var s redact.Secrets
		s.Add(known...)
		secret := rapid.SampledFrom(known).Draw(t, "secret")
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(spellings))).Draw(t, "spelling")
		written := spellings[name](secret)
		if name == "controls" && !utf8.RuneStart(secret[1]) {
			written = secret // the first character has several bytes
		}
		if got := s.Mask("{" + written + "}"); got != "{***}" {
			t.Fatalf("%s: %q, written %q, becomes %q", name, secret, written, got)
		}
	})
}

// Secrets that overlap leave no part of either.
func TestMaskOverlaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringMatching(`[a-z0-9]{12,30}`).Draw(t, "whole")
		middle := rapid.IntRange(4, len(whole)-4).Draw(t, "middle")
		shared := rapid.IntRange(0, min(middle, len(whole)-middle)-1).Draw(t, "shared")
		var s redact.Secrets
		s.Add(whole[:middle+shared], whole[middle-shared:], whole[middle-2:middle+2])
		if got := s.Mask("<" + whole + ">"); got != "<***>" {
			t.Fatalf("%q becomes %q", whole, got)
		}
	})
}

// A string without secrets stays as it is.
func TestMaskLeavesOtherTextAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s redact.Secrets
		s.Add(rapid.SliceOf(rapid.StringMatching(`[A-Z]{20,30}`)).Draw(t, "secrets")...)
		text := rapid.StringMatching(`([a-z]{0,9}[0-9 +/=&;:\\"%]|%2[a-f]|\\u00e9|&#43;|&amp;)*`).Draw(t, "text")
		if got := s.Mask(text); got != text {
			t.Fatalf("%q becomes %q", text, got)
		}
	})
}

func TestMask(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	s.Add("a", "k9", "", "  ", " padded-secret\n", "padded-secret")
	signature := strings.Repeat("0123456789abcDEF", 4)
	for text, want := range map[string]string{
		"a page of k9 and bananas":         "a page of k9 and bananas", // too short for a secret
		"nothing":                          "nothing",
		"":                                 "",
		"it is padded-secret, isn't it":    "it is ***, isn't it",
		"padded-secretPADDED-\tSECRET":     "***",
		"http://user:pw@host:1/p?x=b@c":    "http://***@host:1/p?x=b@c",
		"proxy //u:p@h and https://x@y/@z": "proxy //u:p@h and https://***@y/@z",
		"SignedHeaders=host, Signature=" + signature:                     "SignedHeaders=host, Signature=***",
		"Signature%3D" + signature:                                       "Signature%***",
		"Signature=" + signature[:30] + "\n\x00 " + signature[30:] + "|": "Signature=***|",
		"request " + signature[:32]:                                      "request " + signature[:32],
	} {
		if got := s.Mask(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// Secrets are added while others are masked; the race detector watches.
func TestSecretsConcurrently(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 10 {
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

// Whatever a server sends is shown as one printable line of bounded length, without secrets:
// neither cleaning nor cutting leaves a part of one.
func TestShow(t *testing.T) {
	t.Parallel()
	const key = "SECRETKEY/with+signs="
	var s redact.Secrets
	s.Add(key)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 200, -1).Draw(t, "before") +
			string(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "bytes")) + key +
			rapid.StringN(0, 50, -1).Draw(t, "after")
		limit := rapid.IntRange(1, 300).Draw(t, "limit")
		got := s.Show(text, limit)
		if strings.Contains(got, key[:4]) || !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit+len(" ...") {
			t.Fatalf("%q becomes %q", text, got)
		}
		for _, r := range got {
			if !unicode.IsGraphic(r) {
				t.Fatalf("%q has %U", got, r)
			}
		}
	})
}

// A secret at a place where a long string is cut is masked before it is cut.
func TestShowMasksWhatItCuts(t *testing.T) {
	t.Parallel()
	const key = "SECRETKEYofManyCharacters"
	var s redact.Secrets
	s.Add(key)
	for _, size := range []int{240, 16 << 10, 256 << 10} {
		for _, back := range []int{len(key) / 2, len(key) - 1} {
			// Blanks vanish, so that the place of the cut comes to the front.
			for _, fill := range []string{" ", "x"} {
				got := s.Show(strings.Repeat(fill, size-back)+key, size)
				if strings.Contains(got, key[:3]) || strings.Contains(got, key[len(key)-3:]) {
					t.Fatalf("%q, %d before %d: %q", fill, back, size, got[max(0, len(got)-60):])
				}
			}
		}
	}
}

func TestShowCleansAndCuts(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	if got := s.Show("\x1b[2Ja\r\nb\u202ec \xff\xfed ", 100); got != "[2Ja b c d" {
		t.Error(got)
	}
	for limit, want := range []string{" ...", "é ...", "éé ...", "ééé", "ééé"} {
		if got := s.Show("ééé", limit); got != want {
			t.Errorf("cut at %d: %q, want %q", limit, got, want)
		}
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	if got := redact.List([]string{"a", "b\x1b]0;x\a"}, 20); got != `"a", "b\x1b]0;x\a"` {
		t.Error(got)
	}
	if got := redact.List(nil, 20); got != "" {
		t.Error(got)
	}
	many := slices.Repeat([]string{strings.Repeat("x", 1000)}, 100_000)
	if got := redact.List(many, 20); len(got) > 2000 || !strings.HasSuffix(got, `x ..." and 99980 more`) {
		t.Error(got)
	}
}

// A long string is masked in linear time: the secret is repeated, and would be a bad case for
// a search that starts again at each character.
func TestMaskIsLinear(t *testing.T) {
	t.Parallel()
	var s redact.Secrets
	s.Add(strings.Repeat("z", 2000)+"y", strings.Repeat("%", 2000))
	text := strings.Repeat("z", 1<<18) + strings.Repeat("%25", 1<<16)
	if got := s.Mask(text); len(got) < 1<<18 {
		t.Errorf("%d bytes", len(got))
	}
}

// BenchmarkMask is the cost for an error or a log record, with the secrets of a request.
func BenchmarkMask(b *testing.B) {
	var s redact.Secrets
	s.Add("LTAI5tAccessKeyOfTest", "SecretKey/Of+Test==", strings.Repeat("token+", 100), "6f8a1c9e5b7d3f20aa11bb22cc33dd44")
	text := strings.Repeat("the message of a vendor, ", 40)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if s.Mask(text) != text {
			b.Fatal("masked")
		}
	}
}
