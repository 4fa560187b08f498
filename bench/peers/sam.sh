#!/usr/bin/env bash
# SAM, with buildkit, since the Dockerfile has stages for two platforms.
set -euo pipefail

"$PEERS/bundle.sh" docker/lancedb/functions

sam build --use-buildkit --template sam.yaml
sam deploy --stack-name bench --image-repository "$REPOSITORY" --capabilities CAPABILITY_IAM \
  --no-confirm-changeset --no-fail-on-empty-changeset
