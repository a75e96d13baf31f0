package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/sumdb/dirhash"
)

// Each CLI looks for the provider under the host of its own registry.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

const provider = "cloudbackup/cloudbackup"

// archiveName is the name of a release archive: version, then platform.
var archiveName = regexp.MustCompile(`^terraform-provider-cloudbackup_([0-9][^_]*)_([a-z0-9]+_[a-z0-9]+)\.zip$`)

// index is the index.json of the network mirror protocol: the versions.
type index struct {
	Versions map[string]struct{} `json:"versions"`
}

// release is the <version>.json of the network mirror protocol: the archives of
// a version by platform. h1 is the checksum that a lock file has of what is
// installed, zh that of the archive.
type release struct {
	Archives map[string]archive `json:"archives"`
}

type archive struct {
	URL    string   `json:"url"`
	Hashes []string `json:"hashes"`
}

// layOut adds every release archive in the source folder to the mirror and
// returns the paths of what it added.
func layOut(source, mirror string) ([]string, error) {
	sums, err := readSums(source)
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(source, "*.zip"))
	if err != nil {
		return nil, err
	}
	var added []string
	for _, path := range paths {
		name := filepath.Base(path)
		match := archiveName.FindStringSubmatch(name)
		if match == nil {
			return nil, fmt.Errorf("%s is not the name of a release archive", name)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		if sums[name] != hex.EncodeToString(sum[:]) {
			return nil, fmt.Errorf("%s is not what its SHA256SUMS says", name)
		}
		h1, err := dirhash.HashZip(path, dirhash.Hash1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		entry := archive{URL: name, Hashes: []string{h1, "zh:" + sums[name]}}
		for _, host := range hosts {
			folder := filepath.Join(mirror, host, filepath.FromSlash(provider))
			if err := add(folder, match[1], match[2], entry, content); err != nil {
				return nil, err
			}
			added = append(added, filepath.Join(folder, name))
		}
	}
	if len(added) == 0 {
		return nil, fmt.Errorf("%s has no release archives", source)
	}
	return added, nil
}

// add adds one archive to the folder of the provider on one host.
func add(folder, version, platform string, entry archive, content []byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := write(filepath.Join(folder, entry.URL), content); err != nil {
		return err
	}
	versions := index{Versions: make(map[string]struct{})}
	err := update(filepath.Join(folder, "index.json"), &versions, func() {
		versions.Versions[version] = struct{}{}
	})
	if err != nil {
		return err
	}
	archives := release{Archives: make(map[string]archive)}
	return update(filepath.Join(folder, version+".json"), &archives, func() {
		archives.Archives[platform] = entry
	})
}

// update reads a JSON file into document if it is there, changes it, and writes it.
func update(path string, document any, change func()) error {
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := json.Unmarshal(content, document); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	change()
	content, err = json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	return write(path, append(content, '\n'))
}

func write(path string, content []byte) error {
	return os.WriteFile(path, content, 0o644)
}

// readSums reads the one SHA256SUMS file in a folder: checksum by file name.
func readSums(folder string) (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*_SHA256SUMS"))
	if err != nil {
		return nil, err
	}
	if len(paths) != 1 {
		return nil, fmt.Errorf("%s has %d SHA256SUMS files, not one", folder, len(paths))
	}
	file, err := os.Open(paths[0])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sums := make(map[string]string)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		sum, name, found := strings.Cut(lines.Text(), "  ")
		if !found {
			return nil, fmt.Errorf("%s: no checksum in the line %q", paths[0], lines.Text())
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}
