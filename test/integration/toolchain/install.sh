#!/usr/bin/env bash
# Installs what the integration suite runs on Debian 12 or 13: Docker with buildx, qemu for arm64,
# a registry, skopeo, buildah, compilers and the judges. Installs only what is missing, so a second
# run is quick. What cannot be had is named, and the tests that need it skip themselves.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf 'toolchain: %s\n' "$*"; }

if [ "$(uname)" != Linux ] || ! command -v apt-get >/dev/null; then
  say 'this is no Debian, so nothing is installed; tests skip what they lack'
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  say 'only root can install; tests skip what they lack'
  exit 0
fi
# shellcheck source=/dev/null
. /etc/os-release
codename=${VERSION_CODENAME:-}
export DEBIAN_FRONTEND=noninteractive

apt_get() {
  apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -qq "$@"
}

# COMMAND:PACKAGE pairs; only packages whose command is missing are asked for.
missing() {
  local pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair##*:}"
  done
}

mapfile -t packages < <(missing \
  docker-registry:docker-registry htpasswd:apache2-utils skopeo:skopeo buildah:buildah umoci:umoci \
  runc:runc jq:jq shellcheck:shellcheck aarch64-linux-gnu-g++:g++-aarch64-linux-gnu g++:g++ \
  cmake:cmake make:make python3:python3 xz:xz-utils openssl:openssl ip:iproute2 \
  unshare:util-linux update-binfmts:binfmt-support \
  autoreconf:autoconf automake:automake libtoolize:libtool)

if ! command -v qemu-aarch64-static >/dev/null && ! command -v qemu-aarch64 >/dev/null; then
  case $codename in
    bookworm) packages+=(qemu-user-static) ;;
    *) packages+=(qemu-user qemu-user-binfmt) ;;
  esac
fi
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)

has_buildx() {
  local folder
  for folder in "$HOME/.docker" /usr/local/lib/docker /usr/local/libexec/docker /usr/lib/docker \
    /usr/libexec/docker; do
    [ -x "$folder/cli-plugins/docker-buildx" ] && return 0
  done
  return 1
}
engine=()
command -v dockerd >/dev/null || engine+=(docker.io)
command -v docker >/dev/null || engine+=(docker-cli)
has_buildx || engine+=(docker-buildx)

# Debian 12's own Docker is older than buildx and the containerd image store, so these three come
# from Debian 13 there; the pin keeps everything else out, and the source goes away afterwards.
newer_source=/etc/apt/sources.list.d/arc-toolchain-trixie.sources
newer_pin=/etc/apt/preferences.d/arc-toolchain-trixie
with_newer_source() {
  local mirror
  mirror=$(apt-get indextargets --format "\$(REPO_URI)" \
    'Identifier: Packages' "Codename: $codename" 'Component: main' | head -n 1)
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' \
    "$mirror" /usr/share/keyrings/debian-archive-keyring.gpg >"$newer_source"
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: -10\n' >"$newer_pin"
  apt_get -o Dir::Etc::sourcelist="$newer_source" -o Dir::Etc::sourceparts=/dev/null \
    -o APT::Get::List-Cleanup=0 update
}
without_newer_source() { rm -f "$newer_source" "$newer_pin"; }

if [ "${#packages[@]}" -gt 0 ] || [ "${#engine[@]}" -gt 0 ]; then
  say "installing ${packages[*]} ${engine[*]}"
  apt_get update || say 'some package lists are out of reach; going on with those that are not'
  if [ "${#engine[@]}" -gt 0 ] && [ "$codename" = bookworm ]; then
    trap without_newer_source EXIT
    with_newer_source
    engine=("${engine[@]/%//trixie}")
    command -v containerd >/dev/null || engine+=(containerd/bookworm)
  elif [ "${#engine[@]}" -gt 0 ]; then
    command -v containerd >/dev/null || engine+=(containerd)
  fi
  apt_get install -y --no-install-recommends "${packages[@]}" "${engine[@]}" >/dev/null
  without_newer_source
fi

# Programs of arm64 run on this kernel through qemu; the F flag keeps that true inside containers.
binfmt=/proc/sys/fs/binfmt_misc
if [ "$(uname -m)" != aarch64 ]; then
  [ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt" || true
  if [ ! -e "$binfmt/qemu-aarch64" ] && [ -e /usr/lib/binfmt.d/qemu-aarch64.conf ]; then
    cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$binfmt/register" || true
  fi
  [ -e "$binfmt/qemu-aarch64" ] || update-binfmts --enable qemu-aarch64 || true
  grep -qs '^flags:.*F' "$binfmt/qemu-aarch64" ||
    say 'arm64 programs do not run here; tests of arm64 images skip themselves'
fi

# What takes longest is made now, side by side, so that no test's time limit has to allow for it.
bash judges.sh >/dev/null || say 'the judges cannot be had; their tests skip themselves' &
modules=$(cd ../../.. && pwd)/node_modules
if [ -d "$modules/execa" ]; then
  for kind in nodejs python; do
    PATH=$modules/.bin:$PATH node base-image.ts "$kind" ||
      say "the base image of $kind cannot be made" &
  done
fi
wait
say "ready after $SECONDS s"
