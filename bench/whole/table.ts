import { formatBytes } from '../../plugin/core/basics/format-bytes.ts'
import { type Deploy, wholeCases, type WholeResults, type Ways } from './results.ts'

const caseNames = { nothing: 'nothing changed', changed: 'one line changed' } as const

const columns = [
  'Functions',
  'Deploy',
  'Whole',
  'Processor',
  'Before hooks',
  'Our `start`',
  'Our `services`',
  'After hooks',
  'Peak memory',
  'Requests',
]

/** "Whole commands" of `bench/README.md`. */
export function wholeSection(results: WholeResults): string {
  const { date, runs, commit, sizes } = results
  const rows = Object.entries(sizes).flatMap(([functions, ways]) =>
    wholeCases.flatMap((each) =>
      Object.entries(ways).map(([name, deploys]) =>
        rowOf([functions, `${name}, ${caseNames[each]}`], deploys[each]),
      ),
    ),
  )
  const compared = Object.entries(sizes).filter(([, ways]) => ways['before'] !== undefined)
  const shares = compared.map(([functions, ways]) => shareLine(functions, ways))
  return `
## Whole commands

On ${date}, medians of ${runs} runs in turns, by \`node bench/whole.ts\`: the whole \`arc deploy\`, from the start of the process to its end, of the packed plugin as npm installs it (**ours**), of the same at ${commit} (**before**), and of the same app without the plugin, its functions zips (**no plugin**; with \`--no-hydrate\`, since Architect else runs \`npm install\` for every function, more than a second each). One function is in one image, more are in five; the start check is off, as the base is a stand-in. AWS and its registry are stand-ins in another process on loopback, and CloudFormation is done at once: on AWS Architect asks it every second until it is. With more than 100 functions there are at most three runs, and none of **before**, which takes minutes each; AWS's CloudFormation takes no template of 1,000 functions (500 resources, 1 MB), its stand-in does here.

"Processor" are seconds of the process and its children. "Before hooks" is Node and Architect being loaded and the app being read, "After hooks" is Architect's part: it packs a folder and asks S3 for it once for each function, one after another, also for those in images.

| ${columns.join(' | ')} |
| ---: | --- |${' ---: |'.repeat(columns.length - 2)}
${rows.join('\n')}

Our share of processor time, which is what remains without that of "no plugin":

| Functions |${wholeCases.map((each) => ` ${caseNames[each]}, ours | before | ratio |`).join('')}
| ---: |${' ---: |'.repeat(3 * wholeCases.length)}
${shares.join('\n')}
`
}

function rowOf(names: readonly string[], deploy: Deploy): string {
  const { seconds, cpuSeconds, phases, peakBytes, requests } = deploy
  const { before, start, services, after, end } = phases
  const last = { seconds: after.seconds + end.seconds }
  const cells = [
    ...names,
    `**${inSeconds(seconds)}**`,
    inSeconds(cpuSeconds),
    ...[before, start, services, last].map((phase) => inSeconds(phase.seconds)),
    formatBytes(peakBytes),
    String(requests),
  ]
  return `| ${cells.join(' | ')} |`
}

function shareLine(functions: string, ways: Ways): string {
  const cells = wholeCases.flatMap((each) => {
    const share = (name: string): number =>
      (ways[name]?.[each].cpuSeconds ?? NaN) - (ways['no plugin']?.[each].cpuSeconds ?? NaN)
    const [ours, before] = [share('ours'), share('before')]
    return [inSeconds(ours), inSeconds(before), `**${(ours / before).toFixed(2)}**`]
  })
  return `| ${[functions, ...cells].join(' | ')} |`
}

const inSeconds = (value: number): string => `${value.toFixed(2)} s`
