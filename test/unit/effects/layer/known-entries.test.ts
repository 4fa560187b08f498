import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import t from 'tap'

import { indexLayer } from '../../../../plugin/effects/layer/index-layer.ts'
import { knownEntries } from '../../../../plugin/effects/layer/known-entries.ts'
import type { LayerEntry } from '../../../../plugin/effects/layer/layer-entry.ts'
import { writeLayer } from '../../../../plugin/effects/layer/layer-writer.ts'
import { elfFile } from '../../../stand-in/inputs/elf-file.ts'

const elf = elfFile({ machine: 'arm64', versions: ['GLIBC_2.17'] })
const node = Buffer.concat([
  elf,
  Buffer.alloc(600_000, 'x'),
  Buffer.from('node.js/v24.1.0'),
  Buffer.alloc(300_000),
])

/** Programs, links and texts of all sizes, and names that a plain header cannot say. */
const contents: Readonly<Record<string, Buffer>> = {
  'var/task/a/index.cjs': Buffer.from('exports.handler = () => {}'),
  'var/task/a/empty': Buffer.alloc(0),
  'var/task/a/tiny': Buffer.from('#!'),
  'var/task/a/three': Buffer.from('#!x'),
  'var/task/a/four': Buffer.from('#!/x'),
  'var/task/a/run': Buffer.from('#! /usr/bin/env node\n'),
  'var/task/a/almost.node': Buffer.from('\x7fELG and more', 'latin1'),
  'var/task/a/half.node': elf.subarray(0, 12),
  'var/task/a/addon.node': elf,
  'var/task/a/large.node': Buffer.concat([elf, Buffer.alloc(700_000, 7)]),
  'var/task/bin/node': node,
  'var/task/text/node': Buffer.from('node.js/v24.1.0, and no program'),
  [`var/task/${'long/'.repeat(30)}näme 漢.js`]: Buffer.alloc(70_000, 'x'),
}

async function entriesOf(kind: LayerEntry['source']['kind'], folder: string) {
  await mkdir(folder, { recursive: true })
  const all = Object.entries(contents)
  return await Promise.all(
    all.map(async ([path, bytes], index): Promise<LayerEntry> => {
      const shared = { path, executable: index % 2 === 0 }
      if (kind === 'bytes') return { ...shared, source: { kind, bytes } }
      const file = join(folder, String(index))
      const offset = kind === 'part' ? 5 : 0
      await writeFile(file, Buffer.concat([Buffer.alloc(offset, '#'), bytes]))
      const size = bytes.length
      if (kind === 'file') return { ...shared, source: { kind, file, size } }
      return { ...shared, source: { kind: 'part', file, offset, size } }
    }),
  )
}

for (const kind of ['bytes', 'file', 'part'] as const) {
  t.test(`what a layer holds is known from writing it as from reading it: ${kind}`, async (t) => {
    const cacheDirectory = t.testdir()
    const files = await entriesOf(kind, join(cacheDirectory, 'source'))
    const links: readonly LayerEntry[] = [
      { path: 'var/task/link', source: { kind: 'symlink', target: 'a/run' } },
      { path: 'var/task/far', source: { kind: 'symlink', target: `${'up/'.repeat(50)}ä` } },
    ]
    const layer = await writeLayer([...files, ...links], { cacheDirectory })
    const read = await indexLayer(layer.open())
    t.strictSame(await knownEntries(cacheDirectory, layer.descriptor.digest), read)
    t.equal(read.find(({ path }) => path === 'var/task/bin/node')?.node, 24)
    t.equal(read.filter(({ program }) => program?.format === 'elf').length, 3)
  })
}

t.test('nothing is known of a layer that was not finished', async (t) => {
  const cacheDirectory = t.testdir({ file: 'four' })
  const file = join(cacheDirectory, 'file')
  const source = { kind: 'file', file, size: 9 } as const
  await t.rejects(writeLayer([{ path: 'a', source, executable: false }], { cacheDirectory }))
  await t.rejects(readdir(join(cacheDirectory, 'entries')), { code: 'ENOENT' })
})
