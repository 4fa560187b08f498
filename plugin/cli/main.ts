import { inspect } from 'node:util'

import { ownVersion } from '../effects/own-version.ts'
import { failIfInterrupted } from '../effects/architect/fail-if-interrupted.ts'
import type { Console } from '../effects/architect/console.ts'
import { didYouMean } from '../core/basics/suggest.ts'
import { describeError } from '../core/basics/describe-error.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { learnAppSecrets, learnUserSecrets } from '../effects/secrets/learn-from-files.ts'
import { ContainerImageError } from '../errors.ts'
import { helpOf, helpOfAll } from './help.ts'
import { type CommandName, commandNames, isCommand } from './usages.ts'

/** 0: done. 1: it failed, or it found what it looks for. 2: the call cannot be understood. */
const exitCodes = { failed: 1, misunderstood: 2 }

/** A command; the exit code 1 says that what it looked for was found. */
type Run = (args: readonly string[], console: () => Promise<Console>) => Promise<void | 0 | 1>

/** Each is loaded when it runs: bundlers and registries are not needed for a listing. */
const commands: Readonly<Record<CommandName, Run>> = {
  init: async (args) => (await import('./init.ts')).init(args),
  doctor: async (args) => (await import('./doctor.ts')).doctor(args),
  logs: async (args) => (await import('./logs.ts')).logs(args),
  plan: async (args) => (await import('./plan.ts')).plan(args),
  diagnose: async (args) => (await import('./diagnose.ts')).diagnose(args),
  dockerfile: async (args) => (await import('./dockerfile.ts')).dockerfile(args),
  images: async (args) => (await import('./images.ts')).images(args),
  gc: async (args) => (await import('./gc.ts')).gc(args),
  bound: async (args, console) => (await import('./bound.ts')).bound(args, await console()),
  bucket: async (args, console) => (await import('./bucket.ts')).bucket(args, await console()),
  destroy: async (args, console) => (await import('./destroy.ts')).destroy(args, await console()),
  invoke: async (args) => (await import('./invoke.ts')).invoke(args),
  report: async (args) => (await import('./report.ts')).report(args),
  rollback: async (args) => (await import('./rollback.ts')).rollback(args),
  sbom: async (args) => (await import('./sbom.ts')).sbom(args),
  sync: async (options) => (await import('./sync.ts')).sync(options),
  stats: async (args) => (await import('./stats.ts')).stats(args),
  sweep: async (args, console) => (await import('./sweep.ts')).sweep(args, await console()),
}

const [name = '', ...args] = process.argv.slice(2)
const [operand = ''] = args
// Architect's status lines hide the cursor wherever this is not false, in pipes and logs too.
if (!process.stdout.isTTY) process.stdout.isTTY = false

if (name === 'help' && isCommand(operand)) {
  process.stdout.write(`${helpOf(operand)}\n`)
} else if (['', '--help', '-h', 'help'].includes(name)) {
  process.stdout.write(`${helpOfAll()}\n`)
} else if (name === '--version' || name === '-v') {
  process.stdout.write(`${ownVersion()}\n`)
} else if (!isCommand(name)) {
  const hint = didYouMean(name, commandNames) || ` It has ${commandNames.join(', ')}.`
  process.stderr.write(`COMMAND_INVALID: arc-images has no '${name}'.${hint}\n`)
  process.exitCode = exitCodes.misunderstood
} else if (args.some((argument) => argument === '--help' || argument === '-h')) {
  process.stdout.write(`${helpOf(name)}\n`)
} else {
  await run(name)
}

async function run(command: CommandName): Promise<void> {
  // Architect's status lines take hold of the terminal, so they begin where a command wants them.
  let console: Console | undefined
  failIfInterrupted()
  learnUserSecrets(process.env)
  learnAppSecrets(process.cwd(), process.env)
  try {
    const code = await commands[command](args, async () => {
      const { createConsole } = await import('../effects/architect/console.ts')
      return (console ??= createConsole())
    })
    if (code !== undefined) process.exitCode = code
  } catch (thrown) {
    console?.stop()
    const error = explainSystemError(thrown)
    process.stderr.write(
      `${redact(args.includes('--verbose') ? inspect(error) : describeError(error))}\n`,
    )
    const misunderstood = error instanceof ContainerImageError && error.code === 'COMMAND_INVALID'
    process.exitCode = misunderstood ? exitCodes.misunderstood : exitCodes.failed
  }
}
