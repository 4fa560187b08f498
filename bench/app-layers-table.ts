import { formatBytes } from '../plugin/core/basics/format-bytes.ts'
import type { AppLayersResults, ChangedLine } from './results.ts'

const columns = [
  'Functions',
  'Plugin',
  'Layers of the app',
  'All of them',
  'Sent',
  'of all',
  'Requests',
  'Processor',
]

/** "One line of many functions" of `bench/README.md`. */
export function appLayersSection({ date, runs, commit, rows }: AppLayersResults): string {
  const lines = Object.entries(rows).flatMap(([functions, ways]) =>
    Object.entries(ways).map(([way, line]) => rowOf(functions, way, line)),
  )
  return `
## One line of many functions

On ${date}, by \`node bench/app-layers.ts\`: one line of one function changed, in an image of so many functions on \`@architect/functions\`, by this plugin (**ours**) and at ${commit} (**before**). Bytes, with those of config and manifest, and requests to the registry are the most of ${runs} runs, each with another function changed; processor time is the median, of the whole deploy without Architect around it, bundling included. The start check is off.

| ${columns.join(' | ')} |
| --- | --- |${' ---: |'.repeat(columns.length - 2)}
${lines.join('\n')}
`
}

function rowOf(functions: string, way: string, line: ChangedLine): string {
  const { layers, appBytes, sentBytes, requests, cpuSeconds } = line
  const share = `${((100 * sentBytes) / appBytes).toFixed(1)} %`
  const cells = [
    functions,
    way,
    String(layers),
    formatBytes(appBytes),
    `**${formatBytes(sentBytes)}**`,
    share,
    String(requests),
    `${cpuSeconds.toFixed(2)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}
