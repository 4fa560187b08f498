import { createRequire } from 'node:module'
import t from 'tap'

import { parseInventory } from '../../../../plugin/core/arc/architect-app.ts'
import { readEsbuildConfig } from '../../../../plugin/effects/bundle/esbuild-config.ts'
import { createProjectBundler } from '../../../../plugin/effects/bundle/project-bundler.ts'
import { planOf } from '../../../fixtures/corpus.ts'

const readInventory: (options: { cwd: string }) => Promise<unknown> = createRequire(
  import.meta.url,
)('@architect/inventory')

t.test('an app is bundled as its own inventory describes it', async (t) => {
  const app = t.testdir({
    'app.arc': `
@app
corpus

@static
fingerprint true

@shared
src lib/common

@typescript
esbuild-config esbuild.config.cjs

@http
get /
`,
    'esbuild.config.cjs': 'module.exports = { define: { FLAG: "\\"from the config\\"" } }',
    public: { 'style.css': 'a{}' },
    lib: { common: { 'name.js': 'module.exports = "common"' } },
    src: {
      http: {
        'get-index': {
          'index.mjs': `import name from '@architect/shared/name.js'
            export const handler = async () => [name, FLAG, 'static.json']`,
        },
      },
    },
  })
  const inventory = await readInventory({ cwd: app })
  const parsed = parseInventory(inventory)
  const bundler = createProjectBundler({
    esbuildConfig: await readEsbuildConfig(parsed.arc, parsed.directory),
    app: parseInventory(inventory),
    inventory,
    environment: {},
  })
  const { files } = await bundler.bundle(planOf(app, { entry: 'http/get-index/index.mjs' }))
  const texts = new Map(
    files.map(({ path, source }) => [
      path,
      source.kind === 'bytes' ? Buffer.from(source.bytes).toString() : '',
    ]),
  )
  const code = texts.get('var/task/http/get-index/index.cjs')
  t.match(code, '"common"')
  t.match(code, '"from the config"')
  const manifest = 'var/task/http/get-index/node_modules/@architect/shared/static.json'
  t.strictSame(JSON.parse(texts.get(manifest) ?? ''), {
    'style.css': 'style-0bdc3e3fac.css',
  })
})
