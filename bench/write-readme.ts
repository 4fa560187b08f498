import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { formatBytes } from '../plugin/core/basics/format-bytes.ts'
import { appLayersSection } from './app-layers-table.ts'
import { bumpSection } from './bump/table.ts'
import { farSection } from './far/table.ts'
import { lockfileSection } from './lockfile/table.ts'
import type { PeerResults } from './peers/cells.ts'
import { peersSection } from './peers/table.ts'
import type { Measured, Results } from './results.ts'
import { speedSection } from './speed.ts'
import { startSection } from './start/table.ts'
import { wholeSection } from './whole/table.ts'

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

/** `bench/README.md` and README's section "Speed", of what the last run of each bench has written. */
export async function readmeTexts(): Promise<{ readonly bench: string; readonly readme: string }> {
  const folder = import.meta.dirname
  const results: Results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))
  const peers: PeerResults = JSON.parse(await readFile(join(folder, 'peers.json'), 'utf8'))
  /** Of a bench that may never have run. */
  const section = async (name: string, write: (json: string) => string): Promise<string> => {
    const text = await readFile(join(folder, `${name}.json`), 'utf8').catch(() => undefined)
    return text === undefined ? '' : write(text)
  }
  const sections = await Promise.all([
    section('whole', (json) => wholeSection(JSON.parse(json))),
    section('far', (json) => farSection(JSON.parse(json))),
    section('bump', (json) => bumpSection(JSON.parse(json))),
    section('lockfile', (json) => lockfileSection(JSON.parse(json))),
    section('start', (json) => startSection(JSON.parse(json))),
    section('app-layers', (json) => appLayersSection(JSON.parse(json))),
  ])
  const readme = await readFile(join(folder, '../README.md'), 'utf8')
  return {
    bench: [deploysSection(results), ...sections, peersSection(peers)].join(''),
    readme: readme.replace(/(?<=^## Speed\n\n)[^]*?(?=\n\n## )/m, () =>
      speedSection(results, peers),
    ),
  }
}

/** Writes both, and gives the text of `bench/README.md`. */
export async function writeReadme(): Promise<string> {
  const { bench, readme } = await readmeTexts()
  await writeFile(join(import.meta.dirname, 'README.md'), bench)
  await writeFile(join(import.meta.dirname, '../README.md'), readme)
  return bench
}

function deploysSection(results: Results): string {
  const { machine } = results
  return `# Benchmarks

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
}

if (import.meta.main) await writeReadme()
