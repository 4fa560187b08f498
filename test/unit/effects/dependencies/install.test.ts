import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { readDefinition } from '../../../../plugin/effects/dependencies/definition.ts'
import { explainFailure } from '../../../../plugin/effects/dependencies/explain-failure.ts'
import { runTool } from '../../../../plugin/effects/dependencies/run-tool.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { fingerprintOf } from '../../../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../../../../plugin/effects/dependencies/install.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'
import { plannedImage } from '../../../stand-in/inputs/planned-image.ts'

const natives = ['linux-arm64-gnu', 'linux-arm64-musl', 'linux-x64-gnu', 'darwin-arm64'] as const

function native(target: (typeof natives)[number]) {
  const [os, cpu, libc] = target.split('-')
  const manifest = {
    name: `@db/${target}`,
    version: '1.0.0',
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }),
  }
  return { manifest, files: { 'db.node': elfFile({ versions: ['GLIBC_2.17'] }) } }
}

const registry = await startNpmRegistry([
  {
    manifest: {
      name: 'db',
      version: '1.0.0',
      dependencies: { tiny: '^1.0.0' },
      optionalDependencies: Object.fromEntries(natives.map((it) => [`@db/${it}`, '1.0.0'])),
      scripts: { postinstall: 'exit 1' },
      bin: { db: 'index.js' },
    },
    files: { 'index.js': 'module.exports = 1\n' },
  },
  { manifest: { name: 'tiny', version: '1.0.0' } },
  { manifest: { name: 'tiny', version: '1.1.0' } },
  { manifest: { name: 'only-for-development', version: '1.0.0' } },
  { manifest: { name: 'vanished', version: '1.0.0' }, lost: true },
  ...natives.map(native),
])
t.teardown(() => registry.close())

const npmrc = () =>
  `registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=s3cr3t-token\nomit-lockfile-registry-resolved=false\n`

function imageAt(directory: string, lockfile?: string): PlannedImage {
  const definition = { kind: 'package', directory, packageManager: 'npm' } as const
  return plannedImage({
    name: 'db',
    definition: { ...definition, ...(lockfile === undefined ? {} : { lockfile }) },
    functions: [],
  })
}

async function install(image: PlannedImage, cacheDirectory: string, environment = process.env) {
  const definition = await readDefinition(image)
  const fingerprint = await fingerprintOf(image, definition)
  let started = false
  const installed = await installDependencies(definition, {
    fingerprint,
    architecture: image.architecture,
    cacheDirectory,
    environment,
    onStart: () => (started = true),
  })
  const packages = installed.tree.packages.map(({ path }) => path.slice('node_modules/'.length))
  return { ...installed, packages, started }
}

/** One image with a lockfile made by npm itself, for the tests that follow. */
const made = t.testdir({
  cache: {},
  image: {
    'package.json': JSON.stringify({
      name: 'whatever',
      version: '1.0.0',
      dependencies: { db: '1.0.0' },
      devDependencies: { 'only-for-development': '1.0.0' },
    }),
    '.npmrc': npmrc(),
  },
})
const cacheDirectory = join(made, 'cache')
const directory = join(made, 'image')
const { image, created } = await ensureLockfile(imageAt(directory), { cacheDirectory })

t.test('a missing lockfile is made for all platforms, beside package.json', async (t) => {
  t.equal(created, join(directory, 'package-lock.json'))
  const text = await readFile(join(directory, 'package-lock.json'), 'utf8')
  for (const target of natives) t.match(text, `node_modules/@db/${target}`)
  t.match(text, 'only-for-development')
  t.same((await readdir(directory)).toSorted(), ['.npmrc', 'package-lock.json', 'package.json'])
  const again = await ensureLockfile(image, { cacheDirectory })
  t.same(again, { image })
})

t.test('the packages of the platform, in a folder of their own, once', async (t) => {
  const before = registry.requests.length
  // What `npm run` leaves in the environment of its children must not count.
  const environment = {
    ...process.env,
    npm_config_omit: 'optional',
    npm_config_cpu: 'x64',
    npm_config_libc: 'musl',
    npm_config_package_lock_only: 'true',
    npm_config_dry_run: 'true',
    NODE_ENV: 'development',
  }
  const first = await install(image, cacheDirectory, environment)
  t.ok(first.started)
  t.same(first.packages, ['@db/linux-arm64-gnu', 'db', 'tiny'])
  t.equal(first.tree.packages[2]?.version, '1.1.0')
  t.match(first.tree.packages[1], { scripts: ['exit 1'] })
  t.match(first.tree.packages[0]?.files, [{ binary: { machine: 'arm64', glibc: '2.17' } }, {}])
  t.ok(registry.requests.slice(before).every((it) => it.authorization === 'Bearer s3cr3t-token'))
  t.notOk((await readdir(first.directory)).includes('.npmrc'), 'the token does not stay')
  t.notOk((await readdir(join(first.directory, 'node_modules'))).includes('.bin'))

  const seen = registry.requests.length
  const second = await install(image, cacheDirectory)
  t.notOk(second.started)
  t.same(second.packages, first.packages)
  t.equal(registry.requests.length, seen)
})

t.test('an unfinished or damaged install does not count', async (t) => {
  const { directory: folder, packages } = await install(image, cacheDirectory)
  await rm(join(folder, 'node_modules/tiny/package.json'))
  const repaired = await install(image, cacheDirectory)
  t.ok(repaired.started)
  t.same(repaired.packages, packages)
  await rm(join(folder, 'complete.json'))
  // Two at once, as two deploys on one machine.
  const both = await Promise.all([install(image, cacheDirectory), install(image, cacheDirectory)])
  for (const one of both) t.same(one.packages, packages)
  await stat(join(folder, 'complete.json'))
  t.same(await readdir(join(cacheDirectory, 'installs')), [folder.split('/').at(-1)])
  t.same(await readdir(join(cacheDirectory, 'temporary')), [])
})

t.test("failures tell npm's own words and what to do", async (t) => {
  const failing = async (name: string, manifest: object, lock: (text: string) => string) => {
    const folder = join(made, name)
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(folder, '.npmrc'), npmrc())
    const lockfile = join(folder, 'package-lock.json')
    const text = await readFile(join(directory, 'package-lock.json'), 'utf8')
    await writeFile(lockfile, lock(text))
    const empty = join(made, `${name}-npm-cache`)
    const environment = { ...process.env, npm_config_cache: empty }
    return install(imageAt(folder, lockfile), cacheDirectory, environment)
  }
  const manifest = {
    dependencies: { db: '1.0.0' },
    devDependencies: { 'only-for-development': '1.0.0' },
  }
  await t.rejects(
    failing('stale', { ...manifest, dependencies: { db: '1.0.0', tiny: '1.0.0' } }, (it) => it),
    {
      code: 'DEPENDENCIES_INSTALL_FAILED',
      message:
        /^'npm ci' failed for image 'db':\n[^]*EUSAGE[^]*Invalid: lock file's tiny@1\.1\.0[^]*The lockfile does not match package\.json: run [^]*docker\/db/,
    },
  )
  await t.rejects(
    failing('gone', manifest, (it) =>
      it.replaceAll(/"resolved": "[^"]*tiny-[^"]*"|"integrity": "[^"]*"/g, (text) =>
        text.startsWith('"res') ? text.replace('1.1.0', '9.9.9') : '"dev": false',
      ),
    ),
    {
      code: 'DEPENDENCIES_INSTALL_FAILED',
      message: /^(?!.*s3cr3t)[^]*E404[^]*The registry does not have that package/,
    },
  )
  t.same(await readdir(join(cacheDirectory, 'temporary')), [])
})

t.test('an old npm is replaced, a missing one is an error of its own', async (t) => {
  const folder = join(made, 'path')
  await mkdir(folder)
  const program = async (name: string, script: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
    await chmod(join(folder, name), 0o755)
  }
  const environment = { ...process.env, PATH: `${folder}:${process.env['PATH']}` }
  await rm((await install(image, cacheDirectory)).directory, { recursive: true })
  await program('npm', 'echo 10.9.2')
  await program('npx', `echo "${join(folder, 'fetched')}:$PATH"`)
  await mkdir(join(folder, 'fetched'))
  await program('fetched/npm', `PATH="${process.env['PATH']}" exec npm "$@"`)
  const { notes, packages } = await install(image, cacheDirectory, environment)
  t.same(notes, ['npm 10.9.2 is too old; used npm@11 through npx'])
  t.same(packages, ['@db/linux-arm64-gnu', 'db', 'tiny'])
  await rm((await install(image, cacheDirectory)).directory, { recursive: true })
  await program('npx', 'exit 1')
  await t.rejects(install(image, cacheDirectory, environment), {
    code: 'DEPENDENCIES_TOOL_MISSING',
    message: /^npm 10\.9\.2 is too old, and npx could not fetch npm@11/,
  })
})

t.test('requests that fail in silence are told, and ended where nothing will help', async (t) => {
  const folder = t.testdir({ bin: {}, cache: {} })
  const say = async (...lines: readonly string[]) => {
    const script = lines.map((line) => `echo '${line}' >&2`).join('\n')
    const text = `#!/bin/sh\n[ "$1" = --version ] && echo 11.19.0 && exit\n[ "$1" = ci ] || exit 1\n${script}\n`
    await writeFile(join(folder, 'bin/npm'), `${text}sleep 1\n`)
    await chmod(join(folder, 'bin/npm'), 0o755)
  }
  const troubles: string[] = []
  const run = async (longest?: number) =>
    await runTool(join(folder, 'bin/npm'), ['ci'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
      onTrouble: (text) => troubles.push(text),
      ...(longest !== undefined && { longest }),
    })
  const failing = (code: string) =>
    `npm http fetch GET https://npm.example/db attempt 1 failed with ${code}`
  await say(failing('SELF_SIGNED_CERT_IN_CHAIN'))
  const untrusted = await run()
  t.equal(untrusted.failed, true)
  const { message } = explainFailure({ name: 'npm', image: 'db', args: ['ci'], ...untrusted })
  t.match(message, /failed with SELF_SIGNED_CERT_IN_CHAIN\n.*NODE_EXTRA_CA_CERTS/)
  t.strictSame(troubles, [])

  await say(failing('ECONNREFUSED'), failing('ECONNREFUSED'))
  t.equal((await run(50)).failed, true)
  t.strictSame(troubles, ['npm.example: ECONNREFUSED, asking again'], 'said once')
  await say(failing('ECONNRESET'), 'npm http fetch GET 200 https://npm.example/db 5ms')
  t.equal((await run(50)).failed, false, 'it went on')
})
