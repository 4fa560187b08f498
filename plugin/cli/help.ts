import { commonOptions, formatLong, formatOption } from './options.ts'
import { type CommandName, commandNames, type Usage, usages } from './usages.ts'
import { wrapWords } from './print/wrap-words.ts'

/** Terminals are at least this wide. */
const width = 80

/** What `arc-images` prints by itself. */
export function helpOfAll(): string {
  const rows = commandNames.map((name): readonly [string, string] => [name, usages[name].purpose])
  return `arc-images COMMAND [OPTIONS], in the folder of app.arc

${columns(rows)}

'arc-images COMMAND --help' explains the options of a command.`
}

/** A command with each of its options. */
export function helpOf(command: CommandName): string {
  const { operands, purpose, options, example }: Usage = usages[command]
  const call = ['arc-images', command, ...(operands === undefined ? [] : [operands])]
  const brief = Object.entries(options).map(([name, option]) => `[${formatLong(name, option)}]`)
  const rows = Object.entries({ ...options, ...commonOptions }).map(
    ([name, option]): readonly [string, string] => [formatOption(name, option), option.meaning],
  )
  const usage = wrapWords([call.join(' '), ...brief], width - 4).join('\n    ')
  return `${usage}

${wrapWords(`${purpose}.`.split(' '), width).join('\n')}

${columns(rows)}

Example: ${example}`
}

/** Two columns, the second of which is wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const first = Math.max(...rows.map(([name]) => name.length))
  return rows
    .map(([name, text]) => {
      const lines = wrapWords(text.split(' '), width - first - 4)
      return `  ${name.padEnd(first)}  ${lines.join(`\n${' '.repeat(first + 4)}`)}`
    })
    .join('\n')
}
