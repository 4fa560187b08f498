import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { formatBytes } from '../plugin/core/basics/format-bytes.ts'

import {
  type Build,
  buildCases,
  type BuilderResults,
  type Measured,
  type Results,
} from './results.ts'
import type { WholeResults } from './whole/results.ts'
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

const caseNames: Readonly<Record<(typeof buildCases)[number], string>> = {
  firstEmpty: 'first build, empty caches',
  first: 'first build',
  changed: 'one line changed',
  changedEmpty: 'one line changed, empty caches',
  nothing: 'nothing changed',
  nothingEmpty: 'nothing changed, empty caches',
}

function comparison({ ways, date, runs, architecture }: BuilderResults): string {
  const table = (title: string, cell: (build: Build) => string): string =>
    [
      `| ${title} | ${buildCases.map((each) => caseNames[each]).join(' | ')} |`,
      `| --- |${buildCases.map(() => ' ---: |').join('')}`,
      ...Object.entries(ways).map(
        ([way, builds]) =>
          `| ${way} | ${buildCases.map((each) => cell(builds[each])).join(' | ')} |`,
      ),
    ].join('\n')
  const [fastest, ...others] = Object.values(ways)
  const ratios = buildCases.map((each) => {
    const least = Math.min(...others.map((builds) => builds[each].seconds))
    return `${caseNames[each]} ${(least / (fastest?.[each].seconds ?? NaN)).toFixed(1)}`
  })
  return `
## Against Docker's buildx

On ${date}, ${runs === 1 ? 'one run of each' : `medians of ${runs} runs`}: the image of \`docker/lancedb\` for ${architecture} with three functions, by the embedded builder from its \`package.json\`, by the plugin with \`builder dockerfile\` from its \`Dockerfile\`, and by \`docker buildx build --push\` typed by hand. The same real registry behind both, on loopback; npm's registry over the network. The base is that of the integration suite (\`test/integration/toolchain/base-image\`), not AWS's. Empty caches are a new Docker daemon and new folders for the plugin's and npm's caches, as a fresh CI machine has them. "npm under qemu" is the same Dockerfile with its packages installed on the image's own platform, as Dockerfiles mostly have it; else they are installed on the building machine's. "Registry cache" is \`cache-to\` and \`cache-from\` of \`type=registry,mode=max\`. Seconds count from the written bundles to the checked image.

${table('Seconds', (build) => build.seconds.toFixed(2))}

How many times as long the fastest of buildx's ways took: ${ratios.join(', ')}.

${table('Sent to registries', ({ sentBytes }) => formatBytes(sentBytes))}

${table('Received from registries', ({ receivedBytes }) => formatBytes(receivedBytes))}

| Image, compressed | |
| --- | ---: |
${Object.entries(ways)
  .map(([way, { firstEmpty }]) => `| ${way} | ${formatBytes(firstEmpty.imageBytes)} |`)
  .join('\n')}
`
}

/** `bench/README.md`, of what the last run of each bench has written beside it. */
export async function writeReadme(): Promise<string> {
  const folder = import.meta.dirname
  const results: Results = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))
  const builders: BuilderResults = JSON.parse(await readFile(join(folder, 'builders.json'), 'utf8'))
  const whole: WholeResults | undefined = await readFile(join(folder, 'whole.json'), 'utf8').then(
    JSON.parse,
    () => undefined,
  )
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
${whole === undefined ? '' : wholeSection(whole)}${comparison(builders)}`
  await writeFile(join(folder, 'README.md'), text)
  return text
}
