import t from 'tap'

import {
  foreignTarballs,
  judgeLockfile,
  publicRegistry,
  withoutIntegrity,
} from '../../../../plugin/core/dependencies/judge-lockfile.ts'
import { judgePlatforms } from '../../../../plugin/core/natives/judge-platforms.ts'
import { parseNpmLockfile } from '../../../../plugin/core/dependencies/parse-npm-lockfile.ts'
import { parsePnpmLockfile } from '../../../../plugin/core/dependencies/parse-pnpm-lockfile.ts'

const lockfile = 'docker/db/package-lock.json'
const npm = (packages: Readonly<Record<string, object>>) =>
  parseNpmLockfile(JSON.stringify({ lockfileVersion: 3, packages }))

function judged(
  packages: Parameters<typeof judgeLockfile>[0],
  { local = [], meant = [] }: { local?: string[]; meant?: string[] } = {},
): string[] {
  const setting = { lockfile, localPaths: new Set(local), meant }
  return judgeLockfile(packages, setting).map(({ message }) => message)
}

t.test('a folder of this machine that another package asks for', (t) => {
  const evil = { version: '1.0.0', dependencies: { cfg: 'file:~/.aws' } }
  const link = { resolved: '../../home/ada/.aws', link: true }
  const target = { version: '1.0.0' }
  const found = judged(
    npm({ 'node_modules/evil': evil, 'node_modules/cfg': link, '../../home/ada/.aws': target }),
  )
  t.match(
    found[0],
    /node_modules\/cfg is \.\.\/\.\.\/home\/ada\/\.aws of this machine, which evil@1\.0\.0 asks for as 'file:~\/\.aws'/,
  )
  for (const path of ['/etc', '../x', '..']) {
    const packages = npm({ 'node_modules/cfg': { resolved: path, link: true } })
    t.match(judged(packages), [/of this machine\. Only folders/], path)
  }
  const tarball = { 'node_modules/cfg': { resolved: 'file:../x.tgz', version: '1.0.0' } }
  t.match(judged(npm(tarball)), [/is \.\.\/x\.tgz of this machine/])
  const own = { 'node_modules/a': { resolved: 'a', link: true }, a: { version: '1.0.0' } }
  t.strictSame(judged(npm(own), { local: ['a'] }), [], 'a folder that package.json names')
  const bundled = {
    'node_modules/b': { version: '1.0.0', dependencies: { c: 'file:../c' } },
    'node_modules/b/node_modules/c': { version: '1.0.0', inBundle: true },
  }
  t.strictSame(judged(npm(bundled)), [], 'what its author has bundled')
  t.end()
})

t.test('the same in lockfiles of pnpm', (t) => {
  const pnpm = (...lines: readonly string[]) =>
    parsePnpmLockfile(["lockfileVersion: '9.0'", 'packages:', ...lines].join('\n'))
  const folder = pnpm(
    '  cfg@file:../../root/.aws:',
    '    resolution: {directory: ../../root/.aws, type: directory}',
    '  evil@1.0.0:',
    '    resolution: {integrity: sha512-x}',
    'snapshots:',
    '  cfg@file:../../root/.aws: {}',
    '  evil@1.0.0:',
    '    dependencies:',
    '      cfg: file:../../root/.aws',
  )
  t.match(judged(folder), [
    /of this machine, which evil@1\.0\.0 asks for as 'file:\.\.\/\.\.\/root/,
  ])
  const link = pnpm(
    '  evil@1.0.0:',
    '    resolution: {integrity: sha512-x}',
    'snapshots:',
    '  evil@1.0.0(peer@2.0.0):',
    '    dependencies:',
    '      cfg: link:../../root/.aws',
  )
  t.match(judged(link), [/evil@1\.0\.0 asks for 'cfg' as 'link:\.\.\/\.\.\/root\/\.aws'/])
  const own = pnpm(
    "  'a@file:a':",
    '    resolution: {directory: a, type: directory}',
    '  b@file:b-1.0.0.tgz:',
    '    resolution: {integrity: sha512-x, tarball: file:b-1.0.0.tgz}',
    '    version: 1.0.0',
  )
  t.strictSame(judged(own, { local: ['a', 'b-1.0.0.tgz'] }), [])
  t.end()
})

t.test('git and URLs only where package.json names them', (t) => {
  const commit = 'a'.repeat(40)
  const git = (ref: string) =>
    npm({ 'node_modules/a': { resolved: `git+ssh://git@github.com/ada/a.git#${ref}` } })
  t.match(judged(git(commit)), [/comes from git\+ssh:.*, which package\.json does not name/])
  t.strictSame(judged(git(commit), { meant: ['github:ada/a#main'] }), [])
  t.strictSame(judged(git(commit), { meant: ['ada/a'] }), [])
  t.match(judged(git('main'), { meant: ['ada/a'] }), [/which is no commit/])
  t.match(judged(git(commit), { meant: ['eve/a'] }), [/does not name/])
  t.match(judged(git(commit), { meant: ['gitlab:ada/a'] }), [/does not name/], 'another host')
  for (const same of ['git@github.com:ada/a.git', 'git+https://github.com/ada/a.git#v1', 'Ada/a'])
    t.strictSame(judged(git(commit), { meant: [same] }), [], same)
  const archive = parsePnpmLockfile(
    [
      "lockfileVersion: '9.0'",
      'packages:',
      `  a@https://codeload.github.com/ada/a/tar.gz/${commit}:`,
      `    resolution: {tarball: https://codeload.github.com/ada/a/tar.gz/${commit}}`,
      '    version: 1.0.0',
    ].join('\n'),
  )
  t.strictSame(judged(archive, { meant: ['github:ada/a#main'] }), [], "pnpm's way")
  t.match(judged(archive), [/does not name/])
  t.strictSame(withoutIntegrity(archive), [])
  const url = 'https://example.com/a.tgz'
  const tarball = (more: object) => npm({ 'node_modules/a': { resolved: url, ...more } })
  t.match(judged(tarball({}), { meant: [url] }), [/no integrity for it/])
  t.strictSame(judged(tarball({ integrity: 'sha512-x' }), { meant: [url] }), [])
  t.end()
})

t.test('tarballs of servers that nobody configured', (t) => {
  const from = (resolved: string) => npm({ 'node_modules/a': { resolved, integrity: 'sha512-x' } })
  const isMeant = (origin: string) =>
    [publicRegistry, 'http://127.0.0.1:4873', 'https://npm.example'].includes(origin)
  const messages = (resolved: string, meant: string[] = []) =>
    foreignTarballs(from(resolved), isMeant, { lockfile, meant }).map(({ message }) => message)
  t.strictSame(messages('https://registry.npmjs.org/a/-/a-1.0.0.tgz'), [])
  t.strictSame(messages('http://127.0.0.1:4873/a/-/a-1.0.0.tgz'), [], 'the configured one')
  t.strictSame(messages('https://npm.example/x/a.tgz'), [])
  t.match(messages('http://evil.example/a.tgz'), [/which anybody in between can change/])
  t.match(messages('http://registry.npmjs.org/a/-/a-1.0.0.tgz'), [/anybody in between/])
  t.match(messages('https://evil.example/a.tgz?token=1'), [
    /^docker\/db\/package-lock\.json: node_modules\/a comes from https:\/\/evil\.example\/a\.tgz, which is no registry/,
  ])
  t.notMatch(messages('https://me:token@evil.example/a.tgz')[0], /token/)
  t.strictSame(messages('https://evil.example/a.tgz', ['https://evil.example/a.tgz']), [])
  t.match(messages('http://evil.example/a.tgz', ['http://evil.example/a.tgz']), [/in between/])
  t.match(messages('no url'), [/no registry/])
  t.end()
})

t.test('lockfiles of npm 6 and older are read too', (t) => {
  const lock = {
    lockfileVersion: 1,
    dependencies: {
      a: {
        version: '1.0.0',
        resolved: 'http://evil.example/a.tgz',
        dependencies: { b: { version: '2.0.0', bundled: true } },
      },
      c: { version: 'file:../c' },
    },
  }
  const packages = parseNpmLockfile(JSON.stringify(lock))
  t.match(packages, [
    { place: 'node_modules/a', source: { kind: 'tarball', url: 'http://evil.example/a.tgz' } },
    { place: 'node_modules/a/node_modules/b', source: { kind: 'bundled' } },
    { name: 'c', source: { kind: 'local', path: '../c' } },
  ])
  t.strictSame(
    withoutIntegrity(packages).map(({ name }) => name),
    ['a'],
    'bundled packages have none by design',
  )
  t.end()
})

t.test('what npm would refuse once it installs', (t) => {
  const setting = { lockfile }
  const messages = (packages: ReturnType<typeof npm>) =>
    judgePlatforms(packages, 'arm64', setting).map(({ message }) => message)
  const x64 = { version: '1.0.0', os: ['linux'], cpu: ['x64'] }
  t.match(messages(npm({ 'node_modules/a-x64': x64 })), [
    /a-x64@1\.0\.0 is only for linux x64, and the function runs on linux\/arm64/,
  ])
  t.strictSame(messages(npm({ 'node_modules/a-x64': { ...x64, optional: true } })), [])
  t.strictSame(messages(npm({ 'node_modules/a-x64': { ...x64, dev: true } })), [])
  const optionalDependencies = { 'a-arm64': '1.0.0', 'a-x64': '1.0.0' }
  const a = { version: '1.0.0', optionalDependencies }
  const some = npm({ 'node_modules/a': a, 'node_modules/a-x64': { ...x64, optional: true } })
  t.match(messages(some), [
    /has no a-arm64, which a@1\.0\.0 names as optional: npm refuses such a lockfile\.[^]*pnpm does without[^]*"packageManager"/,
  ])
  t.end()
})
