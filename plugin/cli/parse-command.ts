import { parseArgs } from 'node:util'

import { didYouMean } from '../core/basics/suggest.ts'
import { ContainerImageError } from '../errors.ts'
import { commonOptions, type Options } from './options.ts'
import type { CommandName, Usage } from './usages.ts'

/**
 * The arguments of a command, by the table that its help is made of too: `values` of its options,
 * and `positionals` where the table names operands. `parseCommand('plan', usages.plan, args)`.
 * @throws ContainerImageError COMMAND_INVALID
 */
export function parseCommand<const Table extends Options>(
  command: CommandName,
  usage: Usage & { readonly options: Table },
  args: readonly string[],
) {
  const options = { ...usage.options, ...commonOptions }
  try {
    const allowPositionals = true
    const parsed = parseArgs({
      args: withValues(args, usage.options),
      options,
      allowPositionals,
      strict: true,
    })
    const [stray] = parsed.positionals
    if (usage.operands !== undefined || stray === undefined) return parsed
    throw commandInvalid(command, `takes options only, not '${stray}'.`)
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ContainerImageError) throw error
    throw commandInvalid(command, usageFault(Object.keys(options), error.message))
  }
}

/** `--inspect` as `--inspect=9229`, which `parseArgs` has no notion of. */
function withValues(args: readonly string[], options: Options): string[] {
  const bare = new Map<string, string>(
    Object.entries(options).flatMap(([name, option]) =>
      option.type === 'string' && option.bare !== undefined
        ? [[`--${name}`, `--${name}=${option.bare}`] as const]
        : [],
    ),
  )
  return args.map((argument) => bare.get(argument) ?? argument)
}

/** A mistake in how a command is called: exit code 2. `fault` goes on after `arc-images COMMAND `. */
export function commandInvalid(command: CommandName, fault: string): ContainerImageError {
  const hint = fault.includes('Did you mean')
    ? ''
    : ` 'arc-images ${command} --help' explains its options.`
  return new ContainerImageError('COMMAND_INVALID', `arc-images ${command} ${fault}${hint}`)
}

/** In our words what Node's `parseArgs` says. */
function usageFault(options: readonly string[], message: string): string {
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1]
  if (unknown !== undefined) {
    const flags = options.map((name) => `--${name}`)
    return `has no option '${unknown}'.${didYouMean(unknown, flags)}`
  }
  const unvalued =
    /^Option '(?:-\w, )?(--[a-z-]+)(?: <value>)?' argument (?:missing|is ambiguous)/.exec(message)
  if (unvalued !== null) return `needs a value for ${unvalued[1]}.`
  const valued = /^Option '(?:-\w, )?(--[a-z-]+)' does not take an argument/.exec(message)?.[1]
  if (valued !== undefined) return `takes no value for ${valued}.`
  return `was not understood: ${message}.`
}
