import { readVersion } from './version.ts'
import type { Console } from '../effects/architect/console.ts'
import { didYouMean } from '../core/basics/suggest.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { learnAppSecrets, learnUserSecrets } from '../effects/secrets/learn-from-files.ts'
import { ContainerImageError } from '../errors.ts'
import { usageFault } from './usage-fault.ts'
import { type CommandName, commandNames, helpOf, isCommand, summaryOf } from './usages.ts'

type Run = (args: readonly string[], console: () => Promise<Console>) => Promise<void>

/** Each is loaded when it runs: bundlers and registries are not needed for a listing. */
const commands: Readonly<Record<CommandName, Run>> = {
  plan: async (options) => (await import('./plan.ts')).plan(options),
  dockerfile: async (options) => (await import('./dockerfile.ts')).dockerfile(options),
  images: async (options) => (await import('./images.ts')).images(options),
  gc: async (options) => (await import('./gc.ts')).gc(options),
  bound: async (options, console) => (await import('./bound.ts')).bound(options, await console()),
  bucket: async (options, console) =>
    (await import('./bucket.ts')).bucket(options, await console()),
  destroy: async (options, console) =>
    (await import('./destroy.ts')).destroy(options, await console()),
  report: async (options) => (await import('./report.ts')).report(options),
  sweep: async (options, console) => (await import('./sweep.ts')).sweep(options, await console()),
}

/** 0: done. 1: it failed. 2: it was asked for in a way that cannot be understood. */
const exitCodes = { failed: 1, misunderstood: 2 }

const [name = '', ...args] = process.argv.slice(2)
const wantsHelp = args.some((argument) => argument === '--help' || argument === '-h')
// Architect's status lines hide the cursor wherever this is not false, in pipes and logs too.
if (!process.stdout.isTTY) process.stdout.isTTY = false

if (['', '--help', '-h', 'help'].includes(name)) {
  const all = commandNames.map(summaryOf).join('\n')
  process.stdout.write(
    `arc-images COMMAND, in the folder of app.arc\n\n${all}\n\n'arc-images COMMAND --help' explains the options of a command.\n`,
  )
} else if (name === '--version' || name === '-v') {
  process.stdout.write(`${await readVersion()}\n`)
} else if (!isCommand(name)) {
  const hint = didYouMean(name, commandNames) || ` It has ${commandNames.join(', ')}.`
  process.stderr.write(`COMMAND_INVALID: arc-images has no '${name}'.${hint}\n`)
  process.exitCode = exitCodes.misunderstood
} else if (wantsHelp) {
  process.stdout.write(`${helpOf(name)}\n`)
} else {
  await run(name)
}

async function run(command: CommandName): Promise<void> {
  // Architect's status lines take hold of the terminal, so they begin where a command wants them.
  let console: Console | undefined
  learnUserSecrets(process.env)
  learnAppSecrets(process.cwd(), process.env)
  try {
    await commands[command](args, async () => {
      const { createConsole } = await import('../effects/architect/console.ts')
      return (console ??= createConsole())
    })
  } catch (error) {
    console?.stop()
    const message = redact(messageOf(command, error))
    process.stderr.write(`${message}\n`)
    const misunderstood = message.startsWith('COMMAND_INVALID')
    process.exitCode = misunderstood ? exitCodes.misunderstood : exitCodes.failed
  }
}

/** A mistake of the user's needs no stack trace. */
function messageOf(command: CommandName, thrown: unknown): string {
  const error = explainSystemError(thrown)
  if (error instanceof ContainerImageError) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const isUsage = String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS')
  return isUsage
    ? `COMMAND_INVALID: ${usageFault(command, error.message)}`
    : (error.stack ?? error.message)
}
