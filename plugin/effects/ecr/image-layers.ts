import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import type { StoredLayer } from '../../core/retention/layer-sharing.ts'
import { parseManifest } from '../../oci/manifest.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import type { Aws } from '../aws/client.ts'
import { isDenial } from '../aws/denials.ts'
import { fieldOf } from '../aws/members.ts'

/** ECR's limit on one BatchGetImage. */
const atOnce = 100

const acceptedMediaTypes = [mediaTypes.oci.manifest, mediaTypes.docker.manifest]

/**
 * The layers of images of a repository; of none where the caller may list images and not read them.
 * @param digests of images that can be pulled
 */
export async function readImageLayers(
  aws: Aws,
  repositoryName: string,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, readonly StoredLayer[]>> {
  const found = new Map<Digest, readonly StoredLayer[]>()
  for (let start = 0; start < digests.length; start += atOnce) {
    const imageIds = digests.slice(start, start + atOnce).map((imageDigest) => ({ imageDigest }))
    const input = { repositoryName, imageIds, acceptedMediaTypes }
    try {
      const answer = await aws.ecr('BatchGetImage', input, `repository '${repositoryName}'`)
      const images: unknown = answer['images']
      for (const image of Array.isArray(images) ? images.filter(isRecord) : [])
        found.set(parseDigest(fieldOf(recordOf(image['imageId']), 'imageDigest')), layersOf(image))
    } catch (error) {
      if (!isDenial(error)) throw error
      return new Map()
    }
  }
  return found
}

/** Of what others pushed and is no image as ours are: none. */
function layersOf(image: Readonly<Record<string, unknown>>): readonly StoredLayer[] {
  const bytes = Buffer.from(fieldOf(image, 'imageManifest'))
  try {
    const { layers } = parseManifest(bytes, fieldOf(image, 'imageManifestMediaType'))
    return layers.map(({ digest, size }) => ({ digest, size }))
  } catch {
    return []
  }
}
