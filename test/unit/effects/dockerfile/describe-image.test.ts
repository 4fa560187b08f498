import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { readImageSettings } from '../../../../plugin/core/settings/read-settings.ts'
import type { PlannedImage } from '../../../../plugin/core/model.ts'
import { ensureLockfile } from '../../../../plugin/effects/dependencies/ensure-lockfile.ts'
import { describeImage } from '../../../../plugin/effects/dockerfile/describe-image.ts'
import { startNpmRegistry } from '../../../stand-in/registry/npm-registry.ts'

const npm = await startNpmRegistry([
  { manifest: { name: 'plain', version: '1.0.0', optionalDependencies: { extra: '1.0.0' } } },
  { manifest: { name: 'extra', version: '1.0.0' }, files: { 'binding.gyp': '{}' } },
  { manifest: { name: 'compiled', version: '1.0.0' }, files: { 'binding.gyp': '{}' } },
  {
    manifest: { name: 'fetcher', version: '1.0.0', scripts: { install: 'node install.js' } },
    files: {
      'install.js':
        "const arch = process.env.npm_config_arch; require('fs').writeFileSync('tool', arch)",
    },
  },
  { manifest: { name: 'left', version: '1.0.0' }, files: { 'binding.gyp': '{}' } },
])
t.teardown(() => npm.close())
const root = t.testdir()

async function describe(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  manifest: object = {},
) {
  const directory = join(root, name)
  await mkdir(join(directory, 'fonts'), { recursive: true })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ dependencies, ...manifest }))
  await writeFile(join(directory, '.npmrc'), `registry=${npm.url}\n`)
  const planned: PlannedImage = {
    name,
    architecture: 'arm64',
    nodeVersion: 24,
    base: 'public.ecr.aws/lambda/nodejs:24',
    definition: { kind: 'package', directory, packageManager: 'npm' },
    settings: { ...readImageSettings(), omit: ['left'] },
    functions: [],
  }
  const cacheDirectory = join(root, 'cache')
  const { image } = await ensureLockfile(planned, { cacheDirectory })
  return describeImage(image, { cacheDirectory })
}

t.test('what has to run is what an embedded image lacks', async (t) => {
  const wanted = { plain: '1.0.0', compiled: '1.0.0', fetcher: '1.0.0', left: '1.0.0' }
  t.match(await describe('db', wanted), {
    rebuild: [
      { name: 'compiled', compiles: true },
      { name: 'fetcher', compiles: false },
    ],
    takesArchitecture: false,
    lockfile: 'package-lock.json',
    inputs: ['.npmrc'],
    beside: ['fonts'],
    omit: ['left'],
    ownScripts: [],
  })
})

t.test('a script that asks for an architecture needs no emulation', async (t) => {
  t.match(await describe('media', { fetcher: '1.0.0', left: '1.0.0' }), {
    rebuild: [{ name: 'fetcher', compiles: false }],
    takesArchitecture: true,
  })
})
