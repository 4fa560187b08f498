#!/usr/bin/env bash
# What one would write around crane: a layer of packages, made again when the lockfile changed, and
# a layer of the bundle, both the same bytes for the same files.
set -euo pipefail

# pack FOLDER FILE: FOLDER as /var/task
pack() {
  tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --directory "$1" --transform 's,^\.,var/task,' . | gzip --no-name >"$2"
}

mkdir -p build
packages=build/packages-$(sha256sum <docker/lancedb/package-lock.json | cut -c 1-16).tar.gz
if [ ! -e "$packages" ]; then
  rm -rf build/packages
  mkdir build/packages
  cp docker/lancedb/package.json docker/lancedb/package-lock.json build/packages
  npm ci --prefix build/packages --omit=dev --ignore-scripts --no-audit --no-fund \
    --os=linux --cpu=arm64 --libc=glibc
  rm -rf build/packages/package*.json build/packages/node_modules/{.bin,.package-lock.json} \
    build/packages/node_modules/{openai,@huggingface,@img,sharp,onnxruntime-*}
  pack build/packages "$packages"
fi

"$PEERS/bundle.sh" build/functions
pack build/functions build/functions.tar.gz

crane append --platform linux/arm64 --base "$BASE" --new_layer "$packages" \
  --new_layer build/functions.tar.gz --new_tag "$REPOSITORY:latest"
