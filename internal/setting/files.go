package setting

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
)

const maxFileSize = 1 << 20

// ReadFile reads a regular file of at most 1 MiB: a pipe would block, and a device may
// have no end. The error does not repeat the path.
func ReadFile(path string) (content []byte, err error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err == nil {
		content, err = readBounded(path)
	}
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		err = pathError.Err
	}
	return content, err
}

// readBounded reads a file whose size may not be what the file system says.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path) // #nosec G304 -- the user's settings name the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	content, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if len(content) > maxFileSize {
		return nil, errors.New("it is larger than 1 MiB")
	}
	return content, err
}

// HomeFile is the path of a file below the user's home directory; "" if the
// environment names none.
func HomeFile(getenv func(string) string, elements ...string) string {
	name := "HOME"
	if runtime.GOOS == "windows" {
		name = "USERPROFILE"
	}
	home := getenv(name)
	if home == "" {
		return ""
	}
	return filepath.Join(append([]string{home}, elements...)...)
}

// ExpandHome replaces the ~ that a path begins with by the user's home directory.
// Without a home directory the path is unchanged.
func ExpandHome(getenv func(string) string, path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	if expanded := HomeFile(getenv, rest); expanded != "" {
		return expanded
	}
	return path
}

// A CLI is a vendor's CLI: where its configuration file is, and which options name
// another file or a profile.
type CLI struct {
	Vendor        string // "Alibaba Cloud"
	Profile, File Option
	Path          []string // below the home directory
	Default       string   // the profile that is current if the file names none
}

// Profiles are the profiles of a CLI's configuration file.
type Profiles struct {
	Current   Profile
	Encrypted bool // only Huawei Cloud's CLI can read the keys

	vendor, path string
	namedBy      string // the settings that name the file or the profile
	all          []Profile
}

// A Profile is an object of the file, with its description for errors.
type Profile struct {
	Name   string
	Source string // "profile "prod" of /home/me/.aliyun/config.json (ALICLOUD_PROFILE)"
	fields map[string]any
}

// Get is a field of the profile, or of an object in it: "ssoAuth.stsToken.accessKeyId".
// A field that is neither a string nor a number nor a boolean is empty.
func (p Profile) Get(field string) Value {
	var found any = p.fields
	for name := range strings.SplitSeq(field, ".") {
		object, _ := found.(map[string]any)
		found = object[name]
	}
	value := Value{Origin: field + " of profile " + quote(p.Name)}
	switch v := found.(type) {
	case string:
		value.String = strings.TrimSpace(v)
	case json.Number, bool:
		value.String = fmt.Sprint(v)
	}
	return value
}

// ReadProfiles reads the CLI's configuration file. Nil without an error means that
// nothing names a file or a profile, and that the CLI was never configured.
func ReadProfiles(l Lookup, cli CLI) (*Profiles, error) {
	profile, file := l.Find(cli.Profile), l.Find(cli.File)
	p := &Profiles{vendor: cli.Vendor, path: HomeFile(l.Getenv, cli.Path...)}
	var names []string
	for _, v := range []Value{profile, file} {
		if v.IsSet() {
			names = append(names, v.Origin)
		}
	}
	p.namedBy = strings.Join(names, " and ")
	if file.IsSet() {
		p.path = ExpandHome(l.Getenv, file.String)
	}
	content, err := ReadFile(p.path)
	if errors.Is(err, os.ErrNotExist) && p.namedBy == "" {
		return nil, nil
	}
	if err != nil {
		return nil, p.broken(err)
	}
	var document struct {
		Current     string           `json:"current"`
		AuthEncrypt any              `json:"authEncrypt"` // a boolean, or a string with one
		Profiles    []map[string]any `json:"profiles"`
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return nil, p.broken(fmt.Errorf("it is not the JSON that the CLI writes: %w", err))
	}
	p.Encrypted = strings.EqualFold(fmt.Sprint(document.AuthEncrypt), "true")
	for _, fields := range document.Profiles {
		name, _ := fields["name"].(string)
		source := fmt.Sprintf("profile %s of %s", quote(name), p.path)
		if p.namedBy != "" {
			source += " (" + p.namedBy + ")"
		}
		p.all = append(p.all, Profile{name, source, fields})
	}
	if len(p.all) == 0 && p.namedBy == "" {
		return nil, nil
	}
	p.Current, err = p.Find(cmp.Or(profile.String, document.Current, cli.Default))
	return p, err
}

// Find returns the profile of a name.
func (p *Profiles) Find(name string) (Profile, error) {
	names := make([]string, len(p.all))
	for i, profile := range p.all {
		if profile.Name == name && name != "" {
			return profile, nil
		}
		names[i] = profile.Name
	}
	has := "it has no profiles"
	if len(names) > 0 {
		has = "it has " + redact.List(names, 20)
	}
	if name == "" {
		return Profile{}, p.broken(errors.New("none of its profiles is the current one; " + has))
	}
	return Profile{}, p.broken(fmt.Errorf("there is no profile %s in it; %s", quote(name), has))
}

func (p *Profiles) broken(err error) error {
	by := ""
	if p.namedBy != "" {
		by = ", named by " + p.namedBy + ","
	}
	return fmt.Errorf("the %s CLI's configuration file %s%s can't be used: %w", p.vendor, cmp.Or(p.path, "(there is no home directory)"), by, err)
}

// quote is a value as an error shows it.
func quote(value string) string { return redact.List([]string{value}, 1) }
