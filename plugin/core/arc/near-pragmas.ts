import type { Problem } from '../../errors.ts'
import { editDistance } from '../basics/suggest.ts'
import type { ArchitectApp } from './architect-app.ts'
import { type ArcLine, readArcPragmas } from '../arc-text/arc-lines.ts'
import { placeInFile } from '../arc-text/quote-line.ts'
import { linesOfValues } from '../arc-text/arc-values.ts'
import { parseFunctionLines } from './function-lines.ts'
import { settings } from '../settings/settings.ts'

const ours = new Set(['container-images', 'images'])

/**
 * Pragmas that are almost ours. Architect ignores a pragma that no plugin reads, so the functions
 * under one would be deployed as zips without a word. Another plugin's pragma is left alone unless
 * what is written under it can only be meant for us.
 */
export function nearPragmas(app: ArchitectApp): readonly Problem[] {
  return pragmasOf(app)
    .filter(({ name }) => !ours.has(name))
    .flatMap((pragma) => {
      const meant = meantBy(pragma, app)
      if (meant === undefined) return []
      const message = `${placeInFile(app.manifest, pragma.line)}: Architect has no pragma '@${pragma.name}', so it would ignore all that is written under it. Did you mean '@${meant}'?`
      return [{ code: 'PRAGMA_MISSPELT', message }]
    })
}

interface NamedPragma {
  readonly name: string
  readonly line?: number
  readonly lines: readonly ArcLine[]
}

function pragmasOf({ manifest, raw, arc }: ArchitectApp): readonly NamedPragma[] {
  if (manifest.endsWith('.arc')) return readArcPragmas(raw)
  return Object.entries(arc).map(([name, values]) => ({ name, lines: linesOfValues(values) }))
}

function meantBy({ name, lines }: NamedPragma, app: ArchitectApp): string | undefined {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (editDistance(letters, 'containerimages') <= 3) return 'container-images'
  if (!/image|container/.test(letters) && editDistance(letters, 'images') > 2) return undefined
  if (parseFunctionLines(lines, app.functions).requests.length > 0) return 'container-images'
  const isSetting = ({ words: [first = ''] }: ArcLine) => settings.has(first)
  return lines.some(isSetting) ? 'images' : undefined
}
