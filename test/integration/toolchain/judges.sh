#!/usr/bin/env bash
# Installs the judges from outside, once for each set of versions, and prints their folder:
# aws-sam-translator, cfn-lint, moto, spdx-tools and zizmor in a Python environment, actionlint beside them where Go is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
actionlint=v1.7.12
# Where Go's own installer puts it, and no shell looks by itself.
PATH=$PATH:/usr/local/go/bin

cache=${ARC_CONTAINER_IMAGES_TOOLCHAIN_CACHE:-$HOME/.cache/arc-plugin-container-images-toolchain}
python=$(python3 -c 'import sys; print(".".join(map(str, sys.version_info[:3])))')
key=$(cat "$here/judges/requirements.txt" <(echo "$python $actionlint") | sha256sum | cut -c 1-16)
folder=$cache/judges-$key

# One install at a time; who waited finds the other's.
mkdir -p "$cache"
exec 9>"$cache/judges.lock"
flock 9
if [ ! -e "$folder/complete" ]; then
  rm -rf "$folder"
  if command -v go >/dev/null; then
    GOBIN=$folder/bin go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint" >&2 9>&- ||
      echo 'toolchain: actionlint cannot be had' >&2 &
  else
    echo 'toolchain: no Go here, so no actionlint' >&2
  fi
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$here/judges/requirements.txt" >&2 ||
    "$folder/bin/pip" install --quiet --requirement "$here/judges/requirements.txt" >&2
  wait
  touch "$folder/complete"
fi
echo "$folder"
