import { type Digest, isDigest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import { isRecord } from '../basics/is-record.ts'

/** Key of a function's resource `Metadata` that carries what the stack ran before. */
const metadataKey = 'ContainerImages'

/** What the deployed template says about the image of one function. */
export interface TemplateImage {
  readonly logicalId: string
  /** Absent when `ImageUri` names a tag, or is computed. */
  readonly runs?: Digest
  readonly previous?: Digest
  /** `Metadata.ContainerImages` is there but cannot be read. */
  readonly damaged: boolean
}

/** `Metadata` of a rewritten function; CloudFormation's own rollback restores it with the image. */
export function imageMetadata(previous: Digest | undefined): Readonly<Record<string, unknown>> {
  return { [metadataKey]: previous === undefined ? {} : { previous } }
}

/** The digest at the end of an `ImageUri`, also inside of an intrinsic. */
function digestIn(imageUri: unknown): Digest | undefined {
  if (typeof imageUri === 'string') {
    return parsePinned(imageUri)?.digest
  }
  if (!isRecord(imageUri) && !Array.isArray(imageUri)) return undefined
  return Object.values(imageUri)
    .map(digestIn)
    .findLast((digest) => digest !== undefined)
}

function imageOf(logicalId: string, resource: unknown): TemplateImage | undefined {
  if (!isRecord(resource) || !/^AWS::(Serverless|Lambda)::Function$/.test(String(resource['Type'])))
    return undefined
  const properties = isRecord(resource['Properties']) ? resource['Properties'] : {}
  const code = isRecord(properties['Code']) ? properties['Code'] : {}
  const imageUri = properties['ImageUri'] ?? code['ImageUri']
  const metadata = isRecord(resource['Metadata']) ? resource['Metadata'][metadataKey] : undefined
  if (imageUri === undefined && metadata === undefined) return undefined
  const runs = digestIn(imageUri)
  const previous = isRecord(metadata) ? metadata['previous'] : undefined
  return {
    logicalId,
    ...(runs !== undefined && { runs }),
    ...(isDigest(previous) && { previous }),
    damaged:
      (metadata !== undefined && !isRecord(metadata)) ||
      (previous !== undefined && !isDigest(previous)),
  }
}

/**
 * The functions of a template that run images, from either stage of `GetTemplate`; `undefined`
 * when this is no template.
 * @param template JSON text, or what it says
 */
export function templateImages(template: unknown): readonly TemplateImage[] | undefined {
  let document = template
  if (typeof template === 'string') {
    try {
      document = JSON.parse(template)
    } catch {
      return undefined
    }
  }
  if (!isRecord(document) || !isRecord(document['Resources'])) return undefined
  return Object.entries(document['Resources']).flatMap(
    ([logicalId, resource]) => imageOf(logicalId, resource) ?? [],
  )
}
