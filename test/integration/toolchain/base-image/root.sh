#!/usr/bin/env bash
# Unpacks a minimal Debian root of any architecture, with a private apt state, running nothing of
# it. Packages that are named come with all that they depend on.
# Usage: root.sh DEBIAN_ARCHITECTURE FOLDER [PACKAGE...]
set -euo pipefail
architecture=$1
root=$2
shift 2
# shellcheck source=../debian.sh
. "$(dirname "$0")/../debian.sh"
suite=$(debian_suite)

packages=(bash ca-certificates coreutils dash grep gzip libacl1 libattr1 libc6 libgcc-s1
  libgmp10 libpcre2-8-0 libselinux1 libstdc++6 libtinfo6 sed tar zlib1g)
# What coreutils of Debian 13 are linked with besides.
if [ "$suite" != bookworm ]; then packages+=(libcap2 libssl3t64 libzstd1); fi

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
mkdir -p "$state/debs/partial"
: >"$state/status"
private_apt "$state"
debian_source "$state/sources/root.sources" "$suite"
options=("${private_apt_options[@]}" -o "APT::Architecture=$architecture"
  -o "APT::Architectures=$architecture" -o "Dir::State::Status=$state/status")
apt-get "${options[@]}" update
(cd "$state/debs" && apt-get "${options[@]}" download "${packages[@]}")
if [ $# -gt 0 ]; then
  # Nothing counts as installed here, so apt fetches the whole of what they need.
  apt-get "${options[@]}" -o "Dir::Cache::Archives=$state/debs" \
    install --download-only --no-install-recommends --yes "$@"
fi

mkdir -p "$root"/{dev,etc/ssl/certs,opt,proc,root,sys,tmp,usr/bin,usr/lib,usr/lib64,usr/sbin,var}
chmod 1777 "$root/tmp"
for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$root/$folder"; done
for package in "$state"/debs/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner -C "$root"
done
rm -rf "$root"/usr/share/{doc,info,locale,man,bash-completion,lintian} "$root"/usr/lib/*/gconv
ln -sf dash "$root/usr/bin/sh"
# The machine's own bundle, which may trust more: RUN steps have to reach what the machine reaches.
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/root:/bin/sh\nsbx_user:x:993:990::/home/sbx_user:/bin/sh\n' \
  >"$root/etc/passwd"
printf 'root:x:0:\nsbx_user:x:990:\n' >"$root/etc/group"
: >"$root/etc/localtime"
