import type { ArchitectApp } from '../../core/arc/architect-app.ts'
import { parsePragmas } from '../../core/arc/pragma.ts'
import { isBoundary } from '../../core/settings/boundary-name.ts'
import { ContainerImageError } from '../../errors.ts'

/** Names the boundary of an environment, which app.arc cannot know. */
const variable = 'ARC_CONTAINER_IMAGES_BOUNDARY'

/**
 * The permissions boundary that the environment names, else app.arc; empty counts as none.
 * @throws ContainerImageError BOUNDARY_UNFIT
 */
export function deployBoundary(
  app: ArchitectApp,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = environment[variable]?.trim()
  if (named === undefined || named === '') return parsePragmas(app).settings.boundary
  if (isBoundary(named)) return named
  throw new ContainerImageError(
    'BOUNDARY_UNFIT',
    `${variable} is '${named}', which is neither a policy's name nor its ARN.`,
  )
}
