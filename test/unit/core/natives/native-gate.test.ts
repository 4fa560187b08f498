import t from 'tap'

import { checkLibraries, librariesOfBase } from '../../../../plugin/core/natives/base-libraries.ts'
import type { Binary } from '../../../../plugin/core/natives/binary.ts'
import {
  packageName,
  type InstalledPackage,
  type InstalledTree,
} from '../../../../plugin/core/natives/installed-tree.ts'
import type { LockedPlatform } from '../../../../plugin/core/natives/locked-packages.ts'
import { parseNpmLockfile } from '../../../../plugin/core/dependencies/parse-npm-lockfile.ts'
import { parsePnpmLockfile } from '../../../../plugin/core/dependencies/parse-pnpm-lockfile.ts'
import { checkNatives } from '../../../../plugin/core/natives/native-gate.ts'

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
    optionalPeers: [],
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
    node: 24,
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
    /^sharp@1\.0\.0 compiles/,
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
    { package: 'onnx@1.0.0', reason: 'only needed by packages left out', bytes: 1010 },
    { package: 'old@1.0.0', reason: 'only needed by packages left out', bytes: 10 },
  ])
  t.match(messages(packages, { omit: ['a1'], direct: ['db'] }), [
    /omit of image 'app' names a1/,
    /onnx/,
  ])
})

t.test('optional siblings whose files are all for others are left out', async (t) => {
  const parent = installed('libsql', {
    optionalDependencies: ['@libsql/linux-arm64-gnu', '@libsql/linux-arm64-musl'],
  })
  const gnu = installed('@libsql/linux-arm64-gnu', { natives: { 'index.node': arm } })
  const other = installed('@libsql/linux-arm64-musl', { natives: { 'index.node': musl } })
  const unsaid: Binary = { format: 'elf', machine: 'arm64', libc: 'none' }
  const byName = installed('@libsql/linux-arm64-musl', { natives: { 'index.node': unsaid } })
  // npm 10 tells a libc neither in the lockfile nor by what it installs.
  const locked = [{ name: gnu.name }, { name: other.name }]
  for (const foreign of [other, byName]) {
    const verdict = check([parent, gnu, foreign], { direct: ['libsql'], locked })
    t.same(verdict.problems, [])
    t.same(
      verdict.packages.map(({ name }) => name),
      ['libsql', '@libsql/linux-arm64-gnu'],
    )
    t.match(verdict.leftOut, [
      { package: '@libsql/linux-arm64-musl@1.0.0', reason: 'files for other platforms' },
    ])
  }
  t.match(messages([parent, other], { direct: ['libsql'], locked: [{ name: other.name }] }), [
    /^@libsql\/linux-arm64-gnu, an optional dependency of libsql, fits/,
  ])
  const onlyMusl = installed('a', { optionalDependencies: ['a-musl'] })
  const its = installed('a-musl', { natives: { 'a.node': musl } })
  t.match(messages([onlyMusl, its], { direct: ['a'] }), [
    /^a@1\.0\.0 has its native files in packages of their own \(a-musl\), none of which is for/,
  ])
  t.same(messages([onlyMusl, its], { direct: ['a'], omit: ['a-musl'] }), [], 'as the user says')
  const needing = installed('b', { dependencies: ['a-musl'] })
  t.match(messages([needing, its], { direct: ['b'] }), [/^a-musl@1\.0\.0 has native files for/])
})

t.test('what npm does without when it cannot be compiled is left out, with its own', async (t) => {
  const ssh2 = installed('ssh2', { dependencies: ['asn1'], optionalDependencies: ['cpu'] })
  const cpu = installed('cpu', { compiled: true, dependencies: ['buildcheck', 'asn1'] })
  const packages = [ssh2, cpu, installed('asn1'), installed('buildcheck')]
  const verdict = check(packages, { direct: ['ssh2'] })
  t.same(verdict.problems, [])
  t.same(
    verdict.packages.map(({ name }) => name),
    ['ssh2', 'asn1'],
  )
  t.match(verdict.leftOut, [
    { package: 'cpu@1.0.0', reason: 'optional and not built for this platform' },
    { package: 'buildcheck@1.0.0', reason: 'only needed by packages left out' },
  ])
  t.match(messages(packages, { direct: ['ssh2', 'cpu'] }), [/^cpu@1\.0\.0 compiles/], 'also needed')
  const deep = [
    installed('a', { optionalDependencies: ['b'] }),
    installed('b', { dependencies: ['c'] }),
    installed('c', { compiled: true }),
  ]
  t.same(
    check(deep, { direct: ['a'] }).packages.map(({ name }) => name),
    ['a'],
    'what cannot do without it goes too, as in npm',
  )
  const peer = [
    installed('jsdom', { optionalPeers: ['canvas'] }),
    installed('plot', { optionalDependencies: ['canvas'] }),
    installed('canvas', { compiled: true }),
  ]
  t.same(messages(peer, { direct: ['jsdom', 'plot'] }), [])
})

t.test("GNU's C++ library, unless a package brings it", async (t) => {
  const tree = { ...arm, libstdcxx: '3.4.30' } as const
  const needs = (natives: Readonly<Record<string, Binary>>) =>
    check([installed('tree', { natives })]).libstdcxx
  t.same(needs({ 'build/Release/tree.node': tree }), {
    version: '3.4.30',
    file: 'node_modules/tree/build/Release/tree.node',
  })
  t.equal(needs({ 'tree.node': arm }), undefined)
  t.equal(needs({ 'tree.node': tree, 'lib/libstdc++.so.6': arm }), undefined)
})

t.test('glibc is that of the file which the loader takes', async (t) => {
  const needs = (glibc: string): Binary => ({ ...arm, glibc })
  const glibcOf = (natives: Readonly<Record<string, Binary>>) => {
    const verdict = check([installed('p', { natives })])
    t.same(verdict.problems, [])
    return verdict.glibc?.version
  }
  const build = 'build/linux/arm64/node'
  t.equal(
    glibcOf({
      [`${build}/glibc-147-Release/addon.node`]: needs('2.38'),
      [`${build}/glibc-127-Release/addon.node`]: needs('2.25'),
      [`${build}/musl-127-Release/addon.node`]: musl,
    }),
    '2.25',
    'cmake-ts goes on with the next',
  )
  const prebuilds = 'prebuilds/linux-arm64'
  t.equal(
    glibcOf({
      [`${prebuilds}/node.abi108.node`]: needs('2.38'),
      [`${prebuilds}/node.abi137.node`]: needs('2.28'),
      [`${prebuilds}/electron.abi137.node`]: needs('2.39'),
      [`${prebuilds}/node.napi.node`]: needs('2.17'),
    }),
    '2.28',
    'node-gyp-build prefers the ABI to N-API',
  )
  t.equal(
    glibcOf({
      [`${prebuilds}/x.glibc.node`]: needs('2.31'),
      [`${prebuilds}/x.musl.node`]: { ...arm, libc: 'none' },
    }),
    '2.31',
  )
  t.equal(
    glibcOf({
      'build/Release/x.node': needs('2.30'),
      [`${prebuilds}/x.node`]: needs('2.38'),
    }),
    '2.30',
    'what is built comes first',
  )
  t.equal(
    glibcOf({ 'a.linux-arm64-gnu.node': needs('2.17'), 'lib/b.so': needs('2.29') }),
    '2.29',
    'others are all loaded',
  )
  t.match(messages([installed('p', { natives: { [`${prebuilds}/node.abi108.node`]: arm } })]), [
    /^p@1\.0\.0 has native files for the ABI 108 of Node only, which Node 24 does not load/,
  ])
})

t.test('files for systems that are ELF too', async (t) => {
  const unsaid: Binary = { format: 'elf', machine: 'arm64', libc: 'none' }
  for (const folder of ['freebsd-arm64', 'android-arm64', 'linux-arm64-musl', 'linuxmusl-arm64'])
    t.match(
      messages([installed('p', { natives: { [`prebuilds/${folder}/p.node`]: unsaid } })]),
      [/^p@1\.0\.0 has native files for/],
      folder,
    )
  t.same(messages([installed('p', { natives: { 'prebuilds/linux-arm64/p.node': unsaid } })]), [])
})

t.test('refusals name what has prebuilt files, a Dockerfile, and omit', async (t) => {
  const refused = (name: string, version: string) =>
    messages([installed(name, { compiled: true, version })])[0]
  t.match(
    refused('better-sqlite3', '11.9.1'),
    /Take better-sqlite3 13 or newer, which brings one; or build the image/,
  )
  t.match(refused('duckdb', '1.2.0'), /Take @duckdb\/node-api instead, which needs no compiler; or/)
  t.match(refused('own', '1.0.0'), /Choose a version that publishes one; or build the image from a/)
  t.match(refused('own', '1.0.0'), /'arc-images dockerfile app'.*'omit own'/)
})

t.test('omit takes any name of the lockfile, also of the other architecture', async (t) => {
  const locked = [{ name: 'a-x64', os: ['linux'], cpu: ['x64'] }]
  t.same(messages([installed('a')], { omit: ['a-x64'], locked }), [])
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

t.test('libraries of the base', async (t) => {
  const bases: readonly (readonly [string, string | undefined])[] = [
    ['public.ecr.aws/lambda/nodejs:24', '2.34'],
    ['public.ecr.aws/lambda/nodejs:20.2026.01.01', '2.34'],
    ['mirror.example/lambda/nodejs:18@sha256:00', '2.26'],
    ['public.ecr.aws/lambda/provided:al2', '2.26'],
    ['public.ecr.aws/lambda/provided:al2023-arm64', '2.34'],
    ['node:24', undefined],
    ['example.com/my-lambda/nodejs-like:24', undefined],
  ]
  for (const [reference, glibc] of bases)
    t.equal(librariesOfBase(reference)?.glibc, glibc, reference)
  const needed = { glibc: { version: '2.28', file: 'node_modules/a/a.node' } }
  t.same(checkLibraries(needed, 'public.ecr.aws/lambda/nodejs:24'), { problems: [], notes: [] })
  t.match(checkLibraries(needed, 'public.ecr.aws/lambda/nodejs:18').problems, [
    { code: 'DEPENDENCIES_UNFIT', message: /a\.node needs glibc 2\.28, and .*nodejs:18 has 2\.26/ },
  ])
  t.match(checkLibraries(needed, 'node:24').notes, [
    /needs glibc 2\.28; what node:24 has is not known/,
  ])
  const newer = { libstdcxx: { version: '3.4.30', file: 'node_modules/tree/tree.node' } }
  t.match(checkLibraries(newer, 'public.ecr.aws/lambda/nodejs:24').problems, [
    {
      code: 'DEPENDENCIES_UNFIT',
      message:
        /tree\.node needs libstdc\+\+ with GLIBCXX 3\.4\.30, and .*nodejs:24 has 3\.4\.29\. Choose/,
    },
  ])
  const older = { libstdcxx: { version: '3.4.29', file: 'node_modules/tree/tree.node' } }
  t.same(checkLibraries(older, 'public.ecr.aws/lambda/nodejs:24').problems, [])
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
  t.match(parseNpmLockfile(npm), [
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
  t.match(parsePnpmLockfile(pnpm), [
    { name: '@b/c', cpu: ['arm64'], os: ['linux', '!win32'], libc: ['glibc'] },
    { name: 'a' },
  ])
})
