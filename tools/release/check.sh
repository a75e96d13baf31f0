#!/usr/bin/env bash
# Checks the release build in dist/: its files are what the registries require, and
# the CLI installs the provider from a mirror of it. "make release-check" runs it
# with Terraform and with OpenTofu.
set -euo pipefail

fail() {
	echo "release check: $*" >&2
	exit 1
}

cli="${TF_ACC_TERRAFORM_PATH:?names the CLI to install with}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# SHA256SUMS must list the provider's archives, their SBOMs and the manifest, with
# the right sums, and not the mock server.
sums="$(echo dist/*_SHA256SUMS)"
prefix="${sums%_SHA256SUMS}"
cp "$prefix"_*.zip "$folder"
cp terraform-registry-manifest.json "$folder/$(basename "$prefix")_manifest.json"
(cd "$folder" && sha256sum --quiet --strict -c <(grep -v '\.sbom\.json$' "$OLDPWD/$sums"))
[[ "$(ls "$folder")" == "$(awk '{ print $2 }' "$sums" | grep -v '\.sbom\.json$' | LC_ALL=C sort)" ]] || fail "$sums does not list these files: $(ls "$folder")"
ls dist/mockcloud_* >/dev/null || fail 'there is no archive of the mock server'

# The mirror is the only place that the CLI may install from.
make mirror-layout MIRROR="$folder/mirror" >/dev/null
mkdir "$folder/configuration" && cd "$folder/configuration"
cat >main.tf <<-'END'
	terraform {
	  required_providers {
	    cloudbackup = { source = "cloudbackup/cloudbackup" }
	  }
	}
END
cat >cli.tfrc <<-END
	provider_installation {
	  filesystem_mirror {
	    path = "$folder/mirror"
	  }
	}
END
export TF_CLI_CONFIG_FILE="$PWD/cli.tfrc"
"$cli" init >init.log 2>&1 || fail "$(cat init.log)"
"$cli" providers schema -json | grep -q cloudbackup_dbs_backup_plans || fail 'the installed provider has no schema'
grep -q '"h1:' .terraform.lock.hcl || fail 'the lock file has no checksum'
echo "$cli installed and started the provider from a mirror"
