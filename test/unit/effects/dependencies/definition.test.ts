import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import type { ImageSettings, PlannedImage } from '../../../../plugin/core/model.ts'
import { readDefinition } from '../../../../plugin/effects/dependencies/definition.ts'
import { explainFailure } from '../../../../plugin/effects/dependencies/explain-failure.ts'
import { dependencyFingerprint } from '../../../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { toolEnvironment } from '../../../../plugin/effects/dependencies/tool-environment.ts'

const none: ImageSettings = readImageSettings()

function imageAt(directory: string, more: Partial<PlannedImage> = {}): PlannedImage {
  const lockfile = join(directory, 'package-lock.json')
  return {
    name: 'db',
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: { kind: 'package', directory, packageManager: 'npm', lockfile },
    settings: none,
    functions: [],
    ...more,
  }
}

const manifest = { name: 'a', version: '1.0.0', dependencies: { b: '1.0.0', a: 'file:./a.tgz' } }
const files = {
  'package.json': JSON.stringify(manifest),
  'package-lock.json': '{\n  "lockfileVersion": 3\n}\n',
  'a.tgz': 'tarball',
  '.npmrc': '//host/:_authToken=one\nregistry=https://host/\n',
}

t.test('the fingerprint is known, and stays where nothing that counts has changed', async (t) => {
  const directory = t.testdir(files)
  const of = (more?: Partial<PlannedImage>) => dependencyFingerprint(imageAt(directory, more))
  const first = await of()
  t.equal(first, 'sha256:2cb54b0c405b8b7cb6dd4e934723cf376032baad98c01b9b08d6218118ace356')
  const write = (name: string, text: string) => writeFile(join(directory, name), text)
  await write('package-lock.json', files['package-lock.json'].replaceAll('\n', '\r\n'))
  await write('.npmrc', '# mine\n//host/:_authToken=two\n\nregistry=https://host/\n')
  await write(
    'package.json',
    JSON.stringify({
      scripts: {},
      dependencies: { a: 'file:./a.tgz', b: '1.0.0' },
      version: '2.0.0',
    }),
  )
  t.equal(await of({ base: 'other', name: 'x' }), first)
  t.equal(
    await of({ settings: { ...none, omit: ['y', 'x'] } }),
    await of({ settings: { ...none, omit: ['x', 'y'] } }),
  )
})

t.test('everything that counts changes the fingerprint', async (t) => {
  const seen = new Set<string>()
  const add = async (changed: Record<string, string>, more?: Partial<PlannedImage>) => {
    const directory = t.testdir({ ...files, ...changed })
    seen.add(await dependencyFingerprint(imageAt(directory, more)))
  }
  await add({})
  await add({ 'package-lock.json': '{}' })
  await add({ 'package.json': JSON.stringify({ ...manifest, overrides: { c: '1' } }) })
  await add({ 'a.tgz': 'other' })
  await add({ '.npmrc': 'registry=https://other/\n' })
  await add({}, { architecture: 'x86_64' })
  await add({}, { nodeVersion: 22 })
  await add({}, { settings: { ...none, omit: ['b'] } })
  const directory = t.testdir(files)
  const definition = { kind: 'package', directory, packageManager: 'npm' } as const
  seen.add(await dependencyFingerprint(imageAt(directory, { definition })))
  t.equal(seen.size, 9)
})

t.test('what cannot be installed in a folder of its own is said at once', async (t) => {
  const dependencies = {
    a: 'file:../a',
    b: 'workspace:*',
    c: 'link:./c',
    d: '../../d',
    ok: 'file:x',
  }
  const directory = t.testdir({ ...files, 'package.json': JSON.stringify({ dependencies }) })
  await t.rejects(readDefinition(imageAt(directory)), {
    code: 'DEPENDENCIES_INVALID',
    message:
      /'a' is file:\.\.\/a,[^]*\n.*'b' is workspace[^]*\n.*'c' is link[^]*\n.*'d' is [^]*\n.*'ok' is file:x, which cannot be read/,
  })
  for (const text of ['{', '[]', '"x"']) {
    const broken = t.testdir({ ...files, 'package.json': text })
    await t.rejects(readDefinition(imageAt(broken)), { code: 'DEPENDENCIES_INVALID' }, text)
  }
  const damaged = t.testdir({ ...files, 'package-lock.json': '<<<<<<< HEAD' })
  await t.rejects(readDefinition(imageAt(damaged)), {
    message: `${join(damaged, 'package-lock.json')} is not JSON: unexpected '<' at line 1, column 1. Correct it.`,
  })
  const comma = t.testdir({
    ...files,
    'package.json': '{ "dependencies": {\n  "ms": "2.1.3",\n} }',
  })
  await t.rejects(readDefinition(imageAt(comma)), {
    message: `${join(comma, 'package.json')} is not JSON: unexpected '}' at line 3, column 1. Correct it.`,
  })
})

t.test('a byte order mark is no part of a manifest or lockfile', async (t) => {
  const marked = Object.entries(files).map(([name, text]) => [name, `\uFEFF${text}`] as const)
  const plain = await readDefinition(imageAt(t.testdir(files)))
  const read = await readDefinition(imageAt(t.testdir(Object.fromEntries(marked))))
  t.equal(read.text, plain.text)
  t.equal(read.lockfile?.text, plain.lockfile?.text)
})

t.test('the environment keeps where packages come from, and drops the rest of npm', async (t) => {
  const kept = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'https://r/',
    'npm_config_@mine:registry': 'https://m/',
    'npm_config_//r/:_authToken': 'token',
    NPM_CONFIG_USERCONFIG: '/home/me/.npmrc',
    npm_config_https_proxy: 'http://proxy',
    npm_config_strict_ssl: 'false',
    npm_config_cache: '/cache',
    NPM_TOKEN: 'token',
  }
  const dropped = {
    npm_config_omit: 'optional',
    NPM_CONFIG_OS: 'darwin',
    npm_config_arch: 'x64',
    npm_config_ignore_scripts: '',
    npm_config_install_strategy: 'linked',
    npm_config_global: 'true',
    npm_package_name: 'app',
    npm_lifecycle_event: 'deploy',
    npm_command: 'run-script',
    INIT_CWD: '/app',
    NODE_ENV: 'production',
    GONE: undefined,
  }
  t.same(toolEnvironment({ ...kept, ...dropped }), kept)
})

t.test('each known failure says what to do, none says a token', async (t) => {
  const explain = (output: string) =>
    explainFailure({ name: 'npm', image: 'db', args: ['ci', '--x'], output, ended: 'exit 1' })
      .message
  t.match(
    explain('npm error code E404\nnpm error 404  x@1 is not in this registry.'),
    /docker\/db\/\.npmrc\.$/,
  )
  t.match(explain('npm error code EBADPLATFORM\n'), /optionalDependencies/)
  t.match(
    explain('npm error code ENOTFOUND\nnpm error request to https://r failed'),
    /could not be reached/,
  )
  t.match(explain('npm error code EINTEGRITY'), /Other bytes than the lockfile names/)
  t.match(explain('npm error code E503'), /try again later/)
  t.match(explain(' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install'), /does not match package\.json/)
  t.match(explain(' ERR_PNPM_LOCKFILE_BREAKING_CHANGE  x'), /of another pnpm/)
  t.match(explain(''), /^'npm ci' failed for image 'db':\n  exit 1\n/)
  const secrets = explain(
    'GET https://me:hunter2@host/x\n//host/:_authToken=hunter2\nAuthorization: Bearer hunter2\nnpm_hunter2hunter2hunter2hunter2',
  )
  t.notMatch(secrets, 'hunter2')
})
