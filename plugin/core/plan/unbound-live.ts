import type { Problem } from '../../errors.ts'
import { unboundRoles } from '../template/boundary.ts'
import { readTemplate } from '../template/template.ts'
import type { LiveStackState } from './compare-live.ts'

/**
 * A stack whose roles have no boundary yet cannot be brought over by a role that may make none
 * without: if the update failed, CloudFormation would have to take the boundaries away again.
 */
export function unboundLive(
  { stackName, template: text }: LiveStackState,
  boundary: string | undefined,
): readonly Problem[] {
  const template = readTemplate(text)
  if (boundary === undefined || template === undefined) return []
  const roles = unboundRoles(template, boundary)
  if (roles.length === 0) return []
  const message = `The roles of stack '${stackName}' do not have the permissions boundary '${boundary}' yet: ${roles.join(', ')}. With an administrator's credentials, once: npx --no -- arc-images bound --stack ${stackName} --boundary ${boundary}`
  return [{ code: 'BOUNDARY_MISSING', message }]
}
