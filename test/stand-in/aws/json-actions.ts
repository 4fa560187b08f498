import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'

export type Input = Readonly<Record<string, unknown>>
type Action = (input: Input, context: Context) => object | Promise<object>

export interface ActionTable {
  call(name: string, input: Input, context: Context): Promise<object>
}

/** Services of AWS's JSON protocol: a name from `X-Amz-Target`, an object in, an object out. */
export function actionTable(actions: Readonly<Record<string, Action>>): ActionTable {
  return {
    async call(name, input, context) {
      const action = actions[name]
      if (action === undefined) throw new AwsFault('UnknownOperationException', '')
      return await action(input, context)
    },
  }
}

/** A required string of the input. */
export function text(input: Input, name: string): string {
  const value = input[name]
  if (typeof value === 'string') return value
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  throw new AwsFault(
    'ValidationException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  )
}

export function optionalText(input: Input, name: string): string | undefined {
  return input[name] === undefined ? undefined : text(input, name)
}

export function texts(input: Input, name: string): string[] {
  const value = input[name]
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new AwsFault('SerializationException', `${name} is not a list of strings`)
}

export function records(input: Input, name: string): Input[] {
  const value: unknown = input[name] ?? []
  if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null))
    return value
  throw new AwsFault('SerializationException', `${name} is not a list of structures`)
}
