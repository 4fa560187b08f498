#!/usr/bin/env bash
# Makes the layers of a Lambda Python base image for one architecture out of packages: system, with
# Debian's Python, and runtime, with AWS's runtime client and pip. Nothing of the image runs here.
# Usage: build.sh arm64|x86_64 FOLDER  ->  FOLDER/{system,runtime}.tar.gz, FOLDER/tag
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../layers.sh
. "$(dirname "$0")/../layers.sh"
# shellcheck source-path=SCRIPTDIR source=versions.sh
. "$here/versions.sh"

# A pip of its own, since the machine's may be missing or refuse.
python3 -m venv "$work/venv" &
pip_job=$!

bash "$base_image/root.sh" "$debian" "$work/system" python3
version=$(basename "$(readlink "$work/system/usr/bin/python3")")
version=${version#python}
# AWS's image lets pip install beside the packages of the system.
rm -f "$work/system/usr/lib/python$version/EXTERNALLY-MANAGED"
say "Python $version"
layer "$work/system" system &
system_job=$!

# Wheels for the image's Python and processor, whatever the machine's are.
take_wheels() {
  local target=$1 platform=${triplet%%-*}
  shift
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --no-deps \
    --only-binary :all: --implementation cp --python-version "$version" \
    --platform "manylinux2014_$platform" --platform "manylinux_2_28_$platform" \
    --target "$target" "$@"
}

root=$work/runtime-layer
runtime=$root/var/runtime lang=$root/var/lang
packages=$root/usr/local/lib/python$version/dist-packages
mkdir -p "$runtime" "$lang/bin" "$root/var/task"
install -m 755 "$base_image/lambda-entrypoint.sh" "$root/lambda-entrypoint.sh"
install -m 755 "$here/bootstrap" "$runtime/bootstrap"
install -m 644 "$here/bootstrap.py" "$runtime/bootstrap.py"
for name in python python3 "python$version"; do
  ln -s "../../../usr/bin/python$version" "$lang/bin/$name"
done
# shellcheck disable=SC2016
printf '#!/bin/sh\nexec /var/lang/bin/python3 -m pip "$@"\n' | tee "$lang/bin/pip" >"$lang/bin/pip3"
chmod 755 "$lang/bin/pip" "$lang/bin/pip3"
wait "$pip_job"
# shellcheck disable=SC2086
take_wheels "$runtime" $ric_packages
take_wheels "$packages" "pip==$pip_version"
say 'runtime client'
rm -rf "${packages:?}/bin" "${runtime:?}/bin"
chmod -R u=rwX,go=rX "$root"
layer "$root" runtime
wait "$system_job"
echo "$version" >"$out/tag"
