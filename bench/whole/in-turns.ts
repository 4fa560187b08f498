import { median } from '../median.ts'
import { type Deploy, wholeCases, type Ways } from './results.ts'
import type { Way } from './way.ts'

/**
 * Deploys each way in turns, with nothing and with one line changed, after two deploys that are not
 * counted: the first writes into the folders of functions what hydration brings.
 * @param by what the run in the middle is in the middle of
 * @param say told each deploy
 */
export async function inTurns(options: {
  readonly ways: readonly (readonly [name: string, way: Way])[]
  readonly functions: number
  readonly runs: number
  readonly by: (deploy: Deploy) => number
  readonly say: (what: string, deploy: Deploy) => void
}): Promise<Ways> {
  const { ways, functions, runs, by, say } = options
  for (const [, way] of ways) {
    await way.write(functions)
    await way.deploy()
    await way.deploy()
  }
  const measured: Record<string, Record<(typeof wholeCases)[number], Deploy[]>> = {}
  for (let run = 0; run < runs; run++) {
    for (const each of wholeCases) {
      for (const [name, way] of ways) {
        if (each === 'changed') await way.change()
        const deploy = await way.deploy()
        say(`${name}, ${each}`, deploy)
        ;(measured[name] ??= { nothing: [], changed: [] })[each].push(deploy)
      }
    }
  }
  return Object.fromEntries(
    Object.entries(measured).map(([name, { nothing, changed }]) => [
      name,
      { nothing: median(nothing, by), changed: median(changed, by) },
    ]),
  )
}
