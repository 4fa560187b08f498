import pLimit from 'p-limit'

import { templateImages } from '../../core/template/live-functions.ts'
import { heldDigests, type StackImages, unreadStack } from '../../core/retention/stack-images.ts'
import type { Digest } from '../../oci/digest.ts'
import type { KnownStack } from '../../ports/destroy.ts'
import { awsCodeOf } from '../aws/aws-error.ts'
import type { Aws } from '../aws/client.ts'
import { readAllFunctions, readFunctions } from '../lambda/lambda-images.ts'
import { fieldOf } from '../aws/members.ts'
import { findStack, listStacks, pages } from './stacks.ts'

/** CloudFormation throttles readers early. */
const atOnce = 5

/** Everything that runs images in the region. */
export interface Region {
  readonly stacks: readonly StackImages[]
  /** Images of the repository that Lambda runs for functions of no stack. */
  readonly runElsewhere: ReadonlySet<Digest>
}

type Functions = Awaited<ReturnType<typeof functionNames>>

/**
 * What one stack runs and would roll back to, from its status, its template and Lambda.
 * @param uri of the repository, without tag
 */
export async function readStack(aws: Aws, stackName: string, uri: string): Promise<StackImages> {
  const stack = await findStack(aws, stackName)
  if (stack !== undefined) return readKnownStack(aws, stack, uri)
  const status = 'DELETE_COMPLETE'
  return heldDigests({ name: stackName, status, template: undefined, functions: [] })
}

/**
 * The same of some stacks, by their names: a preview's role may read previews and nothing else. Of
 * the others it is only known that they are there. Throws when one page of one answer is missing, so
 * that nothing is concluded from the rest.
 */
export async function readStacks(
  aws: Aws,
  uri: string,
  mayRead: (stackName: string) => boolean,
): Promise<readonly StackImages[]> {
  const limit = pLimit(atOnce)
  const known = await listStacks(aws)
  return Promise.all(
    known.map(async (stack) =>
      mayRead(stack.name)
        ? await limit(() => readKnownStack(aws, stack, uri))
        : unreadStack(stack.name),
    ),
  )
}

/**
 * What every stack of the region runs and would roll back to, and what Lambda runs beside them.
 * Throws when one page of one answer is missing, so that nothing is concluded from the rest.
 */
export async function readRegion(aws: Aws, uri: string): Promise<Region> {
  const limit = pLimit(atOnce)
  const [known, running] = await Promise.all([listStacks(aws), readAllFunctions(aws, uri)])
  const owned = new Set<string>()
  const stacks = await Promise.all(
    known.map((stack) =>
      limit(async () => {
        const template = await readTemplate(aws, stack)
        // Without image functions in its template it can still be at work on some.
        const isPlain = templateImages(template)?.length === 0
        const functions = isPlain ? [] : await functionNames(aws, stack)
        for (const { name } of functions) owned.add(name)
        return imagesOf(stack, template, functions, running)
      }),
    ),
  )
  const elsewhere = [...running].filter(([name]) => !owned.has(name))
  return { stacks, runElsewhere: new Set(elsewhere.flatMap(([, digests]) => digests)) }
}

/** `undefined` when AWS has none: a change set in review, a stack deleted meanwhile. */
async function readTemplate(aws: Aws, { id, name }: KnownStack): Promise<unknown> {
  const input = { StackName: id, TemplateStage: 'Original' }
  try {
    const answer = await aws.cloudformation('GetTemplate', input, `stack '${name}'`)
    return answer['TemplateBody']
  } catch (error) {
    if (awsCodeOf(error) === 'ValidationError') return undefined
    throw error
  }
}

/** Physical names of a stack's functions, with their logical ids. */
export async function functionNames(
  aws: Aws,
  { id, name }: Pick<KnownStack, 'id' | 'name'>,
): Promise<readonly { readonly logicalId: string; readonly name: string }[]> {
  const list = 'StackResourceSummaries'
  const found = await pages(aws, 'ListStackResources', { StackName: id }, list, `stack '${name}'`)
  return found
    .filter((resource) => fieldOf(resource, 'ResourceType') === 'AWS::Lambda::Function')
    .map((resource) => ({
      logicalId: fieldOf(resource, 'LogicalResourceId'),
      name: fieldOf(resource, 'PhysicalResourceId'),
    }))
    .filter(({ name: physical }) => physical !== '')
}

function imagesOf(
  { name, status }: KnownStack,
  template: unknown,
  functions: Functions,
  running: ReadonlyMap<string, readonly Digest[]>,
): StackImages {
  const images = functions.flatMap(({ logicalId, name: physical }) => {
    const digests = running.get(physical)
    return digests === undefined ? [] : [{ logicalId, digests }]
  })
  return heldDigests({ name, status, template, functions: images })
}

async function readKnownStack(aws: Aws, stack: KnownStack, uri: string): Promise<StackImages> {
  const [template, functions] = await Promise.all([
    readTemplate(aws, stack),
    functionNames(aws, stack),
  ])
  const names = functions.map(({ name }) => name)
  return imagesOf(stack, template, functions, await readFunctions(aws, names, uri))
}
