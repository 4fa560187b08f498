import { writeFile } from 'node:fs/promises'

import { formatBytes } from '../plugin/core/report.ts'
import type { Measured, Results } from './results.ts'

const seconds = (value: number): string => `${value.toFixed(2)} s`

function row(name: string, measured: Measured, limit: string): string {
  const { bundledSeconds, imagePhaseSeconds, sentBytes, requests, peakBytes } = measured
  const cells = [
    name,
    seconds(bundledSeconds),
    `**${seconds(imagePhaseSeconds)}**`,
    limit,
    formatBytes(sentBytes),
    String(requests),
    formatBytes(peakBytes),
  ]
  return `| ${cells.join(' | ')} |`
}

/** The table of the last run. */
export async function writeReadme(results: Results, file: string): Promise<string> {
  const { machine } = results
  const text = `# Benchmarks

\`npm run bench\` on ${results.date}: ${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory, Node ${machine.node}, ${machine.platform}. Medians of ${results.runs} runs, each deploy in a process of its own, without Architect around it, against stand-ins of AWS and its registry on loopback. Made by \`bench/run.ts\`; the numbers are in \`results.json\`.

The app has three functions in one image with LanceDB (${formatBytes(results.dependencyTarBytes)} of packages, unpacked). "Image phase" is everything after the last bundle is written.

| Deploy | Bundling | Image phase | Limit | Sent | Requests | Peak memory |
| --- | --- | --- | --- | --- | --- | --- |
${row('nothing changed', results.nothing, '0.3 s')}
${row('one function changed', results.oneChanged, '0.5 s')}
${row('one function changed, empty cache', results.oneChangedEmptyCache, '0.5 s')}
${row('first build, packages on disk', results.first, seconds(results.gzipLimitSeconds * 1.3))}

The first build against gzip's own limit, the same bytes through zlib at level 6 in two workers: ${seconds(results.first.imagePhaseSeconds)} to ${seconds(results.gzipLimitSeconds)}, a ratio of **${results.firstToGzipLimit.toFixed(2)}** (at most 1.3 is wanted).

| Functions (in images), nothing changed | Whole deploy | Bundling | Requests | Peak memory |
| --- | --- | --- | --- | --- |
${Object.entries(results.scale)
  .map(
    ([functions, one]) =>
      `| ${functions} (${Math.min(Number(functions), 5)}) | ${seconds(one.seconds)} | ${seconds(one.bundledSeconds)} | ${one.requests} | ${formatBytes(one.peakBytes)} |`,
  )
  .join('\n')}
`
  await writeFile(file, text)
  return text
}
