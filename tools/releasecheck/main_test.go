package main_test

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is the built releasecheck.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "releasecheck-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "releasecheck")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

const (
	archiveName = "terraform-provider-cloudbackup_1.2.3_linux_amd64.zip"
	binaryName  = "terraform-provider-cloudbackup_v1.2.3"
)

// A release is what goes into a folder that releasecheck looks into. The zero
// value of each field is what is right.
type release struct {
	archive  string // its name
	binary   string // its name in the archive
	goFlags  string // the linker's flags for the binary
	arch     string
	files    []string // besides the binary
	mode     os.FileMode
	tampered bool // the archive differs from its checksum
	manifest bool // the manifest is missing from the checksums
}

func TestRelease(t *testing.T) {
	for name, test := range map[string]struct {
		release
		fault string // "" for none
	}{
		"as it should be":     {release{}, ""},
		"another name":        {release{archive: "cloudbackup.zip"}, "not the name of a release archive"},
		"binary's name":       {release{binary: "terraform-provider-cloudbackup"}, "it has the files"},
		"not stripped":        {release{goFlags: "-w=0"}, "not stripped"},
		"another platform":    {release{arch: "arm64"}, "built with GOARCH=arm64, want amd64"},
		"not executable":      {release{mode: 0o644}, "the mode of"},
		"no licence":          {release{files: []string{}}, "it has the files"},
		"something else":      {release{files: []string{"LICENSE", ".env"}}, "it has the files"},
		"another checksum":    {release{tampered: true}, "has another checksum for"},
		"manifest not listed": {release{manifest: true}, "lacks terraform-provider-cloudbackup_1.2.3_manifest.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := check(t, test.folder(t))
			if test.fault == "" {
				if err != nil || !strings.Contains(output, archiveName+": binary ") {
					t.Errorf("%v: %s", err, output)
				}
				return
			}
			if err == nil || !strings.Contains(output, test.fault) {
				t.Errorf("%v: %s\nwant a fault: %s", err, output, test.fault)
			}
		})
	}
}

// check runs releasecheck where the project's manifest is.
func check(t *testing.T, folder string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, folder)
	cmd.Dir = filepath.Join("..", "..")
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// folder makes the release, with a binary that is a program of its own.
func (r release) folder(t *testing.T) string {
	t.Helper()
	source := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", cmp.Or(r.goFlags, "-s -w"), "-o", "program", ".")
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+cmp.Or(r.arch, "amd64"), "GOFLAGS=", "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	content, err := os.ReadFile(filepath.Join(source, "program"))
	if err != nil {
		t.Fatal(err)
	}

	folder := t.TempDir()
	path := filepath.Join(folder, cmp.Or(r.archive, archiveName))
	r.zip(t, path, content)
	sums := ""
	add := func(path, name string) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name)
	}
	add(path, filepath.Base(path))
	if !r.manifest {
		add(filepath.Join("..", "..", "terraform-registry-manifest.json"), "terraform-provider-cloudbackup_1.2.3_manifest.json")
	}
	if r.tampered {
		sums = strings.Repeat("0", sha256.Size*2) + sums[sha256.Size*2:]
	}
	if err := os.WriteFile(filepath.Join(folder, "terraform-provider-cloudbackup_1.2.3_SHA256SUMS"), []byte(sums), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func (r release) zip(t *testing.T, path string, content []byte) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	writer := zip.NewWriter(file)
	add := func(name string, mode os.FileMode, data []byte) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(mode)
		entry, err := writer.CreateHeader(header)
		if err == nil {
			_, err = entry.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add(cmp.Or(r.binary, binaryName), cmp.Or(r.mode, 0o755), content)
	files := r.files
	if files == nil {
		files = []string{"LICENSE"}
	}
	for _, name := range files {
		add(name, 0o644, []byte("text"))
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
