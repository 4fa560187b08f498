import { runSimulation } from '@cloud-copilot/iam-simulate'

import type { Wish } from './policy.ts'

const account = '123456789012'

/**
 * The same question to an evaluator that is not ours; `undefined` where its data know the resource
 * or the condition of the action not: transforms, APIs of version 2, KMS's context of encryption.
 * @param boundary the permissions boundary of who asks
 */
export async function simulate(
  documents: readonly unknown[],
  { action, resource, context = {} }: Wish,
  boundary?: unknown,
): Promise<boolean | undefined> {
  if ('kms:EncryptionContext:PARAMETER_ARN' in context) return undefined
  const response = await runSimulation(
    {
      identityPolicies: documents.map((policy, index) => ({ name: `policy${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary !== undefined && {
        permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }],
      }),
      request: {
        action,
        principal: `arn:aws:iam::${account}:role/deploys`,
        resource: { resource, accountId: account },
        contextVariables: { ...context },
      },
    },
    {},
  )
  if (response.resultType === 'error' && /:transform\/|:apigateway:/.test(resource))
    return undefined
  if (response.resultType === 'error')
    throw new Error(`${action} on ${resource}: ${JSON.stringify(response.errors)}`)
  return response.overallResult === 'Allowed'
}
