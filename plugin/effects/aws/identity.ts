import { textOf } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import type { Aws } from './client.ts'

/** Who AWS takes us for. */
export interface Identity {
  readonly account: string
  readonly arn: string
  /** Of AWS's answer, as HTTP has it. */
  readonly date?: string
}

/**
 * Asks AWS who we are, which everybody may.
 * @throws ContainerImageError AWS_CREDENTIALS_REFUSED, AWS_FAILED
 */
export async function askIdentity(aws: Pick<Aws, 'sts'>): Promise<Identity> {
  const { result, date } = await aws.sts('GetCallerIdentity', {}, 'the caller')
  const [account, arn] = [
    textOf(result['Account']) ?? String(result['Account']),
    textOf(result['Arn']),
  ]
  if (arn === undefined)
    throw new ContainerImageError(
      'AWS_FAILED',
      'sts:GetCallerIdentity did not say who we are. Look at AWS_ENDPOINT_URL if it is set.',
    )
  return { account: arn.split(':')[4] ?? account, arn, ...(date !== undefined && { date }) }
}
