import { ContainerImageError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { isRecord, recordOf } from '../basics/is-record.ts'
import { imageMetadata } from './live-functions.ts'

/** A CloudFormation value that is known only when the stack is made. */
export type Intrinsic = Readonly<Record<string, unknown>>

/** Text, or an intrinsic that gives it. */
export type ImageUri = string | Intrinsic

/** A resource of a template, as far as it is looked into here. */
export interface Resource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

/** A CloudFormation template before the SAM transform. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Globals?: unknown
  readonly [key: string]: unknown
}

/** A function that is to run from an image. */
export interface FunctionRewrite {
  readonly logicalId: string
  /** `http/get-index/index.handler` */
  readonly command: string
  readonly architecture: LambdaArchitecture
  readonly imageUri: ImageUri
  /** The image's own; see `verifyImage`. */
  readonly entryPoint: readonly string[]
  /** Its variables as they were held against the image; absent: none were. */
  readonly environment?: Readonly<Record<string, unknown>>
  /** Its image has the label for SnapStart; absent: it has not. */
  readonly snapStart?: boolean
  /** What the function runs before: CloudFormation's rollback needs it. */
  readonly previous?: Digest
  /** Names of what was proven of it; see `core/image/proof-name.ts`. */
  readonly proven?: readonly string[]
}

/**
 * The template that Architect hands to its plugins.
 * @throws ContainerImageError TEMPLATE_INVALID
 */
export function parseTemplate(cloudformation: unknown): Template {
  if (isTemplate(cloudformation)) return cloudformation
  throw new ContainerImageError(
    'TEMPLATE_INVALID',
    'The CloudFormation template has no Resources that each have a Type and Properties. Look for a plugin that returns something else from deploy.start.',
  )
}

/** A deployed template, in JSON; `undefined` for what is none. */
export function readTemplate(text: string | undefined): Template | undefined {
  try {
    const template: unknown = JSON.parse(text ?? '')
    return isTemplate(template) ? template : undefined
  } catch {
    return undefined
  }
}

function isTemplate(value: unknown): value is Template {
  return (
    isRecord(value) &&
    isRecord(value['Resources']) &&
    Object.values(value['Resources']).every(isResource)
  )
}

function isResource(value: unknown): value is Resource {
  const hasType = isRecord(value) && typeof value['Type'] === 'string'
  return hasType && (value['Properties'] === undefined || isRecord(value['Properties']))
}

/** SAM gives every function what `Globals.Function` has. */
export function globalsOf({ Globals: globals }: Template): Readonly<Record<string, unknown>> {
  const shared = isRecord(globals) ? globals['Function'] : undefined
  return recordOf(shared)
}

/** The variables of a function, those of `Globals` too; values may be intrinsics. */
export function environmentOf(
  properties: Readonly<Record<string, unknown>>,
  globals: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const [shared, own] = [globals, properties].map(({ Environment: environment }) =>
    recordOf(recordOf(environment)['Variables']),
  )
  return { ...shared, ...own }
}

/** What SAM and Lambda refuse beside an image, and the code that it replaces. */
export const zipProperties: readonly string[] = ['Runtime', 'Handler', 'Layers', 'InlineCode']

/**
 * A new template whose functions run from their images; the given one stays as it is, and so does
 * everything else in it. Rewriting twice is rewriting once.
 * @param emptyCodeUri a folder with nothing in it: Architect zips the CodeUri of every function
 * @throws ContainerImageError FUNCTION_NOT_IN_TEMPLATE
 */
export function rewriteTemplate(
  template: Template,
  rewrites: readonly FunctionRewrite[],
  emptyCodeUri: string,
): Template {
  const rewritten = rewrites.map((rewrite) => {
    const { logicalId } = rewrite
    const resource = template.Resources[logicalId]
    if (resource === undefined) throw missing(logicalId)
    const properties = Object.entries(resource.Properties ?? {})
    const kept = properties.filter(([name]) => !zipProperties.includes(name))
    const changed = { CodeUri: emptyCodeUri, ...imageProperties(rewrite) }
    const Properties = { ...Object.fromEntries(kept), ...changed }
    return [logicalId, { ...resource, Properties, ...metadataOf(resource, rewrite) }]
  })
  const resources = { ...template.Resources, ...Object.fromEntries(rewritten) }
  return structuredClone({ ...template, Resources: resources })
}

/** Beside what others wrote there; where there is nothing to say nothing is added. */
function metadataOf({ Metadata: metadata }: Resource, { previous, proven = [] }: FunctionRewrite) {
  if (previous === undefined && proven.length === 0) return {}
  return { Metadata: { ...recordOf(metadata), ...imageMetadata(previous, proven) } }
}

/** All three parts of ImageConfig: Lambda takes what is missing from the image, which may lack it. */
export function imageProperties(rewrite: FunctionRewrite): Readonly<Record<string, unknown>> {
  return {
    PackageType: 'Image',
    ImageUri: rewrite.imageUri,
    Architectures: [rewrite.architecture],
    ImageConfig: {
      EntryPoint: rewrite.entryPoint,
      Command: [rewrite.command],
      WorkingDirectory: '/var/task',
    },
  }
}

function missing(logicalId: string): ContainerImageError {
  return new ContainerImageError(
    'FUNCTION_NOT_IN_TEMPLATE',
    `The template has no resource ${logicalId}, which was there when the images were planned. Look for a plugin that removes it.`,
  )
}
