import type { Behaviour } from '../context.ts'
import { AwsFault } from '../fault.ts'

/** `DeploymentConfig.Mode` of a request; the text for another value is CloudFormation's usual one. */
export function deploymentMode(
  parameters: URLSearchParams,
  { expressMode }: Behaviour,
): 'STANDARD' | 'EXPRESS' {
  const given = [...parameters.keys()].filter((name) => name.startsWith('DeploymentConfig'))
  // What an API says that has not heard of the member is not known; a refusal is the worst case.
  if (given.length > 0 && expressMode === 'unknown')
    throw new AwsFault('ValidationError', 'The parameter DeploymentConfig is not recognized')
  const strange = given.find((name) => !/^DeploymentConfig\.(Mode|DisableRollback)$/.test(name))
  if (strange !== undefined) throw new AwsFault('ValidationError', `unknown member '${strange}'`)
  const mode = parameters.get('DeploymentConfig.Mode') ?? 'STANDARD'
  if (mode === 'STANDARD' || mode === 'EXPRESS') return mode
  throw new AwsFault(
    'ValidationError',
    `1 validation error detected: Value '${mode}' at 'deploymentConfig.mode' failed to satisfy constraint: Member must satisfy enum value set: [EXPRESS, STANDARD]`,
  )
}
