import type { ArchitectApp } from '../arc/architect-app.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import { quoteRequest } from '../arc/quote-request.ts'
import { parsePragmas } from '../arc/pragma.ts'
import { addLine, arcWord } from './add-line.ts'
import type { FileChange } from '../file-change.ts'

export const pluginName = 'arc-plugin-container-images'

/** A function that is to be in an image. */
export interface Flag {
  readonly pragma: string
  readonly name: string
  readonly image: string
}

/** What has to be in the app's manifest, and is not. */
export interface MissingLines {
  readonly plugin: boolean
  readonly flag?: Flag
}

/**
 * What the manifest lacks for a function to be in an image.
 * @param listed whether the app loads this plugin, under whatever name
 * @returns else the line that puts the function elsewhere, for messages
 */
export function missingLines(
  app: ArchitectApp,
  flag: Flag,
  listed: boolean,
): MissingLines | { readonly taken: string } {
  const { requests, zips } = parsePragmas(app)
  const own = [...requests, ...zips].find(
    ({ pragma, name }) => pragma === flag.pragma && name === flag.name,
  )
  if (own !== undefined && own.image !== flag.image) return { taken: quoteRequest(own) }
  return { plugin: !listed, ...(own === undefined && { flag }) }
}

/** One change a line, so that each can be shown by itself. */
export function changeArc(app: ArchitectApp, { plugin, flag }: MissingLines): FileChange[] {
  const changes: FileChange[] = []
  const add = (pragma: string, line: string): void => {
    const before = changes.at(-1)?.after ?? app.raw
    changes.push({ path: app.manifest, before, after: addLine(before, pragma, line) })
  }
  if (plugin) add('plugins', pluginName)
  if (flag !== undefined) {
    const words = formatFunction(flag.pragma, flag.name).split(' ').map(arcWord)
    add('container-images', [...words, flag.image].join(' '))
  }
  return changes
}

/** What to write into a manifest that is no app.arc: those keep no comments when they are rewritten. */
export function tellLines(app: ArchitectApp, { plugin, flag }: MissingLines): string | undefined {
  const flagged = flag && `${formatFunction(flag.pragma, flag.name)} ${flag.image}`
  const lists = [
    ...(plugin ? [['plugins', pluginName]] : []),
    ...(flagged === undefined ? [] : [['container-images', flagged]]),
  ]
  if (lists.length === 0) return undefined
  const lines = lists.map(([pragma, entry]) =>
    /\.ya?ml$/.test(app.manifest)
      ? `${pragma}:\n- ${JSON.stringify(entry)}`
      : `"${pragma}": [${JSON.stringify(entry)}]`,
  )
  const place = app.manifest === 'package.json' ? `"arc" of ${app.manifest}` : app.manifest
  return `Write into ${place}, into the list where it is there already:\n\n${lines.join(
    /\.ya?ml$/.test(app.manifest) ? '\n' : ',\n',
  )}`
}
