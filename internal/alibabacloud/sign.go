package alibabacloud

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
)

// apiVersion is the version of the DBS API.
const apiVersion = "2019-03-06"

// The signature's algorithm, and the hash of a body that is empty, as all are:
// the parameters travel in the query.
var (
	algorithm = dara.String("ACS3-HMAC-SHA256")
	emptyBody = dara.String("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	method    = dara.String(http.MethodPost)
)

// A call is what every try of an operation has in common.
type call struct {
	url    *url.URL // with the query
	path   *string  // as it is signed
	query  map[string]*string
	action string
}

// newCall prepares an operation's tries. Path and query travel in just the form
// that is signed, so that nothing on the way can tell them apart.
func newCall(target *url.URL, action string, parameters url.Values) *call {
	c := &call{action: action, query: make(map[string]*string, len(parameters))}
	names := make([]string, 0, len(parameters))
	for name := range parameters {
		names = append(names, name)
	}
	slices.Sort(names)
	var query strings.Builder
	for _, name := range names {
		text := parameters.Get(name)
		c.query[name] = &text
		if query.Len() > 0 {
			query.WriteByte('&')
		}
		query.WriteString(encode(name) + "=" + encode(text))
	}
	prefix := strings.Split(strings.TrimSuffix(target.Path, "/"), "/")
	for i, segment := range prefix {
		prefix[i] = encode(segment)
	}
	path := strings.Join(prefix, "/") + "/"
	u := *target
	u.Path, u.RawPath = strings.TrimSuffix(target.Path, "/")+"/", path
	u.RawQuery = query.String()
	c.url, c.path = &u, &path
	return c
}

// encode percent-encodes as RFC 3986 does, all but letters, digits and "-_.~".
func encode(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// sign makes the request of one try. The time and the nonce are its own.
func (c *call) sign(ctx context.Context, with credentials, now time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "", http.NoBody)
	if err != nil {
		return nil, err
	}
	req.URL, req.Host = c.url, c.url.Host
	date, nonce := now.UTC().Format("2006-01-02T15:04:05Z"), rand.Text()
	headers := map[string]*string{
		"host":                  &req.Host,
		"x-acs-action":          &c.action,
		"x-acs-version":         dara.String(apiVersion),
		"x-acs-date":            &date,
		"x-acs-signature-nonce": &nonce,
		"x-acs-content-sha256":  emptyBody,
	}
	if with.securityToken != "" {
		headers["x-acs-accesskey-id"] = &with.accessKey
		headers["x-acs-security-token"] = &with.securityToken
	}
	authorization := utils.GetAuthorization(
		&dara.Request{Method: method, Pathname: c.path, Query: c.query, Headers: headers},
		algorithm, emptyBody, &with.accessKey, &with.secretKey)
	delete(headers, "host")
	for name, text := range headers {
		req.Header.Set(name, *text)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", *authorization)
	return req, nil
}
