package setting_test

import (
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

func TestEndpoint(t *testing.T) {
	for text, want := range map[string]string{
		"db.example.com":             "https://db.example.com",
		"db.example.com:8443":        "https://db.example.com:8443",
		" https://db.example.com/\n": "https://db.example.com",
		"http://127.0.0.1:1/a/b/":    "http://127.0.0.1:1/a/b",
		"https://[::1]:8443":         "https://[::1]:8443",
		"https://db.example/a%20b":   "https://db.example/a%20b",
		"HTTP://10.0.0.1":            "http://10.0.0.1",
	} {
		if got, err := setting.NewValue(text, "cloud.endpoint").Endpoint(); err != nil || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
}

// An endpoint that can't be used is an error that names where it was found, and
// shows no password.
func TestMalformedEndpoint(t *testing.T) {
	for _, text := range []string{
		"https://", "ftp://host", "https://user:hunter2@host", "https://user:hunter2", "https://host/?a=b", "https://host?x=1",
		"https://host/#x", "https://host#x", "https://host?", "https://host:port", "https://a b", ":", "://x", "https://[::1",
		"https://host/../x", "https://host/./x", "https://host/a//b", "https://host/%2F", "https://host/%2e%2e",
	} {
		v := setting.NewValue(text, "cloud.endpoint")
		if got, err := v.Endpoint(); err == nil || !strings.Contains(err.Error(), "cloud.endpoint") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
		if got := setting.Unencrypted(v); got != "" {
			t.Errorf("%q is malformed, and unencrypted: %s", text, got)
		}
	}
}

func TestUnencrypted(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"db.example.com":            "",
		"https://db.example.com":    "",
		"http://127.0.0.1:8080":     "",
		"http://127.0.0.9":          "",
		"http://[::1]:8080/x":       "",
		"http://[::ffff:127.0.0.1]": "",
		"http://localhost:1":        "",
		"http://app.localhost":      "",
		"http://db.example.com/x":   "http://db.example.com/x",
		"HTTP://10.0.0.1":           "http://10.0.0.1",
		"http://localhost.evil.com": "http://localhost.evil.com",
	} {
		secure := setting.NewValue("https://db.example.com", "")
		if got := setting.Unencrypted(secure, setting.NewValue(text, ""), setting.NewValue("http://127.0.0.1", "")); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
