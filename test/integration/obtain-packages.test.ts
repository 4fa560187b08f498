import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { execa } from 'execa'
import t from 'tap'

import { passedOver } from '../../plugin/core/dependencies/passed-over.ts'
import { readDefinition } from '../../plugin/effects/dependencies/definition.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../../plugin/effects/dependencies/install.ts'
import { makeDependencies } from '../../plugin/effects/embedded/make-dependencies.ts'
import { readSource } from '../../plugin/effects/layer/read-source.ts'
import { layerEntries } from '../../plugin/effects/embedded/layer-entries.ts'
import { writeLayer } from '../../plugin/effects/layer/layer-writer.ts'
import { obtainPackages } from '../../plugin/effects/unpacked/obtain-packages.ts'
import { digestOf } from '../../plugin/oci/digest.ts'
import { lockedImage, npmTree, obtainedTree } from '../stand-in/assertions/npm-tree.ts'
import { elfFile } from '../stand-in/inputs/elf-file.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'

const script = '#!/usr/bin/env node\r\nrequire("./index.js")\r\n'

/** Two megabytes that gzip makes many blocks of. */
const numbers = Array.from({ length: 200_000 }, (_, at) => String((at * 7919) ** 2 % 1e9)).join(
  '\n',
)

const registry = await startNpmRegistry([
  {
    manifest: {
      name: 'app',
      version: '1.0.0',
      dependencies: { tool: '^1.0.0', '@scope/deep': '1.0.0' },
      optionalDependencies: { 'app-arm64': '1.0.0', 'app-x64': '1.0.0' },
    },
    files: {
      'index.js': 'exports.x = 1\n',
      '.gitignore': 'a\n',
      'lib/.gitignore': 'b\n',
      'lib/.npmignore': 'c\n',
    },
  },
  {
    manifest: { name: 'tool', version: '1.0.0', bin: { tool: './bin/run.js', gone: 'none.js' } },
    files: { 'bin/run.js': script, 'index.js': '' },
  },
  {
    manifest: { name: 'tool', version: '2.0.0', bin: { tool: 'cli' } },
    files: { cli: '#!/bin/sh\n' },
  },
  {
    manifest: {
      name: '@scope/deep',
      version: '1.0.0',
      bin: 'cli.mjs',
      dependencies: { tool: '2.0.0' },
    },
    files: { 'cli.mjs': 'export {}\n', [`${'long/'.repeat(40)}ü.js`]: 'far\n' },
  },
  {
    manifest: { name: 'twice', version: '1.0.0' },
    entries: [
      { path: 'package/./b//c.js', content: 'c' },
      { path: 'package/node_modules/beside.js', content: 'd' },
      { path: 'package/a.js', content: 'first', executable: true },
      { path: 'other-root/b.js', content: 'b' },
      { path: 'package/a.js', content: 'second' },
      { path: 'package/.npmignore', content: 'x' },
      { path: 'package/.gitignore', content: 'y' },
    ],
  },
  {
    manifest: { name: 'climbs', version: '1.0.0' },
    entries: [{ path: 'package/../../out.js', content: 'out' }],
  },
  {
    manifest: { name: 'bundler', version: '1.0.0', bundleDependencies: ['inner'] },
    files: {
      'node_modules/inner/package.json': '{"name":"inner","version":"1.0.0"}',
      'node_modules/inner/index.js': '',
    },
  },
  {
    manifest: { name: 'brings', version: '1.0.0' },
    files: {
      'test/node_modules/fixture/index.js': 'fixture',
      'node_modules/stray/package.json': '{"version":"3.0.0"}',
    },
  },
  {
    manifest: { name: 'large', version: '1.0.0' },
    files: { 'data.bin': numbers, 'other.js': '' },
  },
  ...(['arm64', 'x64'] as const).map((cpu) => ({
    manifest: { name: `app-${cpu}`, version: '1.0.0', os: ['linux'], cpu: [cpu] },
    files: { 'a.node': elfFile({ versions: ['GLIBC_2.17'] }) },
  })),
])
t.teardown(() => registry.close())
const root = t.testdir()
let count = 0

/** A folder with a lockfile that npm made. */
async function lock(
  dependencies: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<string> {
  const folder = join(root, `app-${++count}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  await writeFile(join(folder, '.npmrc'), `registry=${registry.url}\n`)
  const quiet = ['--ignore-scripts', '--audit=false', '--fund=false']
  const all = ['install', '--package-lock-only', ...quiet, ...options]
  await execa('npm', all, { cwd: folder })
  return folder
}

/** Both trees of a folder, and which way ours came. */
async function both(folder: string) {
  const name = folder.slice(folder.lastIndexOf('/') + 1)
  const { way, listed } = await obtainedTree(lockedImage(folder), join(root, `cache-${name}`))
  return { way, listed, expected: await npmTree(folder, join(root, `npm-${name}`)) }
}

t.test('a tree as npm makes it: files, modes, programs and their first lines', async (t) => {
  for (const resolved of ['true', 'false']) {
    const folder = await lock(
      { app: '1.0.0', twice: '1.0.0', brings: '1.0.0', old: 'npm:tool@1.0.0' },
      `--omit-lockfile-registry-resolved=${resolved}`,
    )
    const { way, listed, expected } = await both(folder)
    t.equal(way, 'lockfile')
    t.same(listed, expected)
    t.match(listed, { 'node_modules/.bin/tool': '-> ../old/bin/run.js' })
    t.match(listed, { 'node_modules/@scope/deep/node_modules/.bin/tool': '-> ../tool/cli' })
    t.notMatch(Object.keys(listed).join(' '), 'app-x64')
  }
})

t.test('what a lockfile does not say in full is left to npm', async (t) => {
  for (const name of ['bundler', 'climbs']) {
    const { way, listed, expected } = await both(await lock({ [name]: '1.0.0' }))
    t.equal(way, 'install', name)
    t.same(listed, expected, name)
  }
  const old = await lock({ app: '1.0.0' }, '--lockfile-version=1')
  t.equal((await obtainedTree(lockedImage(old), join(root, 'cache-old'))).way, 'install')
})

t.test('a lockfile that is not in step with package.json is refused in npm’s words', async (t) => {
  const folder = await lock({ tool: '1.0.0' })
  await writeFile(join(folder, 'package.json'), '{"dependencies":{"tool":"2.0.0"}}')
  await t.rejects(obtainedTree(lockedImage(folder), join(root, 'cache-step')), {
    code: 'DEPENDENCIES_INSTALL_FAILED',
    message: /does not match package\.json/,
  })
})

t.test('a tarball with other bytes than the lockfile says', async (t) => {
  const folder = await lock({ tool: '2.0.0' }, '--omit-lockfile-registry-resolved=false')
  await writeFile(join(folder, '.npmrc'), `registry=${registry.url}\nfetch-retries=0\n`)
  const file = join(folder, 'package-lock.json')
  const text = await readFile(file, 'utf8')
  const other = `sha512-${Buffer.alloc(64, 7).toString('base64')}`
  await writeFile(file, text.replace(/sha512-[^"]+/, other))
  await t.rejects(obtainedTree(lockedImage(folder), join(root, 'cache-bytes')), {
    code: 'DEPENDENCIES_INSTALL_FAILED',
    message: /EINTEGRITY[^]*Other bytes than the lockfile/,
  })
})

t.test('what is omitted is not even fetched, nor what only it needs', async (t) => {
  const folder = await lock({ app: '1.0.0' })
  const image = lockedImage(folder)
  const definition = await readDefinition(image)
  const left = passedOver(definition.lockfile?.packages ?? [], ['app'], ['@scope/deep'])
  t.same(
    left.map(({ place }) => place),
    ['node_modules/@scope/deep', 'node_modules/@scope/deep/node_modules/tool'],
  )
  const from = registry.requests.length
  const { tree } = await obtainPackages(definition, {
    fingerprint: await fingerprintOf(image, definition),
    architecture: 'arm64',
    cacheDirectory: join(root, 'cache-omit'),
    environment: { ...process.env, npm_config_cache: join(root, 'npm-cache') },
    passedOver: left,
  })
  t.same(
    tree.packages.map(({ path }) => path),
    ['node_modules/app', 'node_modules/app-arm64', 'node_modules/tool'],
  )
  const asked = registry.requests.slice(from).map(({ path }) => path)
  t.same(asked.toSorted(), [
    '/app-arm64/-/app-arm64-1.0.0.tgz',
    '/app/-/app-1.0.0.tgz',
    '/tool/-/tool-1.0.0.tgz',
  ])
})

t.test('both ways give the same layer, omitted packages and all', async (t) => {
  const folder = await lock({ app: '1.0.0', twice: '1.0.0', brings: '1.0.0' })
  const plain = lockedImage(folder)
  const image = { ...plain, settings: { ...plain.settings, omit: ['@scope/deep'] } }
  const definition = await readDefinition(image)
  const fingerprint = await fingerprintOf(image, definition)
  const make = async (cacheDirectory: string) => {
    const progress = () => undefined
    const options = { image, definition, fingerprint, cacheDirectory, progress }
    return (await makeDependencies(options)).record
  }
  const byNpm = join(root, 'cache-by-npm')
  const { architecture } = image
  // What npm has installed is taken.
  await installDependencies(definition, { fingerprint, architecture, cacheDirectory: byNpm })
  const [ours, npms] = [await make(join(root, 'cache-ours')), await make(byNpm)]
  t.same(await readdir(join(byNpm, 'installs')), [fingerprint.replace('sha256:', '')])
  t.same({ ...ours, leftOut: [] }, { ...npms, leftOut: [] })
  const names = (record: typeof ours) => record.leftOut.map((one) => `${one.package} ${one.reason}`)
  t.same(names(ours).toSorted(), names(npms).toSorted())
})

t.test('packages are found again, unless their content is another', async (t) => {
  const folder = await lock({ tool: '1.0.0' })
  const image = lockedImage(folder)
  const definition = await readDefinition(image)
  const cacheDirectory = join(root, 'cache-again')
  const options = {
    fingerprint: await fingerprintOf(image, definition),
    architecture: 'arm64',
    cacheDirectory,
    passedOver: [],
  } as const
  const first = await obtainPackages(definition, options)
  t.equal(first.reused, false)
  const second = await obtainPackages(definition, options)
  t.equal(second.reused, true)
  t.equal(second.tree, first.tree, 'a deploy proves them once')
  const [name = ''] = await readdir(join(cacheDirectory, 'installs'))
  const archive = join(cacheDirectory, 'installs', name, '0')
  const { length } = await readFile(archive)
  for (const damage of [() => truncate(archive, 5), () => writeFile(archive, '-'.repeat(length))]) {
    await damage()
    const again = await obtainPackages(definition, options)
    t.equal(again.reused, false)
    t.same(again.tree, first.tree)
  }
})

t.test('what another lockfile has unpacked is neither fetched nor written again', async (t) => {
  const cacheDirectory = join(root, 'cache-former')
  /** With a cache of npm's own that is empty each time. */
  const obtain = async (folder: string) => {
    const definition = await readDefinition(lockedImage(folder))
    const before = registry.requests.length
    const { reused, tree, sourceOf } = await obtainPackages(definition, {
      fingerprint: await fingerprintOf(lockedImage(folder), definition),
      architecture: 'arm64',
      cacheDirectory,
      passedOver: [],
      environment: { ...process.env, npm_config_cache: join(root, `npm-cache-${++count}`) },
    })
    t.notOk(reused)
    const files = tree.packages.flatMap((one) => one.files)
    const texts = files.map((file) => [file.path, Buffer.from(readSource(sourceOf(file)))] as const)
    const fetched = registry.requests.slice(before).filter(({ path }) => path.endsWith('.tgz'))
    return { fetched: fetched.length, texts: Object.fromEntries(texts) }
  }
  const first = await obtain(await lock({ app: '1.0.0', twice: '1.0.0' }))
  t.equal(first.fetched, 6)
  const second = await obtain(await lock({ app: '1.0.0', brings: '1.0.0' }))
  t.equal(second.fetched, 1)
  for (const [path, text] of Object.entries(second.texts))
    if (!path.includes('brings')) t.same(text, first.texts[path], path)

  for (const name of await readdir(join(cacheDirectory, 'installs')))
    for (const part of ['0', '1', '2', '3', '4', '5', '6'])
      await truncate(join(cacheDirectory, 'installs', name, part), 1).catch(() => undefined)
  const third = await obtain(await lock({ app: '1.0.0', tool: '2.0.0' }))
  t.ok(third.fetched > 0, 'none of what is damaged was taken')
  const path = 'node_modules/app/index.js'
  t.same(third.texts[path], first.texts[path])
})

t.test('a large file is copied into the layer as its tarball has it compressed', async (t) => {
  const folder = await lock({ large: '1.0.0' })
  const image = lockedImage(folder)
  const definition = await readDefinition(image)
  const cacheDirectory = join(root, 'cache-large')
  const { tree, sourceOf } = await obtainPackages(definition, {
    fingerprint: await fingerprintOf(image, definition),
    architecture: 'arm64',
    cacheDirectory,
    passedOver: [],
  })
  const entries = layerEntries(tree.packages, sourceOf, [])
  const copied = entries.filter(({ source }) => source.kind === 'part' && source.compressed)
  t.same(
    copied.map(({ path }) => path),
    ['var/task/node_modules/large/data.bin'],
  )
  const layer = await writeLayer(entries, { cacheDirectory })
  const chunks: Uint8Array[] = []
  for await (const chunk of layer.open()) chunks.push(chunk)
  t.equal(digestOf(gunzipSync(Buffer.concat(chunks))), layer.diffId)
})
