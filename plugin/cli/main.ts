import { readVersion } from './version.ts'
import type { Console } from '../effects/architect/console.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import { redact } from '../effects/secrets/known-secrets.ts'
import { learnAppSecrets, learnUserSecrets } from '../effects/secrets/learn-from-files.ts'
import { ContainerImageError } from '../errors.ts'

interface Command {
  /** Options, as they stand behind the command's name. */
  readonly usage: string
  readonly purpose: string
  readonly run: (args: readonly string[], console: () => Promise<Console>) => Promise<void>
}

/** Each is loaded when it runs: bundlers and registries are not needed for a listing. */
const commands: Readonly<Record<string, Command>> = {
  plan: {
    usage: '[--name NAME | --production] [--json]',
    purpose: 'Tells what a deploy would do, image by image and function by function',
    run: async (options) => (await import('./plan.ts')).plan(options),
  },
  dockerfile: {
    usage: 'IMAGE',
    purpose: 'Prints a Dockerfile for an image whose packages have to be compiled or fetched',
    run: async (options) => (await import('./dockerfile.ts')).dockerfile(options),
  },
  images: {
    usage: '[--json]',
    purpose: 'Lists the images of the repository, and which stack holds each',
    run: async (options) => (await import('./images.ts')).images(options),
  },
  gc: {
    usage:
      '[--yes] [--stack NAME | --name NAME | --production | --previews] [--older-than 30d] [--json]',
    purpose: 'Shows which images and tags nothing holds any more; with --yes it removes them',
    run: async (options) => (await import('./gc.ts')).gc(options),
  },
  bound: {
    usage: '[--stack NAME | --name NAME | --production] [--boundary POLICY]',
    purpose: 'Gives the roles of a deployed stack the permissions boundary; for administrators',
    run: async (options, console) => (await import('./bound.ts')).bound(options, await console()),
  },
  bucket: {
    usage: 'NAME',
    purpose: 'Lets the next deploy of this checkout go through a bucket of its own; for workflows',
    run: async (options, console) => (await import('./bucket.ts')).bucket(options, await console()),
  },
  destroy: {
    usage: '--name NAME [--only-stuck]',
    purpose: 'Deletes the stack of `arc deploy --name NAME`, in whatever state it is',
    run: async (options, console) =>
      (await import('./destroy.ts')).destroy(options, await console()),
  },
  report: {
    usage: '[--name NAME | --production] [--outcome success] [--json] [--pull-request N]',
    purpose: 'Tells what the last deploy did',
    run: async (options) => (await import('./report.ts')).report(options),
  },
  sweep: {
    usage: '--open "5 7" [--prefix PR]',
    purpose: 'Deletes the stacks of pull requests that are closed',
    run: async (options, console) => (await import('./sweep.ts')).sweep(options, await console()),
  },
}

/** 0: done. 1: it failed. 2: it was asked for in a way that cannot be understood. */
const exitCodes = { failed: 1, misunderstood: 2 }

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
const wantsHelp = args.some((argument) => argument === '--help' || argument === '-h')

if (['', '--help', '-h', 'help'].includes(name)) {
  process.stdout.write(
    `arc-images COMMAND, in the folder of app.arc\n\n${Object.keys(commands).map(helpOf).join('\n')}\n`,
  )
} else if (name === '--version' || name === '-v') {
  process.stdout.write(`${await readVersion()}\n`)
} else if (command === undefined) {
  const known = Object.keys(commands).join(', ')
  process.stderr.write(`COMMAND_INVALID: arc-images has no '${name}'. It has ${known}.\n`)
  process.exitCode = exitCodes.misunderstood
} else if (wantsHelp) {
  process.stdout.write(`${helpOf(name)}\n`)
} else {
  await run(command)
}

function helpOf(known: string): string {
  const { usage, purpose } = commands[known] ?? { usage: '', purpose: '' }
  return `  arc-images ${known} ${usage}\n    ${purpose}`
}

async function run({ run: start }: Command): Promise<void> {
  // Architect's status lines take hold of the terminal, so they begin where a command wants them.
  let console: Console | undefined
  learnUserSecrets(process.env)
  learnAppSecrets(process.cwd(), process.env)
  try {
    await start(args, async () => {
      const { createConsole } = await import('../effects/architect/console.ts')
      return (console ??= createConsole())
    })
  } catch (error) {
    console?.stop()
    const message = redact(messageOf(error))
    process.stderr.write(`${message}\n`)
    const misunderstood = message.startsWith('COMMAND_INVALID')
    process.exitCode = misunderstood ? exitCodes.misunderstood : exitCodes.failed
  }
}

/** A mistake of the user's needs no stack trace; parseArgs words its own. */
function messageOf(thrown: unknown): string {
  const error = explainSystemError(thrown)
  if (error instanceof ContainerImageError) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const isUsage = String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS')
  return isUsage ? `COMMAND_INVALID: ${error.message}` : (error.stack ?? error.message)
}
