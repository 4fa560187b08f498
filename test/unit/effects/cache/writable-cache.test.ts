import { chmod, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { requireWritableCache } from '../../../../plugin/effects/cache/writable-cache.ts'

t.test('a cache that others may write is refused, wherever in it', async (t) => {
  const directory = join(t.testdir(), 'cache')
  await requireWritableCache(directory)
  t.equal((await stat(directory)).mode & 0o777, 0o700)
  await chmod(directory, 0o775)
  await t.resolves(requireWritableCache(directory), "one's own group")
  for (const mode of [0o777, 0o1777, 0o703]) {
    await chmod(directory, mode)
    await t.rejects(requireWritableCache(directory), {
      code: 'CACHE_UNSAFE',
      message: /may be written by all users.*chmod go-w/,
    })
  }
  await chmod(directory, 0o755)
  await mkdir(join(directory, 'installs'))
  await chmod(join(directory, 'installs'), 0o777)
  await t.rejects(requireWritableCache(directory), { message: /cache\/installs may be written/ })
  await chmod(join(directory, 'installs'), 0o755)
  for (const folder of ['package-layers', 'proofs', 'starts', 'temporary']) {
    await mkdir(join(directory, folder))
    await chmod(join(directory, folder), 0o777)
    await t.rejects(requireWritableCache(directory), { message: `cache/${folder} may be written` })
    await chmod(join(directory, folder), 0o755)
  }
  await t.resolves(requireWritableCache(directory))
})

t.test('a cache that cannot be written', async (t) => {
  const directory = t.testdir({ file: '' })
  await t.rejects(requireWritableCache(join(directory, 'file')), { code: 'CACHE_UNWRITABLE' })
})
