/**
 * `node bench/load.ts [COMMIT]`: processor time of importing the built plugin, as every `arc`
 * command does, against that of another commit, in pairs in one run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'

import { checkOut } from './whole/install-package.ts'

/** The last one whose package had a file for each module. */
const [other = '0470ae6'] = process.argv.slice(2)
const pairs = 9
const root = resolve(import.meta.dirname, '..')
const options = { preferLocal: true, localDir: root } as const

const work = await mkdtemp(join(tmpdir(), 'bench-load-'))
try {
  const checkout = join(work, 'other')
  await checkOut(root, other, checkout)
  for (const cwd of [checkout, root]) await execa('node', ['scripts/build.ts'], { ...options, cwd })

  const ours: number[] = []
  const theirs: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    theirs.push(await importSeconds(checkout))
    ours.push(await importSeconds(root))
  }
  const ratios = ours.map((seconds, pair) => seconds / (theirs[pair] ?? NaN))
  console.log(`importing the plugin, medians of ${pairs} pairs, Node's own start included`)
  console.log(`${other}: ${median(theirs).toFixed(3)} s of processor time`)
  console.log(`this checkout: ${median(ours).toFixed(3)} s, ratio ${median(ratios).toFixed(2)}`)
} finally {
  await rm(work, { recursive: true, force: true })
}

async function importSeconds(folder: string): Promise<number> {
  const plugin = pathToFileURL(join(folder, 'dist/index.js')).href
  const code = `await import(${JSON.stringify(plugin)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6)`
  const { stdout } = await execa('node', ['--input-type=module', '--eval', code], options)
  return Number(stdout)
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN
}
