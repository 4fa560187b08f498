import { isCaused } from '../../errors.ts'

/**
 * For what can be done without: nothing in the place of an image's part that its registry has lost.
 * @throws any other error
 */
export function unlessLost(error: unknown): undefined {
  if (!isCaused(error, 'REGISTRY_BLOB_LOST')) throw error
}
