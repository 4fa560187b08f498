/**
 * Runs test files by tap: in a terminal as tap shows them, elsewhere one line a file and failures
 * whole, since thousands of unnamed assertions bury the one that failed.
 * Usage: node scripts/test.ts [options and files of `tap run`]
 */
import { inspect } from 'node:util'
import { execa } from 'execa'
import { Parser, type Result } from 'tap-parser'

const run = ['run', ...process.argv.slice(2)]
const options = { preferLocal: true, reject: false } as const
await execa('tap', ['build'], { preferLocal: true, stdio: ['ignore', 'ignore', 'inherit'] })
process.exitCode = (process.stdout.isTTY ? await inTerminal() : await inLog()) ?? 1

async function inTerminal(): Promise<number | undefined> {
  const { exitCode } = await execa('tap', run, { ...options, stdio: 'inherit' })
  return exitCode
}

async function inLog(): Promise<number | undefined> {
  const tap = execa('tap', [...run, '--reporter=tap'], {
    ...options,
    stdout: 'pipe',
    stderr: 'inherit',
    buffer: false,
  })
  const parser = new Parser({ preserveWhitespace: true })
  const files = follow(parser)
  for await (const line of tap.iterable({ from: 'stdout' })) parser.write(`${line}\n`)
  parser.end()
  const { exitCode } = await tap
  const { count, pass, fail, skip, todo } = totals(files)
  // In tap's own words, which .ci/run adds up.
  console.log(
    `# { total: ${count}, pass: ${pass}, fail: ${fail}, skip: ${skip}, todo: ${todo} }, ${files.length} files`,
  )
  return exitCode
}

interface Counts {
  readonly count: number
  readonly pass: number
  readonly fail: number
  readonly skip: number
  readonly todo: number
}

/** Prints each file as it ends. */
function follow(parser: Parser): readonly Counts[] {
  const logs = new Map<string, Log>()
  const files: Counts[] = []
  parser.on('child', (child: Parser) => logs.set(child.name, listen(child)))
  parser.on('extra', (text: string) => process.stdout.write(text.trim() === '' ? '' : text))
  parser.on('bailout', (reason: string) => console.log(`Bail out! ${reason}`))
  parser.on('assert', (result: Result) => {
    const log = logs.get(result.name) ?? emptyLog()
    const counts = totals(log.leaves)
    // A file that dies or hangs may have no assertion that says so.
    const died = !result.ok && counts.fail === 0
    files.push(died ? { ...counts, count: counts.count + 1, fail: 1 } : counts)
    const skips = counts.skip > 0 ? `, ${counts.skip} skipped` : ''
    const seconds = ((result.time ?? 0) / 1000).toFixed(1)
    const verdict = result.ok ? 'ok' : 'not ok'
    console.log(`${verdict} - ${result.name} (${counts.pass} passed${skips}) ${seconds} s`)
    const skipped = new Set(log.skipped.map((reason) => `skipped: ${reason}`))
    const failure = died ? detailsOf(result) : log.text
    for (const line of [...skipped, ...failure]) console.log(line.replaceAll(/^/gm, '    '))
  })
  return files
}

interface Log {
  /** One entry an assertion. */
  readonly leaves: Counts[]
  readonly skipped: string[]
  /** What went wrong, whole. */
  readonly text: string[]
}

function emptyLog(): Log {
  return { leaves: [], skipped: [], text: [] }
}

function listen(parser: Parser, log = emptyLog()): Log {
  const children = new Set<string>()
  parser.on('child', (child: Parser) => {
    children.add(child.name)
    listen(child, log)
  })
  parser.on('assert', (result: Result) => {
    const { ok, skip, todo } = result
    const expected = ok || Boolean(todo)
    if (skip) log.skipped.push(`${result.name}: ${String(skip)}`)
    // The line that closes a subtest repeats what its assertions said.
    if (children.has(result.name) && !skip && !todo) return
    log.leaves.push({
      count: 1,
      pass: expected && !skip && !todo ? 1 : 0,
      fail: expected || skip ? 0 : 1,
      skip: skip ? 1 : 0,
      todo: todo ? 1 : 0,
    })
    if (expected || skip) return
    log.text.push(`not ok - ${result.fullname}`, ...detailsOf(result))
  })
  parser.on('extra', (text: string) => log.text.push(text.trimEnd()))
  return log
}

function detailsOf({ diag }: Result): string[] {
  if (diag === null) return []
  const text = Object.entries(diag).map(([key, value]) =>
    typeof value === 'string' && value.includes('\n')
      ? `${key}:\n${value.trimEnd().replaceAll(/^/gm, '  ')}`
      : `${key}: ${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`,
  )
  return text.join('\n').replaceAll(/^/gm, '  ').split('\n')
}

function totals(parts: readonly Counts[]): Counts {
  const sum = (key: keyof Counts): number => parts.reduce((total, part) => total + part[key], 0)
  return {
    count: sum('count'),
    pass: sum('pass'),
    fail: sum('fail'),
    skip: sum('skip'),
    todo: sum('todo'),
  }
}
