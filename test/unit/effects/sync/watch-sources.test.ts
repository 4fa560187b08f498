import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'

import { watchSources } from '../../../../plugin/effects/sync/watch-sources.ts'

/** A folder with an old `index.mjs`, and a watch that follows nothing yet. */
async function open(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'sources-'))
  const save = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
  await save('index.mjs', '1')
  await sleep(50)
  const watch = watchSources()
  t.teardown(async () => {
    await watch.close()
    await rm(folder, { recursive: true })
  })
  const names = async (): Promise<readonly string[]> =>
    [...(await watch.changed())].map((path) => basename(path)).toSorted()
  return { folder, save, watch, names }
}

t.test('a save before the folder is followed, and none of what is older', async (t) => {
  const { folder, save, watch, names } = await open(t)
  await save('more.mjs', '1')
  watch.follow([folder])
  t.strictSame(await names(), ['more.mjs'])
})

t.test('a file that came with an old time', async (t) => {
  const { folder, save, watch, names } = await open(t)
  await mkdir(join(folder, 'src'))
  await save('moved.mjs', '1')
  await utimes(join(folder, 'moved.mjs'), 1, 1)
  await rename(join(folder, 'moved.mjs'), join(folder, 'src', 'moved.mjs'))
  watch.follow([join(folder, 'src')])
  t.strictSame(await names(), ['moved.mjs'])
})

t.test('saves that follow one another at once come together', async (t) => {
  const { folder, save, watch, names } = await open(t)
  watch.follow([folder])
  await save('index.mjs', '2')
  await save('more.mjs', '1')
  await save('index.mjs', '3')
  t.strictSame(await names(), ['index.mjs', 'more.mjs'])
})

t.test('a save of the same, of what is installed and of a folder is none', async (t) => {
  const { folder, save, watch, names } = await open(t)
  watch.follow([folder])
  await save('index.mjs', '2')
  t.strictSame(await names(), ['index.mjs'])
  await mkdir(join(folder, 'node_modules', 'tiny'), { recursive: true })
  await writeFile(join(folder, 'node_modules', 'tiny', 'index.js'), '1')
  await save('index.mjs', '2')
  await sleep(200)
  await save('more.mjs', '1')
  t.strictSame(await names(), ['more.mjs'])
})

t.test('what is removed has changed', async (t) => {
  const { folder, save, watch, names } = await open(t)
  watch.follow([folder])
  await save('index.mjs', '2')
  await names()
  await rm(join(folder, 'index.mjs'))
  t.strictSame(await names(), ['index.mjs'])
})
