import { count } from '../basics/count.ts'
import type { Cause, Diagnosis } from './diagnosis.ts'
import type { FunctionFault } from './function-state.ts'
import { lambdaReasonsSection } from './lambda-reasons.ts'

/** A diagnosis for people, the root cause of a failure at the end of what is said of it. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { stackName, status, causes, rollbackCauses, functions, notes } = diagnosis
  if (status === undefined) return `There is no stack ${stackName}.`
  const [root, ...others] = causes
  return [
    headline(diagnosis),
    ...functions.map(formatFault),
    ...listOf('On the way back this failed, too:', rollbackCauses),
    ...listOf(`Besides, ${others.length === 1 ? 'this' : 'these'} failed:`, others),
    ...(root === undefined ? [] : [`The root cause:\n${formatCause(root)}`]),
    ...notes,
  ].join('\n\n')
}

function headline({ stackName, status, operation, functions, looked }: Diagnosis): string {
  const states = functions.length > 0 ? '' : looked === 0 ? '' : ` ${activeOf(looked)}`
  if (operation === undefined) return `Stack ${stackName} is in ${status}.${states}`
  const began = `${new Date(operation.started).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  const what = `Stack ${stackName}: the ${nouns[operation.kind]} of ${began}`
  if (operation.outcome === 'working') return `${what} is under way (${status}).`
  if (operation.outcome === 'succeeded') return `${what} succeeded (${status}).${states}`
  const back = /ROLLBACK_IN_PROGRESS/.test(status ?? '') ? ' and is being rolled back' : ''
  return `${what} failed${back} (${status}).`
}

const nouns = { create: 'creation', update: 'update', delete: 'deletion', import: 'import' }

function activeOf(looked: number): string {
  return looked === 1 ? 'Its function is Active.' : `Its ${count(looked, 'function')} are Active.`
}

function listOf(head: string, causes: readonly Cause[]): readonly string[] {
  return causes.length === 0 ? [] : [[head, ...causes.map(formatCause)].join('\n')]
}

/** A line for the resource, then who says what, then where to read on. */
export function formatCause(cause: Cause): string {
  const { logicalId, name, type, status, path, heading } = cause
  const title = name === undefined ? `${logicalId} (${type})` : `${name} (${logicalId}, ${type})`
  return [
    `✗ ${title}: ${status}`,
    ...wordsOf(cause).map((line) => `    ${line}`),
    ...(path === undefined ? [] : [`    In the template: ${path}`]),
    ...(heading === undefined ? [] : [`    docs/troubleshooting.md: ${heading}`]),
  ].join('\n')
}

function wordsOf({ reason, service }: Cause): readonly string[] {
  if (reason === '') return []
  if (service === undefined) return [`CloudFormation: ${oneLine(reason)}`]
  const code = service.code === undefined ? '' : ` (CloudFormation: ${service.code})`
  return [`${service.service ?? 'CloudFormation'}: ${oneLine(service.message)}${code}`]
}

function formatFault({ logicalId, functionName, name, seen, code, reason, advice }: FunctionFault) {
  const ids = `${logicalId}, ${functionName}`
  return [
    `✗ ${name === undefined ? ids : `${name} (${ids})`}: ${seen}${code === undefined ? '' : `, ${code}`}`,
    ...(reason === '' ? [] : [`    Lambda: ${oneLine(reason)}`]),
    ...(advice === undefined ? [] : [`    ${advice}`]),
    ...(code === undefined ? [] : [`    docs/troubleshooting.md: ${lambdaReasonsSection}`]),
  ].join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
