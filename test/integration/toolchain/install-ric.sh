#!/bin/sh
# Installs AWS's own Lambda runtime client with its native part, once a version, and prints the
# folder that holds its node_modules. Usage: install-ric.sh VERSION [CACHE_FOLDER]
# Debian 12 needs: cmake g++ make python3 xz-utils, for 3.x also autoconf automake libtool;
# missing ones are installed with apt-get where this user may.
set -eu

version=$1
cache=${2:-${XDG_CACHE_HOME:-$HOME/.cache}/arc-plugin-container-images-test}
folder=$cache/aws-lambda-ric-$version-$(uname -m)-node$(node -p process.versions.modules)

if [ -f "$folder/complete" ]; then
  echo "$folder"
  exit 0
fi

if [ "$(uname)" != Linux ]; then
  echo "aws-lambda-ric builds its native part on Linux only; this is $(uname)" >&2
  exit 2
fi

needed=
for pair in cmake:cmake g++:g++ make:make python3:python3 xz:xz-utils \
  autoreconf:autoconf automake:automake libtoolize:libtool; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || needed="$needed ${pair##*:}"
done
if [ -n "$needed" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "aws-lambda-ric needs these packages first:$needed" >&2
    exit 2
  fi
  apt-get update >&2
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $needed >&2
fi

# A build of its own that is moved into place whole, so that a broken one is never found again.
mkdir -p "$cache"
build=$(mktemp -d "$cache/building-XXXXXX")
trap 'rm -rf "$build"' EXIT
(
  cd "$build"
  printf '{"name":"aws-lambda-ric-host","private":true}\n' >package.json
  npm install --no-audit --no-fund --foreground-scripts "aws-lambda-ric@$version"
) >&2
: >"$build/complete"
rm -rf "$folder"
mv "$build" "$folder"
echo "$folder"
