import type { AwsStandIn } from '../aws/index.ts'
import { unpackImage, type UnpackedConfig } from './unpack-image.ts'

/**
 * Takes an image that a function runs out of the account's registry, as the newest login may.
 * @param imageUri with registry and digest
 */
export async function unpackDeployed(
  aws: Pick<AwsStandIn, 'registry' | 'registryHost' | 'state'>,
  imageUri: string,
  directory: string,
): Promise<UnpackedConfig> {
  const [uri = '', digest = ''] = imageUri.split('@')
  return await unpackImage({
    registry: aws.registry.url,
    repository: uri.slice(`${aws.registryHost}/`.length),
    reference: digest,
    directory,
    authorization: `Basic ${Object.keys(aws.state.tokens).at(-1)}`,
  })
}
