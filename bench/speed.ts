import { formatBytes } from '../plugin/core/basics/format-bytes.ts'
import type { Cell, PeerResults } from './peers/cells.ts'
import { columns, type PeerName } from './peers/columns.ts'
import type { Results } from './results.ts'

/** Rows of README's table, the most usual first. */
const rows: readonly (readonly [name: string, cell: Cell])[] = [
  ['one line changed', 'line warm'],
  ['the same on a fresh CI machine', 'line empty'],
  ['a small dependency bumped', 'bump warm'],
  ['first build on a fresh machine', 'first empty'],
]

/** README's section "Speed", of the numbers that the benches have written. */
export function speedSection(results: Results, { peers }: PeerResults): string {
  const shown = columns.filter(
    ({ name, ours }) => peers[name] !== undefined && (!ours || name === 'arc deploy'),
  )
  const cellOf = (name: PeerName, cell: Cell): string => {
    const one = peers[name]?.cells[cell]
    return one === undefined ? '' : `${one.seconds.toFixed(1)} s, ${formatBytes(one.sentBytes)}`
  }
  const table = [
    `| | ${shown.map(({ title }) => title).join(' | ')} |`,
    `| --- |${' ---: |'.repeat(shown.length)}`,
    ...rows.map(
      ([title, cell]) =>
        `| ${title} | ${shown.map(({ name }) => cellOf(name, cell)).join(' | ')} |`,
    ),
  ].join('\n')
  const unchanged = (name: PeerName): string | undefined =>
    peers[name]?.cells['nothing warm']?.seconds.toFixed(2)
  const [compiled, plain] = [unchanged('arc deploy, compiled'), unchanged('arc deploy')]
  const tip =
    compiled === undefined
      ? ''
      : ` With \`NODE_COMPILE_CACHE\` naming a folder, Node keeps Architect compiled too: where nothing changed, a deploy then takes ${compiled} instead of ${plain} s.`
  const { nothing, oneChanged, firstToGzipLimit } = results
  return `Whole commands for the same image, LanceDB for arm64, on two cores: seconds, and bytes sent to registries.

${table}

Registries and AWS are on loopback and CloudFormation settles at once, so neither your upload nor AWS's own time is in it; only \`arc deploy\` and SAM deploy a stack. The start check, which no other tool makes, is off in this table. [The bench](bench/README.md) has all cells, what each command leaves out, and where ours is not the fastest.${tip}

Of a deploy, images take ${nothing.imagePhaseSeconds.toFixed(2)} s beyond bundling when nothing changed, and ${oneChanged.imagePhaseSeconds.toFixed(2)} s when one function did; a first build takes ${firstToGzipLimit.toFixed(1)} times what gzip alone needs for the same bytes. Where functions stay zips, Architect's hydration (\`npm install\` in each, more than a second) outweighs all of that; functions in images are left out of it.`
}
