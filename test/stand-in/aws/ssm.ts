import { AwsFault } from './fault.ts'
import { actionTable, text, texts } from './json-actions.ts'

const pageSize = 10

/** Systems Manager's Parameter Store; shapes from botocore's `ssm` model. */
export const ssmActions = actionTable({
  GetParametersByPath(input, { state, account, region }) {
    const path = text(input, 'Path').replace(/\/?$/, '/')
    const names = Object.keys(state.parameters)
      .filter((name) => name.startsWith(path))
      .filter((name) => input['Recursive'] === true || !name.slice(path.length).includes('/'))
      .toSorted()
    const size = Number(input['MaxResults'] ?? pageSize)
    if (size > pageSize)
      throw new AwsFault(
        'ValidationException',
        `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10`,
      )
    const start = Number(input['NextToken'] ?? 0)
    const page = names.slice(start, start + size)
    const Parameters = page.map((name) => parameterOf({ state, account, region }, name))
    return start + size < names.length
      ? { Parameters, NextToken: String(start + size) }
      : { Parameters }
  },

  GetParameter(input, context) {
    return { Parameter: parameterOf(context, text(input, 'Name')) }
  },

  GetParameters(input, context) {
    const names = texts(input, 'Names')
    const known = names.filter((name) => name in context.state.parameters)
    return {
      Parameters: known.map((name) => parameterOf(context, name)),
      InvalidParameters: names.filter((name) => !known.includes(name)),
    }
  },

  PutParameter(input, { state, now }) {
    const name = text(input, 'Name')
    const before = state.parameters[name]
    if (before !== undefined && input['Overwrite'] !== true)
      throw new AwsFault(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      )
    const version = (before?.version ?? 0) + 1
    const type = before?.type ?? text(input, 'Type')
    state.parameters[name] = { type, value: text(input, 'Value'), version, modified: now() }
    return { Version: version, Tier: 'Standard' }
  },

  DeleteParameter(input, { state }) {
    const name = text(input, 'Name')
    if (!(name in state.parameters)) throw new AwsFault('ParameterNotFound', '')
    delete state.parameters[name]
    return {}
  },

  DeleteParameters(input, { state }) {
    const names = texts(input, 'Names')
    const known = names.filter((name) => name in state.parameters)
    for (const name of known) delete state.parameters[name]
    return {
      DeletedParameters: known,
      InvalidParameters: names.filter((name) => !known.includes(name)),
    }
  },
})

function parameterOf(
  context: Pick<Parameters<typeof ssmActions.call>[2], 'state' | 'account' | 'region'>,
  name: string,
): object {
  const found = context.state.parameters[name]
  if (found === undefined) throw new AwsFault('ParameterNotFound', '')
  return {
    Name: name,
    Type: found.type,
    Value: found.value,
    Version: found.version,
    LastModifiedDate: found.modified / 1000,
    ARN: `arn:aws:ssm:${context.region}:${context.account}:parameter${name}`,
    DataType: 'text',
  }
}
