import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { hashFiles } from '../../../../plugin/effects/folder/hash-files.ts'
import { walkFolder } from '../../../../plugin/effects/folder/walk-folder.ts'

t.test('small and large files have the sha256 of their bytes', async (t) => {
  const folder = t.testdir({ small: 'a', empty: '', large: 'x'.repeat(3_000_000) })
  const files = ['small', 'empty', 'large'].map((name) => join(folder, name))
  t.strictSame(
    await hashFiles(files.map((file) => ({ file, size: statSync(file).size }))),
    files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex')),
  )
})

t.test('another size than was seen, and a file that is gone, are errors', async (t) => {
  const file = join(t.testdir({ data: 'four' }), 'data')
  await t.rejects(hashFiles([{ file, size: 5 }]), { code: 'FILE_CHANGED' })
  await t.rejects(hashFiles([{ file: `${file}.gone`, size: 5 }]), {
    code: 'FILES_UNFIT',
    message: /data\.gone cannot be read \(ENOENT\)/,
  })
})

t.test('6,000 files cost at most twice the processor time of reading them', async (t) => {
  const folder = t.testdir()
  for (let group = 0; group < 60; group++) {
    await mkdir(join(folder, String(group)))
    for (let file = 0; file < 100; file++)
      await writeFile(join(folder, String(group), `${file}.json`), 'x'.repeat(2000 + file))
  }
  const { files } = await walkFolder(folder, { within: [] })
  t.equal(files.length, 6000)
  const timeOf = async (work: () => unknown): Promise<number> => {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  const read = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .forEach(({ parentPath, name }) => readFileSync(join(parentPath, name)))
  const walkAndHash = async () => hashFiles((await walkFolder(folder, { within: [] })).files)
  // The best of some rounds: other programs share the processor's caches.
  let [reading, hashing] = [Infinity, Infinity]
  for (let round = 0; round < 4; round++) {
    reading = Math.min(reading, await timeOf(read))
    hashing = Math.min(hashing, await timeOf(walkAndHash))
  }
  t.comment(`reading ${reading} ms, walking and hashing ${hashing} ms`)
  t.ok(hashing <= 2 * reading, `${hashing} ms against ${reading} ms`)
})
