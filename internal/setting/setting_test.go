package setting_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

var option = setting.Option{
	Cloud: "alibabacloud", Attribute: "assume_role.role_arn", Environment: []string{"ALICLOUD_ROLE", "ALIBABA_CLOUD_ROLE", "ALIBABACLOUD_ROLE"},
	Description: "ARN of the role.",
}

func TestLookup(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	l := setting.Lookup{Configuration: setting.Values{}, Getenv: func(name string) string { return env[name] }}
	if v := l.Find(option); v.IsSet() || v.Origin != "alibabacloud.assume_role.role_arn, ALIBABA_CLOUD_ROLE, ALICLOUD_ROLE, ALIBABACLOUD_ROLE" {
		t.Errorf("without a value: %+v", v)
	}
	for _, name := range []string{"ALIBABACLOUD_ROLE", "ALIBABA_CLOUD_ROLE", "ALICLOUD_ROLE"} { // each wins over those before it
		env[name] = " " + name + "\n"
		if v := l.Find(option); v.String != name || v.Origin != "the environment variable "+name {
			t.Errorf("%s: %+v", name, v)
		}
	}
	l.Configuration["assume_role.role_arn"] = " \t"
	if v := l.Find(option); v.String != "ALICLOUD_ROLE" {
		t.Errorf("beside a blank attribute: %+v", v)
	}
	l.Configuration["assume_role.role_arn"] = "configured "
	if v := l.Find(option); v.String != "configured" || v.Origin != "alibabacloud.assume_role.role_arn" || l.Environment(option).String != "ALICLOUD_ROLE" {
		t.Errorf("beside an attribute: %+v", v)
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	v := setting.Values{"profile": "p", "blank": " ", "assume_role.session_name": ""}
	for path, want := range map[string]bool{"profile": true, "blank": false, "assume_role": true, "assume": false, "prof": false, "region": false} {
		if v.Has(path) != want {
			t.Errorf("Has(%q) is %v", path, !want)
		}
	}
}

// The documentation leads with the vendors' current names.
func TestDescription(t *testing.T) {
	t.Parallel()
	if got, want := option.Markdown(), "ARN of the role. Environment variables: `ALIBABA_CLOUD_ROLE`, `ALICLOUD_ROLE`, `ALIBABACLOUD_ROLE`."; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	if got, want := (setting.Option{Description: "X.", Environment: []string{"HW_X"}}).Markdown(), "X. Environment variable: `HW_X`."; got != want {
		t.Errorf("it is %q, want %q", got, want)
	}
	if got := (setting.Option{Description: "X."}).Markdown(); got != "X." {
		t.Errorf("it is %q", got)
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	o := setting.Option{Min: 900, Max: 43200}
	for value, want := range map[string]int{"": 3600, "900": 900, "43200": 43200, "899": 0, "43201": 0, "1h": 0, "900.5": 0, "99999999999999999999": 0} {
		got, err := setting.NewValue(value, "X").Int(o, 3600)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q is %d, %v", value, got, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "X") || !strings.Contains(err.Error(), "900 to 43200")) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// A region or a project can't become anything but a part of a host or of a path.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"cn-hangzhou", "cn-north-4", "cn-shanghai-finance-1", "us-east-1"} {
		if got, err := setting.NewValue(region, "X").Region("e"); err != nil || got != region {
			t.Errorf("%s: %q, %v", region, got, err)
		}
	}
	if _, err := setting.NewValue(strings.Repeat("0aF9", 8), "X").ProjectID(); err != nil {
		t.Error(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		bad := rapid.SampledFrom([]string{".", "/", ":", "@", "#", "?", "%2e", " a", "\\", "é", "\x00", "\n", "--", "A", "_"}).Draw(t, "bad")
		value := rapid.StringMatching(`[a-z0-9]{1,5}`).Draw(t, "before") + bad + rapid.StringMatching(`[a-z0-9]{1,5}`).Draw(t, "after")
		if got, err := setting.NewValue(value, "X").Region("e"); err == nil {
			t.Fatalf("the region is %q", got)
		}
		id := strings.Repeat("a", rapid.IntRange(0, 31).Draw(t, "length")) + bad
		if got, err := setting.NewValue(id, "X").ProjectID(); err == nil && len(got) != 32 {
			t.Fatalf("the project is %q", got)
		}
	})
}

func TestCheckPrintable(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "LTAI5tA", "a+/=._-~!", "CAIS/=="} {
		if err := setting.NewValue(good, "X").CheckPrintable(); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"hush\nhush", "hush hush", "hush\x00", "\u200bhush", "hush\u00a0x", "hushé", "hush\x7f", "hush\xff"} {
		err := (setting.Value{String: bad, Origin: "X"}).CheckPrintable()
		if err == nil || !strings.Contains(err.Error(), "X") || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://dbs.example.com":     "https://dbs.example.com",
		"https://dbs.example.com/":    "https://dbs.example.com",
		"dbs.example.com":             "https://dbs.example.com",
		"dbs.example.com:8443/prefix": "https://dbs.example.com:8443/prefix",
		"http://[::1]:80/a/b/":        "http://[::1]:80/a/b",
		"ftp://x":                     "",
		"https://":                    "",
		"https://hush:hush@x":         "",
		"https://x?hush":              "",
		"https://x?":                  "",
		"https://x#hush":              "",
		"https://x/../y":              "",
		"https://x//y":                "",
		"https://x/a%2Fb":             "",
		"https://hush%zz":             "",
		"unix:///hush":                "",
	} {
		got, err := setting.NewValue(value, "the setting").Endpoint()
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "the setting") || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: %v, %v", value, got, err)
			}
		} else if err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", value, got, err)
		}
	}
}

func TestClearText(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"https://x.example": false, "http://x.example": true, "http://localhost:1": false, "http://a.localhost": false, "http://127.0.0.9": false,
		"http://[::1]": false, "http://127.0.0.1.example": true, "http://10.0.0.1": true,
	} {
		u, err := setting.NewValue(value, "X").Endpoint()
		if err != nil {
			t.Fatal(err)
		}
		var w setting.Warnings
		w.ClearText(u, "X")
		w.ClearText(u, "X")
		got := w.Take()
		if len(got) > 1 || (len(got) == 1) != want || strings.Contains(strings.Join(got, ""), "example") || len(w.Take()) > 0 {
			t.Errorf("%s: the warnings are %q", value, got)
		}
		if _, err := setting.NewValue(value, "X").SecureEndpoint(); (err != nil) != want {
			t.Errorf("%s: %v", value, err)
		}
	}
}

func TestHomeFile(t *testing.T) {
	t.Parallel()
	name := "HOME"
	if runtime.GOOS == "windows" {
		name = "USERPROFILE"
	}
	getenv := func(variable string) string { return map[string]string{name: "home"}[variable] }
	none := func(string) string { return "" }
	join := filepath.Join
	for _, test := range []struct{ got, want string }{
		{setting.HomeFile(getenv, "a", "b"), join("home", "a", "b")},
		{setting.HomeFile(none, "a"), ""},
		{setting.ExpandHome(getenv, "~/a"), join("home", "a")},
		{setting.ExpandHome(getenv, "~"), "home"},
		{setting.ExpandHome(getenv, "~other/a"), "~other/a"},
		{setting.ExpandHome(none, "~/a"), "~/a"},
		{setting.ExpandHome(getenv, "/a/~"), "/a/~"},
	} {
		if test.got != test.want {
			t.Errorf("the path is %q, want %q", test.got, test.want)
		}
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(size int) string {
		path := filepath.Join(dir, strings.Repeat("x", size%7+1))
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if got, err := setting.ReadFile(file(1 << 20)); err != nil || len(got) != 1<<20 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	for path, want := range map[string]string{file(1<<20 + 1): "larger than 1 MiB", dir: "not a regular file", filepath.Join(dir, "missing"): "no such file"} {
		if runtime.GOOS == "windows" && want == "no such file" {
			want = "cannot find"
		}
		if _, err := setting.ReadFile(path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A file whose size the system does not know, as those below /proc, is bounded too.
func TestReadFileWithoutSize(t *testing.T) {
	t.Parallel()
	const path = "/proc/kallsyms"
	if info, err := os.Stat(path); err != nil || info.Size() != 0 {
		t.Skip("this system has no such file")
	}
	if _, err := setting.ReadFile(path); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("the error is %v", err)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cli := setting.CLI{
		Vendor: "Some", Path: []string{"config.json"}, Default: "default",
		Profile: setting.Option{Environment: []string{"PROFILE"}}, File: setting.Option{Environment: []string{"FILE"}},
	}
	read := func(content string, pairs ...string) (*setting.Profiles, error) {
		env := map[string]string{"HOME": dir, "USERPROFILE": dir}
		for i := 0; i < len(pairs); i += 2 {
			env[pairs[i]] = pairs[i+1]
		}
		path := filepath.Join(dir, "config.json")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if content != "" {
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return setting.ReadProfiles(setting.Lookup{Getenv: func(name string) string { return env[name] }}, cli)
	}
	p, err := read("\ufeff" + `{"current":"a","authEncrypt":"TRUE","unknown":[{}],"profiles":[{"name":"a","s":" x\n","n":9007199254740993,"b":true,"o":{"p":{"s":"y"}},"l":["z"],"nil":null},{"name":"b"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{p.Current.Name, p.Current.Get("s").String, p.Current.Get("n").String, p.Current.Get("b").String, p.Current.Get("o").String, p.Current.Get("l").String,
		p.Current.Get("nil").String, p.Current.Get("missing").String, p.Current.Get("o.p.s").String, p.Current.Get("s.p").String}
	if want := []string{"a", "x", "9007199254740993", "true", "", "", "", "", "y", ""}; !slices.Equal(got, want) || !p.Encrypted {
		t.Errorf("the fields are %q, want %q", got, want)
	}
	if origin := p.Current.Get("s").Origin; origin != `s of profile "a"` {
		t.Errorf("the origin is %s", origin)
	}
	for _, content := range []string{"", `{}`, `{"current":"a","profiles":[]}`} {
		if p, err := read(content); p != nil || err != nil {
			t.Errorf("%s: %v, %v", content, p, err)
		}
	}
	for name, test := range map[string]struct {
		content string
		env     []string
		want    []string
	}{
		"no current":   {`{"profiles":[{"name":"a"}]}`, nil, []string{`no profile "default"`, `"a"`}},
		"missing":      {`{"profiles":[{"name":"a"},{"name":"\u001b[2Jb"}]}`, []string{"PROFILE", "gone"}, []string{"PROFILE", `"gone"`, `"a", "\x1b[2Jb"`}},
		"many":         {`{"profiles":[{"name":"p"}` + strings.Repeat(`,{"name":"`+strings.Repeat("x", 500)+`"}`, 500) + `]}`, []string{"PROFILE", "gone"}, []string{"and 481 more"}},
		"no file":      {"", []string{"FILE", "~/gone.json"}, []string{"FILE", "gone.json"}},
		"no home":      {"", []string{"PROFILE", "a", "HOME", "", "USERPROFILE", ""}, []string{"PROFILE", "no home directory"}},
		"malformed":    {`{"profiles":[{"secret":"hush" oops`, nil, []string{"config.json", "JSON"}},
		"other types":  {`{"profiles":["hush"]}`, nil, []string{"config.json", "JSON"}},
		"no directory": {"", []string{"FILE", dir}, []string{"FILE", "not a regular file"}},
	} {
		_, err := read(test.content, test.env...)
		if err == nil {
			t.Fatalf("%s: there is no error", name)
		}
		for _, want := range append(test.want, "the Some CLI's configuration file") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error lacks %q: %v", name, want, err)
			}
		}
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "\x1b") || len(err.Error()) > 3000 {
			t.Errorf("%s: the error has %d bytes: %v", name, len(err.Error()), err)
		}
	}
}
