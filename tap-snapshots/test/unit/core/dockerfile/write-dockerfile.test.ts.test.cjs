/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with packages that fetch for any architecture > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Runs on the building machine's own platform: packages are fetched for another, without emulation.
FROM --platform=$BUILDPLATFORM \${BASE} AS dependencies
ARG TARGETARCH
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    cpu=$TARGETARCH; if [ "$cpu" = amd64 ]; then cpu=x64; fi; \\
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --os=linux --cpu="$cpu" --libc=glibc && \\
    npm_config_platform=linux npm_config_arch="$cpu" npm_config_libc=glibc npm rebuild --ignore-scripts=false --foreground-scripts ffmpeg-static && \\
    rm -rf node_modules/.bin

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY fonts \${LAMBDA_TASK_ROOT}/fonts
COPY model.onnx \${LAMBDA_TASK_ROOT}/model.onnx
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`

exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with packages that fetch for where they run > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Runs on the function's platform, on another machine's under emulation: scripts build for where
# they run.
FROM \${BASE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund && \\
    npm rebuild --ignore-scripts=false --foreground-scripts @prisma/client && \\
    rm -rf node_modules/.bin

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`

exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with packages to compile > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Runs on the function's platform, on another machine's under emulation: scripts build for where
# they run.
FROM \${BASE} AS dependencies
ARG TOOLCHAIN="dnf install -y gcc-c++ make python3"
RUN eval "\${TOOLCHAIN}"
WORKDIR /build
COPY package.json package-lock.json ./
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund && \\
    npm rebuild --ignore-scripts=false --foreground-scripts better-sqlite3 @scope/tool && \\
    node -e 'if (!fs.readdirSync("node_modules/better-sqlite3", { recursive: true }).some((file) => file.endsWith(".node"))) throw "better-sqlite3 has no .node file"' && \\
    rm -rf node_modules/.bin node_modules/openai node_modules/@huggingface/transformers

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`

exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with patches of its own > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Runs on the function's platform, on another machine's under emulation: scripts build for where
# they run.
FROM \${BASE} AS dependencies
WORKDIR /build
COPY . ./
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    npm ci --ignore-scripts --no-audit --no-fund && \\
    npx --no patch-package && \\
    npm prune --omit=dev --ignore-scripts && \\
    rm -rf node_modules/.bin

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`

exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with pnpm and an old Node > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:18

# Runs on the function's platform, on another machine's under emulation: scripts build for where
# they run.
FROM \${BASE} AS dependencies
ARG TOOLCHAIN="yum install -y gcc-c++ make python3"
RUN eval "\${TOOLCHAIN}"
RUN npm install --global pnpm@10
WORKDIR /build
COPY package.json pnpm-lock.yaml ./
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    pnpm install --frozen-lockfile --prod --ignore-scripts --config.node-linker=hoisted && \\
    npm rebuild --ignore-scripts=false --foreground-scripts canvas && \\
    node -e 'if (!fs.readdirSync("node_modules/canvas", { recursive: true }).some((file) => file.endsWith(".node"))) throw "canvas has no .node file"' && \\
    rm -rf node_modules/.bin

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`

exports[`test/unit/core/dockerfile/write-dockerfile.test.ts > TAP > a Dockerfile for an image with scripts of its own > must match snapshot 1`] = `
# Printed by 'arc-images dockerfile db'; from here on it is yours.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Runs on the function's platform, on another machine's under emulation: scripts build for where
# they run.
FROM \${BASE} AS dependencies
WORKDIR /build
COPY . ./
# A private registry: 'secret id=npmrc,src=.npmrc' in @images.
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc \\
    npm ci --ignore-scripts --no-audit --no-fund && \\
    npm run postinstall && \\
    npm prune --omit=dev --ignore-scripts && \\
    rm -rf node_modules/.bin

FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/

`
