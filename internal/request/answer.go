package request

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// maxBody bounds the body of an answer, decompressed, and of a request. A page of
	// 100 items takes some hundred kilobytes.
	maxBody = 32 << 20
	// keptBuffer is the largest buffer that goes back to the pool.
	keptBuffer = 4 << 20
	// maxGrow bounds what is set aside on a server's word, its Content-Length.
	maxGrow = 1 << 20
	// maxExcerpt bounds what is looked at of a body that is no JSON.
	maxExcerpt = 16 << 10
	// shownExcerpt is how many characters an error shows of it.
	shownExcerpt = 240
)

// errTooLarge is an answer beyond maxBody.
var errTooLarge = errors.New("the answer is larger than 32 MiB")

// buffers holds the bodies of answers between their arrival and the end of Read.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func keep(b *bytes.Buffer) {
	if b.Cap() <= keptBuffer {
		b.Reset()
		buffers.Put(b)
	}
}

// fill reads a body to its end, so that the connection can be used again.
func fill(b *bytes.Buffer, resp *http.Response) error {
	if resp.ContentLength > maxBody {
		return errTooLarge
	}
	if resp.ContentLength > 0 {
		// ReadFrom wants MinRead bytes of room to see the end.
		b.Grow(int(min(resp.ContentLength, maxGrow)) + bytes.MinRead)
	}
	n, err := b.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	if n > maxBody {
		return errTooLarge
	}
	return err
}

// requestID gives the id that both clouds send in a header too.
func (a Answer) requestID() string {
	if id := a.Header.Get("X-Acs-Request-Id"); id != "" {
		return id
	}
	return a.Header.Get("X-Request-Id")
}

// likeJSON tells whether the body begins as an object or a list does.
func (a Answer) likeJSON() bool {
	body := bytes.TrimLeft(a.Body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

const adviceNotJSON = "Something other than the API seems to have answered: check the endpoint, and HTTPS_PROXY and NO_PROXY in the environment."

var (
	htmlTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlHidden = regexp.MustCompile(`(?is)<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>`)
	htmlTag    = regexp.MustCompile(`(?s)<[^>]*>`)
	htmlPage   = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|title)\b`)
)

// NotJSON is the failure of an answer that is no JSON: the page of a proxy, a text,
// nothing at all. It shows the title or the beginning of what came. As the client
// knows the status, it retries the error of a gateway and not the refusal of one.
func NotJSON(a Answer) *Error {
	e := &Error{Advice: adviceNotJSON, Fault: garbled, limit: shownExcerpt}
	body := a.Body[:min(len(a.Body), maxExcerpt)]
	switch text := string(body); {
	case len(bytes.TrimSpace(body)) == 0:
		e.Message = "the answer is empty"
	case htmlPage.MatchString(text):
		e.Message = "the answer is an HTML page, not JSON"
		if said := pageText(text); said != "" {
			e.Message += ": " + said
		}
	case !utf8.Valid(body) && len(body) < maxExcerpt:
		e.Message = fmt.Sprintf("the answer is not JSON, but %d bytes that are no text either", len(a.Body))
	default:
		e.Message = "the answer is not JSON: " + clean(text)
	}
	return e
}

// pageText is what a person would read of a page first: its title, or its text.
func pageText(page string) string {
	if title := htmlTitle.FindStringSubmatch(page); title != nil {
		if said := clean(html.UnescapeString(title[1])); said != "" {
			return said
		}
	}
	page = htmlHidden.ReplaceAllString(page, " ")
	page = htmlTag.ReplaceAllString(page, " ")
	return strings.TrimSpace(clean(html.UnescapeString(page)))
}
