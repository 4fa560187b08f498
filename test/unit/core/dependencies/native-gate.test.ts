import t from 'tap'

import { checkGlibc, glibcOfBase } from '../../../../plugin/core/dependencies/base-glibc.ts'
import type { Binary } from '../../../../plugin/core/dependencies/binary.ts'
import {
  packageName,
  type InstalledPackage,
  type InstalledTree,
} from '../../../../plugin/core/dependencies/installed-tree.ts'
import {
  parseLockedPlatforms,
  type LockedPlatform,
} from '../../../../plugin/core/dependencies/locked-platforms.ts'
import { checkNatives } from '../../../../plugin/core/dependencies/native-gate.ts'

const arm: Binary = { format: 'elf', machine: 'arm64', libc: 'glibc', glibc: '2.17' }
const x64: Binary = { format: 'elf', machine: 'x86_64', libc: 'glibc', glibc: '2.17' }
const musl: Binary = { format: 'elf', machine: 'arm64', libc: 'musl' }
const mac: Binary = { format: 'mach-o' }
const windows: Binary = { format: 'pe' }

function installed(
  path: string,
  more: Partial<InstalledPackage> & { natives?: Readonly<Record<string, Binary>> } = {},
): InstalledPackage {
  const { natives = {}, ...rest } = more
  const at = `node_modules/${path}`
  return {
    path: at,
    name: packageName(at),
    version: '1.0.0',
    dependencies: [],
    optionalDependencies: [],
    scripts: [],
    compiled: false,
    links: [],
    files: [
      { path: `${at}/index.js`, size: 10, executable: false },
      ...Object.entries(natives).map(([name, binary]) => ({
        path: `${at}/${name}`,
        size: 1000,
        executable: false,
        binary,
      })),
    ],
    ...rest,
  }
}

function check(
  packages: readonly InstalledPackage[],
  options: { omit?: string[]; locked?: LockedPlatform[]; direct?: string[] } = {},
) {
  const direct = options.direct ?? packages.map(({ name }) => name)
  const tree: InstalledTree = { packages, direct, optionalDirect: [] }
  return checkNatives(tree, {
    image: 'app',
    architecture: 'arm64',
    omit: options.omit ?? [],
    locked: options.locked ?? [],
  })
}

function messages(...given: Parameters<typeof check>): string[] {
  return check(...given).problems.map((problem) => problem.message)
}

t.test('natives for other systems only', async (t) => {
  const at = (natives: Readonly<Record<string, Binary>>) =>
    messages([installed('duck', { natives })])
  t.match(at({ 'a.node': x64 }), [
    /^duck@1\.0\.0 has native files for Linux on x86_64, none for linux\/arm64 with glibc\. .*omit duck/,
  ])
  t.match(at({ 'a.node': mac, 'b.node': windows }), [/for macOS, Windows, none/])
  t.match(at({ 'lib/a.so.1': musl }), [/for Linux on arm64 with musl, none/])
  t.same(at({ 'a.node': x64, 'b.node': arm }), [])
  t.same(at({ 'test/fixtures/a.node': x64 }), [], 'a file of its tests')
  t.same(at({ 'helper.exe': windows }), [], 'a program for one system')
})

t.test('native code that would be built at install', async (t) => {
  const at = (more: Parameters<typeof installed>[1]) => messages([installed('sqlite', more)])
  t.match(at({ compiled: true }), [/sqlite@1\.0\.0 compiles .* \(binding\.gyp\)/])
  for (const script of [
    'prebuild-install || node-gyp rebuild',
    'node-pre-gyp install --fallback-to-build',
    'node-gyp-build',
    'cmake-js compile',
  ]) {
    t.match(at({ scripts: [script] }), [/install script/], script)
    t.same(at({ scripts: [script], natives: { 'build/a.node': arm } }), [], script)
  }
  t.same(at({ scripts: ['node scripts/postinstall'] }), [], 'as of protobufjs')
  t.same(check([installed('protobufjs', { scripts: ['node x'] })]).scriptsNotRun, [
    'protobufjs@1.0.0',
  ])
})

t.test('a package of its own may bring the native file', async (t) => {
  const sharp = installed('sharp', {
    scripts: ['node install/check || node-gyp rebuild'],
    optionalDependencies: ['@img/sharp-linux-arm64', '@img/sharp-linux-x64'],
  })
  const native = installed('@img/sharp-linux-arm64', { natives: { 'lib/sharp.node': arm } })
  const locked = [
    { name: '@img/sharp-linux-arm64', os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
    { name: '@img/sharp-linux-x64', os: ['linux'], cpu: ['x64'] },
  ]
  t.same(messages([sharp, native], { locked, direct: ['sharp'] }), [])
  t.match(messages([sharp], { locked }), [
    /^@img\/sharp-linux-arm64, an optional dependency of sharp, fits linux\/arm64 and is in the lockfile, but was not installed/,
  ])
  t.match(messages([sharp], { locked: [] }), [/is not even in the lockfile/])
  t.match(messages([sharp], { locked, omit: ['@img/sharp-linux-arm64'] }), [
    /names @img\/sharp-linux-arm64, which none/,
    /sharp@1\.0\.0 compiles/,
  ])
})

t.test('optional packages for other systems are rightly absent', async (t) => {
  const names = ['x-linux-arm64-musl', 'x-darwin-arm64', 'x-linux-arm-gnueabihf', 'fsevents']
  t.same(messages([installed('x', { optionalDependencies: names })]), [])
  const locked = [{ name: 'fsevents', os: ['darwin'] }]
  t.same(messages([installed('x', { optionalDependencies: ['fsevents'] })], { locked }), [])
  const anywhere = [{ name: 'tiny' }]
  t.match(messages([installed('x', { optionalDependencies: ['tiny'] })], { locked: anywhere }), [
    /^tiny/,
  ])
  const negated = [{ name: 'tiny', os: ['!win32'], cpu: ['any'] }]
  t.match(messages([installed('x', { optionalDependencies: ['tiny'] })], { locked: negated }), [
    /^tiny/,
  ])
})

t.test('foreign files stay out and are reported', async (t) => {
  const natives = { 'linux.node': arm, 'musl.node': musl, 'mac.node': mac, 'win.dll': windows }
  const verdict = check([installed('onnx', { natives })])
  t.same(verdict.problems, [])
  t.same(
    verdict.packages[0]?.files.map(({ path }) => path),
    ['node_modules/onnx/index.js', 'node_modules/onnx/linux.node'],
  )
  t.same(verdict.leftOut, [
    { package: 'onnx@1.0.0', reason: 'files for other platforms', bytes: 3000 },
  ])
  t.same(verdict.glibc, { version: '2.17', file: 'node_modules/onnx/linux.node' })
})

t.test('omit takes what only the omitted need, and nothing else', async (t) => {
  const packages = [
    installed('db', { dependencies: ['shared', 'peer'], optionalDependencies: ['ai'] }),
    installed('ai', { dependencies: ['shared', 'onnx', 'old'] }),
    installed('onnx', { natives: { 'a.node': x64 } }),
    installed('shared'),
    installed('peer'),
    installed('old'),
    installed('ai/node_modules/old'),
    installed('never-named'),
  ]
  const verdict = check(packages, { omit: ['ai'], direct: ['db'] })
  t.same(verdict.problems, [], 'what is left out is not judged')
  t.same(
    verdict.packages.map(({ path }) => path.slice('node_modules/'.length)),
    ['db', 'shared', 'peer', 'old', 'never-named'],
  )
  t.same(verdict.leftOut, [
    { package: 'ai@1.0.0', reason: 'omitted', bytes: 10 },
    { package: 'onnx@1.0.0', reason: 'only needed by omitted packages', bytes: 1010 },
    { package: 'old@1.0.0', reason: 'only needed by omitted packages', bytes: 10 },
  ])
  t.match(messages(packages, { omit: ['a1'], direct: ['db'] }), [
    /omit of image 'app' names a1/,
    /onnx/,
  ])
})

t.test('all problems at once', async (t) => {
  const packages = [
    installed('a', { natives: { 'a.node': x64 } }),
    installed('b', { compiled: true }),
    installed('c', { optionalDependencies: ['c-linux-arm64'] }),
  ]
  const { problems } = check(packages, { omit: ['nobody'] })
  t.same(
    problems.map(({ code, message }) => [code, message.split(/[ ,]/)[0]]),
    ['omit', 'a@1.0.0', 'b@1.0.0', 'c-linux-arm64'].map((word) => ['DEPENDENCIES_UNFIT', word]),
  )
})

t.test('glibc of the base', async (t) => {
  const bases: readonly (readonly [string, string | undefined])[] = [
    ['public.ecr.aws/lambda/nodejs:24', '2.34'],
    ['public.ecr.aws/lambda/nodejs:20.2026.01.01', '2.34'],
    ['mirror.example/lambda/nodejs:18@sha256:00', '2.26'],
    ['public.ecr.aws/lambda/provided:al2', '2.26'],
    ['public.ecr.aws/lambda/provided:al2023-arm64', '2.34'],
    ['node:24', undefined],
    ['example.com/my-lambda/nodejs-like:24', undefined],
  ]
  for (const [reference, glibc] of bases) t.equal(glibcOfBase(reference), glibc, reference)
  const needed = { version: '2.28', file: 'node_modules/a/a.node' }
  t.same(checkGlibc(needed, 'public.ecr.aws/lambda/nodejs:24'), { problems: [], notes: [] })
  t.match(checkGlibc(needed, 'public.ecr.aws/lambda/nodejs:18').problems, [
    { code: 'DEPENDENCIES_UNFIT', message: /a\.node needs glibc 2\.28, and .*nodejs:18 has 2\.26/ },
  ])
  t.match(checkGlibc(needed, 'node:24').notes, [/needs glibc 2\.28; what node:24 has is not known/])
})

t.test('platforms in lockfiles', async (t) => {
  const npm = JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { name: 'app' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a/node_modules/@b/c': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
      'node_modules/d': { os: 'darwin' },
    },
  })
  t.same(parseLockedPlatforms('npm', npm), [
    { name: 'a' },
    { name: '@b/c', os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
    { name: 'd', os: ['darwin'] },
  ])
  const pnpm = [
    "lockfileVersion: '9.0'",
    'importers:',
    '  .:',
    '    dependencies:',
    '      a:',
    'packages:',
    '',
    "  '@b/c@1.0.0':",
    '    resolution: {integrity: sha512-x}',
    "    engines: {node: '>=12'}",
    '    cpu: [arm64]',
    "    os: [linux, '!win32']",
    '    libc: [glibc]',
    '',
    '  a@1.0.0:',
    '    resolution: {integrity: sha512-x}',
    'snapshots:',
    '  z@1.0.0: {}',
  ].join('\n')
  t.same(parseLockedPlatforms('pnpm', pnpm), [
    { name: '@b/c', cpu: ['arm64'], os: ['linux', '!win32'], libc: ['glibc'] },
    { name: 'a' },
  ])
})
