package setting

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const maxFileSize = 1 << 20

// ReadFile reads a regular file of at most 1 MiB: a pipe would block, and a device may
// have no end. The error does not repeat the path.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	var content []byte
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("it is not a regular file")
	case info.Size() > maxFileSize:
		err = errors.New("it is larger than 1 MiB")
	default:
		content, err = os.ReadFile(path) // #nosec G304 -- the user's settings name the file
	}
	if pathError, ok := errors.AsType[*os.PathError](err); ok {
		err = pathError.Err
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
