# shellcheck shell=bash
# What making any kind of base image begins with: the names of its architecture, a work folder, and
# layers. For KIND/build.sh, whose arguments are arm64|x86_64 FOLDER.
# shellcheck disable=SC2034
here=$(cd "$(dirname "$0")" && pwd)
base_image=$(dirname "$here")
architecture=$1
out=$2
kind=$(basename "$here")

case $architecture in
  arm64) debian=arm64 npm_architecture=arm64 triplet=aarch64-linux-gnu ;;
  x86_64) debian=amd64 npm_architecture=x64 triplet=x86_64-linux-gnu ;;
  *) echo "unknown architecture $architecture" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
say() { printf 'base-image %s %s: %s after %s s\n' "$kind" "$architecture" "$1" "$SECONDS"; }

# A folder's content as a layer by Lambda's rules, the same bytes every time.
layer() {
  (cd "$1" && find . -mindepth 1 -maxdepth 1 -printf '%P\0' | LC_ALL=C sort -z |
    tar -c --null -T - --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
      --hard-dereference --format=pax \
      --pax-option=delete=atime,delete=ctime) | gzip -n -6 >"$out/$2.tar.gz"
  say "layer $2, $(stat -c %s "$out/$2.tar.gz") bytes,"
}
