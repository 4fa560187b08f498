# shellcheck shell=bash
# What this Debian is, asked of apt and dpkg. os-release alone misleads: on a Debian 12 that was
# given some packages of 13 it may say trixie while apt knows bookworm only.

# The suite that this machine's C library comes from: what is compiled here runs on no older one.
debian_suite() {
  local libc
  libc=$(dpkg-query --show --showformat '${Version}' "libc6:$(dpkg --print-architecture)")
  if dpkg --compare-versions "$libc" ge 2.41; then echo trixie; else echo bookworm; fi
}

# The first Debian archive among apt's sources; any suite can be had from it.
debian_mirror() {
  local mirror
  mirror=$(apt-get indextargets --format "\$(REPO_URI)" \
    'Identifier: Packages' 'Origin: Debian' 'Component: main' | head -n 1)
  # The origin is known only after an update.
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format "\$(REPO_URI)" \
    'Identifier: Packages' 'Component: main' | head -n 1)
  [ -n "$mirror" ] || {
    echo 'apt has no source with a component main: add Debian to /etc/apt/sources.list.d' >&2
    return 1
  }
  echo "$mirror"
}

# Writes the source of one suite: debian_source FILE SUITE
debian_source() {
  local mirror
  mirror=$(debian_mirror)
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
    "$mirror" "$2" /usr/share/keyrings/debian-archive-keyring.gpg >"$1"
}

# A state of apt's own in a folder: private_apt FOLDER, with sources in FOLDER/sources and pins in
# FOLDER/preferences. Nothing of it is in /etc/apt, where another program would meet it.
# Sets the array private_apt_options.
private_apt() {
  mkdir -p "$1"/{sources,preferences,lists/partial,cache/archives/partial}
  # shellcheck disable=SC2034
  private_apt_options=(-qq -o APT::Sandbox::User=root -o Acquire::Retries=3
    -o Acquire::Languages=none -o Dir::Etc::SourceList=/dev/null
    -o "Dir::Etc::SourceParts=$1/sources" -o Dir::Etc::Preferences=/dev/null
    -o "Dir::Etc::PreferencesParts=$1/preferences"
    -o "Dir::State::Lists=$1/lists" -o "Dir::Cache=$1/cache")
}
