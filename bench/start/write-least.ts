import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import { execa } from 'execa'

/** Programs beside a handler, each a part of its start that stays however its packages are bundled. */
export const leastFiles = {
  native: 'native.cjs',
  own: 'own.cjs',
  read: 'read.cjs',
  compiled: 'compiled.cjs',
  oneScript: 'one-script.cjs',
} as const

/**
 * Writes them into `/var/task` of an image that has `handler.cjs` and its packages as files.
 * @param switches of Node's, as the handler is started
 */
export async function writeLeast(
  task: string,
  packages: readonly string[],
  switches: readonly string[],
): Promise<void> {
  const write = (name: keyof typeof leastFiles, text: string): Promise<void> =>
    writeFile(join(task, leastFiles[name]), text)
  const loaded = await loadedFiles(task, packages, switches)
  const native = loaded.filter((file) => file.endsWith('.node'))
  await write('native', native.map((file) => `require(${JSON.stringify(file)})`).join('\n'))

  const scripts = loaded.filter((file) => /\.c?js$/.test(file))
  const texts = await Promise.all(scripts.map((file) => readFile(file, 'utf8')))
  await writeFile(join(task, 'texts.json'), JSON.stringify(texts))
  const read =
    "const texts = JSON.parse(require('node:fs').readFileSync(__dirname + '/texts.json'))"
  await write('read', `${read}\nrequire('node:vm')`)
  const names = "['exports', 'require', 'module', '__filename', '__dirname']"
  await write(
    'compiled',
    `${read}\nfor (const text of texts) require('node:vm').compileFunction(text, ${names})`,
  )

  const standIn = join(task, 'stand-in.cjs')
  await writeFile(standIn, 'module.exports = Object.create(new Proxy({}, { get: () => class {} }))')
  const entry = join(task, 'handler.cjs')
  const alias = Object.fromEntries(packages.map((name) => [name, standIn]))
  await build({ ...bundled(entry, leastFiles.own), alias })
  await build({ ...bundled(entry, leastFiles.oneScript), minify: true })
}

function bundled(entry: string, file: string): BuildOptions {
  return {
    entryPoints: [entry],
    outfile: join(dirname(entry), file),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'error',
    external: [...notThere, '*.node', '@lancedb/lancedb-*'],
  }
}

/** What the example's code asks for and never loads. */
const notThere = [
  '@aws-sdk/*',
  '@smithy/*',
  'aws-sdk',
  'aws-sdk/*',
  'openai',
  '@huggingface/transformers',
]

/** Files that Node loads for packages, in its order. */
async function loadedFiles(
  task: string,
  packages: readonly string[],
  switches: readonly string[],
): Promise<readonly string[]> {
  const handler = createRequire(join(task, 'handler.cjs'))
  const files = packages.map((name) => handler.resolve(name))
  const code = `for (const file of ${JSON.stringify(files)}) require(file)
    JSON.stringify(Object.keys(require.cache))`
  const { stdout } = await execa(process.execPath, [...switches, '--print', code])
  const loaded: unknown = JSON.parse(stdout)
  return Array.isArray(loaded) ? loaded.filter((file) => typeof file === 'string') : []
}
