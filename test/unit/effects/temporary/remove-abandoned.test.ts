import { spawnSync } from 'node:child_process'
import { chown, lstat, mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t, { type Test } from 'tap'

import { ownerMark } from '../../../../plugin/effects/temporary/owner-mark.ts'
import { privateFolderName } from '../../../../plugin/effects/temporary/private-folder.ts'
import { removeAbandoned } from '../../../../plugin/effects/temporary/remove-abandoned.ts'

const own = `arc-container-images-${await ownerMark()}-`
const gone = own.replace(String(process.pid), String(spawnSync(process.execPath, ['-e', '']).pid))
const elsewhere = gone.replace(/[0-9a-z]+-$/, '0123456789ab-')

/** Folders by name with their age in hours, and what is left of them. */
async function sweep(
  t: Test,
  ages: Readonly<Record<string, number>>,
  change: (directory: string) => Promise<unknown> = async () => undefined,
) {
  const directory = t.testdir()
  for (const [name, age] of Object.entries(ages)) {
    const folder = join(directory, name)
    await mkdir(join(folder, 'docker'), { recursive: true, mode: 0o700 })
    await writeFile(join(folder, 'docker/config.json'), 'token')
    const time = new Date(Date.now() - age * 60 * 60 * 1000)
    await utimes(folder, time, time)
  }
  await change(directory)
  await removeAbandoned(directory, privateFolderName)
  return await readdir(directory)
}

t.test('what is left of a process that is gone goes at once', async (t) => {
  t.match(own, /^arc-container-images-\d+-[0-9a-z]+-$/)
  t.strictSame(await sweep(t, { [`${gone}aaaaaa`]: 0, [`${gone}AB12cd`]: 30 }), [])
})

t.test('of a process that is not seen from here, a day tells', async (t) => {
  const name = `${elsewhere}aaaaaa`
  t.strictSame(await sweep(t, { [name]: 23.9 }), [name])
  t.strictSame(await sweep(t, { [name]: 24.1 }), [])
})

t.test('never what is, or may be, in use or not ours', async (t) => {
  const names = [
    `${own}aaaaaa`,
    `${gone}aaaaaa.old`,
    `x${gone}aaaaaa`,
    'arc-container-images-aaaaaa',
    'arc-container-images-1-0123456789ab-aaaaaa',
  ].toSorted()
  const ages = Object.fromEntries(names.map((name) => [name, 1000]))
  t.strictSame(await sweep(t, ages), names)
})

t.test('no link, and files by the same rules', async (t) => {
  const name = `${elsewhere}aaaaaa`
  const linked = await sweep(t, { target: 1000 }, async (directory) => {
    await symlink(join(directory, 'target'), join(directory, name))
    await writeFile(join(directory, `${elsewhere}bbbbbb`), '')
    await utimes(join(directory, `${elsewhere}bbbbbb`), 0, 0)
  })
  t.strictSame(linked, [name, 'target'])
})

t.test(
  'no folder of another user',
  { skip: process.getuid?.() !== 0 && 'only root can make one' },
  async (t) => {
    const name = `${gone}aaaaaa`
    const left = await sweep(t, { [name]: 1000 }, (directory) =>
      chown(join(directory, name), 12_345, 12_345),
    )
    t.strictSame(left, [name])
  },
)

t.test('that it cannot be done is no failure', async (t) => {
  const directory = t.testdir()
  await rm(directory, { recursive: true })
  await removeAbandoned(directory, privateFolderName)
  await t.rejects(lstat(directory))
})
