import { recordOf } from '../../../../plugin/core/basics/is-record.ts'
import type { Wish } from '../iam/policy.ts'
import { basicExecution } from '../iam/resource-types.ts'
import type { Resource } from './template.ts'

type Roles = Readonly<Record<string, Resource>>

/** A role that CloudFormation makes or changes, as IAM knows its boundary. */
function boundaryOf(resource: Resource | undefined): string | undefined {
  const value = recordOf(resource?.Properties)['PermissionsBoundary']
  if (value === undefined) return undefined
  const text = typeof value === 'string' ? value : String(recordOf(value)['Fn::Sub'])
  return text.replace(/\$\{AWS::Partition\}/, 'aws').replace(/\$\{AWS::AccountId\}/, '123456789012')
}

/**
 * What CloudFormation asks of IAM, with the deployer's rights, to bring the roles of a stack from one
 * template to another: forward, or back again when the update failed. IAM is told the boundary that
 * a role has when it is asked.
 */
export function roleCalls(stack: string, before: Roles, after: Roles): readonly Wish[] {
  return Object.entries(after).flatMap(([logicalId, resource]): readonly Wish[] => {
    if (resource.Type !== 'AWS::IAM::Role') return []
    const old = before[logicalId]
    const name = `arn:aws:iam::123456789012:role/${stack}-${logicalId}-1ABC`
    const [had, has] = [boundaryOf(old), boundaryOf(resource)]
    const ask = (action: string, boundary: string | undefined, more = {}): Wish => ({
      action: `iam:${action}`,
      resource: name,
      context: { ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }), ...more },
    })
    if (old === undefined)
      return [
        ask('CreateRole', has),
        ask('PutRolePolicy', has),
        ask('AttachRolePolicy', has, { 'iam:PolicyARN': basicExecution }),
      ]
    if (had !== has)
      return [
        has === undefined
          ? ask('DeleteRolePermissionsBoundary', had)
          : ask('PutRolePermissionsBoundary', has),
      ]
    const same = JSON.stringify(old.Properties) === JSON.stringify(resource.Properties)
    return same ? [] : [ask('PutRolePolicy', has)]
  })
}
