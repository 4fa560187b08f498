/** A dozen of the matrix of packages; `npm run test:packages` tries all. */
import pLimit from 'p-limit'
import t from 'tap'

import { openPackagesWorld } from '../packages/open-packages-world.ts'
import type { Architecture } from '../packages/package-row.ts'
import { packageRows } from '../packages/package-rows.ts'
import { usePackage } from '../packages/use-package.ts'
import { baseImageTools } from './toolchain/base-image.ts'
import { registryTools, skipWithout } from './toolchain/missing-tools.ts'

// npm's packages, and qemu.
t.setTimeout(900_000)

const chosen: Readonly<Record<Architecture, readonly string[]>> = {
  x86_64: [
    'sharp@0.35.5',
    'better-sqlite3@13.2.0',
    'better-sqlite3@11.10.0',
    '@libsql/client@0.18.0',
    'knex@3.3.0',
    'ssh2@1.17.0',
    'zeromq@6.8.0',
    'ffmpeg-static@5.3.0',
    '@duckdb/node-api@1.5.6-r.1',
  ],
  arm64: ['lmdb@3.5.6', 'sqlite3@6.0.1', 'canvas@3.2.3'],
}

const rows = Object.values(packageRows).flat()
const skip = await skipWithout('root', 'unshare', ...baseImageTools, ...registryTools)

t.test('packages', { skip }, async (t) => {
  const world = await openPackagesWorld()
  t.teardown(() => world.close())
  const atOnce = pLimit(2)
  const tried = (['x86_64', 'arm64'] as const).flatMap((architecture) =>
    chosen[architecture].map((wanted) =>
      atOnce(async () => {
        const row = rows.find(({ name, version }) => `${name}@${version}` === wanted)
        if (row === undefined) throw new Error(`The matrix has no ${wanted}.`)
        return { row, architecture, outcome: await usePackage(row, architecture, world) }
      }),
    ),
  )
  for (const { row, architecture, outcome } of await Promise.all(tried)) {
    const name = `${row.name} ${row.version} on ${architecture}`
    if (outcome.kind === 'out-of-reach') t.test(name, { skip: outcome.reason }, async () => {})
    else if (outcome.kind === 'wrong') t.fail(`${name}: ${outcome.seen}`)
    else t.equal(outcome.kind, 'refused' in row.expected ? 'refused' : 'works', name)
  }
})
