import { type Deploy, wholeCases, type Ways } from '../whole/results.ts'

/** What `far.json` holds. */
export interface FarResults {
  readonly date: string
  readonly runs: number
  readonly commit: string
  /** Milliseconds. */
  readonly roundTrip: number
  readonly ways: Ways
}

/** "From far away" of `bench/README.md`. */
export function farSection({ date, runs, commit, roundTrip, ways }: FarResults): string {
  const rows = Object.entries(ways).map(
    ([name, deploys]) =>
      `| ${[name, ...wholeCases.flatMap((each) => cellsOf(deploys[each]))].join(' | ')} |`,
  )
  const ratios = wholeCases.map((each) => {
    const services = (name: string): number => ways[name]?.[each].phases.services.seconds ?? NaN
    return (services('ours') / services('before')).toFixed(2)
  })
  return `
## From far away

On ${date}, medians of ${runs} runs in turns, by \`node bench/far.ts\`: whole \`arc deploy\`s of one function as above, with ${roundTrip} ms for each round trip to AWS and to the registry, and two round trips for a new connection. The stand-in of AWS has one address where AWS has one for each service, so a few more connections are shared here than there. **Before** is ${commit}.

| Deploy | Nothing changed | Our \`services\` | Requests | One line changed | Our \`services\` | Requests |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

Our \`services\` to those of before: **${ratios[0]}** with nothing and **${ratios[1]}** with one line changed. What remains is mostly Architect's: it opens a connection for every request, one after another.
`
}

function cellsOf({ seconds, phases, requests }: Deploy): string[] {
  return [`**${inSeconds(seconds)}**`, inSeconds(phases.services.seconds), String(requests)]
}

const inSeconds = (value: number): string => `${value.toFixed(2)} s`
