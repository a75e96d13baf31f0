// Package redact makes strings from outside fit to be shown: secrets are masked, then control
// characters are removed, then the string is cut.
package redact

import (
	"encoding/base64"
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
	// shortest is the length of a secret, in bytes. The clouds have no shorter ones, and a key "a"
	// would make every string unreadable.
	shortest = 4
	// maxRead is how many bytes of a string Show reads.
	maxRead = 256 << 10
	// maxItem is how many characters List shows of an item.
	maxItem = 60
)

// unregistered are secrets that can be recognized: a user and a password in a URL, and the
// signatures of both clouds, which are HMAC-SHA256 in hexadecimal.
var unregistered = regexp.MustCompile(`(://)[^/?#\s"'<>]*(@)|(?:[0-9a-fA-F][\s[:cntrl:]]*){63}[0-9a-fA-F]+`)

// Secrets are strings that must not be shown: keys, tokens, passwords. They are safe for
// concurrent use.
type Secrets struct {
	mu    sync.RWMutex
	forms []string // folded spellings
}

// Add registers secrets. Blanks around a secret are ignored.
func (s *Secrets) Add(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		for _, spelling := range spellings(strings.TrimSpace(secret)) {
			if form, _ := fold(spelling); len(form) >= shortest && !slices.Contains(s.forms, form) {
				s.forms = append(s.forms, form)
			}
		}
	}
}

// spellings are the ways in which servers and libraries write a secret that was sent to them.
func spellings(secret string) []string {
	query := url.QueryEscape(secret)
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)
	return []string{
		secret, url.PathEscape(secret), query,
		url.QueryEscape(query), // a string to sign holds values that are encoded twice
		quoted, strings.ReplaceAll(quoted, "/", `\/`), html.EscapeString(secret),
		strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`).Replace(quoted),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}

// Mask replaces every secret in text by "***": the secret itself, and its spellings in a URL, in
// JSON, in HTML and in base64. Upper and lower case, and blanks and control characters within a secret, make no
// difference, because servers wrap and normalize what they repeat. Users and passwords in URLs,
// and signatures, are masked too.
func (s *Secrets) Mask(text string) string {
	folded, offsets := fold(text)
	hidden := make([]bool, len(text))
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, form := range s.forms {
		for from := 0; ; {
			i := strings.Index(folded[from:], form)
			if i < 0 {
				break
			}
			start := from + i
			from = start + len(form)
			for at := offsets[start]; at <= offsets[from-1]; at++ {
				hidden[at] = true
			}
		}
	}
	var b strings.Builder
	for i := range len(text) {
		if !hidden[i] {
			b.WriteByte(text[i])
		} else if i == 0 || !hidden[i-1] {
			b.WriteString(mask)
		}
	}
	return unregistered.ReplaceAllString(b.String(), "${1}"+mask+"${2}")
}

// fold prepares a string for a search that ignores case, blanks and control characters. The
// offsets are where the remaining bytes are in text.
func fold(text string) (folded string, offsets []int) {
	kept := make([]byte, 0, len(text))
	offsets = make([]int, 0, len(text))
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
			offsets = append(offsets, j)
		}
	}
	return string(kept), offsets
}

// unprintable reports whether a character is blank or can't be shown.
func unprintable(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsGraphic(r)
}

// Show returns the first limit characters of text as one printable line without secrets: control
// characters could rewrite the terminal, and Terraform's protocol requires valid UTF-8. It masks
// first: cleaning and cutting could leave a part of a secret that Mask doesn't find.
func (s *Secrets) Show(text string, limit int) string {
	masked := s.Mask(text[:min(len(text), maxRead)])
	if len(text) > maxRead {
		// The end may be the beginning of a secret that continues.
		masked = masked[:max(0, len(masked)-maxRead/4)]
	}
	return cut(strings.Join(strings.FieldsFunc(masked, unprintable), " "), limit)
}

// cut returns the first limit characters of text, and "..." if there are more.
func cut(text string, limit int) string {
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
		shown[i] = strconv.Quote(cut(items[i], maxItem))
	}
	list := strings.Join(shown, ", ")
	if others := len(items) - len(shown); others > 0 {
		list += fmt.Sprintf(" and %d more", others)
	}
	return list
}
