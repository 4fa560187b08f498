import type { Problem } from '../../errors.ts'
import type { ArchitectApp } from './architect-app.ts'
import { readArcPragmas } from '../arc-text/arc-lines.ts'
import { placeInFile } from '../arc-text/quote-line.ts'
import { parsePragmas } from './pragma.ts'

/** What an app means that flags functions while `@plugins` does not name this plugin. */
export function unlistedPlugin(app: ArchitectApp): readonly Problem[] {
  if (parsePragmas(app).requests.length === 0) return []
  const pragma = readArcPragmas(app.raw).find(({ name }) => name === 'container-images')
  const message = `${placeInFile(app.manifest, pragma?.line)}: @container-images puts functions into images, and @plugins does not name this plugin, so 'arc deploy' would make them zips without a word. Add 'arc-plugin-container-images' under @plugins.`
  return [{ code: 'PLUGIN_NOT_LISTED', message }]
}
