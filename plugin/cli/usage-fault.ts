import { didYouMean } from '../core/basics/suggest.ts'
import { type CommandName, type Usage, usages } from './usages.ts'

/** What is wrong with how a command was called, from the words of Node's `parseArgs`. */
export function usageFault(command: CommandName, message: string): string {
  const { options }: Usage = usages[command]
  const flags = Object.keys(options).flatMap((option) => option.match(/--[a-z-]+/g) ?? [])
  const help = ` 'arc-images ${command} --help' explains its options.`
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1]
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, flags) || help
    return `arc-images ${command} has no option '${unknown}'.${hint}`
  }
  const unvalued = /^Option '(?:-\w, )?(--[a-z-]+) <value>' argument missing/.exec(message)?.[1]
  if (unvalued !== undefined) return `arc-images ${command}: ${unvalued} needs a value.${help}`
  const valued = /^Option '(?:-\w, )?(--[a-z-]+)' does not take an argument/.exec(message)?.[1]
  if (valued !== undefined) return `arc-images ${command}: ${valued} takes no value.${help}`
  const stray = /^Unexpected argument '([^']*)'/.exec(message)?.[1]
  if (stray !== undefined) return `arc-images ${command} takes options only, not '${stray}'.${help}`
  return `arc-images ${command}: ${message}.${help}`
}
