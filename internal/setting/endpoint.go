package setting

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Endpoint is the value as an endpoint: a URL, or a host alone, which is asked
// over https. A path is kept as a prefix, without a slash at its end.
func (v Value) Endpoint() (*url.URL, error) {
	text := v.Text
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	problem := ""
	switch {
	case err != nil:
		// The cause repeats the URL, which may have a password in it.
		problem = "it can't be parsed"
	case u.Scheme != "https" && u.Scheme != "http":
		problem = "it must begin with https:// or http://"
	case u.Hostname() == "":
		problem = "it has no host"
	case u.User != nil:
		problem = "it must not have a user name or a password"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		problem = "it must not have a query or a fragment"
	case u.RawPath != "" || !isPlain(u.Path):
		problem = "its path must be plain"
	}
	if problem != "" {
		return nil, fmt.Errorf("the endpoint in %s can't be used: %s; it is a URL such as https://service.example.com, or a host alone", v.Origin, problem)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// isPlain is whether a path has no segment that is resolved on the way.
func isPlain(path string) bool {
	segments := strings.Split(path, "/")
	return !strings.Contains(path, "//") && !slices.Contains(segments, ".") && !slices.Contains(segments, "..")
}

// Unencrypted is the first of the endpoints to which requests go unencrypted and
// not to this machine; "" if there is none. One that can't be used is none.
func Unencrypted(endpoints ...Value) string {
	for _, v := range endpoints {
		if !v.Found() {
			continue
		}
		if u, err := v.Endpoint(); err == nil && u.Scheme == "http" && !isLoopback(u.Hostname()) {
			return u.String()
		}
	}
	return ""
}

func isLoopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
