import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import type { PlannedImage } from '../../plugin/core/model.ts'
import { ensureLockfile } from '../../plugin/effects/dependencies/ensure-lockfile.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../../plugin/effects/dependencies/install.ts'
import {
  examineDefinition,
  settleDefinition,
} from '../../plugin/effects/dependencies/settle-definition.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'
import { plannedImage } from '../stand-in/inputs/planned-image.ts'

const registry = await startNpmRegistry([
  { manifest: { name: 'tiny', version: '1.0.0' }, files: { 'index.js': 'module.exports = 1\n' } },
  { manifest: { name: '@mine/a', version: '1.0.0' } },
  { manifest: { name: 'evil', version: '1.0.0', dependencies: { cfg: 'file:../../secrets' } } },
  {
    manifest: {
      name: 'partly',
      version: '1.0.0',
      optionalDependencies: { tiny: '1.0.0', 'never-published': '1.0.0' },
    },
  },
])
t.teardown(() => registry.close())
t.setTimeout(120_000)

const npmrc = `registry=${registry.url}\nomit-lockfile-registry-resolved=false\nfetch-retries=0\n`
/** Without what the machine's own configuration says. */
const environment = (folder: string) => ({
  ...process.env,
  npm_config_userconfig: join(folder, 'no-user-config'),
  npm_config_cache: join(folder, 'npm-cache'),
})

/** An app with one image. */
async function app(
  t: Test,
  manifest: object,
  more: { root?: object; image?: object; manager?: 'npm' | 'pnpm' } = {},
) {
  const root = t.testdir({
    ...more.root,
    cache: {},
    docker: { db: { '.npmrc': npmrc, 'package.json': JSON.stringify(manifest), ...more.image } },
  })
  const directory = join(root, 'docker/db')
  const lockfile = join(directory, 'package-lock.json')
  const image = (withLockfile = true): PlannedImage =>
    plannedImage({
      name: 'db',
      definition: {
        kind: 'package',
        directory,
        packageManager: more.manager ?? 'npm',
        ...(withLockfile && { lockfile }),
      },
      functions: [],
    })
  const cacheDirectory = join(root, 'cache')
  const lock = () =>
    ensureLockfile(image(false), { cacheDirectory, environment: environment(root) })
  const settle = () => settleDefinition(image(), environment(root))
  const install = async () => {
    const definition = await settle()
    const fingerprint = await fingerprintOf(image(), definition)
    const architecture = 'arm64'
    return installDependencies(definition, { fingerprint, architecture, cacheDirectory })
  }
  return { root, directory, lockfile, image, lock, settle, install }
}

const tiny = { dependencies: { tiny: '1.0.0' } }
const made = await app(t, tiny)
await made.lock()
/** Of `tiny`, as npm itself made it. */
const lockfileText = await readFile(made.lockfile, 'utf8')
const locked = { 'package-lock.json': lockfileText }

t.test('a folder of this machine never comes along with a package', async (t) => {
  const { directory, lock, root } = await app(t, { dependencies: { evil: '1.0.0' } })
  await mkdir(join(root, 'secrets'))
  await writeFile(join(root, 'secrets/credentials'), 'secret')
  await t.rejects(lock(), {
    code: 'DEPENDENCIES_INVALID',
    message: /node_modules\/cfg is .*secrets of this machine, which evil@1\.0\.0 asks for/,
  })
  t.notOk((await readdir(directory)).includes('package-lock.json'), 'what was made is not kept')
})

t.test('a lockfile that npm itself would refuse is not kept either', async (t) => {
  const { directory, lock } = await app(t, { dependencies: { partly: '1.0.0' } })
  await t.rejects(lock(), {
    code: 'DEPENDENCIES_INVALID',
    message: /has no never-published, which partly@1\.0\.0 names as optional[^]*pnpm does without/,
  })
  t.notOk((await readdir(directory)).includes('package-lock.json'))
})

t.test('a missing integrity is asked of the configured registry, and checked', async (t) => {
  const { lockfile, settle, install, image } = await app(t, tiny, { image: locked })
  const whole = lockfileText
  const first = await settle()
  t.strictSame(first.notes, [])
  await writeFile(lockfile, whole.replace(/,\s*"integrity": "[^"]*"/, ''))
  const settled = await settle()
  t.match(settled.notes, [/^docker\/db\/package-lock\.json has no integrity for 1 packages \(tiny/])
  t.strictSame(settled.lockfile?.packages, first.lockfile?.packages)
  t.equal((await install()).tree.packages[0]?.name, 'tiny')
  await writeFile(
    lockfile,
    whole.replace(/"integrity": "[^"]*"/, `"integrity": "sha512-${'A'.repeat(86)}=="`),
  )
  t.not(await fingerprintOf(image(), await settle()), await fingerprintOf(image(), first))
  await t.rejects(install(), { code: 'DEPENDENCIES_INSTALL_FAILED', message: /EINTEGRITY/ })
})

t.test('a lock entry of another server is refused before anything is asked', async (t) => {
  const { lockfile, image, root } = await app(t, tiny, { image: locked })
  const before = registry.requests.length
  const text = lockfileText.replaceAll(registry.url, 'http://evil.example')
  await writeFile(lockfile, text.replace(/,\s*"integrity": "[^"]*"/, ''))
  await t.rejects(examineDefinition(image(), environment(root)), {
    code: 'DEPENDENCIES_INVALID',
    message: /node_modules\/tiny comes from http:\/\/evil\.example\/tiny/,
  })
  t.equal(registry.requests.length, before)
})

t.test('bundle-packages names what package.json has', async (t) => {
  const { image, root } = await app(t, tiny, { image: locked })
  const examine = (...bundlePackages: string[]) => {
    const planned = image()
    const places = { 'bundle-packages': 'app.arc:5' }
    const settings = { ...planned.settings, bundlePackages, places }
    return examineDefinition({ ...planned, settings }, environment(root))
  }
  await t.resolves(examine('tiny'))
  await t.resolves(examine('all'))
  await t.rejects(examine('tinny', 'all', 'other'), {
    code: 'DEPENDENCIES_INVALID',
    message: [
      "app.arc:5: bundle-packages of image 'db' names tinny, which docker/db/package.json does not have. Did you mean 'tiny'? Correct the name, or write 'bundle-packages all'.",
      "app.arc:5: bundle-packages of image 'db' names other, which docker/db/package.json does not have. Correct the name, or write 'bundle-packages all'.",
    ].join('\n'),
  })
})

t.test("a scope whose registry only the app's .npmrc knows", async (t) => {
  const root = { '.npmrc': `@mine:registry=${registry.url}\n` }
  const manifest = { dependencies: { '@mine/a': '1.0.0' } }
  const before = registry.requests.length
  const named = await app(t, manifest, { root })
  await t.rejects(named.lock(), {
    code: 'DEPENDENCIES_INVALID',
    message:
      /docker\/db: @mine\/a would be asked of another registry than .*\.npmrc names \(@mine:registry\)/,
  })
  t.equal(registry.requests.length, before)
  const both = await app(t, manifest, {
    root,
    image: { '.npmrc': `${npmrc}@mine:registry=${registry.url}/\n` },
  })
  t.ok((await both.lock()).created)
  const unused = await app(t, tiny, { root, image: locked })
  t.ok(await unused.settle(), 'a scope that no package has')
})

t.test("the app's own default registry counts where no lockfile proves the content", async (t) => {
  const root = { '.npmrc': 'registry=https://npm.example/\n' }
  const alone = await app(t, tiny, { root })
  await t.rejects(alone.lock(), { message: /names \(registry\)/ })
  const again = await app(t, tiny, { root, image: locked })
  t.ok(await again.settle())
})

t.test('workspaces are refused by name', async (t) => {
  const workspaces = ['packages/*']
  const { lock } = await app(t, { workspaces, dependencies: { '@w/a': '*' } })
  const before = registry.requests.length
  await t.rejects(lock(), {
    code: 'DEPENDENCIES_INVALID',
    message: /package\.json has "workspaces" \(\["packages\/\*"\]\)[^]*'file:\.\/packages\/a'/,
  })
  t.equal(registry.requests.length, before)
})

t.test('an install in the cache is proven by its content', async (t) => {
  const { install } = await app(t, tiny, { image: locked })
  const first = await install()
  t.notOk(first.reused)
  t.ok((await install()).reused)
  const file = join(first.directory, 'node_modules/tiny/index.js')
  await writeFile(file, 'module.exports = 2\n')
  t.notOk((await install()).reused, 'as many bytes, and others')
  t.equal(await readFile(file, 'utf8'), 'module.exports = 1\n')
})

t.test('what leads out of an install is never packed', async (t) => {
  const { install, root } = await app(t, tiny, { image: locked })
  const { directory } = await install()
  await symlink(root, join(directory, 'node_modules/out'))
  t.notOk((await install()).reused)
})
