import { setTimeout as sleep } from 'node:timers/promises'

import pLimit from 'p-limit'

import { recordOf } from '../../core/basics/is-record.ts'
import { oncePer } from '../../core/basics/once.ts'
import { ContainerImageError } from '../../errors.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { RunningFunction } from '../../core/sync/running-function.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { functionPath, getFunction } from './get-function.ts'
import { fieldOf } from '../aws/members.ts'

/** Lambda allows 100 GetFunction a second and account. */
const atOnce = 8

/** Milliseconds for which Lambda may work at an image before it counts as stuck. */
const patience = 5 * 60_000

/** A function of a stack: its key in the template, and Lambda's own name of it. */
export interface NamedFunction {
  readonly logicalId: string
  readonly name: string
}

/** What Lambda runs, whatever the stack's template says; functions that are gone are left out. */
export async function readRunning(
  aws: Aws,
  functions: readonly NamedFunction[],
): Promise<readonly RunningFunction[]> {
  return await openRunning(async () => aws)(functions)
}

/** The same, where each function is asked of once, whoever asks for it again. */
export function openRunning(
  aws: () => Promise<Aws>,
): (functions: readonly NamedFunction[]) => Promise<readonly RunningFunction[]> {
  const limit = pLimit(atOnce)
  const readOnce = oncePer(
    (each: NamedFunction) => limit(async () => readFunction(await aws(), each)),
    ({ name }) => name,
  )
  return async (functions) => {
    const read = await Promise.all(functions.map((each) => readOnce(each)))
    return read.filter((each) => each !== undefined)
  }
}

async function readFunction(
  aws: Aws,
  { logicalId, name }: NamedFunction,
): Promise<RunningFunction | undefined> {
  const answer = await getFunction(aws, name)
  if (answer === undefined) return undefined
  const image = parsePinned(fieldOf(recordOf(answer['Code']), 'ResolvedImageUri'))
  const revision = fieldOf(recordOf(answer['Configuration']), 'RevisionId')
  return { logicalId, name, revision, ...(image !== undefined && { image }) }
}

/**
 * Gives a function another image, and waits until Lambda runs it. An update that is under way, a
 * colleague's or CloudFormation's, is waited for.
 * @param imageUri by digest
 * @param seen what the function ran when that was decided; when it runs another image by now, it is
 * left alone. Absent: whatever it runs
 * @throws ContainerImageError FUNCTION_NOT_UPDATED with Lambda's own reason
 */
export async function updateFunctionImage(
  aws: Aws,
  name: string,
  imageUri: string,
  seen?: RunningFunction,
): Promise<void> {
  const until = Date.now() + patience
  for (let now = seen; ;) {
    try {
      const RevisionId = now?.revision
      const body = { ImageUri: imageUri, ...(RevisionId !== undefined && { RevisionId }) }
      const request = { path: `${functionPath(name)}/code`, body }
      await aws.lambda('UpdateFunctionCode', request, `function '${name}'`)
      return await settled(aws, name, until)
    } catch (error) {
      const code = awsCodeOf(error)
      const mayPass = code === 'ResourceConflictException' || code === 'PreconditionFailedException'
      if (!mayPass || Date.now() > until) throw error
      await settled(aws, name, until).catch(() => undefined)
      if (seen === undefined) continue
      // The end of an update makes another revision of the same image.
      now = await readFunction(aws, seen)
      if (now?.image?.digest !== seen.image?.digest) throw changedMeanwhile(name)
    }
  }
}

function changedMeanwhile(name: string): ContainerImageError {
  return new ContainerImageError(
    'FUNCTION_NOT_UPDATED',
    `Function ${name} was given another image by somebody else meanwhile, so it was left alone. Try again.`,
  )
}

async function settled(aws: Aws, name: string, until: number): Promise<void> {
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 1000)) {
    const request = { path: `${functionPath(name)}/configuration` }
    const seen = await aws.lambda('GetFunctionConfiguration', request, `function '${name}'`)
    const status = fieldOf(seen, 'LastUpdateStatus')
    if (status === 'Failed') throw notUpdated(name, seen)
    if (status !== 'InProgress') return
    if (Date.now() > until)
      throw new ContainerImageError(
        'FUNCTION_NOT_UPDATED',
        `Lambda has been updating function ${name} for ${patience / 60_000} minutes and is not done. Look at the function in Lambda's console, then try again.`,
      )
    await sleep(wait)
  }
}

function notUpdated(name: string, seen: Readonly<Record<string, unknown>>): ContainerImageError {
  const code = fieldOf(seen, 'LastUpdateStatusReasonCode')
  const reason = fieldOf(seen, 'LastUpdateStatusReason')
  return new ContainerImageError(
    'FUNCTION_NOT_UPDATED',
    `Lambda did not take the new image of function ${name}, which runs what it ran before: ${[code, reason].filter(Boolean).join(': ')}`,
  )
}
