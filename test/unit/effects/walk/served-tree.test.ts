import t, { type Test } from 'tap'

import { isBuiltin } from 'node:module'

import { inServedEnvironment } from '../../../../plugin/core/walk/walked-environment.ts'
import { nodeTarget } from '../../../../plugin/core/walk/node-target.ts'
import { walkTree } from '../../../../plugin/core/walk/walk-tree.ts'
import { indexLayer } from '../../../../plugin/effects/layer/index-layer.ts'
import type { LayerEntry } from '../../../../plugin/effects/layer/layer-entry.ts'
import { writeLayer } from '../../../../plugin/effects/layer/layer-writer.ts'
import { servedTree } from '../../../../plugin/effects/walk/served-tree.ts'

const file = (path: string, text: string): LayerEntry => ({
  path,
  source: { kind: 'bytes', bytes: Buffer.from(text) },
  executable: false,
})

async function treeOf(t: Test, ...layers: readonly (readonly LayerEntry[])[]) {
  const cacheDirectory = t.testdir()
  let opened = 0
  const made = await Promise.all(
    layers.map(async (entries) => {
      const layer = await writeLayer(entries, { cacheDirectory })
      return {
        diffId: layer.diffId,
        size: layer.descriptor.size,
        isKept: async () => true,
        entries: () => indexLayer(layer.open()),
        open() {
          opened++
          return layer.open()
        },
      }
    }),
  )
  return { tree: await servedTree(made), opened: () => opened }
}

t.test('what Docker built is walked as its layers make it', async (t) => {
  const { tree, opened } = await treeOf(
    t,
    [file('var/lang/bin/node', 'ELF'), file('var/runtime/index.mjs', 'import "gone"')],
    [
      file('var/task/node_modules/a/index.js', "require('./old')"),
      file('var/task/node_modules/b/index.js', ''),
      file('var/task/node_modules/link/package.json', '{}'),
      file('opt/nodejs/node_modules/of-opt/index.js', "require('gone')"),
    ],
    [
      file('var/task/http/get/index.cjs', "require('a'); require('b'); require('of-opt')"),
      file('var/task/node_modules/a/index.js', "require('./new')"),
      file('var/task/node_modules/a/new.js', ''),
      file('var/task/node_modules/.wh.b', ''),
    ],
  )
  t.equal(opened(), 2, 'no layer without code of functions')
  const target = nodeTarget(24, {}, isBuiltin)
  const { findings } = walkTree(tree, ['var/task/http/get/index.cjs'], target)
  t.match(findings.map(({ from, edge }) => `${from}: ${edge.specifier}`).toSorted(), [
    'opt/nodejs/node_modules/of-opt/index.js: gone',
    'var/task/http/get/index.cjs: b',
  ])
})

t.test('the environment of the image counts, and who starts Node', (t) => {
  const image = {
    name: 'db',
    architecture: 'arm64' as const,
    nodeVersion: 24,
    base: '',
    definition: { kind: 'package' as const, directory: '', packageManager: 'npm' as const },
    settings: Object(undefined),
    functions: [{ ...Object(undefined), environment: { A: 'own' } }],
  }
  const environment = (entryPoint: string) =>
    inServedEnvironment(image, ['A=image', 'NODE_PATH=/opt/a=b'], [entryPoint]).functions[0]
      ?.environment
  t.strictSame(environment('/lambda-entrypoint.sh'), { A: 'own', NODE_PATH: '/opt/a=b' })
  t.match(environment('/usr/bin/npx')?.['NODE_OPTIONS'], /--experimental-require-module/)
  t.end()
})
