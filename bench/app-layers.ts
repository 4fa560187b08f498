/**
 * `node bench/app-layers.ts [COMMIT]`: what one changed line of a function costs, by how many
 * functions its image has, beside the plugin of another commit. Each deploy is in a process of its
 * own, against stand-ins on loopback, without Architect around it and without the start check.
 * Writes `bench/app-layers.json` and its table in `bench/README.md`.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { layerParts } from '../plugin/core/image/image-labels.ts'
import { parseOciConfig } from '../plugin/oci/config.ts'
import { type Descriptor, totalSize } from '../plugin/oci/descriptor.ts'
import { parseManifest } from '../plugin/oci/manifest.ts'
import { startAws } from '../test/stand-in/aws/index.ts'
import type { RegistryStandIn } from '../test/stand-in/registry/index.ts'
import { appLayersSection } from './app-layers-table.ts'
import { makeApp, writeFunction } from './make-app.ts'
import { openWork } from './open-work.ts'
import type { AppLayersResults, ChangedLine } from './results.ts'
import { checkOut } from './whole/install-package.ts'
import { timedRun } from './whole/timed-run.ts'
import { writeReadme } from './write-readme.ts'

/** The last one before layers were several. */
const [commit = '00786d3^'] = process.argv.slice(2)
const runs = Number(process.env['BENCH_RUNS'] ?? 5)
const root = resolve(import.meta.dirname, '..')
const repository = 'bench-lambda-images'

/** By their names in the table; `data` are bytes beside each function that do not compress. */
const apps: Readonly<Record<string, { readonly functions: number; readonly data?: number }>> = {
  '1': { functions: 1 },
  '3': { functions: 3 },
  '3, with 16 MB of data each': { functions: 3, data: 16_000_000 },
  '10': { functions: 10 },
  '200': { functions: 200 },
}

await using resources = new AsyncDisposableStack()
const { work, bases } = await openWork('bench-app-layers', resources)
await checkOut(root, commit, join(work, 'checkout'))
const ways = { ours: root, before: join(work, 'checkout') }

async function measure(checkout: string, { functions, data = 0 }: (typeof apps)[string]) {
  const folder = await mkdtemp(join(work, 'app-'))
  const aws = await startAws({ directory: join(folder, 'aws'), baseRegistry: bases })
  try {
    const app = join(folder, 'app')
    await makeApp(app, { functions, images: 1, settings: ['start-check off'] })
    if (data > 0)
      for (let index = 0; index < functions; index++)
        await writeFile(join(app, `src/scheduled/job-${index}/data.bin`), randomBytes(data))
    const { PATH = '' } = process.env
    const env = { ...aws.environment, PATH, ARC_CONTAINER_IMAGES_CACHE: join(folder, 'cache') }
    const command = ['node', join(checkout, 'bench/deploy-once.ts'), app]
    await timedRun(command, { cwd: folder, env })
    const layers = await appLayersOf(aws.registry)
    const changes: Pick<ChangedLine, 'sentBytes' | 'requests' | 'cpuSeconds'>[] = []
    for (let run = 0; run < runs; run++) {
      // Another function each time, so that it is not always the same layer.
      await writeFunction(app, `job-${(run * 37) % functions}`, `changed ${run}`)
      const from = aws.registry.journal.length
      const { cpuSeconds } = await timedRun(command, { cwd: folder, env })
      const journal = aws.registry.journal.slice(from)
      const sentBytes = journal.reduce((sum, { received }) => sum + received, 0)
      changes.push({ sentBytes, requests: journal.length, cpuSeconds })
    }
    return {
      layers: layers.length,
      appBytes: totalSize(layers),
      sentBytes: Math.max(...changes.map(({ sentBytes }) => sentBytes)),
      requests: Math.max(...changes.map(({ requests }) => requests)),
      cpuSeconds: median(changes.map(({ cpuSeconds }) => cpuSeconds)),
    }
  } finally {
    await aws.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Those of the functions, of the one image that was pushed. */
async function appLayersOf(registry: RegistryStandIn): Promise<readonly Descriptor[]> {
  const tags = [...(await registry.tags(repository)).keys()]
  const tag = tags.find((each) => each.startsWith('image-0-')) ?? ''
  const served = await registry.manifest(repository, tag)
  if (served === undefined) throw new Error(`no image among ${tags.join(', ')}`)
  const manifest = parseManifest(served.bytes, served.mediaType)
  const config = await registry.blob(repository, manifest.config.digest)
  if (config === undefined) throw new Error(`no config of ${tag}`)
  return layerParts(parseOciConfig(config).config?.Labels, manifest.layers)?.app ?? []
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}

const rows: Record<string, Record<string, ChangedLine>> = {}
for (const [name, app] of Object.entries(apps)) {
  for (const [way, checkout] of Object.entries(ways)) {
    const measured = await measure(checkout, app)
    console.log(`${name} functions, ${way}: ${JSON.stringify(measured)}`)
    rows[name] = { ...rows[name], [way]: measured }
  }
}
const date = new Date().toISOString().slice(0, 10)
const results: AppLayersResults = { date, runs, commit, rows }
await writeFile(join(root, 'bench/app-layers.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(appLayersSection(results))
await writeReadme()
