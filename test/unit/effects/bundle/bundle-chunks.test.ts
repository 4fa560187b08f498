import t from 'tap'

import type { ImageFunction } from '../../../../plugin/core/model.ts'
import { bundleInChunks } from '../../../../plugin/effects/bundle/bundle-chunks.ts'
import type { RunOutput } from '../../../../plugin/effects/bundle/run-esbuild.ts'
import { planOf } from '../../../fixtures/corpus.ts'

interface Given {
  readonly count: number
  readonly together?: boolean
  /** Bytes of each bundle. */
  readonly size?: number
  /** Names of functions that cannot be bundled. */
  readonly broken?: readonly string[]
  /** Names of functions whose modules warn. */
  readonly warned?: readonly string[]
  /** Why any run of several fails. */
  readonly onlyTogether?: Error
}

function pathOf({ folder }: Pick<ImageFunction, 'folder'>): string {
  return `${folder}/index.cjs`
}

/** Bundles functions `job-0` and on with a run that makes them of nothing. */
async function bundle(given: Given) {
  const { count, together = true, size = 10, broken = [], warned = [], onlyTogether } = given
  const targets = Array.from({ length: count }, (_, index) => index).flatMap(
    (index) => planOf('/app', { entry: `scheduled/job-${index}/index.js` }).functions,
  )
  const runs: string[][] = []
  const run = async (those: readonly ImageFunction[]): Promise<RunOutput> => {
    runs.push(those.map(({ name }) => name))
    const wrong = those.filter(({ name }) => broken.includes(name))
    if (wrong.length > 0) throw new Error(`cannot: ${wrong.map(({ name }) => name).join(', ')}`)
    if (onlyTogether && those.length > 1) throw onlyTogether
    const modules = those.map(({ entryFile: path }) => ({ path, file: path, imports: [] }))
    return {
      files: those.map((one) => ({
        path: pathOf(one),
        bytes: new Uint8Array(size),
        entry: one.entryFile,
        imports: [],
        parts: new Map([[one.entryFile, size]]),
      })),
      modules: new Map(modules.map((module) => [module.path, module])),
      warnings: those
        .filter(({ name }) => warned.includes(name))
        .map(({ name, entryFile }) => ({ text: `odd: ${name}`, module: entryFile })),
    }
  }
  const made = bundleInChunks({
    targets,
    run,
    use: async ({ modules, warnings }, { name }) => ({
      name,
      modules: modules.size,
      warnings: warnings.map(({ text }) => text),
    }),
    pathOf,
    together,
  })
  return { made: await made.catch((error: unknown) => error), runs }
}

const jobs = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `job-${index}`)
const plain = (name: string) => ({ name, modules: 1, warnings: [] })

t.test('several functions are in a run, and each comes out once, in order', async (t) => {
  const { made, runs } = await bundle({ count: 50 })
  t.strictSame(made, jobs(50).map(plain))
  t.ok(runs.length <= 6, `${runs.length} runs`)
  t.strictSame(runs.flat().length, 50)
})

t.test('large bundles are few in a run', async (t) => {
  const { made, runs } = await bundle({ count: 20, size: 3 * 2 ** 20 })
  t.strictSame(made, jobs(20).map(plain))
  t.ok(runs.slice(2).every((names) => names.length <= 2))
})

t.test('where runs could differ each has its own', async (t) => {
  const { runs } = await bundle({ count: 9, together: false })
  t.strictSame(
    runs,
    jobs(9).map((name) => [name]),
  )
})

t.test('who cannot be told from the others is bundled alone, and has its warnings', async (t) => {
  const { made, runs } = await bundle({ count: 8, warned: ['job-2'] })
  t.strictSame(
    made,
    jobs(8).map((name) =>
      name === 'job-2' ? { ...plain(name), warnings: ['odd: job-2'] } : plain(name),
    ),
  )
  t.strictSame(
    runs.filter((names) => names.length === 1),
    [['job-2']],
  )
})

t.test('faults of several are told at once, whatever run they were in', async (t) => {
  const { made } = await bundle({ count: 40, broken: ['job-1', 'job-30'] })
  t.match(made, { message: 'cannot: job-1, job-30' })
})

t.test('what only fails together fails nobody', async (t) => {
  const { made, runs } = await bundle({ count: 12, onlyTogether: new Error('two files of a name') })
  t.strictSame(made, jobs(12).map(plain))
  t.ok(runs.filter((names) => names.length > 1).length <= 2, 'and is not tried again')
})
