import { ContainerImageError } from '../errors.ts'
import type { FunctionRewrite, Template } from './template.ts'

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
    const { logicalId } = rewrite.function
    const resource = template.Resources[logicalId]
    if (resource === undefined) throw missing(logicalId)
    const properties = Object.entries(resource.Properties ?? {})
    const kept = properties.filter(([name]) => !zipProperties.includes(name))
    const changed = { CodeUri: emptyCodeUri, ...imageProperties(rewrite) }
    return [logicalId, { ...resource, Properties: { ...Object.fromEntries(kept), ...changed } }]
  })
  const resources = { ...template.Resources, ...Object.fromEntries(rewritten) }
  return structuredClone({ ...template, Resources: resources })
}

/** All three parts of ImageConfig: Lambda takes what is missing from the image, which may lack it. */
export function imageProperties(rewrite: FunctionRewrite): Readonly<Record<string, unknown>> {
  return {
    PackageType: 'Image',
    ImageUri: rewrite.imageUri,
    Architectures: [rewrite.architecture],
    ImageConfig: {
      EntryPoint: rewrite.entryPoint,
      Command: [rewrite.function.command],
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
