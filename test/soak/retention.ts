/**
 * `npm run test:soak [-- SEEDS | -- --seed=N]`: the model of retention with seeds that nobody chose,
 * each printed before it runs, so that one that fails can be run again. The gate has fixed ones.
 */
import { parseArgs } from 'node:util'

import { findWrong } from '../stand-in/retention-world/check.ts'
import { moves, syncs } from '../stand-in/retention-world/history.ts'
import { ourRules } from '../stand-in/retention-world/rules.ts'

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', multiple: true } },
  allowPositionals: true,
})
const chosen = values.seed?.map(Number)
const drawn = Array.from({ length: Number(positionals[0] ?? 50) }, () =>
  Math.floor((Math.random() - 0.5) * 2 ** 32),
)

for (const seed of chosen ?? drawn) {
  process.stdout.write(`seed ${seed}: `)
  const wrong =
    findWrong(ourRules, { seed }) ??
    findWrong(ourRules, { seed }, { kind: moves }) ??
    findWrong(ourRules, { seed }, { kind: syncs })
  process.stdout.write(wrong === undefined ? 'ok\n' : `${wrong.end}\n`)
  if (wrong === undefined) continue
  process.stdout.write(`${wrong.story.map((line) => `  ${line}`).join('\n')}\n`)
  process.exitCode = 1
}
