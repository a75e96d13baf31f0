package main_test

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"
)

// program is the built mirror command.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "mirror-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "mirror")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

// newRelease makes a folder with an archive for each platform, and their
// checksums, as a release has them. What is in an archive is no provider: a CLI
// that installs one doesn't start it.
func newRelease(t *testing.T, version string, platforms ...string) string {
	t.Helper()
	folder := t.TempDir()
	var sums strings.Builder
	for _, platform := range platforms {
		name := fmt.Sprintf("terraform-provider-cloudbackup_%s_%s.zip", version, platform)
		file, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		writer := zip.NewWriter(file)
		header := &zip.FileHeader{Name: "terraform-provider-cloudbackup_v" + version}
		header.SetMode(0o755)
		binary, err := writer.CreateHeader(header)
		if err == nil {
			_, err = fmt.Fprintf(binary, "provider %s for %s", version, platform)
		}
		if err == nil {
			err = writer.Close()
		}
		if err == nil {
			err = file.Close()
		}
		content, readErr := os.ReadFile(file.Name())
		if err != nil || readErr != nil {
			t.Fatal(err, readErr)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name)
	}
	name := fmt.Sprintf("terraform-provider-cloudbackup_%s_SHA256SUMS", version)
	if err := os.WriteFile(filepath.Join(folder, name), []byte(sums.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func layOut(t *testing.T, release, mirror string) (string, error) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), program, "-out", mirror, release).CombinedOutput()
	return string(output), err
}

func mustLayOut(t *testing.T, release, mirror string) {
	t.Helper()
	if output, err := layOut(t, release, mirror); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

func providerFolder(mirror, host string) string {
	return filepath.Join(mirror, host, "cloudbackup", "cloudbackup")
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// A second release is added to the first, and laying one out twice changes nothing.
func TestMirrorKeepsWhatItHas(t *testing.T) {
	mirror := t.TempDir()
	first := newRelease(t, "1.0.0", "linux_amd64", "darwin_arm64")
	mustLayOut(t, first, mirror)
	mustLayOut(t, newRelease(t, "1.1.0", "linux_amd64"), mirror)
	mustLayOut(t, first, mirror)

	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := providerFolder(mirror, host)
		var index any
		readJSON(t, filepath.Join(folder, "index.json"), &index)
		want := map[string]any{"versions": map[string]any{"1.0.0": map[string]any{}, "1.1.0": map[string]any{}}}
		if !reflect.DeepEqual(index, want) {
			t.Errorf("%s: index.json is %v", host, index)
		}
		for version, platforms := range map[string][]string{"1.0.0": {"darwin_arm64", "linux_amd64"}, "1.1.0": {"linux_amd64"}} {
			var document struct {
				Archives map[string]struct {
					URL    string
					Hashes []string
				}
			}
			readJSON(t, filepath.Join(folder, version+".json"), &document)
			if len(document.Archives) != len(platforms) {
				t.Errorf("%s: version %s has the archives %v, want %v", host, version, document.Archives, platforms)
			}
			for _, platform := range platforms {
				archive := document.Archives[platform]
				path := filepath.Join(folder, archive.URL)
				if want := hashes(t, path); !slices.Equal(archive.Hashes, want) {
					t.Errorf("%s: %s has the checksums %q, want %q", host, archive.URL, archive.Hashes, want)
				}
			}
		}
	}
}

func hashes(t *testing.T, archive string) []string {
	t.Helper()
	content, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	h1, err := dirhash.HashZip(archive, dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	return []string{h1, fmt.Sprintf("zh:%x", sha256.Sum256(content))}
}

func TestAlteredArchiveIsRefused(t *testing.T) {
	release := newRelease(t, "1.0.0", "linux_amd64")
	name := "terraform-provider-cloudbackup_1.0.0_linux_amd64.zip"
	file, err := os.OpenFile(filepath.Join(release, name), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	output, err := layOut(t, release, mirror)
	if err == nil || !strings.Contains(output, name+" is not what its SHA256SUMS says") {
		t.Errorf("%v: %s", err, output)
	}
	if entries, err := os.ReadDir(mirror); err != nil || len(entries) != 0 {
		t.Errorf("the mirror has %v, %v", entries, err)
	}
}

func TestFolderWithoutArchivesIsAnError(t *testing.T) {
	if output, err := layOut(t, newRelease(t, "1.0.0"), t.TempDir()); err == nil {
		t.Errorf("no error: %s", output)
	}
}

// The CLI installs the provider with nothing but the mirror in its
// configuration, and locks it to the mirror's checksums. MIRROR names a mirror
// of real archives for this platform; then the provider is started as well.
func TestInstall(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("an acceptance test: TF_ACC is not set")
	}
	mirror, given := os.LookupEnv("MIRROR")
	if !given {
		mirror = t.TempDir()
		mustLayOut(t, newRelease(t, "1.0.0", runtime.GOOS+"_"+runtime.GOARCH), mirror)
	}
	t.Run("filesystem_mirror", func(t *testing.T) {
		install(t, mirror, given, fmt.Sprintf("filesystem_mirror {\n    path = %q\n  }", filepath.ToSlash(mirror)))
	})
	t.Run("network_mirror", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("only on Linux can a CLI be told by SSL_CERT_FILE to trust the test's server")
		}
		server := httptest.NewTLSServer(http.FileServer(http.Dir(mirror)))
		t.Cleanup(server.Close)
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		path := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(path, certificate, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("SSL_CERT_FILE", path)
		install(t, mirror, given, fmt.Sprintf("network_mirror {\n    url = %q\n  }", server.URL+"/"))
	})
}

// install runs init, with an installation method, where there is nothing else.
func install(t *testing.T, mirror string, start bool, method string) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"terraform.rc": "provider_installation {\n  " + method + "\n}\n",
		"main.tf":      "terraform {\n  required_providers {\n    cloudbackup = {\n      source = \"cloudbackup/cloudbackup\"\n    }\n  }\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TF_CLI_CONFIG_FILE", filepath.Join(folder, "terraform.rc"))
	run := func(arguments ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...)
		cmd.Dir = folder
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", arguments, err, output)
		}
	}
	run("init", "-no-color")
	if start {
		run("providers", "schema", "-json")
	}

	content, err := os.ReadFile(filepath.Join(folder, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	lock := string(content)
	address := regexp.MustCompile(`provider "([^/]+)/cloudbackup/cloudbackup"`).FindStringSubmatch(lock)
	version := regexp.MustCompile(`version += "([^"]+)"`).FindStringSubmatch(lock)
	if address == nil || version == nil {
		t.Fatalf("no provider in the lock file\n%s", lock)
	}
	var document struct {
		Archives map[string]struct{ Hashes []string }
	}
	readJSON(t, filepath.Join(providerFolder(mirror, address[1]), version[1]+".json"), &document)
	for _, hash := range document.Archives[runtime.GOOS+"_"+runtime.GOARCH].Hashes {
		// What a CLI installs from a folder it locks by h1 alone.
		if strings.HasPrefix(hash, "h1:") && !strings.Contains(lock, `"`+hash+`"`) {
			t.Errorf("%s is not in the lock file\n%s", hash, lock)
		}
	}
	if len(document.Archives) == 0 {
		t.Errorf("the mirror has no archives of version %s", version[1])
	}
}
