// Command releasecheck looks into what a release build left in a folder and
// fails if the registries, or those who install the provider, would not take it.
//
//	releasecheck <folder>
//
// It prints each archive with the size of its binary.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxBinary is the size in bytes that a stripped binary may have.
const maxBinary = 25_000_000

var archiveName = regexp.MustCompile(`^terraform-provider-cloudbackup_([0-9][^_]*)_([a-z0-9]+)_([a-z0-9]+)\.zip$`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: releasecheck <folder>")
		os.Exit(2)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// check checks every archive in the folder, and that the checksums are of these
// archives and the manifest.
func check(folder string) error {
	archives, err := filepath.Glob(filepath.Join(folder, "*.zip"))
	if err != nil {
		return err
	}
	if len(archives) == 0 {
		return fmt.Errorf("%s has no archives", folder)
	}
	var faults []error
	var version string
	for _, path := range archives {
		match := archiveName.FindStringSubmatch(filepath.Base(path))
		if match == nil {
			faults = append(faults, fmt.Errorf("%s: not the name of a release archive", path))
			continue
		}
		version = match[1]
		if err := checkArchive(path, version, match[2], match[3]); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path, err))
		}
	}
	faults = append(faults, checkSums(folder, version, archives))
	return errors.Join(faults...)
}

// checkArchive checks that the archive has the binary, under the name that a CLI
// looks for, and the licence.
func checkArchive(path, version, system, architecture string) error {
	reader, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer reader.Close()

	binary := "terraform-provider-cloudbackup_v" + version
	if system == "windows" {
		binary += ".exe"
	}
	var names []string
	for _, file := range reader.File {
		names = append(names, file.Name)
		if file.Name != binary {
			continue
		}
		if file.Mode().Perm() != 0o755 {
			return fmt.Errorf("the mode of %s is %s", file.Name, file.Mode())
		}
		if err := checkBinary(file, system, architecture); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		fmt.Printf("%s: binary %.1f MB, archive %.1f MB\n", filepath.Base(path),
			float64(file.UncompressedSize64)/1e6, float64(file.CompressedSize64)/1e6)
	}
	slices.Sort(names)
	if want := []string{"LICENSE", binary}; !slices.Equal(names, want) {
		return fmt.Errorf("it has the files %q, want %q", names, want)
	}
	return nil
}

// checkBinary checks that the binary is for the platform, small, stripped, and
// built the same way on every machine.
func checkBinary(file *zip.File, system, architecture string) error {
	if file.UncompressedSize64 > maxBinary {
		return fmt.Errorf("%d bytes, more than %d", file.UncompressedSize64, maxBinary)
	}
	content, err := read(file)
	if err != nil {
		return err
	}
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		return err
	}
	settings := make(map[string]string)
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	for name, want := range map[string]string{
		"GOOS": system, "GOARCH": architecture, "CGO_ENABLED": "0", "-trimpath": "true",
	} {
		if settings[name] != want {
			return fmt.Errorf("built with %s=%s, want %s", name, settings[name], want)
		}
	}
	if system == "linux" || system == "freebsd" {
		program, err := elf.NewFile(bytes.NewReader(content))
		if err != nil {
			return err
		}
		if program.Section(".symtab") != nil || program.Section(".debug_info") != nil || program.Section(".zdebug_info") != nil {
			return errors.New("not stripped")
		}
	}
	return nil
}

func read(file *zip.File) (content []byte, err error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return io.ReadAll(io.LimitReader(reader, maxBinary))
}

// checkSums checks the SHA256SUMS file, and that the manifest, which it has to
// list under its released name, says protocol 6.
func checkSums(folder, version string, archives []string) error {
	content, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("terraform-provider-cloudbackup_%s_SHA256SUMS", version)))
	if err != nil {
		return err
	}
	const manifest = "terraform-registry-manifest.json"
	want := map[string]string{fmt.Sprintf("terraform-provider-cloudbackup_%s_manifest.json", version): manifest}
	for _, path := range archives {
		want[filepath.Base(path)] = path
	}
	for line := range strings.Lines(string(content)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		path, listed := want[name]
		if !listed {
			return fmt.Errorf("SHA256SUMS lists %q, which is not there", name)
		}
		delete(want, name)
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if got := sha256.Sum256(file); hex.EncodeToString(got[:]) != sum {
			return fmt.Errorf("SHA256SUMS has another checksum for %s", name)
		}
	}
	for name := range want {
		return fmt.Errorf("SHA256SUMS lacks %s", name)
	}
	file, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	var document struct {
		Version  int
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(file, &document); err != nil {
		return fmt.Errorf("%s: %w", manifest, err)
	}
	if document.Version != 1 || !slices.Equal(document.Metadata.ProtocolVersions, []string{"6.0"}) {
		return fmt.Errorf("%s says %+v, want protocol 6.0", manifest, document)
	}
	return nil
}
