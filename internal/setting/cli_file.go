package setting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// A CLIFile is the configuration file of a vendor's CLI, which holds profiles.
type CLIFile struct {
	Vendor  string // whose CLI it is: "Alibaba Cloud"
	Profile Value  // the profile that is named, if any
	File    Value  // the file that is named, if any
	Path    string // of the file to read; "" where there is no home directory
}

// NewCLIFile is the file that is named, else the one at a place in the home
// directory. Nothing is read yet.
func NewCLIFile(vendor string, getenv func(string) string, profile, file Value, place ...string) *CLIFile {
	path := HomeFile(getenv, place...)
	if file.Found() {
		path = ExpandHome(getenv, file.Text)
	}
	return &CLIFile{Vendor: vendor, Profile: profile, File: file, Path: path}
}

// Named is whether the file or a profile of it is named.
func (f *CLIFile) Named() bool { return f.Profile.Found() || f.File.Found() }

// origins tells who named the profile and the file.
func (f *CLIFile) origins() string {
	var origins []string
	for _, v := range []Value{f.Profile, f.File} {
		if v.Found() {
			origins = append(origins, v.Origin)
		}
	}
	return strings.Join(origins, " and ")
}

// Read decodes the file. It is false without an error where nothing is named and
// there is no file: the CLI was never configured.
func (f *CLIFile) Read(into any) (bool, error) {
	if f.Path == "" {
		if !f.Named() {
			return false, nil
		}
		return false, fmt.Errorf("%s names a profile, but there is no home directory to find the %s CLI's configuration file in; name the file (%s)",
			f.origins(), f.Vendor, f.File.Origin)
	}
	content, err := os.ReadFile(f.Path)
	if errors.Is(err, os.ErrNotExist) && !f.Named() {
		return false, nil
	}
	if err != nil {
		return false, f.Broken(err)
	}
	// The decoder's errors tell a position or a field, never what the file holds.
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), into); err != nil {
		return false, f.Broken(fmt.Errorf("it is not the JSON that the CLI writes: %w", err))
	}
	return true, nil
}

// Broken is an error about the file.
func (f *CLIFile) Broken(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	by := ""
	if f.Named() {
		by = ", asked for by " + f.origins() + ","
	}
	return fmt.Errorf("the %s CLI's configuration file %s%s can't be used: %w", f.Vendor, f.Path, by, err)
}

// Describe names a profile, its file, and who named them.
func (f *CLIFile) Describe(profile string) string {
	text := fmt.Sprintf("profile %q of %s", profile, f.Path)
	if f.Named() {
		text += " (" + f.origins() + ")"
	}
	return text
}

// FindProfile is the profile of a name; "" is no profile's, and means that the file
// has no current one.
func FindProfile[P any](f *CLIFile, profiles []P, nameOf func(P) string, name string) (P, error) {
	names := make([]string, 0, len(profiles))
	for _, profile := range profiles {
		if nameOf(profile) == name && name != "" {
			return profile, nil
		}
		names = append(names, nameOf(profile))
	}
	has := "it has no profiles"
	if len(names) > 0 {
		has = "it has " + strings.Join(names, ", ")
	}
	var none P
	if name == "" {
		return none, f.Broken(errors.New("none of its profiles is the current one; " + has))
	}
	return none, fmt.Errorf("there is no %s; %s", f.Describe(name), has)
}
