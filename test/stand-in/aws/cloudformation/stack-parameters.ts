import { AwsFault } from '../fault.ts'
import { isRecord, type Template } from './template.ts'

/**
 * Values of a template's parameters after a request. What an update does not name goes back to its
 * default; texts as users quote them.
 */
export function stackParameters(
  request: URLSearchParams,
  template: Template,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const given = new Map<string, string>()
  for (let index = 1; request.has(`Parameters.member.${index}.ParameterKey`); index++) {
    const field = (name: string) => request.get(`Parameters.member.${index}.${name}`)
    const key = field('ParameterKey') ?? ''
    const keeps = field('UsePreviousValue') === 'true'
    const value = keeps ? previous[key] : field('ParameterValue')
    if (value === undefined || value === null)
      throw new AwsFault(
        'ValidationError',
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      )
    given.set(key, value)
  }
  const strange = [...given.keys()].filter((key) => !(key in template.parameters))
  if (strange.length > 0)
    throw new AwsFault(
      'ValidationError',
      `Parameters: [${strange.join(', ')}] do not exist in the template`,
    )
  const values = Object.entries(template.parameters).map(([key, parameter]) => {
    const fallback = isRecord(parameter) ? parameter['Default'] : undefined
    const text = typeof fallback === 'string' ? fallback : JSON.stringify(fallback)
    return [key, given.get(key) ?? text] as const
  })
  const missing = values.filter(([, value]) => value === undefined).map(([key]) => key)
  if (missing.length > 0)
    throw new AwsFault('ValidationError', `Parameters: [${missing.join(', ')}] must have values`)
  return Object.fromEntries(values.map(([key, value]) => [key, value ?? '']))
}

/** As DescribeStacks gives them. */
export function describedParameters(
  values: Readonly<Record<string, string>>,
  template: Template | undefined,
): { readonly ParameterKey: string; readonly ParameterValue: string }[] {
  return Object.entries(values).map(([ParameterKey, value]) => {
    const declared = template?.parameters[ParameterKey]
    const hidden = isRecord(declared) && [true, 'true'].includes(Object(declared)['NoEcho'])
    return { ParameterKey, ParameterValue: hidden ? '****' : value }
  })
}
