#!/usr/bin/env bash
# Makes the layers of a Lambda Node base image for one architecture out of packages: system, node
# and runtime. AWS's runtime client is cross-built, so nothing of the image runs here.
# Usage: build.sh arm64|x86_64 FOLDER  ->  FOLDER/{system,node,runtime}.tar.gz, FOLDER/tag
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../layers.sh
. "$(dirname "$0")/../layers.sh"
# shellcheck source-path=SCRIPTDIR source=versions.sh
. "$here/versions.sh"

system() {
  bash "$base_image/root.sh" "$debian" "$work/system"
  layer "$work/system" system
}

node() {
  local lang=$work/node-layer/var/lang
  mkdir -p "$lang/bin" "$lang/etc" "$lang/lib/node_modules/npm"
  echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >"$lang/etc/npmrc"
  install -m 755 "$work/node/package/bin/node" "$lang/bin/node"
  (cd "$work" && tar -xzf "$(npm pack --silent "npm@$npm_version")" --strip-components=1 \
    --no-same-owner -C "$lang/lib/node_modules/npm")
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$lang/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$lang/bin/npx"
  chmod -R u=rwX,go=rX "$lang"
  layer "$work/node-layer" node
}

# The host's own install script, told to use another compiler where the image is not of this kind.
runtime_client() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/arc-plugin-container-images-test
  if [ "$(uname -m)" = "${triplet%%-*}" ]; then
    sh "$base_image/../install-ric.sh" "$ric_version" "$cache"
  else
    env QEMU_LD_PREFIX="/usr/$triplet" CC="$triplet-gcc" CXX="$triplet-g++" AR="$triplet-ar" \
      RANLIB="$triplet-ranlib" STRIP="$triplet-strip" LINK="$triplet-g++" \
      npm_config_arch="$npm_architecture" npm_config_nodedir="$work/node/package" \
      sh "$base_image/../install-ric.sh" "$ric_version" "$cache/$architecture"
  fi
}

runtime() {
  local runtime=$work/runtime-layer/var/runtime client
  client=$(runtime_client 2>"$work/ric.log" | tail -n 1) ||
    { tail -n 40 "$work/ric.log" >&2; return 1; }
  say 'runtime client'
  mkdir -p "$runtime" "$work/runtime-layer/var/task" "$work/sdk"
  install -m 755 "$base_image/lambda-entrypoint.sh" "$work/runtime-layer/lambda-entrypoint.sh"
  install -m 755 "$here/bootstrap" "$runtime/bootstrap"
  install -m 644 "$client/node_modules/aws-lambda-ric/index.mjs" \
    "$client/node_modules/aws-lambda-ric/rapid-client.node" "$runtime"
  # shellcheck disable=SC2086
  (cd "$work/sdk" && echo '{"private":true}' >package.json &&
    npm install --silent --no-audit --no-fund --ignore-scripts $sdk_packages >/dev/null)
  mv "$work/sdk/node_modules" "$runtime/node_modules"
  rm -rf "$runtime/node_modules/.bin" "$runtime/node_modules/.package-lock.json"
  chmod -R u=rwX,go=rX "$work/runtime-layer"
  layer "$work/runtime-layer" runtime
}

system &
system_job=$!
(cd "$work" && mkdir node && tar -xzf \
  "$(npm pack --silent "node-linux-$npm_architecture@$node_version")" --no-same-owner -C node)
say 'node package'
node &
node_job=$!
runtime
wait "$system_job"
wait "$node_job"
echo "${node_version%%.*}" >"$out/tag"
