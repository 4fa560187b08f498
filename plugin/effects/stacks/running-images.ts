import type { RunningFunction } from '../../core/sync/running-function.ts'
import type { Aws } from '../aws/client.ts'
import { type NamedFunction, readRunning } from '../lambda/function-code.ts'
import { deployedDigests, type LiveStack } from './live-stack.ts'

/**
 * What Lambda runs for the functions to which the deployed template gives images.
 * @param functions all of the stack; asked only where there are images
 */
export async function readRunningImages(
  aws: Aws,
  live: LiveStack | undefined,
  functions: () => Promise<readonly NamedFunction[]>,
): Promise<readonly RunningFunction[]> {
  const digests = deployedDigests(live)
  if (digests.size === 0) return []
  const inImages = (await functions()).filter(({ logicalId }) => digests.has(logicalId))
  return await readRunning(aws, inImages)
}
