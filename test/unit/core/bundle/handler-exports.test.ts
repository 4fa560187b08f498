import { build } from 'esbuild'
import t from 'tap'

import { readExports } from '../../../../plugin/core/bundle/handler-exports.ts'

async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: t.testdirName },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    minifySyntax: true,
    minifyWhitespace: true,
    external: ['outside'],
  })
  return outputFiles[0]?.text ?? ''
}

t.testdir({ 'part.cjs': 'exports.handler = 1', 'part.mjs': 'export const handler = 1' })

const cases: [name: string, source: string, names: string[], complete: boolean][] = [
  ['an ES module', 'export const handler = 1, other = 2', ['handler', 'other'], true],
  ['a default export, which Node itself makes', 'export default 1', [], true],
  ['nothing', 'console.log(1)', [], false],
  ['export * from an ES module', 'export * from "./part.mjs"', ['handler'], true],
  ['export * from CommonJS', 'export * from "./part.cjs"', [], false],
  ['export * from outside', 'export * from "outside"', [], false],
  ['CommonJS', 'exports.handler = 1', ['handler'], false],
  ['an object', 'module.exports = { handler }; function handler() {}', ['handler'], false],
  ['computed', 'exports["hand" + process.pid] = 1', [], false],
]

for (const [name, source, names, complete] of cases) {
  t.test(name, async (t) => {
    const fromOutside = source.includes('outside')
    t.strictSame(readExports(await bundled(source)), { names, complete, fromOutside })
  })
}
