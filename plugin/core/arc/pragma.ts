import { memoized } from '../basics/once.ts'
import type { Problem } from '../../errors.ts'
import type { ArchitectApp } from './architect-app.ts'
import { type ArcLine, readArcLines } from '../arc-text/arc-lines.ts'
import { placeInFile } from '../arc-text/quote-line.ts'
import { linesOfValues } from '../arc-text/arc-values.ts'
import { parseFunctionLines } from './function-lines.ts'
import { parseImageSettings } from '../settings/image-settings.ts'
import { nearPragmas } from './near-pragmas.ts'
import { zip } from '../settings/reserved-name.ts'
import type { AppSettings, FunctionRequest } from '../model.ts'

/** What the user asks for in `@container-images` and `@images`. */
export interface Pragmas {
  readonly settings: AppSettings
  readonly requests: readonly FunctionRequest[]
  /** Functions that are to be zips again: `get / zip`. */
  readonly zips: readonly FunctionRequest[]
  /** Empty when everything written can be done. */
  readonly problems: readonly Problem[]
}

/** Both pragmas, with every mistake in them; read once for each app, since all steps ask. */
export const parsePragmas = memoized(read, new WeakMap<ArchitectApp, { value: Pragmas }>())

function read(app: ArchitectApp): Pragmas {
  const functionLines = linesOf(app, 'container-images').map(splitWords)
  const { requests, problems } = parseFunctionLines(functionLines, app.functions)
  const { zips = [], images = [] } = Object.groupBy(requests, ({ image }) =>
    image === zip ? 'zips' : 'images',
  )
  const used = new Set(functionLines.flatMap(({ words }) => words[2] ?? []))
  used.delete(zip)
  const parsed = parseImageSettings(linesOf(app, 'images'), app.name, [...used])
  return {
    settings: parsed.settings,
    requests: images,
    zips,
    problems: [...nearPragmas(app), ...problems, ...parsed.problems],
  }
}

/** Only app.arc keeps its lines; the other manifests are read as Architect parsed them. */
function linesOf(app: ArchitectApp, pragma: string): readonly ArcLine[] {
  const lines = app.manifest.endsWith('.arc')
    ? (readArcLines(app.raw).get(pragma) ?? [])
    : linesOfValues(app.arc[pragma])
  return lines.map((line) => ({ ...line, place: placeInFile(app.manifest, line.line) }))
}

/** A whole function may be in quotes, or be a key of arc.json. */
function splitWords(line: ArcLine): ArcLine {
  return { ...line, words: line.words.flatMap((word) => word.trim().split(/\s+/)) }
}
