#!/usr/bin/env bash
# docker buildx by hand. With CACHE, a place in the registry, layers of the build are kept there.
set -euo pipefail

"$PEERS/bundle.sh" docker/lancedb/functions

cache=()
if [ -n "${CACHE:-}" ]; then
  cache=(--cache-from "type=registry,ref=$CACHE"
    --cache-to "type=registry,ref=$CACHE,mode=max,image-manifest=true,oci-mediatypes=true")
fi
docker buildx build --platform linux/arm64 --provenance=false --sbom=false "${cache[@]}" \
  --tag "$REPOSITORY:latest" --push docker/lancedb
