import type { AppWideSettings } from '../model.ts'
import type { Environment } from '../stack/environment.ts'

/** Name of the repository of each environment; staging and production may share one. */
export type AppRepositories = Readonly<Record<Environment, string>>

const previewEnding = '-preview'

/** The longest name to which ECR still takes the ending of the previews' repository. */
export const longestRepository = 256 - previewEnding.length

/**
 * Previews have a repository of their own, always: what they push, staging and production can
 * neither find nor pull, and what these push, with secrets perhaps, no preview can read.
 */
export function appRepositories({
  repository,
  productionRepository,
}: Pick<AppWideSettings, 'repository' | 'productionRepository'>): AppRepositories {
  return {
    preview: `${repository}${previewEnding}`,
    staging: repository,
    production: productionRepository ?? repository,
  }
}

/** Each repository once, the app's own before that of the previews. */
export function usedRepositories(repositories: AppRepositories): readonly string[] {
  return [...new Set([repositories.production, repositories.staging, repositories.preview])]
}
