import type { Context } from '../context.ts'
import { servedManifest } from '../ecr/images.ts'
import type { DeployedFunction } from './stack.ts'

/** A rollback puts the old image back, which has to be there still. */
export async function firstLost(
  changed: readonly DeployedFunction[],
  context: Context,
): Promise<string | undefined> {
  for (const { logicalId, resolvedImageUri } of changed) {
    if (resolvedImageUri === undefined) continue
    const [repository = '', digest = ''] = resolvedImageUri
      .slice(resolvedImageUri.indexOf('/') + 1)
      .split('@')
    const known = context.state.repositories[repository] !== undefined
    if (!known || (await servedManifest(repository, digest, context)) === undefined)
      return `The following resource(s) failed to update: [${logicalId}]. The function is trying to use a deleted image.`
  }
  return undefined
}
