package mockcloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// percentEncode encodes as RFC 3986 has it: all but letters, digits and -_.~
// in %XX with capital digits. All three signatures ask for it.
func percentEncode(text string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(text))
	for n := range len(text) {
		c := text[n]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~':
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	return b.String()
}

// canonicalQuery is name=value for every parameter, encoded, in the order of
// name and then value as they are before the encoding, which is how the
// vendors' clients sort. An empty value keeps its "=".
func canonicalQuery(values url.Values) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(slices.Values(values[name])) {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(percentEncode(name) + "=" + percentEncode(value))
		}
	}
	return b.String()
}

// canonicalPath encodes each segment of a path anew. ok is false for a path
// that has a broken escape.
func canonicalPath(escaped string) (path string, ok bool) {
	segments := strings.Split(escaped, "/")
	for n, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return "", false
		}
		segments[n] = percentEncode(plain)
	}
	return strings.Join(segments, "/"), true
}

// canonicalHeaders is name:value and a line end for each signed header, in
// the order given. The Host header stands in the request line's place in Go.
func canonicalHeaders(c *call, signed []string) string {
	var b strings.Builder
	for _, name := range signed {
		value := strings.Join(c.Header.Values(name), ",")
		if name == "host" {
			value = c.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return b.String()
}

// authorization takes apart "ALGORITHM Name=value, Name=value". Spaces after
// the commas are optional.
func authorization(header, algorithm string) (fields map[string]string, ok bool) {
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return nil, false
	}
	fields = make(map[string]string)
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return nil, false
		}
		fields[name] = value
	}
	return fields, true
}

func hashHex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hmacHex(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// equal compares signatures as text: the same signature in other letters is
// another one.
func equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }
