import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { execa } from 'execa'
import t, { type Test } from 'tap'

import { plainNode } from '../../../stand-in/harness/plain-node.ts'

const program = resolve(import.meta.dirname, '../../../../plugin/effects/cache/keep-compiled.ts')

/** What is kept in a cache, by a process that loads a module of its own. */
async function kept(t: Test, prepare: (cache: string) => Promise<unknown>, environment = {}) {
  const directory = t.testdir()
  const cache = join(directory, 'cache')
  await prepare(cache)
  const module = join(directory, 'module.cjs')
  await writeFile(module, 'module.exports = function compiled() { return 1 }')
  const script = `const { keepCompiled } = await import(${JSON.stringify(program)})
keepCompiled(${JSON.stringify(cache)})
await import(${JSON.stringify(module)})`
  const [node, args] = plainNode('--input-type=module', '--eval', script)
  const { stderr } = await execa(node, args, { env: environment })
  t.equal(stderr, '')
  return await readdir(join(cache, 'compiled'), { recursive: true }).catch(() => undefined)
}

t.test('what is loaded is kept in the cache', async (t) => {
  const names = await kept(t, (cache) => mkdir(cache, { mode: 0o700 }))
  t.ok((names?.length ?? 0) > 1, names?.join() ?? '')
})

t.test('a cache that is not there is not made', async (t) => {
  t.equal(await kept(t, async () => undefined), undefined)
})

t.test('nothing is taken from where others may put code', async (t) => {
  const open = async (folder: string): Promise<void> => {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
  }
  t.equal(await kept(t, open), undefined, 'the cache')
  const names = await kept(t, (cache) => open(join(cache, 'compiled')))
  t.strictSame(names, [], 'its folder')
})

t.test('a file where the cache would be is no trouble', async (t) => {
  t.equal(await kept(t, (cache) => writeFile(cache, '')), undefined)
})

t.test('NODE_DISABLE_COMPILE_CACHE switches it off', async (t) => {
  const environment = { NODE_DISABLE_COMPILE_CACHE: '1' }
  const names = await kept(t, (cache) => mkdir(cache, { mode: 0o700 }), environment)
  t.strictSame(names, [])
})
