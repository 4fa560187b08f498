import type { AppFunction } from '../../core/arc/architect-app.ts'
import { formatFunction } from '../../core/arc/function-kinds.ts'
import { liveFunctionOf } from '../../core/template/live-functions.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Aws } from '../aws/client.ts'
import { functionNames } from './deployed-stacks.ts'
import { readLiveStack } from './live-stack.ts'

/**
 * What Lambda calls functions of a deployed stack, in their order.
 * @throws ContainerImageError FUNCTION_NOT_DEPLOYED
 */
export async function physicalNames(
  aws: Aws,
  stackName: string,
  functions: readonly Pick<AppFunction, 'pragma' | 'metadataPragma' | 'name'>[],
): Promise<readonly string[]> {
  const live = await readLiveStack({ aws, stackName })
  if (live?.kind === 'unreadable') throw live.error ?? notDeployed(stackName)
  if (live === undefined) throw notDeployed(stackName)
  const names = await functionNames(aws, { id: stackName, name: stackName })
  return functions.map((wanted) => {
    const deployed = liveFunctionOf(wanted, [...live.functions.values()])
    const physical = names.find(({ logicalId }) => logicalId === deployed?.logicalId)?.name
    if (physical === undefined)
      throw notDeployed(stackName, formatFunction(wanted.pragma, wanted.name))
    return physical
  })
}

function notDeployed(stackName: string, name?: string): ContainerImageError {
  const what =
    name === undefined ? `There is no stack ${stackName}` : `'${name}' is not in stack ${stackName}`
  return new ContainerImageError(
    'FUNCTION_NOT_DEPLOYED',
    `${what}. Deploy it first, or name another stack with --name, --production or --stack.`,
  )
}
