#!/usr/bin/env bash
# Installs the tools that the plugin is measured against, once for each version, into a folder of
# the cache, and prints it. What cannot be had is named on stderr; the rest goes on.
set -euo pipefail
crane=v0.22.1
cdk_assets=4.7.3
sam=1.170.0

cache=${ARC_CONTAINER_IMAGES_TOOLCHAIN_CACHE:-$HOME/.cache/arc-plugin-container-images-toolchain}
folder=$cache/peers-$crane-$cdk_assets-$sam
mkdir -p "$folder/bin"
# One install at a time; who waited finds the other's.
exec 9>"$cache/peers.lock"
flock 9

install_crane() {
  GOBIN=$folder/bin go install "github.com/google/go-containerregistry/cmd/crane@$crane"
}
install_cdk_assets() {
  npm install --prefix "$folder/cdk" --no-audit --no-fund --ignore-scripts "cdk-assets@$cdk_assets"
  ln -sf ../cdk/node_modules/.bin/cdk-assets "$folder/bin/cdk-assets"
}
install_sam() {
  python3 -m venv "$folder/sam"
  "$folder/sam/bin/pip" install --quiet --disable-pip-version-check "aws-sam-cli==$sam"
  ln -sf ../sam/bin/sam "$folder/bin/sam"
}

for tool in crane cdk-assets sam; do
  [ -e "$folder/bin/$tool" ] || "install_${tool//-/_}" >&2 9>&- ||
    echo "$tool cannot be had" >&2
done
echo "$folder/bin"
