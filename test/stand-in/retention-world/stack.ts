import { imageMetadata } from '../../../plugin/core/template/live-functions.ts'
import type { DeployedStack } from '../../../plugin/core/retention/stack-images.ts'
import type { Digest } from '../../../plugin/oci/digest.ts'

/** An image of one of the repositories; equal bytes may be in both. */
export interface Place {
  readonly repository: RepositoryName
  readonly digest: Digest
}

/** `app` is that of staging and production, and was once that of the previews too. */
export type RepositoryName = 'app' | 'previews'

interface FunctionState {
  readonly repository: RepositoryName
  readonly runs: Digest
  /** `Metadata` has no repository: it is the one of `runs`. */
  readonly previous?: Digest
  /** What a rollback came from: going forward again needs it, whatever `Metadata` says. */
  readonly before?: Digest
}

/** The image functions of a template. */
export type Template = ReadonlyMap<string, FunctionState>

/** A stack as CloudFormation and Lambda have it. */
export interface Stack {
  readonly name: string
  status: string
  /** What it was last deployed with to the end, and comes back to. */
  deployed: Template
  /** What is being put in place. */
  target: Template
  /** What runs now, function by function. */
  lambda: Map<string, Place>
  /** How often it was made or updated. */
  updates: number
}

const none: Template = new Map()

export function newStack(name: string): Stack {
  return { name, status: 'NONE', deployed: none, target: none, lambda: new Map(), updates: 0 }
}

const forward = /^(REVIEW|CREATE|UPDATE)_IN_PROGRESS$|^(ROLLBACK|CREATE)_|^UPDATE_COMPLETE_CLEANUP/

/**
 * `GetTemplate`: going forward the new one, also after a failed create; in a rollback the old one
 * (aws-cdk, docs/CLOUDFORMATION.md). None while a change set is in review.
 */
function templateOf({ status, deployed, target }: Stack): unknown {
  if (status === 'REVIEW_IN_PROGRESS') return undefined
  const shown = forward.test(status) ? target : deployed
  const resources = [...shown].map(([logicalId, { repository, runs, previous }]) => [
    logicalId,
    {
      Type: 'AWS::Serverless::Function',
      Properties: { PackageType: 'Image', ImageUri: `${repository}@${runs}` },
      Metadata: imageMetadata(previous),
    },
  ])
  return { Resources: Object.fromEntries(resources) }
}

/** What AWS answers about a stack to somebody who looks after one repository. */
export function describe(stack: Stack, asker: RepositoryName): DeployedStack {
  const { name, status, lambda } = stack
  const functions = [...lambda]
    .filter(([, { repository }]) => repository === asker)
    .map(([logicalId, { digest }]) => ({ logicalId, digests: [digest] }))
  const known = status === 'NONE' ? 'DELETE_COMPLETE' : status
  return { name, status: known, template: templateOf(stack), functions }
}

const updatable = /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/

export function canBeUpdated({ status }: Stack): boolean {
  return updatable.test(status)
}

/** CreateStack or UpdateStack; false when CloudFormation refuses it. */
export function submit(stack: Stack, target: Template, inReview: boolean): boolean {
  const isNew = stack.status === 'NONE'
  if (!isNew && !canBeUpdated(stack)) return false
  stack.updates++
  stack.target = target
  const created = inReview ? 'REVIEW_IN_PROGRESS' : 'CREATE_IN_PROGRESS'
  stack.status = isNew ? created : 'UPDATE_IN_PROGRESS'
  return true
}

export function remove(stack: Stack): void {
  if (canBeUpdated(stack) || /^ROLLBACK_|_FAILED$/.test(stack.status))
    stack.status = 'DELETE_IN_PROGRESS'
}

/**
 * CloudFormation gives a function its image where two templates differ in it, and does not look at
 * what Lambda runs: a sync's image stays where they do not.
 */
function run({ lambda, deployed, target }: Stack, template: Template): Map<string, Place> {
  return new Map(
    [...template].map(([logicalId, { repository, runs }]) => {
      const [before, after] = [deployed.get(logicalId), target.get(logicalId)]
      const isSame = before?.runs === after?.runs && before?.repository === after?.repository
      const running = lambda.get(logicalId)
      const keeps = isSame && running !== undefined
      return [logicalId, keeps ? running : { repository, digest: runs }]
    }),
  )
}

function end(stack: Stack, status: string, template: Template): void {
  stack.lambda = run(stack, template)
  stack.status = status
  stack.deployed = template
  stack.target = template
}

/** What a deploy does where the image in the template stays the same and Lambda runs another one. */
export function mend(stack: Stack, next: Template): void {
  for (const [logicalId, { repository, runs }] of next) {
    const before = stack.deployed.get(logicalId)
    const isSame = before?.runs === runs && before.repository === repository
    if (isSame && stack.lambda.has(logicalId))
      stack.lambda.set(logicalId, { repository, digest: runs })
  }
}

/** Some functions have the new image already, the others not yet. */
function runHalf(stack: Stack): void {
  const [first] = stack.target
  if (first === undefined) return
  const [logicalId, { repository, runs }] = first
  const before = stack.deployed.get(logicalId)
  if (before?.runs === runs && before.repository === repository) return
  stack.lambda.set(logicalId, { repository, digest: runs })
}

/** CloudFormation goes one state further; `fails` where it can. */
export function progress(stack: Stack, fails: boolean): void {
  switch (stack.status) {
    case 'REVIEW_IN_PROGRESS':
      stack.status = fails ? 'REVIEW_IN_PROGRESS' : 'CREATE_IN_PROGRESS'
      return
    case 'CREATE_IN_PROGRESS':
      if (!fails) return end(stack, 'CREATE_COMPLETE', stack.target)
      runHalf(stack)
      stack.status = 'ROLLBACK_IN_PROGRESS'
      return
    case 'ROLLBACK_IN_PROGRESS':
      stack.status = fails ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE'
      if (!fails) stack.lambda.clear()
      return
    case 'UPDATE_IN_PROGRESS':
      if (!fails) return end(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', stack.target)
      runHalf(stack)
      stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS'
      return
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      stack.status = 'UPDATE_COMPLETE'
      return
    case 'UPDATE_ROLLBACK_IN_PROGRESS':
      if (!fails) return end(stack, 'UPDATE_ROLLBACK_COMPLETE', stack.deployed)
      stack.status = 'UPDATE_ROLLBACK_FAILED'
      return
    case 'UPDATE_ROLLBACK_FAILED':
      stack.status = 'UPDATE_ROLLBACK_IN_PROGRESS'
      return
    case 'DELETE_IN_PROGRESS':
      if (fails) stack.status = 'DELETE_FAILED'
      else end(stack, 'NONE', none)
      return
    default:
  }
}

/** Images that a stack cannot do without, whatever it does next. */
export function needs({ status, deployed, target, lambda }: Stack): readonly Place[] {
  if (status === 'NONE') return []
  const dead = /^(ROLLBACK|DELETE)_/.test(status)
  const templates = dead ? [] : [deployed, target]
  const written = templates.flatMap((template) =>
    [...template.values()].flatMap(({ repository, runs, previous, before }) =>
      [runs, previous ?? runs, before ?? runs].map((digest) => ({ repository, digest })),
    ),
  )
  return [...lambda.values(), ...written]
}
