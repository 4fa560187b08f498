import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { readImageSettings } from '../../plugin/core/settings/read-settings.ts'
import { parsePnpmLockfile } from '../../plugin/core/dependencies/parse-pnpm-lockfile.ts'
import type { PlannedImage } from '../../plugin/core/model.ts'
import { checkNatives } from '../../plugin/core/natives/native-gate.ts'
import { readDefinition } from '../../plugin/effects/dependencies/definition.ts'
import { ensureLockfile } from '../../plugin/effects/dependencies/ensure-lockfile.ts'
import { fingerprintOf } from '../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../../plugin/effects/dependencies/install.ts'
import { elfFile } from '../stand-in/inputs/elf-file.ts'
import { startNpmRegistry } from '../stand-in/registry/npm-registry.ts'

/** pnpm itself comes through npx, unless PATH has one that is new enough. */
const targets = ['linux-arm64', 'linux-x64', 'darwin-arm64']
const registry = await startNpmRegistry([
  {
    manifest: {
      name: 'db',
      version: '1.0.0',
      dependencies: { tiny: '1.0.0' },
      optionalDependencies: Object.fromEntries(targets.map((it) => [`@db/${it}`, '1.0.0'])),
      scripts: { install: 'exit 1' },
    },
  },
  {
    manifest: { name: 'tiny', version: '1.0.0', bin: { tiny: 'index.js' } },
    files: { 'index.js': '' },
  },
  ...targets.map((it) => ({
    manifest: {
      name: `@db/${it}`,
      version: '1.0.0',
      os: [it.split('-')[0]],
      cpu: [it.split('-')[1]],
    },
    files: { 'db.node': elfFile({ machine: it.endsWith('x64') ? 'x86_64' : 'arm64' }) },
  })),
])
t.teardown(() => registry.close())

t.test('pnpm lockfiles: for the platform, without links, gated', async (t) => {
  const folder = t.testdir({
    image: {
      'package.json': JSON.stringify({
        dependencies: { db: '1.0.0' },
        packageManager: 'pnpm@9.0.0',
      }),
      '.npmrc': `registry=${registry.url}\n`,
    },
  })
  const cacheDirectory = join(folder, 'cache')
  const planned: PlannedImage = {
    name: 'db',
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: { kind: 'package', directory: join(folder, 'image'), packageManager: 'pnpm' },
    settings: readImageSettings(),
    functions: [],
  }
  const { image, created } = await ensureLockfile(planned, { cacheDirectory })
  t.equal(created, join(folder, 'image', 'pnpm-lock.yaml'))
  const install = async () => {
    const definition = await readDefinition(image)
    const fingerprint = await fingerprintOf(image, definition)
    const architecture = image.architecture
    return installDependencies(definition, { fingerprint, architecture, cacheDirectory })
  }
  const { tree, directory } = await install()
  t.same(
    tree.packages.map(({ path }) => path),
    ['node_modules/@db/linux-arm64', 'node_modules/db', 'node_modules/tiny'],
  )
  const entries = await readdir(join(directory, 'node_modules'), { withFileTypes: true })
  t.same(
    entries.filter((entry) => entry.isSymbolicLink()),
    [],
  )
  const locked = parsePnpmLockfile(await readFile(created ?? '', 'utf8'))
  const target = { image: 'db', architecture: 'arm64', node: 24, omit: [], locked } as const
  t.same(checkNatives(tree, target).problems, [])
  const packages = tree.packages.filter(({ name }) => name !== '@db/linux-arm64')
  t.match(checkNatives({ ...tree, packages }, target).problems, [
    { message: /^@db\/linux-arm64, an optional dependency of db, .* is in the lockfile/ },
  ])

  await writeFile(
    join(folder, 'image/package.json'),
    '{"dependencies":{"db":"1.0.0","tiny":"1.0.0"}}',
  )
  await t.rejects(install(), {
    code: 'DEPENDENCIES_INSTALL_FAILED',
    message: /ERR_PNPM_OUTDATED_LOCKFILE[^]*The lockfile does not match package\.json/,
  })
  const old = (await readFile(created ?? '', 'utf8')).replace("'9.0'", '5.3')
  await writeFile(created ?? '', old)
  await t.rejects(install(), { code: 'DEPENDENCIES_INSTALL_FAILED' })
})
