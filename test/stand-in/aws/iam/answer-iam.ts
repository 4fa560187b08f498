import type { Answer } from '../answer.ts'
import type { Call } from '../call.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import { listParameter, queryAnswer, queryParameters } from '../query-protocol.ts'

export const iamNamespace = 'https://iam.amazonaws.com/doc/2010-05-08/'

/** Members of each input, from botocore 1.44.8's model of IAM. */
const members: Readonly<Record<string, string>> = {
  GetRole: 'RoleName',
  SimulatePrincipalPolicy:
    'PolicySourceArn PolicyInputList PermissionsBoundaryPolicyInputList ActionNames ResourceArns ResourcePolicy ResourceOwner CallerArn ContextEntries ResourceHandlingOption MaxItems Marker',
}

/** IAM, as far as a caller asks it about itself. */
export function answerIam(call: Call, context: Context): Answer {
  const parameters = queryParameters(call)
  const action = parameters.get('Action') ?? ''
  const known = members[action]
  if (known === undefined || parameters.get('Version') !== '2010-05-08')
    throw new AwsFault('InvalidAction', `Could not find operation ${action} for that version`)
  for (const name of parameters.keys())
    if (!['Action', 'Version', ...known.split(' ')].includes(name.split('.')[0] ?? ''))
      throw new AwsFault('ValidationError', `${action} has no member '${name}'`)
  const result = action === 'GetRole' ? getRole(parameters, context) : simulate(parameters, context)
  return queryAnswer(action, result, iamNamespace)
}

function getRole(parameters: URLSearchParams, { account, behaviour }: Context) {
  const name = parameters.get('RoleName') ?? ''
  if (sessionRole(behaviour.callerArn) !== name) throw noSuchEntity(`role with name ${name}`)
  return { Role: { RoleName: name, Path: '/deployers/', Arn: roleArn(account, name) } }
}

function simulate(parameters: URLSearchParams, { account, behaviour }: Context) {
  const source = parameters.get('PolicySourceArn') ?? ''
  const { callerArn, mayDo } = behaviour
  const role = sessionRole(callerArn)
  const own = role === undefined ? callerArn : roleArn(account, role)
  if (!/^arn:[\w-]+:iam::\d+:(?:user|group|role)\//.test(source))
    throw new AwsFault('InvalidInput', 'Invalid Entity Arn: only users, groups and roles')
  if (own !== undefined && source !== own) throw noSuchEntity(`entity with ARN ${source}`)
  const actions = listParameter(parameters, 'ActionNames')
  if (actions.length === 0) throw new AwsFault('ValidationError', 'ActionNames is required')
  const [resource = '*'] = listParameter(parameters, 'ResourceArns')
  const results = actions.map((action) => ({
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: mayDo?.({ action, resource }) === false ? 'implicitDeny' : 'allowed',
  }))
  return { EvaluationResults: { member: results }, IsTruncated: 'false' }
}

/** The role of a session's ARN. */
function sessionRole(arn: string | undefined): string | undefined {
  return /:assumed-role\/([^/]+)\//.exec(arn ?? '')?.[1]
}

function roleArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:role/deployers/${name}`
}

function noSuchEntity(what: string): AwsFault {
  return new AwsFault('NoSuchEntity', `The ${what} cannot be found.`, 404)
}
