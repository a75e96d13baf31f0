package setting

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// HomeFile is the path of a file below the user's home directory, as the
// environment has it; "" if it has none.
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

// ExpandHome puts the user's home directory in the place of the ~ that a path
// begins with. Without a home directory the path stays as it is.
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
