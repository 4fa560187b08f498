#!/usr/bin/env bash
# Packs what compiling a package takes on the stand-in of a base image of this machine's
# architecture: g++, make, Python, and Node's headers where node-gyp keeps those that it downloaded.
# Usage: compilers.sh FILE.tar
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=base-image/nodejs/versions.sh
. "$here/base-image/nodejs/versions.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=$work/root
bash "$here/base-image/root.sh" "$(dpkg --print-architecture)" "$root" g++ make python3
ln -s gcc "$root/usr/bin/cc"
ln -s g++ "$root/usr/bin/c++"

case $(uname -m) in aarch64) cpu=arm64 ;; *) cpu=x64 ;; esac
headers=$root/root/.cache/node-gyp/$node_version
mkdir -p "$headers"
(cd "$work" && tar -xzf "$(npm pack --silent "node-linux-$cpu@$node_version")" \
  --no-same-owner --strip-components=1 -C "$headers" package/include)
# The version of this layout, by which node-gyp knows that all is there.
echo 11 >"$headers/installVersion"

tar -c -C "$root" --owner=0 --group=0 --numeric-owner -f "$1" usr root
