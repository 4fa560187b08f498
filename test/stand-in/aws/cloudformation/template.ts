import { AwsFault } from '../fault.ts'

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
  readonly Metadata?: unknown
}

export interface Template {
  readonly text: string
  readonly resources: Readonly<Record<string, Resource>>
  readonly globals: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, unknown>>
  readonly description: string | undefined
  readonly transforms: readonly string[]
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function section(document: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = document[name] ?? {}
  if (isRecord(value)) return value
  throw new AwsFault('ValidationError', `Template format error: ${name} must be an object.`)
}

/** Refuses at once what CreateStack and UpdateStack refuse at once; texts from memory. */
export function parseTemplate(text: string): Template {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw new AwsFault('ValidationError', 'Template format error: JSON not well-formed.')
  }
  if (!isRecord(document))
    throw new AwsFault('ValidationError', 'Template format error: unsupported structure.')
  const resources: Record<string, Resource> = {}
  for (const [logicalId, resource] of Object.entries(section(document, 'Resources'))) {
    if (!/^[A-Za-z0-9]+$/.test(logicalId))
      throw new AwsFault(
        'ValidationError',
        `Template format error: Resource name ${logicalId} is non alphanumeric.`,
      )
    if (!isRecord(resource) || typeof resource['Type'] !== 'string')
      throw new AwsFault(
        'ValidationError',
        `Template format error: [/Resources/${logicalId}] Every Resources object must contain a Type member.`,
      )
    const properties = resource['Properties'] ?? {}
    if (!isRecord(properties))
      throw new AwsFault(
        'ValidationError',
        `Template format error: [/Resources/${logicalId}/Properties] 'null' values are not allowed in templates`,
      )
    resources[logicalId] = {
      Type: resource['Type'],
      Properties: properties,
      Metadata: resource['Metadata'],
    }
  }
  if (Object.keys(resources).length === 0)
    throw new AwsFault(
      'ValidationError',
      'Template format error: At least one Resources member must be defined.',
    )
  const transform = document['Transform'] ?? []
  return {
    text,
    resources,
    globals: section(document, 'Globals'),
    outputs: section(document, 'Outputs'),
    parameters: section(document, 'Parameters'),
    description: typeof document['Description'] === 'string' ? document['Description'] : undefined,
    transforms: (Array.isArray(transform) ? transform : [transform]).map(String),
  }
}
