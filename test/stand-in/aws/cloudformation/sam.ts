import { isRecord, type Resource, type Template } from './template.ts'

/** Globals.Function under a function's own properties: maps merge, lists join, the rest yields. */
export function withGlobals(
  template: Template,
  properties: Resource['Properties'],
): Resource['Properties'] {
  const globals = template.globals['Function']
  return isRecord(globals) ? merge(globals, properties) : properties
}

function merge(
  globals: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...globals, ...own }
  for (const [key, value] of Object.entries(globals)) {
    const local = own[key]
    if (Array.isArray(value) && Array.isArray(local)) merged[key] = [...value, ...local]
    else if (isRecord(value) && isRecord(local)) merged[key] = merge(value, local)
  }
  return merged
}

/** What the transform says of one function, as aws-sam-translator 1.110.0 said it when run. */
function faultOf(properties: Resource['Properties']): string | undefined {
  const packageType = properties['PackageType'] ?? 'Zip'
  const layers = properties['Layers']
  if (packageType === 'Image') {
    const hasLayers = layers !== undefined && !(Array.isArray(layers) && layers.length === 0)
    if (properties['Runtime'] !== undefined || properties['Handler'] !== undefined || hasLayers)
      return 'Runtime, Handler, Layers cannot be present when PackageType is of type `Image`'
    return properties['ImageUri'] === undefined ? "'ImageUri' must be set." : undefined
  }
  if (packageType !== 'Zip') return `invalid 'PackageType' : ${String(packageType)}`
  if (properties['ImageConfig'] !== undefined)
    return 'ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`'
  const code = properties['CodeUri']
  if (code === undefined)
    return properties['InlineCode'] === undefined
      ? "Either 'InlineCode' or 'CodeUri' must be set."
      : undefined
  if (isRecord(code) || (typeof code === 'string' && /^s3:\/\/[^/]+\/.+/.test(code)))
    return undefined
  return "'CodeUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter."
}

/** The stack's reason when AWS::Serverless-2016-10-31 refuses the template; undefined: it does not. */
export function transformFault(template: Template): string | undefined {
  const serverless = Object.entries(template.resources).filter(
    ([, { Type }]) => Type === 'AWS::Serverless::Function',
  )
  const faults = serverless.flatMap(([logicalId, resource]) => {
    const fault = faultOf(withGlobals(template, resource.Properties))
    return fault === undefined ? [] : [`Resource with id [${logicalId}] is invalid. ${fault}`]
  })
  if (faults.length === 0) return undefined
  return `Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: ${faults.length}. ${faults.join(' ')}`
}
