import { faultOf } from '../arc/quote-request.ts'
import type { ArchitectApp } from '../arc/architect-app.ts'
import { isRecord } from '../basics/is-record.ts'
import type { Fault } from '../basics/say-once.ts'
import { isSame } from '../basics/is-same.ts'
import { loadingVariables } from '../environment/loaded-files.ts'
import { variableFault } from '../environment/reserved.ts'
import { type Origins, pluginThatSet } from '../template/origins.ts'
import type { JoinedFunction } from './join-functions.ts'

/** Who set the variables that load files, a clause each. */
export function settersOf(
  one: JoinedFunction,
  app: ArchitectApp,
  origins: Origins | undefined,
): Readonly<Record<string, string>> {
  const names = loadingVariables.filter((name) => Object.hasOwn(one.environment, name))
  return Object.fromEntries(names.map((name) => [name, setterOf(name, one, app, origins)]))
}

/** Variables that Lambda would refuse, and the whole stack with them. */
export function refusedVariables(
  one: JoinedFunction,
  app: ArchitectApp,
  origins: Origins | undefined,
): readonly Fault[] {
  return Object.keys(one.environment).flatMap((name): Fault[] => {
    const fault = variableFault(name)
    if (fault === undefined) return []
    const reason = `the environment has '${name}' (${setterOf(name, one, app, origins)}), and ${fault}. Take it out.`
    return [{ ...faultOf(one.request), reason }]
  })
}

function setterOf(
  name: string,
  { logicalId, environment }: JoinedFunction,
  app: ArchitectApp,
  origins: Origins | undefined,
): string {
  const value = environment[name]
  const stored = app.environment ?? {}
  if (Object.hasOwn(stored, name) && stored[name] === value) return "set by 'arc env'"
  const plugin = pluginThatSet(origins, logicalId, ({ Properties: { Environment: seen } = {} }) => {
    const variables = isRecord(seen) ? seen['Variables'] : undefined
    return isRecord(variables) && isSame(variables[name], value)
  })
  return `set by ${plugin}`
}
