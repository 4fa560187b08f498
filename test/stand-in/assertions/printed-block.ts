import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../docs')

/**
 * What a page of the docs says that a call prints, for a comparison with what it does print. The
 * block has the call above it: `<!-- printed: arc-images gc -->`. With `TAP_SNAPSHOT=1`, as
 * `tap --snapshot` sets it, the page gets what was printed.
 * @param printed with what varies (times, paths) already replaced
 * @param page a file of docs/
 */
export function printedBlock(call: string, printed: string, page = 'commands.md'): string {
  const file = join(folder, page)
  const text = readFileSync(file, 'utf8')
  const head = `<!-- printed: ${call} -->\n\n\`\`\`text\n`
  const start = text.indexOf(head) + head.length
  const end = text.indexOf('\n```\n', start)
  if (start < head.length || end === -1)
    throw new Error(`docs/${page} has no block '<!-- printed: ${call} -->'`)
  if (process.env['TAP_SNAPSHOT'] !== '1') return text.slice(start, end)
  writeFileSync(file, `${text.slice(0, start)}${printed}${text.slice(end)}`)
  return printed
}
