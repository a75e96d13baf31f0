package request

import (
	"encoding/base64"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// mark stands where a secret was.
const mark = "***"

// Secrets are the strings that must show nowhere: keys, tokens, signatures.
// It is safe for concurrent use; nil masks nothing.
type Secrets struct {
	mu    sync.RWMutex
	known map[string]bool
	forms []form
}

// A form is one spelling of a secret that is looked for.
type form struct {
	text string
	word bool // only where it stands by itself
}

const (
	// shortSecret is the length below which a secret is masked only where it stands by
	// itself: a key "a" would make every text unreadable otherwise.
	shortSecret = 4
	// shortBase64 is the length below which a piece of base64 is too likely to be found
	// in any text.
	shortBase64 = 8
)

// Add registers more of them. Credentials that are renewed add their new ones.
func (s *Secrets) Add(secrets ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		if secret == "" || s.known[secret] {
			continue
		}
		if s.known == nil {
			s.known = map[string]bool{}
		}
		s.known[secret] = true
		s.forms = append(s.forms, formsOf(secret)...)
	}
}

// Mask gives text with every secret in it replaced by "***", also where it is
// written in another form: percent-encoded, escaped as JSON or HTML, or in base64. A
// secret of less than four bytes is replaced where it stands by itself.
func (s *Secrets) Mask(text string) string {
	if s == nil || text == "" {
		return text
	}
	s.mu.RLock()
	forms := s.forms // only ever appended to
	s.mu.RUnlock()

	// All places first, then one replacement: where secrets overlap, no piece of
	// either remains.
	var places []place
	for _, f := range forms {
		places = f.find(text, places)
	}
	if len(places) == 0 {
		return text
	}
	slices.SortFunc(places, func(a, b place) int { return a.from - b.from })
	var b strings.Builder
	end := 0
	for i, p := range places {
		if i == 0 || p.from >= end {
			b.WriteString(text[end:p.from])
			b.WriteString(mark)
		}
		end = max(end, p.to)
	}
	b.WriteString(text[end:])
	return b.String()
}

// with gives these and more, for one request.
func (s *Secrets) with(more ...string) *Secrets {
	all := &Secrets{}
	if s != nil {
		s.mu.RLock()
		all.forms = slices.Clone(s.forms)
		s.mu.RUnlock()
	}
	all.Add(more...)
	return all
}

// formsOf lists the secret itself and how it looks within base64, whatever stands
// before it there. Escapes of single characters are seen to when the text is read.
func formsOf(secret string) []form {
	forms := []form{{text: secret, word: len(secret) < shortSecret}}
	for before := range 3 {
		padded := append(make([]byte, before), secret...)
		first := (before*8 + 5) / 6 // the characters that the bytes before share in
		last := len(padded) * 8 / 6 // and those that the bytes after don't
		for _, encoding := range [...]*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if piece := encoding.EncodeToString(padded)[first:last]; len(piece) >= shortBase64 {
				forms = append(forms, form{text: piece})
			}
		}
	}
	return forms
}

// A place is where a secret was found.
type place struct{ from, to int }

func (f form) find(text string, places []place) []place {
	for i := range len(text) {
		switch text[i] {
		case f.text[0], '%', '\\', '&', '+':
		default:
			continue
		}
		n, ok := spelled(text[i:], f.text)
		if !ok || f.word && !apart(text, i, i+n) {
			continue
		}
		places = append(places, place{i, i + n})
	}
	return places
}

// apart tells whether no letter or digit touches text[from:to].
func apart(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	part := func(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return !part(before) && !part(after)
}

// spelled tells whether text begins with the secret, and how many bytes of text that
// takes. Each character may be written plainly or escaped, because encoders differ in
// what they escape: %2B and %2b, %252B, \u002b, \/, &#43;, and + for a space. Where
// there are several readings, the longest counts: a "%" may be all of "%25".
func spelled(text, secret string) (longest int, ok bool) {
	if secret == "" {
		return 0, true
	}
	if text == "" {
		return 0, false
	}
	consider := func(width, size int) {
		if rest, fits := spelled(text[width:], secret[size:]); fits {
			longest, ok = max(longest, width+rest), true
		}
	}
	if text[0] == secret[0] {
		// The plain spelling goes on without recursion, as it is the usual one.
		n := 1
		for n < len(text) && n < len(secret) && text[n] == secret[n] && !opensEscape(text[n]) {
			n++
		}
		consider(n, n)
	}
	r, size := utf8.DecodeRuneInString(secret)
	switch text[0] {
	case '+':
		if r == ' ' {
			consider(1, 1)
		}
	case '%':
		for _, width := range percent(text, secret[0]) {
			consider(width, 1)
		}
	case '\\':
		for _, width := range backslash(text, r) {
			consider(width, size)
		}
	case '&':
		for _, width := range entity(text, r) {
			consider(width, size)
		}
	}
	return longest, ok
}

func opensEscape(b byte) bool { return b == '%' || b == '\\' || b == '&' || b == '+' }

// deepest is how many encodings within one another are seen through: a string to
// sign, for instance, holds values that are percent-encoded twice.
const deepest = 3

// percent gives the widths that a percent-encoded byte may have here.
func percent(text string, b byte) (widths []int) {
	for from := 1; from <= 2*deepest && from+2 <= len(text); from += 2 {
		if n, err := strconv.ParseUint(text[from:from+2], 16, 8); err == nil && byte(n) == b {
			widths = append(widths, from+2)
		}
		if text[from:from+2] != "25" {
			break
		}
	}
	return widths
}

// backslash gives the widths that a character may have that is escaped as JSON does
// it. Several backslashes are JSON within JSON.
func backslash(text string, r rune) (widths []int) {
	count := len(text) - len(strings.TrimLeft(text, `\`))
	if r == '\\' {
		for width := 2; width <= 1<<deepest && width <= count; width *= 2 {
			widths = append(widths, width)
		}
	}
	at := count
	if at >= 1<<deepest || at == len(text) {
		return widths
	}
	if text[at] != 'u' {
		short := strings.IndexByte(`"/'bfnrt`, text[at])
		if short >= 0 && rune("\"/'\b\f\n\r\t"[short]) == r {
			widths = append(widths, at+1)
		}
		return widths
	}
	first, ok := hex4(text[at+1:])
	if !ok {
		return widths
	}
	if first == r {
		return append(widths, at+5)
	}
	if next := strings.TrimLeft(text[at+5:], `\`); utf16.IsSurrogate(first) && strings.HasPrefix(next, "u") {
		if second, ok := hex4(next[1:]); ok && utf16.DecodeRune(first, second) == r {
			widths = append(widths, len(text)-len(next)+5)
		}
	}
	return widths
}

func hex4(text string) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:4], 16, 16)
	return rune(n), err == nil
}

// entity gives the width of a character that is escaped as HTML does it.
func entity(text string, r rune) []int {
	const longest = len("&#x0010FFFF;")
	end := strings.IndexByte(text[:min(len(text), longest)], ';') + 1
	if end > 0 && html.UnescapeString(text[:end]) == string(r) {
		return []int{end}
	}
	return nil
}
