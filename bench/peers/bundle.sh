#!/usr/bin/env bash
# bundle.sh FOLDER: the function's code as one file, as every peer ships it.
set -euo pipefail
exec node_modules/.bin/esbuild src/http/any-search/index.js --bundle --platform=node \
  --target=node24 --minify --external:@lancedb/lancedb --log-level=warning \
  --outfile="$1/any-search/index.js"
