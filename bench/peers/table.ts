import { formatBytes } from '../../plugin/core/basics/format-bytes.ts'
import { cells, type Cell, type Measured, type PeerResults } from './cells.ts'
import { columns, type Column } from './columns.ts'

const changeNames = {
  first: 'first build',
  line: 'one line changed',
  bump: 'a small dependency bumped',
  nothing: 'nothing changed',
} as const

/** Rows of the tables: what changed, warm machines first. */
const rows = (['warm', 'empty'] as const).flatMap((machine) =>
  cells
    .filter((cell) => cell.machine === machine)
    .map(({ change }) => ({
      cell: `${change} ${machine}` as const,
      name: `${changeNames[change]}${machine === 'empty' ? ', empty machine' : ''}`,
    })),
)

/** What takes the time of ours where it may not be the fastest. */
const costs: Readonly<Partial<Record<Cell, string>>> = {
  'nothing warm': 'Most of ours is Architect and its stack ("Whole commands" above).',
  'line warm': 'Most of ours is Architect and its stack ("Whole commands" above).',
  'first warm':
    'Ours sends what the others send, makes the repository, and has Architect deploy the stack.',
  'nothing empty':
    'Ours bundles the functions and names the image, and fetches none of its layers; most of the rest is Architect and its stack.',
}

/** Within this of the fastest is as fast. */
const asFast = 1.05

/** "Beside other tools" of `bench/README.md`. */
export function peersSection(results: PeerResults): string {
  const { machine } = results
  const measured = columns.filter(({ name }) => results.peers[name] !== undefined)
  const seconds = (cell: Cell, { name }: Column): number | undefined =>
    results.peers[name]?.cells[cell]?.seconds
  const table = (title: string, of: (cell: Cell, column: Column) => string): string =>
    [
      `| ${title} | ${measured.map(({ name }) => name).join(' | ')} |`,
      `| --- |${' ---: |'.repeat(measured.length)}`,
      ...rows.map(
        ({ cell, name }) => `| ${name} | ${measured.map((each) => of(cell, each)).join(' | ')} |`,
      ),
    ].join('\n')
  const value = (title: string, of: (one: Measured) => string): string =>
    table(title, (cell, { name }) => {
      const one = results.peers[name]?.cells[cell]
      return one === undefined ? '' : of(one)
    })
  const [ours] = measured
  const slower = rows.flatMap(({ cell, name }) => {
    const own = ours && seconds(cell, ours)
    if (own === undefined) return []
    const faster = measured.flatMap((column) => {
      const theirs = seconds(cell, column)
      if (theirs === undefined || column.ours || own <= theirs * asFast) return []
      return [`${column.name} takes ${theirs.toFixed(2)} s`]
    })
    const line = `- ${name}, ${own.toFixed(2)} s: ${faster.join(', ')}. ${costs[cell] ?? ''}`
    return faster.length === 0 ? [] : [line.trimEnd()]
  })
  return `
## Beside other tools

Whole commands by \`node bench/peers.ts\` on ${machine.processor}, ${machine.cores} cores: the image of \`docker/lancedb\` for arm64 with one function, from the start of the process to its end, the tools in turns in each cell; medians. The registry then is asked for what was pushed: a tool whose image is for another processor, on another base, or without the changed line or package is left out.

| | Command | Version | Measured | It leaves out |
| --- | --- | --- | --- | --- |
${measured.map((column) => peerRow(column, results)).join('\n')}

The peers have one Dockerfile with two stages, in which npm runs on the building machine's platform, not under emulation; their function is bundled by esbuild's own program first. The bumped dependency is tslib. An empty machine has a new Docker daemon, new folders for npm's and the plugin's caches, and the app as from a checkout; what is in the registry stays, but for first builds, which find it empty. The base is that of the integration suite (\`test/integration/toolchain/base-image\`), not AWS's.

${table('Seconds', (cell, column) => {
  const own = seconds(cell, column)
  if (own === undefined) return ''
  const least = Math.min(...measured.flatMap((each) => seconds(cell, each) ?? []))
  return own <= least * asFast ? `**${own.toFixed(2)}**` : own.toFixed(2)
})}

${slower.length === 0 ? 'The first column is the fastest, or as fast, in each row.' : `Where the first column is not the fastest, or within ${Math.round((asFast - 1) * 100)} % of it:\n\n${slower.join('\n')}\n\nWhat such a command leaves out is in the first table.`}

${value('Processor seconds', ({ processorSeconds }) => processorSeconds?.toFixed(2) ?? '')}

Of the command with all that it starts and of Docker's daemon with its containers, user and system, by a control group.

${value('Sent to registries', ({ sentBytes }) => formatBytes(sentBytes))}

${value('Received from registries', ({ receivedBytes }) => formatBytes(receivedBytes))}

Not in these numbers:

- AWS's own time. CloudFormation settles at once (Architect's is \`test/stand-in/aws\`; SAM's and CDK's is moto), ECR is Debian's \`docker-registry\`. On AWS that is most of a deploy, whoever asks for it.
- Bandwidth. Registries are on loopback. At 20 Mbit/s 65 MB take 26 seconds: the bytes tell what such a line makes of a cell.
- Packages of npm, which come over the network and are in no column of bytes. They make most of the seconds of a first or bumped build on an empty machine, and vary from run to run.
- TLS. Docker's daemon speaks it to the registries, the plugin and crane do not; AES takes less than a tenth of a second for all bytes of a first build.
- Hydration. For each function that stays a zip Architect runs \`npm install\`, more than a second each, unless it is told \`--no-hydrate\`. This app has none; a function in an image is left out of it by the plugin.
- \`cdk synth\` and a deploy by CDK, which \`cdk-assets publish\` is a part of.
`
}

function peerRow({ name, command, leavesOut }: Column, results: PeerResults): string {
  const result = results.peers[name]
  const { warm, empty } = result?.runs ?? { warm: 0, empty: 0 }
  const runs = `${result?.date}, ${warm} runs a cell, ${empty} on empty machines`
  return `| ${[name, command, result?.version ?? '', runs, leavesOut].join(' | ')} |`
}
