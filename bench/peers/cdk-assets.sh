#!/usr/bin/env bash
# cdk-assets as `cdk deploy` runs it. Of `cdk synth` only the manifest of assets is made, by what
# the folder holds, as CDK names an asset.
set -euo pipefail

"$PEERS/bundle.sh" docker/lancedb/functions

hash=$(find docker/lancedb -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-64)
mkdir -p cdk.out
cat >cdk.out/assets.json <<END
{
  "version": "36.0.0",
  "dockerImages": {
    "$hash": {
      "source": { "directory": "../docker/lancedb", "platform": "linux/arm64" },
      "destinations": {
        "current": { "repositoryName": "${REPOSITORY#*/}", "imageTag": "$hash", "region": "$AWS_REGION" }
      }
    }
  }
}
END
cdk-assets publish --path cdk.out
