import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { execa } from 'execa'
import type { Test } from 'tap'

import { readImageSettings } from '../../plugin/core/settings/read-settings.ts'
import { imageTag } from '../../plugin/core/image/tag.ts'
import { defineImage } from '../../plugin/core/plan/image-definition.ts'
import type { ImageSettings, PlannedImage } from '../../plugin/core/model.ts'
import { verifyImage } from '../../plugin/core/image/verify.ts'
import { hashFiles } from '../../plugin/effects/folder/hash-files.ts'
import { bundleDigest } from '../../plugin/effects/bundle/bundle-digest.ts'
import { createFindOrBuild } from '../../plugin/effects/image/find-or-build.ts'
import type { ImageBuilder } from '../../plugin/ports/image-builder.ts'
import { readImageFolders } from '../../plugin/effects/architect/read-image-folders.ts'
import { openRepository } from '../../plugin/effects/registry/open-repository.ts'
import { readServedImage } from '../../plugin/effects/image/served-image.ts'
import { parseOciConfig } from '../../plugin/oci/config.ts'
import { kindOf, parseManifest } from '../../plugin/oci/manifest.ts'
import type { Bundle, ImageFile } from '../../plugin/ports/bundle.ts'
import type { Repository } from '../../plugin/ports/repository.ts'
import { pushBaseImage } from '../stand-in/inputs/base-image.ts'
import { type Planting, plantImage, replaced } from '../stand-in/inputs/plant-image.ts'
import { startFunction } from '../stand-in/lambda/start-function.ts'
import { unpackImage } from '../stand-in/assertions/unpack-image.ts'

/** Where a builder is tried. */
export interface BuilderWorld {
  readonly kind: NonNullable<ImageSettings['builder']>
  /** A registry that anyone may push to, with `http://127.0.0.1:PORT` and its host. */
  readonly registry: { readonly url: string; readonly host: string }
  /** An image with npm, for a Dockerfile to install packages in. */
  readonly npmImage?: string
  /** A builder that knows nothing yet, as on a new machine. */
  openBuilder(options: { readonly app: string; readonly cacheDirectory: string }): ImageBuilder
  close(): Promise<void>
}

/** A definition with a package, as a file so that no network is needed. */
const packages = join(import.meta.dirname, '../fixtures/apps/greeter/docker/small')

const dockerfileWith = (npmImage: string): string => `ARG BASE
FROM --platform=$BUILDPLATFORM ${npmImage} AS dependencies
WORKDIR /build
COPY . ./
RUN npm ci --offline --no-audit --no-fund && rm -f node_modules/.package-lock.json && mkdir -p node_modules
FROM \${BASE}
COPY --from=dependencies /build/node_modules \${LAMBDA_TASK_ROOT}/node_modules
COPY --from=functions / \${LAMBDA_TASK_ROOT}/
`

const code = {
  'http/get-index/index.cjs': `exports.handler = async ({ name }) => ({
    hello: require('tiny')(name), from: require('node:fs').readFileSync(__dirname + '/words/greeting.txt', 'utf8'),
  })\n`,
  'http/get-index/words/greeting.txt': 'Grüße\n',
  'scheduled/compact/index.cjs': 'exports.handler = async () => "compacted"\n',
  'scheduled/compact/run.sh': '#!/bin/sh\necho run\n',
}

/** What every builder of images has to keep: the same image from the same definition. */
export async function imageBuilderContract(
  t: Test,
  open: () => Promise<BuilderWorld>,
): Promise<void> {
  const world = await open()
  t.teardown(() => world.close())
  const { registry } = world
  const folder = await mkdtemp(join(tmpdir(), 'image-builder-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const base = await pushBaseImage({ registry })
  const definitionFolder = join(folder, 'docker/db')
  await cp(packages, definitionFolder, { recursive: true })
  const dockerfile = dockerfileWith(world.npmImage ?? base.reference)
  await writeFile(join(definitionFolder, 'Dockerfile'), dockerfile)
  const cacheDirectory = join(folder, 'cache')
  const settings: ImageSettings = {
    ...readImageSettings(),
    builder: world.kind,
    base: base.reference,
  }

  async function planned(architecture: PlannedImage['architecture']): Promise<PlannedImage> {
    const request = { line: 'get / db', pragma: 'http', name: 'get /', image: 'db' }
    const definition = defineImage(request, settings, await readImageFolders(folder))
    if ('code' in definition) throw new Error(definition.message)
    const functions = (['http/get-index', 'scheduled/compact'] as const).map((at) => ({
      logicalId: at,
      pragma: posix.dirname(at),
      name: posix.basename(at),
      folder: at,
      sourceDirectory: folder,
      entryFile: join(folder, 'index.js'),
      handlerExport: 'handler',
      command: `${at}/index.handler`,
      environment: {},
    }))
    return {
      name: 'db',
      architecture,
      nodeVersion: 24,
      base: base.reference,
      definition,
      settings,
      functions,
    }
  }

  /** The way of a deploy, with what was sent. */
  async function deploy(options: {
    readonly architecture?: PlannedImage['architecture']
    readonly files?: Readonly<Record<string, string>>
    readonly cache?: string
    readonly name?: string
  }) {
    const image = await planned(options.architecture ?? 'arm64')
    const bundle = await bundleOf(options.files ?? code)
    const cache = options.cache ?? cacheDirectory
    const builder = world.openBuilder({ app: folder, cacheDirectory: cache })
    const sent: string[] = []
    const repository = counted(`${registry.host}/${options.name ?? 'app'}`, sent)
    const findOrBuild = createFindOrBuild({
      repository: async () => repository,
      builder: {
        ...builder,
        publish(input) {
          sent.push('image')
          return builder.publish(input)
        },
      },
      cacheDirectory: cache,
    })
    const identity = await builder.identify(image)
    const tag = imageTag(image, identity, bundle.digest)
    const published = await findOrBuild({ image, bundle, identity, tag })
    const { served } = published.pushed ?? {}
    if (served === undefined) throw new Error('nothing was published')
    return { image, tag, served, repository, sent, outcome: published.pushed?.report.outcome }
  }

  for (const architecture of ['arm64', 'x86_64'] as const) {
    await t.test(`${architecture}: one image that Lambda takes`, async (t) => {
      const { image, served, repository } = await deploy({ architecture })
      t.equal(kindOf(served.mediaType), 'manifest')
      const read = await readServedImage(image, repository, served, { cacheDirectory })
      t.strictSame(verifyImage(image, read), { entryPoint: ['/lambda-entrypoint.sh'], notes: [] })
      const manifest = parseManifest(served.bytes, served.mediaType)
      const config = parseOciConfig(await repository.getBlob(manifest.config))
      t.equal(config.os, 'linux')
      t.equal(config.architecture, architecture === 'arm64' ? 'arm64' : 'amd64')
      t.strictSame(config.config?.Entrypoint, ['/lambda-entrypoint.sh'])
      t.notOk(config.config?.Cmd)
      t.notOk(config.config?.User)
      t.equal(config.config?.WorkingDir, '/var/task')
      t.strictSame(config.config?.Env, [
        'LANG=en_US.UTF-8',
        'TZ=:/etc/localtime',
        'PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
        'LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
        'LAMBDA_TASK_ROOT=/var/task',
        'LAMBDA_RUNTIME_DIR=/var/runtime',
      ])
      t.equal(config.rootfs.diff_ids.length, manifest.layers.length)
    })
  }

  await t.test('the bundle lies under /var/task, and runs', async (t) => {
    const { served } = await deploy({})
    const root = join(folder, 'unpacked')
    const place = { registry: registry.url, repository: 'app', reference: served.digest }
    const { entrypoint, workingDirectory } = await unpackImage({ ...place, directory: root })
    const task = join(root, 'var/task')
    t.strictSame(await readTree(task), {
      'http/get-index/index.cjs': [code['http/get-index/index.cjs'], 0o644],
      'http/get-index/words/greeting.txt': ['Grüße\n', 0o644],
      'node_modules/tiny/index.js': [await tinyFile('index.js'), 0o644],
      'node_modules/tiny/package.json': [await tinyFile('package.json'), 0o644],
      'scheduled/compact/index.cjs': [code['scheduled/compact/index.cjs'], 0o644],
      'scheduled/compact/run.sh': [code['scheduled/compact/run.sh'], 0o755],
    })
    const folders = ['http', 'http/get-index', 'http/get-index/words', 'node_modules', 'scheduled']
    for (const path of folders) {
      t.equal((await stat(join(task, path))).mode & 0o777, 0o755, path)
    }
    const running = await startFunction({
      root,
      entryPoint: entrypoint,
      workingDirectory,
      command: ['http/get-index/index.handler'],
    })
    try {
      const { payload } = await running.invoke({ name: 'Ada' })
      t.strictSame(JSON.parse(payload.toString()), { hello: 'ADA', from: 'Grüße\n' })
    } finally {
      await running.stop()
    }
  })

  await t.test('unchanged input sends nothing, on another machine too', async (t) => {
    const first = await deploy({ name: 'unchanged' })
    t.ok(first.sent.includes('image'))
    t.match(first.outcome, /^built/)
    for (const cache of [cacheDirectory, join(folder, 'other-machine')]) {
      const again = await deploy({ name: 'unchanged', cache })
      t.equal(again.tag, first.tag)
      t.equal(again.served.digest, first.served.digest)
      t.equal(again.outcome, 'found')
      t.strictSame(again.sent, [])
    }
  })

  await t.test(
    'what is found is proven on another machine, and what was planted is not',
    async (t) => {
      const { image, tag, served, repository } = await deploy({ name: 'proven' })
      const builder = world.openBuilder({ app: folder, cacheDirectory: join(folder, 'prover') })
      await builder.identify(image)
      const input = { image, bundle: await bundleOf(code), repository, tag }
      await builder.prove(input, served)
      const attacks: Readonly<Record<string, Omit<Planting, 'from' | 'tag'>>> = {
        code: { layer: { at: -1, change: (tar) => replaced(tar, 'compacted', 'malicious') } },
        variable: {
          config: (config) => {
            const own = Object(config['config'])
            return { ...config, config: { ...own, Env: [...own.Env, 'NODE_OPTIONS=-r/tmp/x'] } }
          },
        },
      }
      for (const [name, attack] of Object.entries(attacks)) {
        await plantImage(repository, { from: served.digest, tag: name, ...attack })
        const planted = await repository.getManifest(name)
        if (planted === undefined) throw new Error('nothing was planted')
        await t.rejects(builder.prove(input, planted), { code: 'IMAGE_NOT_PROVEN' }, name)
      }
    },
  )

  await t.test('changed code, and a changed definition, make another image', async (t) => {
    const name = 'changed'
    const first = await deploy({ name })
    const files = { ...code, 'scheduled/compact/index.cjs': 'exports.handler = async () => 2\n' }
    const changed = await deploy({ name, files })
    t.not(changed.tag, first.tag)
    t.not(changed.served.digest, first.served.digest)
    t.ok(changed.sent.includes('image'))
    const lock = { name: 'db', lockfileVersion: 3, requires: true, packages: { '': {} } }
    await writeFile(join(definitionFolder, 'package.json'), '{"private":true}\n')
    await writeFile(join(definitionFolder, 'package-lock.json'), JSON.stringify(lock))
    t.not((await deploy({ name })).tag, first.tag)
  })

  await t.test('what changes between naming and making is never another content', async (t) => {
    const image = await planned('arm64')
    const bundle = await bundleOf(code)
    const sent: string[] = []
    const repository = counted(`${registry.host}/edited`, sent)
    const manifest = join(definitionFolder, 'package.json')
    const before = await readFile(manifest, 'utf8')
    for (const edited of [
      '{"private":true,"overrides":{"a":"1.0.0"}}\n',
      '{"private":true,"overrides":{"b":"1.0.0"}}\n',
    ]) {
      const builder = world.openBuilder({ app: folder, cacheDirectory: join(folder, 'edited') })
      const tag = imageTag(image, await builder.identify(image), bundle.digest)
      await writeFile(manifest, edited)
      await t.rejects(builder.publish({ image, bundle, repository, tag }), { code: 'FILE_CHANGED' })
      t.notOk(await repository.getManifest(tag))
    }
    await writeFile(manifest, before)

    const file = join(folder, 'data.bin')
    await writeFile(file, 'as named')
    const [sha256 = ''] = await hashFiles([{ file, size: 8 }])
    const source = { kind: 'file', file, size: 8, sha256 } as const
    const path = 'var/task/http/get-index/data.bin'
    const files = [{ path, source, executable: false }, ...bundle.files]
    const withFile = { ...bundle, files, digest: bundleDigest(files) }
    const builder = world.openBuilder({ app: folder, cacheDirectory: join(folder, 'edited') })
    const tag = imageTag(image, await builder.identify(image), withFile.digest)
    await writeFile(file, 'as moved')
    const publish = builder.publish({ image, bundle: withFile, repository, tag })
    await t.rejects(publish, { code: 'FILE_CHANGED', message: /data\.bin changed/ })
    t.notOk(await repository.getManifest(tag))
  })

  await t.test('two images at the same time', async (t) => {
    const images = await Promise.all([
      deploy({ name: 'both', architecture: 'arm64' }),
      deploy({ name: 'both', architecture: 'x86_64' }),
    ])
    t.equal(new Set(images.map(({ served }) => served.digest)).size, 2)
  })
}

async function bundleOf(files: Readonly<Record<string, string>>): Promise<Bundle> {
  const all = Object.entries(files).map(([path, text]): ImageFile => ({
    path: `var/task/${path}`,
    source: { kind: 'bytes', bytes: Buffer.from(text) },
    executable: path.endsWith('.sh'),
  }))
  return { files: all, digest: bundleDigest(all), notes: [] }
}

/** Notes each upload that goes through our own client. */
function counted(uri: string, sent: string[]): Repository {
  const repository = openRepository({ uri })
  return {
    ...repository,
    putBlob(descriptor, openBlob) {
      sent.push('blob')
      return repository.putBlob(descriptor, openBlob)
    },
    putManifest(bytes, mediaType, tag) {
      sent.push('manifest')
      return repository.putManifest(bytes, mediaType, tag)
    },
  }
}

/** A file of the package, by another unpacker than either builder's. */
async function tinyFile(name: string): Promise<string> {
  const archive = join(packages, 'tiny-1.0.0.tgz')
  const { stdout } = await execa('tar', ['-xzOf', archive, `package/${name}`], {
    stripFinalNewline: false,
  })
  return stdout
}

async function readTree(folder: string): Promise<Record<string, [string, number]>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const read = await Promise.all(
    files.map(async (entry) => {
      const file = join(entry.parentPath, entry.name)
      const content: [string, number] = [
        await readFile(file, 'utf8'),
        (await stat(file)).mode & 0o777,
      ]
      return [file.slice(folder.length + 1), content] as const
    }),
  )
  return Object.fromEntries(read.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
