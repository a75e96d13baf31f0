package setting

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Endpoint is the value as an endpoint: a URL, or a host alone, which means
// https. A path is kept as a prefix, without a slash at its end.
func (v Value) Endpoint() (*url.URL, error) {
	address := v.String
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
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
		return nil, fmt.Errorf("the endpoint in %s can't be used: %s; set a URL such as https://service.example.com, or a host", v.Origin, problem)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

// isPlain is whether a path has no segment that is resolved on the way.
func isPlain(path string) bool {
	segments := strings.Split(path, "/")
	return !strings.Contains(path, "//") && !slices.Contains(segments, ".") && !slices.Contains(segments, "..")
}

// SecureEndpoint is the value as an endpoint that a token can be sent to.
func (v Value) SecureEndpoint() (*url.URL, error) {
	u, err := v.Endpoint()
	if err == nil && isClearText(u) {
		return nil, fmt.Errorf("%s: tokens are sent over https only; set a URL with https://", v.Origin)
	}
	return u, err
}

// isClearText is whether requests to a URL can be read on the way: it is plain HTTP, and
// not to this machine.
func isClearText(u *url.URL) bool {
	host := u.Hostname()
	isLoopback := host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
	return u.Scheme == "http" && !isLoopback
}

// Warnings collects warnings for the user, each once. The zero Warnings is empty.
type Warnings struct {
	mu      sync.Mutex
	pending []string
	seen    map[string]bool
}

// ClearText adds a warning if requests to a URL can be read on the way. origin names
// where the URL is set; the URL is not shown, as it may hold a secret.
func (w *Warnings) ClearText(u *url.URL, origin string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !isClearText(u) || w.seen[origin] {
		return
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	w.seen[origin] = true
	w.pending = append(w.pending, "The URL in "+origin+" is plain HTTP. Requests and responses can be read and changed on the way: "+
		"security tokens, auth tokens and temporary keys can be stolen and used by others. Set a URL with https://.")
}

// Take returns the warnings that were added since the last call.
func (w *Warnings) Take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	pending := w.pending
	w.pending = nil
	return pending
}
