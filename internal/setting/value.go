package setting

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Patterns of values that become part of a host, a path or a header.
var (
	RegionPattern    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	ProjectIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{32}$`)
	rolePattern      = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)
)

// A Value is the value of a setting, and where it was found or, if it is empty,
// can be set.
type Value struct {
	String string
	Origin string
}

// NewValue returns a value without the blanks around it.
func NewValue(value, origin string) Value {
	return Value{String: strings.TrimSpace(value), Origin: origin}
}

// IsSet is whether there is a value.
func (v Value) IsSet() bool { return v.String != "" }

// Region is the value as the ID of a region. The example is for the error.
func (v Value) Region(example string) (string, error) {
	return v.match(RegionPattern, "the ID of a region, such as "+example)
}

// ProjectID is the value as the ID of a project.
func (v Value) ProjectID() (string, error) {
	return v.match(ProjectIDPattern, "a project ID, which has 32 letters or digits")
}

// RoleName is the value as the name of a role, which can be a segment of a path.
func (v Value) RoleName() (string, error) {
	return v.match(rolePattern, "the name of a role, which has letters, digits, dots, underscores and hyphens")
}

func (v Value) match(pattern *regexp.Regexp, what string) (string, error) {
	if !pattern.MatchString(v.String) {
		return "", fmt.Errorf("%s: %s is not %s", v.Origin, quote(v.String), what)
	}
	return v.String, nil
}

// Int is the value as a whole number within the option's limits; fallback if it
// isn't set.
func (v Value) Int(o Option, fallback int) (int, error) {
	if !v.IsSet() {
		return fallback, nil
	}
	number, err := strconv.Atoi(v.String)
	if err != nil || number < o.Min || number > o.Max {
		return 0, fmt.Errorf("%s: %s is not a whole number from %d to %d", v.Origin, quote(v.String), o.Min, o.Max)
	}
	return number, nil
}

// CheckPrintable is an error if the value can't be a key or a token. A line break
// in a key that was pasted would otherwise fail each attempt, as no header can have
// one. The error does not show the value.
func (v Value) CheckPrintable() error {
	if i := strings.IndexFunc(v.String, func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		return fmt.Errorf("%s has a blank, a control character or a character outside of ASCII at position %d, which no key or token has; copy it again", v.Origin, i+1)
	}
	return nil
}

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
