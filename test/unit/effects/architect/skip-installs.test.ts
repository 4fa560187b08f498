import { createRequire } from 'node:module'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import { emptyFolderOf } from '../../../../plugin/effects/architect/empty-folder.ts'
import { findHydrate } from '../../../../plugin/effects/architect/find-hydrate.ts'
import { skipInstalls } from '../../../../plugin/effects/architect/skip-installs.ts'
import { plannedFunction } from '../../../stand-in/inputs/planned-image.ts'

const require = createRequire(import.meta.url)

/** Gives back what it was called with. */
const hydrate = 'module.exports = { install: (options) => options }'

/** An app whose named scheduled functions are in images, and the hydrate that it then has. */
async function hydrateOf(t: Test, lines: readonly string[], flagged: readonly string[]) {
  const directory = t.testdir({
    'app.arc': `@app\nmy-app\n\n${lines.join('\n')}\n`,
    ...(lines.includes('@shared') && { src: { shared: { 'index.js': '' } } }),
    'package.json': '{}',
    node_modules: {
      '@architect': {
        architect: { 'package.json': '{}' },
        deploy: { 'index.js': '' },
        hydrate: { 'index.js': hydrate },
      },
    },
  })
  const inventory = await require('@architect/inventory')({ cwd: directory })
  const functions = flagged.map((name) =>
    plannedFunction({
      pragma: 'scheduled',
      name,
      sourceDirectory: join(directory, 'src/scheduled', name),
    }),
  )
  skipInstalls(functions, parseInventory(inventory), inventory)
  return { directory, install: findHydrate(directory)?.install }
}

/** What it is handed by Architect. */
async function handed(...[t, lines, flagged]: Parameters<typeof hydrateOf>) {
  const { directory, install } = await hydrateOf(t, lines, flagged)
  const options: { inventory: { inv: Record<string, unknown> }; basepath?: string } = Object(
    install?.({ autoinstall: true }),
  )
  const { lambdaSrcDirs } = options.inventory.inv
  return { directory, lambdaSrcDirs, basepath: options.basepath }
}

const two = ['@scheduled', 'a rate(1 day)', 'b rate(1 day)']

const sharing = ['@shared', '', ...two]

t.test('where every function is in an image, hydrate is not even asked', async (t) => {
  const { install } = await hydrateOf(t, two, ['a', 'b'])
  t.equal(await install?.({ autoinstall: true }), undefined)
  await new Promise((resolve) => install?.({ autoinstall: true }, resolve))
  t.strictSame(await install?.({ inventory: {} }), { inventory: {} }, 'others ask as ever')
})

t.test('of shared code nothing is looked for outside of it', async (t) => {
  const { directory, lambdaSrcDirs, basepath } = await handed(t, sharing, ['a', 'b'])
  t.strictSame(lambdaSrcDirs, [])
  t.equal(basepath, emptyFolderOf(directory))
})

t.test('a function that stays a zip is hydrated as ever', async (t) => {
  const { directory, lambdaSrcDirs, basepath } = await handed(t, two, ['a'])
  t.strictSame(lambdaSrcDirs, [join(directory, 'src/scheduled/b')])
  t.equal(basepath, undefined)
})

t.test("Architect's own function for static files is, too", async (t) => {
  const lines = ['@http', '', '@static', '', ...two]
  t.equal((await handed(t, lines, ['a', 'b'])).basepath, undefined)
})
