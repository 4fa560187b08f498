import type { AppFunction } from '../../core/arc/architect-app.ts'
import { formatFunction } from '../../core/arc/function-kinds.ts'
import { recordOf, textOf } from '../../core/basics/is-record.ts'
import type { Digest } from '../../oci/digest.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { Aws } from '../aws/client.ts'
import { functionPath } from '../lambda/get-function.ts'
import { fieldOf } from '../aws/members.ts'
import { physicalNames } from '../stacks/physical-names.ts'

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
  const names = await physicalNames(aws, stackName, functions)
  return await Promise.all(
    functions.map(async (wanted, index) => {
      const name = formatFunction(wanted.pragma, wanted.name)
      const physical = names[index] ?? ''
      const path = functionPath(physical)
      const answer = await aws.lambda('GetFunction', { path }, `function '${physical}'`)
      const logging = recordOf(recordOf(answer['Configuration'])['LoggingConfig'])
      const image = parsePinned(fieldOf(recordOf(answer['Code']), 'ResolvedImageUri'))?.digest
      const group = textOf(logging['LogGroup']) ?? `/aws/lambda/${physical}`
      return { name, group, ...(image !== undefined && { image }) }
    }),
  )
}
