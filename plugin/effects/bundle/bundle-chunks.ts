import pLimit from 'p-limit'

import type { ImageFunction } from '../../core/model.ts'
import type { RunOutput } from './run-esbuild.ts'
import { splitRun } from './split-run.ts'

/** Code and maps of a run are in memory meanwhile, more than once. */
const mostBytes = 8 * 2 ** 20
/** With more, what they share is parsed hardly less often. */
const mostFunctions = 16
/** Until it is known how large their bundles are. */
const firstFunctions = 4
/** One is linked while the other's files are finished. */
const runsAtOnce = 2
const atOnce = pLimit(runsAtOnce)

interface ChunkInput<Made> {
  readonly targets: readonly ImageFunction[]
  readonly run: (targets: readonly ImageFunction[]) => Promise<RunOutput>
  readonly use: (output: RunOutput, target: ImageFunction) => Promise<Made>
  readonly pathOf: (target: ImageFunction) => string
  /** False where a run of several could differ from their own ones, as by plugins of the user's. */
  readonly together: boolean
}

/**
 * Bundles functions, several in a run where each comes out as in a run of its own. When one fails,
 * all are tried in one, whose error names every fault once.
 */
export async function bundleInChunks<Made>(input: ChunkInput<Made>): Promise<readonly Made[]> {
  const { targets, run, use, pathOf } = input
  const waiting = [...targets]
  const failures: unknown[] = []
  const made = new Map<ImageFunction, Made>()
  let { together } = input
  let largest: number | undefined

  const count = (): number => {
    if (!together) return 1
    if (largest === undefined) return firstFunctions
    return Math.min(mostFunctions, Math.max(1, Math.floor(mostBytes / largest)))
  }
  const settle = async (output: RunOutput, target: ImageFunction): Promise<void> => {
    largest = Math.max(largest ?? 1, sizeOf(output))
    made.set(target, await use(output, target))
  }
  const bundleAlone = async (target: ImageFunction): Promise<void> => {
    if (failures.length > 0) return
    const output = await run([target]).catch((error: unknown) => {
      failures.push(error)
    })
    if (output !== undefined) await settle(output, target)
  }
  const bundle = async (chunk: readonly ImageFunction[]): Promise<void> => {
    const [first, second] = chunk
    if (first === undefined) return
    if (second === undefined) return await bundleAlone(first)
    // Whose fault it is shows where each is alone.
    const output = await run(chunk).catch(() => undefined)
    const parts = output === undefined ? new Map<string, RunOutput>() : splitRun(output)
    if (parts.size === 0) together = false
    for (const target of chunk) {
      const part = parts.get(pathOf(target))
      await (part === undefined ? bundleAlone(target) : settle(part, target))
    }
  }
  const work = async (): Promise<void> => {
    while (waiting.length > 0 && failures.length === 0)
      await atOnce(() => bundle(waiting.splice(0, count())))
  }
  await Promise.all(Array.from({ length: runsAtOnce }, work))
  if (failures.length > 0) {
    await run(targets)
    throw failures[0]
  }
  return targets.flatMap((target) => made.get(target) ?? [])
}

function sizeOf({ files }: RunOutput): number {
  return files.reduce((sum, { bytes, map }) => sum + bytes.length + (map?.length ?? 0), 0)
}
