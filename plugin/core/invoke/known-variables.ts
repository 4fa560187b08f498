import { recordOf } from '../basics/is-record.ts'

/** What only a deploy knows elsewhere, and is known here too. */
export interface KnownHere {
  readonly stackName: string
  readonly region: string
}

/** A function's variables, as far as they are known without AWS. */
export interface KnownVariables {
  readonly environment: Readonly<Record<string, string>>
  /** Names of those whose values only CloudFormation knows; not in `environment`. */
  readonly unknown: readonly string[]
}

/** @param given `Environment.Variables` of the template */
export function knownVariables(
  given: Readonly<Record<string, unknown>>,
  { stackName, region }: KnownHere,
): KnownVariables {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::StackName': stackName,
    'AWS::Region': region,
  }
  const environment: Record<string, string> = {}
  const unknown: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const { Ref: reference } = recordOf(value)
    const known = typeof reference === 'string' ? pseudo[reference] : value
    if (['string', 'number', 'boolean'].includes(typeof known)) environment[name] = String(known)
    else unknown.push(name)
  }
  return { environment, unknown }
}
