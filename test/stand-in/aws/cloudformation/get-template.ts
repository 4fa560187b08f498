import { AwsFault } from '../fault.ts'
import { members, type XmlValue } from '../xml.ts'
import { requireMembers } from './members.ts'
import { processedTemplate } from './processed.ts'
import type { StackRecord } from './stack.ts'

/**
 * GetTemplate. AWS gives a `?` for each character outside ASCII, whatever was sent: users' reports in
 * aws-cloudformation/cloudformation-coverage-roadmap#814 and #1220.
 */
export function getTemplate(
  { deployment, name, status }: StackRecord,
  parameters: URLSearchParams,
): XmlValue {
  requireMembers('GetTemplate', parameters)
  // Text from memory: a change set that was never executed has put no template in place.
  if (status === 'REVIEW_IN_PROGRESS')
    throw new AwsFault('ValidationError', `Stack ${name} does not have a template`)
  const stage = parameters.get('TemplateStage') ?? 'Processed'
  if (stage !== 'Original' && stage !== 'Processed')
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${stage}' at 'templateStage' failed to satisfy constraint: Member must satisfy enum value set: [Original, Processed]`,
    )
  const { template } = deployment
  const text = stage === 'Original' ? template : processedTemplate(template)
  return {
    TemplateBody: text.replaceAll(/\P{ASCII}/gu, '?'),
    StagesAvailable: members(['Original', 'Processed']),
  }
}
