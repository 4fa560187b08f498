import { type Digest, isDigest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import { isRecord, recordOf, textOf, textsOf } from '../basics/is-record.ts'

/** A function as a deployed template has it. */
export interface LiveFunction {
  readonly logicalId: string
  readonly packageType: 'Zip' | 'Image'
  readonly architectures: readonly string[]
  /** As written in the template, an intrinsic when it is one. */
  readonly imageUri?: unknown
  /** Absent for a function that has nothing to do with images. */
  readonly image?: FunctionImage
  /** `LoggingConfig.LogGroup`, where it is a name; absent: Lambda's own, or one that is computed. */
  readonly logGroup?: string
  /** Architect's own mark, by which a function is found again under another logical id. */
  readonly arcMetadata?: Readonly<Record<string, unknown>>
}

/** What the deployed template says about the image of one function. */
interface FunctionImage {
  /** Absent when `ImageUri` names a tag, or is computed. */
  readonly runs?: Digest
  readonly previous?: Digest
  /** Names of what the deploy that wrote this had proven (`core/image/proof-name.ts`); absent: nothing. */
  readonly proven?: readonly string[]
  /** `Metadata.ContainerImages` is there but cannot be read. */
  readonly damaged: boolean
}

export interface TemplateImage extends FunctionImage {
  readonly logicalId: string
}

/** Key of a function's resource `Metadata`: what the stack ran before, and what was proven of it. */
const metadataKey = 'ContainerImages'

/** `Metadata` of a rewritten function; CloudFormation's own rollback restores it with the image. */
export function imageMetadata(
  previous: Digest | undefined,
  proven: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return {
    [metadataKey]: {
      ...(previous !== undefined && { previous }),
      ...(proven.length > 0 && { proven }),
    },
  }
}

/**
 * Whether the deployed template says that this function runs an image, and that whoever deployed it
 * had proven this of it. Only who may deploy the stack writes its template.
 */
export function isProven(
  live: LiveFunction | undefined,
  { digest, architecture, proof }: { digest: Digest; architecture: string; proof: string },
): boolean {
  if (live?.packageType !== 'Image' || live.image === undefined) return false
  const { runs, proven = [], damaged } = live.image
  const isOfIt = live.architectures.length === 1 && live.architectures[0] === architecture
  return !damaged && isOfIt && runs === digest && proven.includes(proof)
}

/**
 * The functions of a deployed template, from either stage of `GetTemplate`; `undefined` when this
 * is no template.
 * @param template JSON text, or what it says
 */
export function parseFunctions(template: unknown): readonly LiveFunction[] | undefined {
  const document = typeof template === 'string' ? parseJson(template) : template
  if (!isRecord(document) || !isRecord(document['Resources'])) return undefined
  return Object.entries(document['Resources']).flatMap(
    ([logicalId, resource]) => functionOf(logicalId, resource) ?? [],
  )
}

/** Those of a template's functions that run images, or did. */
export function templateImages(template: unknown): readonly TemplateImage[] | undefined {
  return parseFunctions(template)?.flatMap(({ logicalId, image }) =>
    image === undefined ? [] : [{ logicalId, ...image }],
  )
}

/** The function that Architect's mark names, whatever its logical id is. */
export function liveFunctionOf(
  { metadataPragma, name }: { readonly metadataPragma: string; readonly name: string },
  functions: readonly LiveFunction[],
): LiveFunction | undefined {
  return functions.find(
    ({ arcMetadata }) => arcMetadata?.['pragma'] === metadataPragma && arcMetadata['name'] === name,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function functionOf(logicalId: string, resource: unknown): LiveFunction | undefined {
  if (!isRecord(resource) || !/^AWS::(Serverless|Lambda)::Function$/.test(String(resource['Type'])))
    return undefined
  const properties = recordOf(resource['Properties'])
  const { ArcMetadata: arcMetadata, Metadata: metadata } = resource
  const imageUri = properties['ImageUri'] ?? recordOf(properties['Code'])['ImageUri']
  const image = imageOf(imageUri, recordOf(metadata)[metadataKey])
  const architectures = properties['Architectures']
  const logGroup = textOf(recordOf(properties['LoggingConfig'])['LogGroup'])
  return {
    logicalId,
    packageType: properties['PackageType'] === 'Image' ? 'Image' : 'Zip',
    architectures: Array.isArray(architectures) ? architectures.map(String) : ['x86_64'],
    ...(imageUri !== undefined && { imageUri }),
    ...(image !== undefined && { image }),
    ...(logGroup !== undefined && { logGroup }),
    ...(isRecord(arcMetadata) && { arcMetadata }),
  }
}

function imageOf(imageUri: unknown, metadata: unknown): FunctionImage | undefined {
  if (imageUri === undefined && metadata === undefined) return undefined
  const runs = digestIn(imageUri)
  const { previous, proven } = recordOf(metadata)
  return {
    ...(runs !== undefined && { runs }),
    ...(isDigest(previous) && { previous }),
    ...(proven !== undefined && { proven: textsOf(proven) }),
    damaged:
      (metadata !== undefined && !isRecord(metadata)) ||
      (previous !== undefined && !isDigest(previous)),
  }
}

/** The digest at the end of an `ImageUri`, also inside of an intrinsic. */
function digestIn(imageUri: unknown): Digest | undefined {
  if (typeof imageUri === 'string') return parsePinned(imageUri)?.digest
  if (!isRecord(imageUri) && !Array.isArray(imageUri)) return undefined
  return Object.values(imageUri)
    .map(digestIn)
    .findLast((digest) => digest !== undefined)
}
