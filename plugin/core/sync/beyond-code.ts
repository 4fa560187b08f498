import { isRecord } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'
import { type Resource, type Template, zipProperties } from '../template/template.ts'

/** What a zip's upload changes. */
const ofZips: ReadonlySet<string> = new Set(['CodeUri', 'InlineCode'])

/** What an image has in it, or is held against it when it is there. */
const ofImages: ReadonlySet<string> = new Set([
  ...ofZips,
  ...zipProperties,
  'Architectures',
  'ImageConfig',
  'ImageUri',
  'PackageType',
])

/**
 * What is different between two templates beside the code of functions, a line each; empty when
 * nothing but code is.
 * @param next with nothing rewritten
 * @param deployed as CloudFormation has it
 * @param images logical ids of the functions in images
 */
export function beyondCode(
  next: Template,
  deployed: Template,
  images: ReadonlySet<string>,
): readonly string[] {
  const ids = [...new Set([...Object.keys(deployed.Resources), ...Object.keys(next.Resources)])]
  const resources = ids.flatMap((id) => {
    const [before, after] = [deployed.Resources[id], next.Resources[id]]
    if (before === undefined && after !== undefined) return [`${id} (${after.Type}) is new`]
    if (before !== undefined && after === undefined) return [`${id} (${before.Type}) would go`]
    if (before === undefined || after === undefined) return []
    return resourceDifferences(id, before, after, images.has(id) ? ofImages : ofZips)
  })
  const sections = ['Globals', 'Outputs', 'Parameters'].filter(
    (name) => !isSame(next[name] ?? {}, deployed[name] ?? {}),
  )
  return [...resources, ...sections.map((name) => `${name} of the template is different`)]
}

function resourceDifferences(
  id: string,
  before: Resource,
  after: Resource,
  ignored: ReadonlySet<string>,
): readonly string[] {
  if (before.Type !== after.Type) return [`${id} becomes ${after.Type}`]
  const isFunction = before.Type.endsWith('::Function')
  const [old, fresh] = [before.Properties ?? {}, after.Properties ?? {}]
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
  return names
    .filter((name) => !(isFunction && ignored.has(name)))
    .flatMap((name) => valueDifferences(`${id}: ${name}`, old[name], fresh[name]))
}

/** Down to what a person would look for: `Environment.Variables.TABLE`. No values, which may be secret. */
function valueDifferences(path: string, before: unknown, after: unknown): readonly string[] {
  if (isSame(before, after)) return []
  if (before === undefined) return [`${path} is new`]
  if (after === undefined) return [`${path} is gone`]
  if (!isRecord(before) || !isRecord(after)) return [`${path} is different`]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => valueDifferences(`${path}.${name}`, before[name], after[name]))
}
