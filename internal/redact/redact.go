// Package redact makes strings from outside fit to be shown: secrets are masked, then control
// characters are removed, then the string is cut.
package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	mask = "***"
	// shortSecret is the length below which a secret is masked only as a whole word: a key "a" would
	// make every string unreadable otherwise.
	shortSecret = 4
	// maxRead is how many bytes of a string Show reads.
	maxRead = 256 << 10
	// maxItem is how many characters List shows of an item.
	maxItem = 60
)

// userinfo is a user and a password in a URL.
var userinfo = regexp.MustCompile(`://[^/?#\s"'<>]*@`)

// Secrets are strings that must not be shown: keys, tokens, passwords, signatures. They are safe
// for concurrent use. A nil *Secrets masks nothing but passwords in URLs.
type Secrets struct {
	mu    sync.RWMutex
	forms []form // only ever appended to
}

// A form is one spelling of a secret: folded, or of a short secret as it is.
type form struct {
	text  string
	short bool
}

// Add registers secrets. Blanks around a secret are ignored.
func (s *Secrets) Add(secrets ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		forms := []form{{secret, true}}
		if len(secret) >= shortSecret {
			forms = forms[:0]
			for _, spelling := range spellings(secret) {
				folded, _ := fold(spelling)
				forms = append(forms, form{folded, false})
			}
		}
		for _, f := range forms {
			if f.text != "" && !slices.Contains(s.forms, f) {
				s.forms = append(s.forms, f)
			}
		}
	}
}

// all returns the forms. Their number must not be changed.
func (s *Secrets) all() []form {
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.forms
}

// With returns a copy that masks more secrets, for one request.
func (s *Secrets) With(more ...string) *Secrets {
	copied := &Secrets{forms: slices.Clone(s.all())}
	copied.Add(more...)
	return copied
}

// spellings are the ways in which servers and libraries write a secret that was sent to them.
func spellings(secret string) []string {
	query := url.QueryEscape(secret)
	unreserved := strings.ReplaceAll(query, "+", "%20")
	quoted, _ := json.Marshal(secret) // a string can always be marshaled
	escaped := string(quoted[1 : len(quoted)-1])
	plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(escaped)
	return []string{
		secret, query, unreserved, url.PathEscape(secret),
		url.QueryEscape(unreserved), // a string to sign holds values that are encoded twice
		escaped, plain, strings.ReplaceAll(plain, "/", `\/`), html.EscapeString(secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}

// Mask replaces every secret in text by "***": the secret itself, its spellings in a URL, in JSON
// and in HTML, and its base64. Upper and lower case, and blanks and control characters within
// a secret, make no difference, because servers wrap and normalize what they repeat. Secrets
// of less than four bytes are masked as whole words only. Users and passwords in URLs are
// masked too, registered or not.
func (s *Secrets) Mask(text string) string { return s.maskPrefix(text, len(text)) }

// maskPrefix masks text and returns what its first n bytes become.
func (s *Secrets) maskPrefix(text string, n int) string {
	folded, offsets := fold(text)
	hidden := make([]bool, len(text))
	for _, f := range s.all() {
		in := folded
		if f.short {
			in = text
		}
		for from := 0; ; {
			i := strings.Index(in[from:], f.text)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(f.text)
			from = end
			if !f.short {
				start, end = int(offsets[start]), int(offsets[end-1])+1
			} else if !isWord(text, start, end) {
				continue
			}
			for ; start < end; start++ {
				hidden[start] = true
			}
		}
	}
	var b strings.Builder
	for i := range n {
		if !hidden[i] {
			b.WriteByte(text[i])
		} else if i == 0 || !hidden[i-1] {
			b.WriteString(mask)
		}
	}
	return userinfo.ReplaceAllString(b.String(), "://"+mask+"@")
}

// isWord reports whether no letter or digit is next to text[start:end].
func isWord(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !unicode.In(before, unicode.L, unicode.N) && !unicode.In(after, unicode.L, unicode.N)
}

// fold prepares a string for a search that ignores case, blanks and control characters. The
// offsets are where the remaining bytes are in text.
func fold(text string) (folded string, offsets []int32) {
	kept := make([]byte, 0, len(text))
	offsets = make([]int32, 0, len(text))
	for i, r := range text {
		if unprintable(r) {
			continue
		}
		for j := i; j < i+utf8.RuneLen(r); j++ {
			b := text[j]
			if 'A' <= b && b <= 'Z' {
				b += 'a' - 'A'
			}
			kept = append(kept, b)
			offsets = append(offsets, int32(j)) //nolint:gosec // bodies have at most 32 MiB
		}
	}
	return string(kept), offsets
}

// unprintable reports whether a character is blank or can't be shown.
func unprintable(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsGraphic(r)
}

// Show returns the first limit characters of text as one printable line without secrets. It
// masks first: cleaning and cutting could leave a part of a secret that Mask doesn't find.
func (s *Secrets) Show(text string, limit int) string { return Cut(Clean(s.read(text)), limit) }

// ShowHTML is Show for an HTML page, whose tags are removed. It masks again after entities were
// decoded, which may spell out a secret.
func (s *Secrets) ShowHTML(page string, limit int) string {
	var b strings.Builder
	for page, found := s.read(page), true; found; {
		var text, tag string
		text, tag, found = strings.Cut(page, "<")
		b.WriteString(text + " ")
		_, page, _ = strings.Cut(tag, ">")
	}
	return s.Show(html.UnescapeString(b.String()), limit)
}

// read masks text. It leaves out what is beyond maxRead, and what may be the beginning of a
// secret that continues there.
func (s *Secrets) read(text string) string {
	if len(text) <= maxRead {
		return s.Mask(text)
	}
	longest := 0
	for _, f := range s.all() {
		longest = max(longest, len(f.text))
	}
	return s.maskPrefix(text[:maxRead], max(0, maxRead-longest))
}

// Clean makes one line of printable text: control characters could rewrite the terminal, and
// Terraform's protocol requires valid UTF-8. Runs of blanks and of characters that can't be
// shown become one space.
func Clean(text string) string {
	return strings.Join(strings.FieldsFunc(text, unprintable), " ")
}

// Cut returns the first limit characters of text, and "..." if there are more.
func Cut(text string, limit int) string {
	for i := range text {
		if limit == 0 {
			return text[:i] + " ..."
		}
		limit--
	}
	return text
}

// List returns items for an error: each quoted and cut, at most limit of them, and the number
// of the others.
func List(items []string, limit int) string {
	shown := make([]string, min(len(items), limit))
	for i := range shown {
		shown[i] = strconv.Quote(Cut(items[i], maxItem))
	}
	list := strings.Join(shown, ", ")
	if others := len(items) - len(shown); others > 0 {
		list += fmt.Sprintf(" and %d more", others)
	}
	return list
}
