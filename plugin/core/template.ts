import type { LambdaArchitecture } from '../oci/platform.ts'

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
  readonly architecture: LambdaArchitecture
  readonly imageUri: ImageUri
  readonly entryPoint: readonly string[]
  /** `http/get-index/index.handler` */
  readonly command: string
}

/** Properties that a function in an image cannot have; `ImageUri` takes their place. */
export const zipProperties = new Set(['Runtime', 'Handler', 'Layers', 'InlineCode'])

/**
 * A new template whose functions run from their images; the given one stays as it is, and so does
 * everything else in it. Rewriting twice is rewriting once.
 * @param emptyCodeUri a folder with nothing in it: Architect zips the CodeUri of every function
 */
export function rewriteTemplate(
  template: Template,
  rewrites: readonly FunctionRewrite[],
  emptyCodeUri: string,
): Template {
  const resources = { ...template.Resources }
  for (const rewrite of rewrites) {
    const resource = resources[rewrite.logicalId]
    if (resource === undefined) continue
    const kept = Object.entries(resource.Properties ?? {}).filter(
      ([key]) => !zipProperties.has(key),
    )
    resources[rewrite.logicalId] = {
      ...resource,
      Properties: {
        ...Object.fromEntries(kept),
        CodeUri: emptyCodeUri,
        ...imageProperties(rewrite),
      },
    }
  }
  return { ...template, Resources: resources }
}

/** All three parts of ImageConfig: Lambda takes what is missing from the image, which may lack it. */
export function imageProperties(rewrite: FunctionRewrite): Readonly<Record<string, unknown>> {
  return {
    PackageType: 'Image',
    ImageUri: rewrite.imageUri,
    Architectures: [rewrite.architecture],
    ImageConfig: {
      EntryPoint: [...rewrite.entryPoint],
      Command: [rewrite.command],
      WorkingDirectory: '/var/task',
    },
  }
}
