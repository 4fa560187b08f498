import type { Problem } from '../../errors.ts'
import { recordOf } from '../basics/is-record.ts'
import type { Environment } from '../stack/environment.ts'
import { stackFate } from '../stack/stack-fate.ts'
import { environmentOf, globalsOf, type Template } from '../template/template.ts'

/** A stack that somebody wants to sync with. */
export interface SyncTarget {
  readonly stackName: string
  /** By its name. */
  readonly environment: Environment
  /** CloudFormation's `StackStatus`; absent when there is no stack. */
  readonly status?: string
  /** When it was made or last updated, in milliseconds. */
  readonly changed?: number
  /** As it was deployed; absent when there is none, or it cannot be read. */
  readonly deployed?: Template
}

/** Why the stack is none to sync with, and what to do; `undefined` when it is one. */
export function syncObstacle(target: SyncTarget): Problem | undefined {
  const { stackName, environment, status, deployed } = target
  if (environment === 'production' || isProduction(deployed)) return productionProblem(stackName)
  const fate = stackFate(status)
  if (fate === 'gone')
    return unfit(`There is no stack ${stackName} yet, so there is nothing to sync with.`)
  if (fate === 'busy')
    return unfit(
      `Stack ${stackName} is in ${status}: something else is at work on it.`,
      'Wait until that is done, then sync again',
    )
  if (fate === 'stuck')
    return unfit(`Stack ${stackName} is in ${status}, so what it runs is not certain.`)
  if (deployed === undefined)
    return unfit(`The template of stack ${stackName} cannot be read, so nothing can be compared.`)
  return undefined
}

/** @param stackName what is production; the beginning of a sentence */
export function productionProblem(stackName: string): Problem {
  return {
    code: 'SYNC_PRODUCTION',
    message: `${stackName} is production, whose code changes by a deploy only: 'arc deploy --production'. Sync with staging, or with a preview ('--name NAME').`,
  }
}

function unfit(seen: string, cure = "Deploy first: 'arc deploy'"): Problem {
  return { code: 'SYNC_STACK_UNFIT', message: `${seen} ${cure}.` }
}

/** Whatever its name is: Architect tells each function its stage. */
function isProduction(deployed: Template | undefined): boolean {
  if (deployed === undefined) return false
  return Object.values(deployed.Resources).some(({ Type, Properties = {} }) => {
    const variables = environmentOf(recordOf(Properties), globalsOf(deployed))
    return Type.endsWith('::Function') && variables['ARC_ENV'] === 'production'
  })
}
