# Agent memory: an example app whose functions need more than a zip can carry.
@app
agent-memory

@aws
runtime typescript
architecture arm64
timeout 30
memory 1024

@typescript
base-runtime nodejs24.x
sourcemaps staging
esbuild-config esbuild.config.cjs

@plugins
architect/plugin-typescript
memory-bucket
  src src/plugins/memory-bucket.ts
container-images
  src plugin/index.ts

@http
get /
any /api/streams/:workspaceId/:agentId/:secret

@scheduled
compact rate(1 day)

@static
false

@tables
agent-secrets
  workspaceId *String
  agentId **String

@container-images
any /api/streams/:workspaceId/:agentId/:secret lancedb
scheduled compact lancedb

@images
keep 10
lancedb
  builder embedded
  omit openai "@huggingface/transformers"
  bundle-packages all
