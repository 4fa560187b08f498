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
# shellcheck source=debian.sh
. ./debian.sh
suite=$(debian_suite)
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
  autoreconf:autoconf automake:automake libtoolize:libtool chromium:chromium)

if ! command -v qemu-aarch64-static >/dev/null && ! command -v qemu-aarch64 >/dev/null; then
  case $suite in
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
# from Debian 13 there, through a state of apt's own; the pin keeps everything else out.
install_newer_engine() {
  local state
  state=$(mktemp -d)
  private_apt "$state"
  cp -r /etc/apt/sources.list.d/. "$state/sources/"
  [ ! -s /etc/apt/sources.list ] || cp /etc/apt/sources.list "$state/sources/machine.list"
  cp -r /etc/apt/preferences.d/. "$state/preferences/"
  debian_source "$state/sources/newer.sources" trixie
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: -10\n' >"$state/preferences/newer"
  apt-get "${private_apt_options[@]}" -o DPkg::Lock::Timeout=600 update
  apt-get "${private_apt_options[@]}" -o DPkg::Lock::Timeout=600 \
    install -y --no-install-recommends "$@" >/dev/null
  rm -rf "$state"
}

if [ "${#packages[@]}" -gt 0 ] || [ "${#engine[@]}" -gt 0 ]; then
  say "installing ${packages[*]} ${engine[*]}"
  apt_get update || say 'some package lists are out of reach; going on with those that are not'
  if [ "${#engine[@]}" -gt 0 ] && [ "$suite" = bookworm ]; then
    command -v containerd >/dev/null || packages+=(containerd)
    apt_get install -y --no-install-recommends "${packages[@]}" >/dev/null
    install_newer_engine "${engine[@]/%//trixie}"
  else
    command -v containerd >/dev/null || [ "${#engine[@]}" -eq 0 ] || engine+=(containerd)
    apt_get install -y --no-install-recommends "${packages[@]}" "${engine[@]}" >/dev/null
  fi
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
