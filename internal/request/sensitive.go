package request

import (
	"net/http"
	"regexp"
	"strings"
)

// sensitiveHeaders carry keys, tokens or signatures in requests to either cloud.
var sensitiveHeaders = [...]string{
	"Authorization",
	"X-Auth-Token",
	"X-Subject-Token",
	"X-Security-Token",
	"X-Acs-Security-Token",
	"X-Acs-Accesskey-Id",
	"X-Acs-Bearer-Token",
	"Proxy-Authorization",
	"Cookie",
}

// sensitiveParameters do so in the query of Alibaba Cloud's RPC style.
var sensitiveParameters = [...]string{"Signature", "SecurityToken", "AccessKeyId", "BearerToken"}

// sensitive lists the values of a request that must show nowhere, whoever signed it.
func sensitive(req *http.Request) (values []string) {
	if req == nil {
		return nil
	}
	for _, name := range sensitiveHeaders {
		for _, value := range req.Header.Values(name) {
			values = append(values, value)
			if name == "Authorization" {
				values = append(values, credentials(value)...)
			}
		}
	}
	if req.URL.RawQuery != "" {
		query := req.URL.Query()
		for _, name := range sensitiveParameters {
			values = append(values, query[name]...)
		}
	}
	return values
}

// credentials picks the secret parts out of an Authorization header: the names of the
// scheme and of the signed headers are none.
func credentials(authorization string) (values []string) {
	_, rest, ok := strings.Cut(authorization, " ")
	if !ok {
		return nil
	}
	named := false
	for part := range strings.SplitSeq(rest, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "Access", "Credential", "Signature":
			values = append(values, value)
			named = true
		}
	}
	if !named {
		values = append(values, rest) // Basic and Bearer have one value
	}
	return values
}

var (
	// userinfo is a user and a password in a URL.
	userinfo = regexp.MustCompile(`(://)[^/?#\s"'<>]*@`)
	// assigned is a secret by its name, in a query or as JSON: network errors and
	// vendors' messages quote both.
	assigned = regexp.MustCompile(`(?i)(\b(?:signature|security[_-]?token|access[_-]?key[_-]?(?:id|secret)|secret[_-]?(?:access[_-]?)?key|x-auth-token|bearer[_-]?token|password)(?:=|%3D|"\s*:\s*"))[^&\s"'<>,;]+`)
)

// show makes text fit to be shown: masked, clean, without credentials that can be told
// by where they stand, and short. It is masked before it is cleaned, as cleaning may
// change a secret, and after, as it may put one together; and cut last, as a piece of
// a secret wouldn't be found.
func show(text string, secrets *Secrets, limit int) string {
	if text == "" {
		return ""
	}
	text = secrets.Mask(clean(secrets.Mask(text[:min(len(text), maxText)])))
	text = cut(text, 4*limit)
	if strings.Contains(text, "@") {
		text = userinfo.ReplaceAllString(text, "${1}"+mark+"@")
	}
	return cut(assigned.ReplaceAllString(text, "${1}"+mark), limit)
}
