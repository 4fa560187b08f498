import t from 'tap'

import type { ArchivedEntry } from '../../../../plugin/core/image/archived-entry.ts'
import { treeOf } from '../../../../plugin/core/image/image-tree.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import {
  indexFault,
  knownEntryPoint,
  type ServedImage,
  verifyImage,
} from '../../../../plugin/core/image/verify.ts'
import type { Descriptor } from '../../../../plugin/oci/descriptor.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../../plugin/oci/media-types.ts'
import { plannedFunction, plannedImage } from '../../../stand-in/inputs/planned-image.ts'

const image = plannedImage({
  base: 'registry.example/base:1',
  functions: [
    ['http', 'get /', 'http/get-index'],
    ['scheduled', 'compact', 'scheduled/compact'],
  ].map(([pragma = '', name = '', folder = '']) =>
    plannedFunction({ logicalId: name, pragma, name, folder, command: `${folder}/index.handler` }),
  ),
})

const uri = 'repo@sha256:1'
const part = (mediaType: string): Descriptor => ({ mediaType, digest: digestOf(''), size: 0 })
const { oci, docker } = mediaTypes
const manifest = {
  schemaVersion: 2 as const,
  mediaType: oci.manifest,
  config: part(oci.config),
  layers: [part(oci.layer), part(oci.layer)],
}
const start: ArchivedEntry = {
  path: 'usr/bin/start',
  kind: 'file',
  allowed: 5,
  program: { format: 'elf', machine: 'arm64' },
}
const tree = (...files: readonly string[]) =>
  treeOf([[start, ...files.map((path) => ({ path, kind: 'file' as const, allowed: 4 }))]])
const served: ServedImage = {
  uri,
  manifest,
  config: {
    architecture: 'arm64',
    os: 'linux',
    config: { Entrypoint: ['/usr/bin/start', '--fast'] },
    rootfs: { type: 'layers', diff_ids: [digestOf('a'), digestOf('b')] },
  },
  tree: tree('var/task/http/get-index/index.cjs', 'var/task/scheduled/compact/index.js'),
  uncompressedSize: 10 * 2 ** 30,
}

t.test("a sound image gives its base's own entry point", (t) => {
  t.strictSame(verifyImage(image, served).entryPoint, ['/usr/bin/start', '--fast'])
  const config = part(docker.config)
  const layers = [part(docker.layer), part(docker.layer)]
  const other = { ...manifest, mediaType: docker.manifest, config, layers }
  const docked = verifyImage(image, { ...served, manifest: other })
  t.strictSame(docked, { entryPoint: ['/usr/bin/start', '--fast'], notes: [] })
  t.end()
})

const refused =
  "'The image manifest, config or layer media type for the source image is not supported.'"
const platform = (architecture: string) => ({
  ...part(oci.manifest),
  platform: { os: 'linux', architecture },
})
const attestation = {
  ...part(oci.manifest),
  platform: { os: 'unknown', architecture: 'unknown' },
  annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
}
const index = (...manifests: readonly Descriptor[]) => ({
  schemaVersion: 2 as const,
  mediaType: oci.index,
  manifests,
})
const types =
  'Use gzip layers, and one family of types, OCI or Docker schema 2, in the whole image.'

const faults: Readonly<Record<string, readonly [Partial<ServedImage>, string, string]>> = {
  'a layer that is not gzip': [
    { manifest: { ...manifest, layers: [part('application/vnd.oci.image.layer.v1.tar+zstd')] } },
    'IMAGE_MEDIA_TYPE_UNSUPPORTED',
    `${uri} is a manifest of ${oci.manifest} with parts that Lambda does not take in one: application/vnd.oci.image.layer.v1.tar+zstd. It would answer ${refused} ${types}`,
  ],
  'two families': [
    { manifest: { ...manifest, config: part(docker.config) } },
    'IMAGE_MEDIA_TYPE_UNSUPPORTED',
    `${uri} is a manifest of ${oci.manifest} with parts that Lambda does not take in one: ${docker.config}. It would answer ${refused} ${types}`,
  ],
  'a manifest of another kind': [
    {
      manifest: { ...manifest, mediaType: 'application/vnd.docker.distribution.manifest.v1+json' },
    },
    'IMAGE_MEDIA_TYPE_UNSUPPORTED',
    `${uri} is a manifest of application/vnd.docker.distribution.manifest.v1+json, which Lambda does not take. It would answer ${refused} ${types}`,
  ],
  'a config that lists too few layers': [
    {
      config: { ...served.config, rootfs: { type: 'layers', diff_ids: [digestOf('a')] } },
    },
    'IMAGE_LAYERS_UNFIT',
    `${uri}: it has 2 layers, and its config tells of 1 (rootfs.diff_ids), so Lambda could not put it together. See whether its base registry.example/base:1 has the same fault.`,
  ],
  'another architecture': [
    { config: { ...served.config, architecture: 'amd64' } },
    'IMAGE_PLATFORM_WRONG',
    `${uri} is for linux/amd64, but 'get /', 'scheduled compact' run on linux/arm64: every call would end in 'exec format error' (Runtime.InvalidEntrypoint). Something else than this plugin pushed it. Deploy again, and it is built anew.`,
  ],
  'another system': [
    { config: { ...served.config, os: 'windows' } },
    'IMAGE_PLATFORM_WRONG',
    `${uri} is for windows/arm64, but 'get /', 'scheduled compact' run on linux/arm64: every call would end in 'exec format error' (Runtime.InvalidEntrypoint). Something else than this plugin pushed it. Deploy again, and it is built anew.`,
  ],
  'code that is not there': [
    { tree: tree('var/task/http/get-index/index.js', 'var/task/scheduled/compact/index.json') },
    'IMAGE_HANDLER_MISSING',
    `${uri} does not hold the code of 'scheduled compact': there is no /var/task/scheduled/compact/index with .js, .mjs or .cjs. Every call would end in Runtime.ImportModuleError. Something else than this plugin pushed it. Deploy again, and it is built anew.`,
  ],
  'too much': [
    { uncompressedSize: 10.5 * 2 ** 30 },
    'IMAGE_TOO_LARGE',
    `${uri} is at least 10.50 GiB uncompressed, and Lambda takes 10 GiB at most: it would answer 'Uncompressed container image size exceeds 10 GiB limit'. Leave packages out with 'omit', or choose a smaller base.`,
  ],
  'no entry point': [
    { config: { ...served.config, config: { Entrypoint: null } } },
    'IMAGE_ENTRY_POINT_MISSING',
    `${uri} names no entry point, so Lambda would not know what to start ("Couldn't find valid bootstrap(s)"). Its base is registry.example/base:1: take one that has a Lambda runtime client as its ENTRYPOINT, such as public.ecr.aws/lambda/nodejs.`,
  ],
}

for (const [name, [change, code, message]] of Object.entries(faults)) {
  t.test(`a fault: ${name}`, (t) => {
    t.throws(() => verifyImage(image, { ...served, ...change }), { code, message })
    t.end()
  })
}

t.test('a fault: an index', (t) => {
  const ours = `and Lambda takes one image only: it would answer ${refused} Something else than this plugin pushed it. Deploy again, and it is built anew.`
  const said = (...manifests: readonly Descriptor[]) => indexFault(image, uri, index(...manifests))
  const attested = said(platform('arm64'), attestation)
  t.equal(attested.code, 'IMAGE_IS_INDEX')
  t.equal(
    attested.message,
    `${uri} is an index (${oci.index}) of linux/arm64 and 1 attestation, ${ours}`,
  )
  t.equal(
    said(platform('arm64'), platform('amd64')).message,
    `${uri} is an index (${oci.index}) of linux/arm64, linux/amd64, ${ours}`,
  )
  t.end()
})

t.test('an image of a Dockerfile: what Docker was asked for', (t) => {
  const definition = {
    kind: 'dockerfile' as const,
    directory: '/app/docker/img',
    appDirectory: '/app',
    dockerfile: '/app/docker/img/Dockerfile',
    context: '/app/docker/img',
    embeddable: false,
    settings: { buildArgs: [], secrets: [], ssh: [], cacheFrom: [], cacheTo: [] },
  }
  const said = (change: Partial<ServedImage>): string => {
    try {
      verifyImage({ ...image, definition }, { ...served, ...change })
      return ''
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
  }
  const look = "see which 'docker' comes first on PATH, and what 'docker buildx version' says."
  t.match(
    indexFault({ ...image, definition }, uri, index(platform('arm64'), attestation)).message,
    `Docker was asked for one image without attestations (--provenance=false --sbom=false): ${look}`,
  )
  t.match(
    said({ config: { ...served.config, architecture: 'amd64' } }),
    `Docker was asked for --platform=linux/arm64: ${look}`,
  )
  t.match(said({ tree: tree() }), "docker/img/Dockerfile end in 'COPY --from=functions")
  t.match(
    said({ uncompressedSize: 10 * 2 ** 30 + 1 }),
    'What a step of docker/img/Dockerfile adds stays in its layer',
  )
  t.notMatch(said({ uncompressedSize: 11 * 2 ** 30 }), 'omit', "which is the embedded builder's")
  t.end()
})

t.test('an image may be of unknown size', (t) => {
  const { uncompressedSize: _size, ...unmeasured } = served
  t.doesNotThrow(() => verifyImage(image, unmeasured))
  t.end()
})

t.test("AWS's own bases are known without asking", (t) => {
  t.strictSame(knownEntryPoint('public.ecr.aws/lambda/nodejs:24'), ['/lambda-entrypoint.sh'])
  t.equal(knownEntryPoint('node:24'), undefined)
  t.end()
})

t.test('what the environment loads is looked for in the layers', (t) => {
  const [first] = image.functions
  if (first === undefined) throw new Error('no function')
  const withVariables = (environment: Readonly<Record<string, unknown>>): PlannedImage => ({
    ...image,
    functions: [{ ...first, environment }],
  })
  const wrapped = withVariables({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap' })
  const seen = (allowed: number) => ({
    ...served,
    tree: treeOf([
      [start, { path: 'var/task/http/get-index/index.cjs', kind: 'file', allowed: 4 }],
      [
        { path: 'opt/bin/wrap', kind: 'file', allowed },
        { path: 'opt/wrap', kind: 'symlink', target: 'bin/wrap', allowed: 7 },
      ],
    ]),
  })
  t.strictSame(verifyImage(wrapped, seen(5)).notes, [])
  t.throws(() => verifyImage(wrapped, seen(4)), {
    code: 'ENVIRONMENT_FILE_MISSING',
    message: '/opt/wrap is not executable there',
  })
  t.throws(() => verifyImage(wrapped, served), { message: 'the image has no /opt/wrap' })
  const options = withVariables({ NODE_OPTIONS: '-r ./tracing' })
  t.throws(() => verifyImage(options, served), { message: 'the image has no /var/task/tracing' })
  t.end()
})
