package request

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxMessage is how many characters of a vendor's message an error shows.
	maxMessage = 1000
	// maxText is how many bytes of it are looked at.
	maxText = 256 << 10
)

// clean makes one line of printable text out of what a server sent: a control
// character could rewrite a terminal, and Terraform's wire takes valid UTF-8 only.
// What can't be shown becomes a space and is not left out, so that the halves of a
// secret never come together.
func clean(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := false
	for _, r := range text {
		if r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// cut gives the first limit characters of a text.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	n := 0
	for i := range text {
		if n == limit {
			return text[:i] + " ..."
		}
		n++
	}
	return text
}
