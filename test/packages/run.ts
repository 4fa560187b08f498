/**
 * Puts each package of the matrix into an image, for both architectures, and uses it there.
 * Usage: node test/packages/run.ts [--architecture=x86_64] [--only=NAME,NAME] [--bundled] [--write]
 * `--bundled` adds `bundle-packages all` to each image, which changes no answer, and keeps no record.
 * `--write` renews docs/packages.md from what was last seen of each row.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pLimit from 'p-limit'

import { openPackagesWorld } from './open-packages-world.ts'
import type { Architecture, Outcome } from './package-row.ts'
import { packageRows } from './package-rows.ts'
import { packagesPage } from './packages-page.ts'
import { usePackage } from './use-package.ts'

const { values } = parseArgs({
  options: {
    architecture: { type: 'string' },
    only: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    bundled: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const only = values.only?.split(',')
const more = values.bundled ? ['bundle-packages all'] : []
const rows = Object.values(packageRows)
  .flat()
  .map((row) => ({ ...row, settings: [...(row.settings ?? []), ...more] }))
const wanted = (['x86_64', 'arm64'] as const).flatMap((architecture: Architecture) =>
  rows
    .filter(({ name }) => only?.includes(name) ?? true)
    .filter(() => (values.architecture ?? architecture) === architecture)
    .filter(
      ({ expected, usedOnArm }) =>
        architecture === 'x86_64' || usedOnArm === true || 'refused' in expected,
    )
    .map((row) => ({ row, architecture })),
)

const world = await openPackagesWorld()
const atOnce = pLimit(Number(values.jobs))
const outcomes: Outcome[] = []
try {
  await Promise.all(
    wanted.map(({ row, architecture }) =>
      atOnce(async () => {
        const start = performance.now()
        const outcome = await usePackage(row, architecture, world).catch(
          (error: unknown): Outcome => ({ kind: 'wrong', seen: String(error) }),
        )
        if (!values.bundled) await world.records.keep(row, architecture, outcome)
        outcomes.push(outcome)
        const seconds = ((performance.now() - start) / 1000).toFixed(1)
        console.log(`${row.name} ${row.version} ${architecture}: ${tell(outcome)} (${seconds} s)`)
      }),
    ),
  )
} finally {
  await world.close()
}

const count = (kind: Outcome['kind']): number =>
  outcomes.filter((outcome) => outcome.kind === kind).length
console.log(
  `${count('works')} work, ${count('refused')} are refused, ${count('out-of-reach')} out of reach, ${count('wrong')} are not what their row says`,
)
if (values.write) await writePage()
if (count('wrong') > 0) process.exitCode = 1

function tell(outcome: Outcome): string {
  if (outcome.kind === 'works') return 'works'
  if (outcome.kind === 'refused') return `refused, ${outcome.code}`
  if (outcome.kind === 'out-of-reach') return `out of reach here: ${outcome.reason}`
  return `NOT WHAT ITS ROW SAYS\n${outcome.seen}`
}

async function writePage(): Promise<void> {
  const judged = Object.entries(packageRows).map(async ([heading, of]) => {
    const seen = of.map(async (row) => {
      const [x86_64, arm64] = await Promise.all([
        world.records.read(row, 'x86_64'),
        world.records.read(row, 'arm64'),
      ])
      return { row, outcomes: { ...(x86_64 && { x86_64 }), ...(arm64 && { arm64 }) } }
    })
    return [heading, await Promise.all(seen)] as const
  })
  const page = packagesPage(Object.fromEntries(await Promise.all(judged)))
  await writeFile(join(import.meta.dirname, '../../docs/packages.md'), page)
}
