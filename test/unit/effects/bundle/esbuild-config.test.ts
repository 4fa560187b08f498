import { join } from 'node:path'
import t from 'tap'

import { readEsbuildConfig } from '../../../../plugin/effects/bundle/esbuild-config.ts'

const arc = (path: string) => ({
  typescript: [
    ['build', '.build'],
    ['esbuild-config', path],
  ],
})

t.test('no such setting, no options', async (t) => {
  t.strictSame(await readEsbuildConfig({}, t.testdirName), {})
  t.strictSame(await readEsbuildConfig({ typescript: [['build', 'x']] }, t.testdirName), {})
})

t.test('CommonJS and ES modules', async (t) => {
  const app = t.testdir({
    'a.cjs': 'module.exports = { external: ["a"] }',
    'b.mjs': 'export default { external: ["b"] }',
    'c.mjs': 'export const external = ["c"]',
  })
  for (const name of ['a.cjs', 'b.mjs', 'c.mjs']) {
    const { external } = await readEsbuildConfig(arc(name), app)
    t.strictSame(external, [name[0]], name)
  }
})

t.test('a function with the options as its own properties', async (t) => {
  const app = t.testdir({
    'a.cjs': 'module.exports = Object.assign(() => ({}), { external: ["a"] })',
    'b.mjs': 'export default class Options { static external = ["b"] }',
  })
  for (const name of ['a.cjs', 'b.mjs'])
    t.strictSame(await readEsbuildConfig(arc(name), app), { external: [name[0]] }, name)
})

t.test('what is no file of options', async (t) => {
  const app = t.testdir({ 'a.cjs': 'module.exports = () => {}', 'b.cjs': 'throw new Error("no")' })
  const code = 'ESBUILD_CONFIG_INVALID'
  const cases: [path: string, told: RegExp][] = [
    ['none.cjs', /names a file that does not exist/],
    ['a.cjs', /exports a function without options/],
    ['b.cjs', /cannot be loaded: no/],
  ]
  for (const [path, message] of cases) {
    await t.rejects(readEsbuildConfig(arc(path), app), { code, message }, join(app, path))
  }
})
