import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'

import { isBundlingLikely } from '../../../../plugin/effects/embedded/is-bundling-likely.ts'
import { edgesRecord } from '../../../../plugin/effects/embedded/edges-record.ts'

/** More than a tick of the clock that files get their times from. */
const moment = 50

t.test(
  'a function is likely to be bundled when its entry is newer than the last walk',
  async (t) => {
    const files = t.testdir({ 'a.js': '', 'b.js': '' })
    const cache = join(files, 'cache')
    const image = {
      name: 'image',
      architecture: 'arm64',
      definition: { kind: 'package' },
      functions: ['a.js', 'b.js'].map((name) => ({ entryFile: join(files, name) })),
    } as const
    t.ok(isBundlingLikely(image, cache), 'the first time')
    t.notOk(isBundlingLikely({ ...image, definition: { kind: 'dockerfile' } }, cache), 'unknown')
    t.notOk(isBundlingLikely({ ...image, language: 'python' }, cache), 'never')

    const record = edgesRecord(image, cache)
    await sleep(moment)
    await mkdir(dirname(record), { recursive: true })
    await writeFile(record, '')
    t.notOk(isBundlingLikely(image, cache), 'nothing has changed since')
    await sleep(moment)
    // As a checkout leaves it, and what unpacks files with times of their own.
    await utimes(join(files, 'b.js'), 0, 0)
    t.ok(isBundlingLikely(image, cache), 'one has')
    t.notOk(isBundlingLikely({ ...image, functions: [] }, cache))
  },
)
