#!/usr/bin/env node
import { destroy } from './cli/destroy.ts'
import { report } from './cli/report.ts'
import { sweep } from './cli/sweep.ts'
import { type Console, createConsole } from './effects/console.ts'
import { ContainerImageError } from './errors.ts'

interface Command {
  /** Options, as they stand behind the command's name. */
  readonly usage: string
  readonly purpose: string
  readonly run: (args: readonly string[], console: Console) => Promise<void>
}

const commands: Readonly<Record<string, Command>> = {
  destroy: {
    usage: '--name NAME [--only-stuck]',
    purpose: 'Deletes the stack of `arc deploy --name NAME`, in whatever state it is',
    run: destroy,
  },
  report: {
    usage:
      '[--name NAME | --production] [--outcome success] [--markdown | --json] [--pull-request N]',
    purpose: 'Tells what the last deploy did',
    run: report,
  },
  sweep: {
    usage: '--open "5 7" [--prefix PR]',
    purpose: 'Deletes the stacks of pull requests that are closed',
    run: sweep,
  },
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]

if (command === undefined) {
  const lines = Object.entries(commands).map(
    ([known, { usage, purpose }]) => `  arc-images ${known} ${usage}\n    ${purpose}`,
  )
  const asked = name === '' || name === '--help'
  process.stdout.write(`${asked ? '' : `arc-images has no '${name}'.\n\n`}${lines.join('\n')}\n`)
  process.exitCode = asked ? 0 : 1
} else {
  await run(command)
}

async function run({ run: start }: Command): Promise<void> {
  const console = createConsole()
  try {
    await start(args, console)
  } catch (error) {
    console.stop()
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

/** A mistake of the user's needs no stack trace; parseArgs words its own. */
function messageOf(error: unknown): string {
  if (error instanceof ContainerImageError) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const isUsage = String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS')
  return isUsage ? `COMMAND_INVALID: ${error.message}` : (error.stack ?? error.message)
}
