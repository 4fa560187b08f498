import type { AppFunction } from '../../core/arc/architect-app.ts'
import { formatFunction } from '../../core/arc/function-kinds.ts'
import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { liveFunctionOf } from '../../core/template/live-functions.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Digest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { Aws } from '../aws/client.ts'
import { functionNames } from '../aws/deployed-stacks.ts'
import { readLiveStack } from '../aws/live-stack.ts'
import { fieldOf } from '../aws/members.ts'

/** A function as it is deployed, as far as its logs are concerned. */
export interface LoggingFunction {
  /** `get /` */
  readonly name: string
  readonly group: string
  /** What Lambda runs; absent for a zip. */
  readonly image?: Digest
}

/**
 * Where functions of a deployed stack log, by what Lambda itself says.
 * @throws ContainerImageError FUNCTION_NOT_DEPLOYED
 */
export async function findLogGroups(
  aws: Aws,
  stackName: string,
  functions: readonly AppFunction[],
): Promise<readonly LoggingFunction[]> {
  const live = await readLiveStack({ aws, stackName })
  if (live?.kind === 'unreadable') throw live.error ?? notDeployed(stackName)
  if (live === undefined) throw notDeployed(stackName)
  const names = await functionNames(aws, { id: stackName, name: stackName })
  return await Promise.all(
    functions.map(async (wanted) => {
      const name = formatFunction(wanted.pragma, wanted.name)
      const deployed = liveFunctionOf(wanted, [...live.functions.values()])
      const physical = names.find(({ logicalId }) => logicalId === deployed?.logicalId)?.name
      if (physical === undefined) throw notDeployed(stackName, name)
      const path = `/2015-03-31/functions/${encodeURIComponent(physical)}`
      const answer = await aws.lambda('GetFunction', { path }, `function '${physical}'`)
      const logging = recordOf(recordOf(answer['Configuration'])['LoggingConfig'])
      const image = parsePinned(fieldOf(recordOf(answer['Code']), 'ResolvedImageUri'))?.digest
      const group = textOf(logging['LogGroup']) ?? `/aws/lambda/${physical}`
      return { name, group, ...(image !== undefined && { image }) }
    }),
  )
}

function notDeployed(stackName: string, name?: string): ContainerImageError {
  const what =
    name === undefined ? `There is no stack ${stackName}` : `'${name}' is not in stack ${stackName}`
  return new ContainerImageError(
    'FUNCTION_NOT_DEPLOYED',
    `${what}. Deploy it first, or name another stack with --name, --production or --stack.`,
  )
}
