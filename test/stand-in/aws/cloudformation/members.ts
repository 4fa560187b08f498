import { AwsFault } from '../fault.ts'

/** Members of each input, from botocore 1.44.8's model of CloudFormation. */
const members = {
  DescribeEvents: 'StackName ChangeSetName OperationId Filters NextToken',
  DescribeStackEvents: 'StackName NextToken',
  DeleteStack: 'StackName RetainResources RoleARN ClientRequestToken DeletionMode DeploymentConfig',
  GetTemplate: 'StackName ChangeSetName TemplateStage',
  UpdateStack:
    'StackName TemplateBody TemplateURL UsePreviousTemplate StackPolicyDuringUpdateBody StackPolicyDuringUpdateURL Parameters Capabilities ResourceTypes RoleARN RollbackConfiguration StackPolicyBody StackPolicyURL NotificationARNs Tags DisableRollback ClientRequestToken RetainExceptOnCreate DeploymentConfig DisableValidation',
} as const

/** A misspelt member would be passed over by AWS, or refused: here it is always refused. */
export function requireMembers(action: keyof typeof members, parameters: URLSearchParams): void {
  const known = new Set(['Action', 'Version', ...members[action].split(' ')])
  for (const name of parameters.keys())
    if (!known.has(name.split('.')[0] ?? ''))
      throw new AwsFault('ValidationError', `${action} has no member '${name}'`)
}
