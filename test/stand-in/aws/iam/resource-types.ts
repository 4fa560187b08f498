import type { Wish } from './policy.ts'

const account = '123456789012'
const region = 'us-west-2'

interface Handler {
  /** `lambda:` stands before each. */
  readonly service: string
  readonly actions: string
  /** ARN of a resource of the stack. */
  readonly resource: (stack: string) => string
  /** Roles that are handed on, to which service. */
  readonly passesTo?: string
  /** It is, or changes, a role with the boundary. */
  readonly bound?: boolean
}

/** As the template of the roles has it once it is deployed. */
export const boundaryArn = `arn:aws:iam::${account}:policy/role-Boundary-1ABC`

export const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

/** What IAM is told of a call beside the role. */
function contextOf(action: string) {
  return {
    ...(/:(?:CreateRole|(?:Put|Delete)RolePolicy|(?:Attach|Detach)RolePolicy)$/.test(action) && {
      'iam:PermissionsBoundary': boundaryArn,
    }),
    ...(/:(?:Attach|Detach)RolePolicy$/.test(action) && { 'iam:PolicyARN': basicExecution }),
  }
}

/**
 * What CloudFormation calls, with the deployer's rights, to make, change, read and delete a
 * resource: `handlers` of the resource types' schemas in the public registry, narrowed to the
 * properties that Architect writes. Partly from memory of them; not tried against AWS.
 */
const handlers: Readonly<Record<string, Handler>> = {
  'AWS::ApiGatewayV2::Api': {
    service: 'apigateway',
    actions: 'DELETE GET PATCH POST PUT',
    resource: () => `arn:aws:apigateway:${region}::/apis/abc123`,
  },
  'AWS::ApiGatewayV2::Stage': {
    service: 'apigateway',
    actions: 'DELETE GET PATCH POST',
    resource: () => `arn:aws:apigateway:${region}::/apis/abc123/stages/$default`,
  },
  'AWS::DynamoDB::Table': {
    service: 'dynamodb',
    actions:
      'CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive',
    resource: (stack) =>
      `arn:aws:dynamodb:${region}:${account}:table/${stack}-AgentSecretsTable-1ABC`,
  },
  'AWS::IAM::Policy': {
    service: 'iam',
    actions: 'DeleteRolePolicy GetRolePolicy PutRolePolicy',
    bound: true,
    resource: (stack) => `arn:aws:iam::${account}:role/${stack}-Role-1ABC`,
  },
  'AWS::IAM::Role': {
    service: 'iam',
    actions:
      'AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies PutRolePolicy TagRole UntagRole UpdateRole',
    bound: true,
    resource: (stack) => `arn:aws:iam::${account}:role/${stack}-Role-1ABC`,
  },
  'AWS::Lambda::Function': {
    service: 'lambda',
    actions:
      'CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration GetFunctionRecursionConfig GetRuntimeManagementConfig ListTags PutFunctionConcurrency PutFunctionRecursionConfig PutRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration',
    resource: (stack) =>
      `arn:aws:lambda:${region}:${account}:function:${stack}-GetIndexHTTPLambda-1ABC`,
    passesTo: 'lambda.amazonaws.com',
  },
  'AWS::Lambda::Permission': {
    service: 'lambda',
    actions: 'AddPermission GetPolicy RemovePermission',
    resource: (stack) =>
      `arn:aws:lambda:${region}:${account}:function:${stack}-GetIndexHTTPLambda-1ABC`,
  },
  'AWS::S3::Bucket': {
    service: 's3',
    actions:
      'CreateBucket DeleteBucket GetBucketPublicAccessBlock ListBucket PutBucketPublicAccessBlock PutBucketTagging',
    resource: (stack) => `arn:aws:s3:::${stack.toLowerCase()}-memorybucket-1abc`,
  },
  'AWS::SSM::Parameter': {
    service: 'ssm',
    actions:
      'AddTagsToResource DeleteParameter GetParameter GetParameters PutParameter RemoveTagsFromResource',
    resource: (stack) => `arn:aws:ssm:${region}:${account}:parameter/${stack}/tables/agent-secrets`,
  },
  'AWS::Scheduler::Schedule': {
    service: 'scheduler',
    actions: 'CreateSchedule DeleteSchedule GetSchedule UpdateSchedule',
    resource: (stack) =>
      `arn:aws:scheduler:${region}:${account}:schedule/default/${stack}-CompactScheduleEvent-1ABC`,
    passesTo: 'scheduler.amazonaws.com',
  },
}

/** What the Serverless transform makes of its own types, as aws-sam-translator did when it was run. */
export const transformed: Readonly<Record<string, readonly string[]>> = {
  'AWS::Serverless::Function': ['AWS::Lambda::Function', 'AWS::Lambda::Permission'],
  'AWS::Serverless::HttpApi': ['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Stage'],
}

export function wishesOfType(type: string, stack: string): readonly Wish[] {
  const handler = handlers[type]
  if (handler === undefined) throw new Error(`Nothing is known of what ${type} needs.`)
  const { service, actions, resource, passesTo, bound = false } = handler
  const own = actions
    .split(' ')
    .map((action) => `${service}:${action}`)
    .map((action) => ({
      action,
      resource: resource(stack),
      ...(bound && { context: contextOf(action) }),
    }))
  if (passesTo === undefined) return own
  const role = `arn:aws:iam::${account}:role/${stack}-Role-1ABC`
  const context = { 'iam:PassedToService': passesTo }
  return [...own, { action: 'iam:PassRole', resource: role, context }]
}
