import { formatBytes } from '../../plugin/core/basics/format-bytes.ts'
import type { Bump, BumpResults } from './results.ts'

/** "A package bumped" of `bench/README.md`. */
export function bumpSection({ date, runs, commit, machine, warm, empty }: BumpResults): string {
  const rows = [
    ['what the cache has of before, ours', warm.ours],
    [`the same, ${commit}`, warm.before],
    ['an empty cache, ours', empty.ours],
    [`the same, ${commit}`, empty.before],
  ] as const
  const ratio = (warm.ours.processorSeconds / warm.before.processorSeconds).toFixed(2)
  return `
## A package bumped

On ${date}, medians of ${runs} runs in turns, by \`node bench/bump.ts\`: ${machine.processor}, ${machine.cores} cores, Node ${machine.node}. The layers of packages of \`docker/lancedb\` for arm64, from a lockfile with another version of tslib, beside the commit before packages came straight from the lockfile, when \`npm ci\` installed them and one layer had them all. npm's own cache has all tarballs. "Sent" is what the image before does not have. On an empty cache ours takes the large layers that the image before has.

| | Processor | Sent | of all |
| --- | ---: | ---: | ---: |
${rows.map(([name, bump]) => rowOf(name, bump)).join('\n')}

A bump takes ${ratio} of the processor time of before (at most 0.1 is wanted) and sends ${percent(warm.ours)} of the bytes (at most 5 % is wanted).
`
}

function rowOf(name: string, bump: Bump): string {
  const { processorSeconds, sentBytes } = bump
  const cells = [name, `${processorSeconds.toFixed(2)} s`, formatBytes(sentBytes), percent(bump)]
  return `| ${cells.join(' | ')} |`
}

function percent({ sentBytes, allBytes }: Bump): string {
  return `${((100 * sentBytes) / allBytes).toFixed(1)} %`
}
