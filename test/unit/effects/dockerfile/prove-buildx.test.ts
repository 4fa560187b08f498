import t from 'tap'

import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { neededImages } from '../../../../plugin/core/dockerfile/needed-images.ts'
import { readStages } from '../../../../plugin/core/dockerfile/read-stages.ts'
import { openBaseImages, resolveBaseImage } from '../../../../plugin/effects/base/base-image.ts'
import type { IdentifiedBuild } from '../../../../plugin/effects/dockerfile/build-fingerprint.ts'
import { proveBuildx } from '../../../../plugin/effects/dockerfile/prove-buildx.ts'
import { settleDefinition } from '../../../../plugin/effects/dependencies/settle-definition.ts'
import { publishEmbedded } from '../../../../plugin/effects/embedded/publish-embedded.ts'
import { openRepository } from '../../../../plugin/effects/registry/open-repository.ts'
import { digestOf } from '../../../../plugin/oci/digest.ts'
import { platformOf } from '../../../../plugin/oci/platform.ts'
import { pushBaseImage } from '../../../stand-in/inputs/base-image.ts'
import { type Planting, plantImage, replaced } from '../../../stand-in/inputs/plant-image.ts'
import { startRegistry } from '../../../stand-in/registry/index.ts'

const registry = await startRegistry({ lambdaRules: false })
t.teardown(() => registry.close())
const { reference } = await pushBaseImage({ registry })
const cacheDirectory = t.testdir({ docker: { 'package.json': '{}' } })
const repository = openRepository({ uri: `${registry.host}/app` })
const resolveBase = openBaseImages()
const code = 'exports.handler = async () => "good"\n'
const bundle = {
  files: [
    {
      path: 'var/task/http/get-index/index.cjs',
      source: { kind: 'bytes' as const, bytes: Buffer.from(code) },
      executable: false,
    },
  ],
  digest: digestOf(code),
  notes: [],
}
const image: PlannedImage = {
  name: 'db',
  architecture: 'arm64',
  nodeVersion: 24,
  base: reference,
  definition: { kind: 'package', directory: `${cacheDirectory}/docker`, packageManager: 'npm' },
  settings: {
    define: [],
    defineSecret: [],
    external: [],
    include: [],
    exclude: [],
    omit: [],
    scriptsNotNeeded: [],
    startCheck: 'off',
  },
  functions: [],
}
const base = await resolveBaseImage(reference, platformOf('arm64'))
// Of the same layers as a build of the Dockerfiles below would have.
const { digest } = await publishEmbedded({
  image,
  definition: await settleDefinition(image),
  bundle,
  base,
  repository,
  tag: 'built',
  cacheDirectory,
  progress: () => undefined,
})

function buildOf(...lines: readonly string[]): IdentifiedBuild {
  const text = [`FROM ${reference}`, ...lines].join('\n')
  const options = { file: 'Dockerfile', platform: 'linux/arm64' }
  const stages = readStages(text, { ...options, buildArguments: new Map() })
  const directory = cacheDirectory
  return {
    definition: {
      kind: 'dockerfile',
      directory,
      dockerfile: 'Dockerfile',
      context: directory,
      appDirectory: directory,
      embeddable: false,
      settings: { buildArgs: [], secrets: [], ssh: [], cacheFrom: [], cacheTo: [] },
    },
    text,
    needed: neededImages(stages, { ...options, target: undefined }),
    buildArguments: new Map(),
    extraArguments: [],
    secretValues: [],
    digest: digestOf(text),
    rules: [],
    bases: new Map([[reference, base.digest]]),
  }
}

const copy = 'COPY --from=functions / ${LAMBDA_TASK_ROOT}/'
const simple = buildOf('RUN make', copy)

async function prove(tag: string, build = simple): Promise<readonly string[]> {
  const served = await repository.getManifest(tag)
  if (served === undefined) throw new Error(`no ${tag}`)
  const input = { image, bundle, repository, tag }
  return proveBuildx(input, served, build, { resolveBase, cacheDirectory })
}

t.test('what cannot be proven is said', async (t) => {
  t.strictSame(await prove('built'), [
    "db was found under its tag and not built here. Its tag is believed in this: what the Dockerfile's own steps wrote",
  ])
  const wider = buildOf(copy, 'RUN minify')
  await plantImage(repository, {
    from: digest,
    tag: 'minified',
    layer: { at: -1, change: (tar) => replaced(tar, '"good"', '"fine"') },
  })
  t.match(await prove('minified', wider), [/index\.cjs, which steps after .* may have changed$/])
  const otherZlib = { at: -2, change: (tar: Buffer) => tar }
  await plantImage(repository, { from: digest, tag: 'zlib', layer: otherZlib })
  await t.resolves(prove('zlib'), 'docker may compress the layers of a base anew')
})

const attacks: Record<string, [Omit<Planting, 'from' | 'tag'>, RegExp]> = {
  code: [
    { layer: { at: -1, change: (tar) => replaced(tar, 'good', 'evil') } },
    /\/var\/task\/http\/get-index\/index\.cjs is not the function's own/,
  ],
  base: [
    { layer: { at: -2, change: (tar) => Buffer.concat([tar, Buffer.alloc(512)]) } },
    /it does not start from .*@sha256:/,
  ],
  entry: [
    { config: (config) => changed(config, { Entrypoint: ['/tmp/x'] }) },
    /its entry point is \["\/tmp\/x"\]/,
  ],
  variable: [
    { config: (config) => changed(config, { Env: ['LD_PRELOAD=/tmp/x.so'] }) },
    /neither its base nor docker\/db\/Dockerfile gives variable LD_PRELOAD, variable /,
  ],
}

function changed(config: Record<string, unknown>, by: object): Record<string, unknown> {
  return { ...config, config: { ...Object(config['config']), ...by } }
}

for (const [name, [planting, message]] of Object.entries(attacks)) {
  t.test(`planted: ${name}`, async (t) => {
    await plantImage(repository, { from: digest, tag: name, ...planting })
    await t.rejects(prove(name), { code: 'IMAGE_NOT_PROVEN', message })
  })
}
