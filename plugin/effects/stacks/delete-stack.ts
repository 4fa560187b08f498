import { recordOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { DeletionMode } from '../../ports/destroy.ts'
import type { Aws } from '../aws/client.ts'

/**
 * Begins the deletion of a stack. Where CloudFormation does not take the express mode (an older
 * region or partition), it refuses the request whole, and is asked again without.
 * @param stack by its ARN: never another one of the same name
 */
export async function deleteStack(
  aws: Aws,
  { id, name }: { readonly id: string; readonly name: string },
  mode: DeletionMode,
): Promise<void> {
  const send = async (more: Readonly<Record<string, string>>): Promise<void> => {
    await aws.cloudformation('DeleteStack', { StackName: id, ...more }, `stack '${name}'`)
  }
  if (mode === 'standard') return await send({})
  try {
    await send({ 'DeploymentConfig.Mode': 'EXPRESS' })
  } catch (error) {
    if (!isRefusal(error)) throw error
    await send({})
  }
}

/** AWS understood who asks, and does not take what is asked. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof ContainerImageError) || error.code !== 'AWS_FAILED') return false
  const { statusCode, code } = recordOf(error.cause)
  return statusCode === 400 && code !== 'Throttling'
}
