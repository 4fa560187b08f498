import { mkdir, readdir, readFile, realpath, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'

import { openImageApp } from '../stand-in/inputs/image-app.ts'

t.test('bundles of a deploy right after a checkout are found by the next one', async (t) => {
  const app = await openImageApp()
  t.teardown(() => app.close())
  await asInstalled(join(app.directory, 'node_modules'))
  // Hydration copies it into the functions' folders, just before they are bundled.
  await app.mkdir('src/shared')
  await app.write('src/shared/tools.js', 'exports.share = "shared"')
  await app.edit(
    'src/scheduled/nightly/index.mjs',
    (text) => `import { share } from '@architect/shared/tools.js'\nconsole.log(share)\n${text}`,
  )
  const remembered = async () => {
    const folder = join(app.cache, 'bundles')
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    return await Promise.all(
      names.map(async (name) => ({
        name,
        made: (await stat(join(folder, name))).ino,
        text: await readFile(join(folder, name), 'utf8'),
      })),
    )
  }
  const first = await app.deploy({ args: ['deploy'] })
  t.equal(first.exitCode, 0, first.output)
  const before = await remembered()
  t.match(before, [
    { text: /"http\/get-greet-000name\/index\.cjs".*"scheduled\/nightly\/index\.cjs"/ },
  ])
  const second = await app.deploy({ args: ['deploy'] })
  t.equal(second.exitCode, 0, second.output)
  t.strictSame(await remembered(), before)
})

/** A folder with the packages that a link leads to, and nothing that a tool has put among them. */
async function asInstalled(folder: string): Promise<void> {
  const packages = await realpath(folder)
  await rm(folder)
  await mkdir(folder)
  for (const name of await readdir(packages))
    if (!name.startsWith('.')) await symlink(join(packages, name), join(folder, name))
}
