#!/usr/bin/env bash
# Fetches AWS's own Lambda runtime emulator, once for each version, and prints its folder. The
# package of the SAM CLI carries it for both architectures, static.
set -euo pipefail
version=1.170.0

cache=${ARC_CONTAINER_IMAGES_TOOLCHAIN_CACHE:-$HOME/.cache/arc-plugin-container-images-toolchain}
folder=$cache/emulator-$version
if [ ! -e "$folder" ]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/building-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --dest "$work" "aws-sam-cli==$version" >&2
  python3 -m zipfile -e "$work"/*.whl "$work/unpacked" >&2
  chmod +x "$work"/unpacked/samcli/local/rapid/aws-lambda-rie-*
  # Another process may have been quicker.
  mv -T "$work/unpacked/samcli/local/rapid" "$folder" || [ -e "$folder" ]
fi
echo "$folder"
