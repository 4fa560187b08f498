import type { Wish } from './policy.ts'
import { boundaryArn } from './resource-types.ts'

const account = '123456789012'
const region = 'us-west-2'
const iam = `arn:aws:iam::${account}`
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const bound = { 'iam:PermissionsBoundary': boundaryArn }

function at(service: string, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`
}

/** An own stack, one of another environment, and what else they may not touch. */
export interface Targets {
  readonly own: string
  readonly other: string
  /** Environment of `other`. */
  readonly stage: string
  /** A repository that is not this environment's; absent when all are shared. */
  readonly repository?: string
}

/** How a role that may deploy could become more than that, or reach into another environment. */
export function escalations(targets: Targets): Readonly<Record<string, Wish>> {
  const { own, other, stage, repository } = targets
  const role = `${iam}:role/${own}-Role-1ABC`
  const otherRole = `${iam}:role/${other}-Role-1ABC`
  const otherFunction = at('lambda', `function:${other}-GetIndexHTTPLambda-1ABC`)
  const otherStack = at('cloudformation', `stack/${other}/a-guid`)
  const bucket = `arn:aws:s3:::agent-memory-deploys-${stage}-${account}`
  return {
    'a role without boundary': { action: 'iam:CreateRole', resource: role },
    'a role with a boundary of its own making': {
      action: 'iam:CreateRole',
      resource: role,
      context: { 'iam:PermissionsBoundary': `${iam}:policy/Mine` },
    },
    'a role with administration for its boundary': {
      action: 'iam:CreateRole',
      resource: role,
      context: { 'iam:PermissionsBoundary': administrator },
    },
    'a role of another name': {
      action: 'iam:CreateRole',
      resource: `${iam}:role/Administrator`,
      context: bound,
    },
    'the boundary taken away': { action: 'iam:DeleteRolePermissionsBoundary', resource: role },
    'another boundary': {
      action: 'iam:PutRolePermissionsBoundary',
      resource: role,
      context: { 'iam:PermissionsBoundary': administrator },
    },
    'the boundary rewritten': { action: 'iam:CreatePolicyVersion', resource: boundaryArn },
    "the boundary's version chosen": {
      action: 'iam:SetDefaultPolicyVersion',
      resource: boundaryArn,
    },
    'the boundary deleted': { action: 'iam:DeletePolicy', resource: boundaryArn },
    'administration attached to a role that is bound': {
      action: 'iam:AttachRolePolicy',
      resource: role,
      context: { ...bound, 'iam:PolicyARN': administrator },
    },
    'administration attached to a role that is not bound': {
      action: 'iam:AttachRolePolicy',
      resource: role,
      context: { 'iam:PolicyARN': administrator },
    },
    'a policy written into a role that is not bound': {
      action: 'iam:PutRolePolicy',
      resource: role,
    },
    'a policy written into the role that deploys': {
      action: 'iam:PutRolePolicy',
      resource: `${iam}:role/memory-role-Role-1ABC`,
    },
    'a policy attached to the role that deploys': {
      action: 'iam:AttachRolePolicy',
      resource: `${iam}:role/memory-role-Role-1ABC`,
      context: { 'iam:PolicyARN': administrator },
    },
    'trust rewritten': { action: 'iam:UpdateAssumeRolePolicy', resource: role },
    'trust of the role that deploys rewritten': {
      action: 'iam:UpdateAssumeRolePolicy',
      resource: `${iam}:role/memory-role-Role-1ABC`,
    },
    'a user': { action: 'iam:CreateUser', resource: `${iam}:user/me` },
    'a key': { action: 'iam:CreateAccessKey', resource: `${iam}:user/admin` },
    "another's password": { action: 'iam:UpdateLoginProfile', resource: `${iam}:user/admin` },
    'another provider of identities': {
      action: 'iam:CreateOpenIDConnectProvider',
      resource: `${iam}:oidc-provider/example.com`,
    },
    'a role handed to a machine': {
      action: 'iam:PassRole',
      resource: role,
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    },
    'a role handed to CloudFormation': {
      action: 'iam:PassRole',
      resource: role,
      context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    },
    "another environment's role handed to a function": {
      action: 'iam:PassRole',
      resource: otherRole,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    "administrator's role handed to a function": {
      action: 'iam:PassRole',
      resource: `${iam}:role/Administrator`,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    "another environment's role changed": {
      action: 'iam:PutRolePolicy',
      resource: otherRole,
      context: bound,
    },
    'another role assumed': { action: 'sts:AssumeRole', resource: `${iam}:role/Administrator` },
    "another environment's stack updated": {
      action: 'cloudformation:UpdateStack',
      resource: otherStack,
    },
    "another environment's stack deleted": {
      action: 'cloudformation:DeleteStack',
      resource: otherStack,
    },
    'a macro that rewrites templates': {
      action: 'cloudformation:CreateChangeSet',
      resource: `arn:aws:cloudformation:${region}:aws:transform/Include`,
    },
    "another environment's code replaced": {
      action: 'lambda:UpdateFunctionCode',
      resource: otherFunction,
    },
    "another environment's function reconfigured": {
      action: 'lambda:UpdateFunctionConfiguration',
      resource: otherFunction,
    },
    "another environment's function opened": {
      action: 'lambda:AddPermission',
      resource: otherFunction,
    },
    "another environment's function called": {
      action: 'lambda:InvokeFunction',
      resource: otherFunction,
    },
    "another environment's template replaced before it is deployed": {
      action: 's3:PutObject',
      resource: `${bucket}/0f-template.json`,
    },
    "another environment's code read": { action: 's3:GetObject', resource: `${bucket}/0f` },
    "another environment's uploads deleted": {
      action: 's3:DeleteObject',
      resource: `${bucket}/0f`,
    },
    'the deployment bucket of the app changed': {
      action: 'ssm:PutParameter',
      resource: at('ssm', 'parameter/agent-memory/deploy/bucket'),
    },
    "another environment's parameters changed": {
      action: 'ssm:PutParameter',
      resource: at('ssm', `parameter/${other}/tables/agent-secrets`),
    },
    "another environment's tables deleted": {
      action: 'dynamodb:DeleteTable',
      resource: at('dynamodb', `table/${other}-AgentSecretsTable-1ABC`),
    },
    'the registry given away': {
      action: 'ecr:PutRegistryPolicy',
      resource: '*',
    },
    ...(repository !== undefined && {
      "another environment's image replaced": {
        action: 'ecr:PutImage',
        resource: at('ecr', `repository/${repository}`),
      },
      "another environment's image read": {
        action: 'ecr:BatchGetImage',
        resource: at('ecr', `repository/${repository}`),
      },
      "another environment's layers read": {
        action: 'ecr:GetDownloadUrlForLayer',
        resource: at('ecr', `repository/${repository}`),
      },
      "another environment's image deleted": {
        action: 'ecr:BatchDeleteImage',
        resource: at('ecr', `repository/${repository}`),
      },
      "another environment's repository given away": {
        action: 'ecr:SetRepositoryPolicy',
        resource: at('ecr', `repository/${repository}`),
      },
    }),
  }
}

/** What is of less trust only: the role of production reads all of these. */
export function indiscretions({ other, stage }: Targets): Readonly<Record<string, Wish>> {
  const otherFunction = at('lambda', `function:${other}-GetIndexHTTPLambda-1ABC`)
  const context = {
    'kms:ViaService': `ssm.${region}.amazonaws.com`,
    'kms:EncryptionContext:PARAMETER_ARN': at('ssm', `parameter/agent-memory/${stage}/API_KEY`),
  }
  return {
    "another environment's variables, by its functions": {
      action: 'lambda:GetFunction',
      resource: otherFunction,
    },
    "another environment's variables, by the list of functions": {
      action: 'lambda:ListFunctions',
      resource: '*',
    },
    "another environment's variables, by its template": {
      action: 'cloudformation:GetTemplate',
      resource: at('cloudformation', `stack/${other}/a-guid`),
    },
    "another environment's secrets": {
      action: 'kms:Decrypt',
      resource: at('kms', 'key/0f'),
      context,
    },
  }
}

/** What code of a function could try, with every right in its own role's policies. */
export function functionEscalations({ own, other }: Targets): Readonly<Record<string, Wish>> {
  const one = (action: string, resource: string): Wish => ({ action, resource })
  const role = `${iam}:role/${own}-Role-1ABC`
  const ownFunction = at('lambda', `function:${own}-GetIndexHTTPLambda-1ABC`)
  return {
    'a role': one('iam:CreateRole', role),
    'its boundary taken away': one('iam:DeleteRolePermissionsBoundary', role),
    'a policy of its own': one('iam:PutRolePolicy', role),
    'administration attached': one('iam:AttachRolePolicy', role),
    'the boundary rewritten': one('iam:CreatePolicyVersion', boundaryArn),
    'a user': one('iam:CreateUser', `${iam}:user/me`),
    'a key': one('iam:CreateAccessKey', `${iam}:user/admin`),
    'a role handed on': one('iam:PassRole', role),
    'another role assumed': one('sts:AssumeRole', `${iam}:role/Administrator`),
    'a stack': one('cloudformation:CreateStack', at('cloudformation', 'stack/Mine/*')),
    'its own stack updated': one(
      'cloudformation:UpdateStack',
      at('cloudformation', `stack/${own}/g`),
    ),
    'its own code': one('lambda:UpdateFunctionCode', ownFunction),
    'a function': one('lambda:CreateFunction', at('lambda', 'function:mine')),
    'itself opened': one('lambda:AddPermission', ownFunction),
    "another environment's function called": one(
      'lambda:InvokeFunction',
      at('lambda', `function:${other}-GetIndexHTTPLambda-1ABC`),
    ),
    "another environment's table read": one(
      'dynamodb:Scan',
      at('dynamodb', `table/${other}-AgentSecretsTable-1ABC`),
    ),
    "another environment's table written": one(
      'dynamodb:PutItem',
      at('dynamodb', `table/${other}-AgentSecretsTable-1ABC`),
    ),
    "another environment's parameters": one(
      'ssm:GetParameter',
      at('ssm', `parameter/${other}/tables/agent-secrets`),
    ),
    "the app's variables of all stages": one(
      'ssm:GetParametersByPath',
      at('ssm', 'parameter/agent-memory'),
    ),
    'the deployment bucket changed': one(
      'ssm:PutParameter',
      at('ssm', 'parameter/agent-memory/deploy/bucket'),
    ),
    'a secret': one('secretsmanager:GetSecretValue', at('secretsmanager', 'secret:production-1')),
    'an image replaced': one('ecr:PutImage', at('ecr', 'repository/agent-memory-lambda-images')),
    'an image read': one('ecr:BatchGetImage', at('ecr', 'repository/agent-memory-lambda-images')),
    'uploads of a deploy replaced': one(
      's3:PutObject',
      `arn:aws:s3:::agent-memory-deploys-production-${account}/0f`,
    ),
    "another environment's bucket": one(
      's3:GetObject',
      `arn:aws:s3:::${other.toLowerCase()}-memorybucket-1abc/x`,
    ),
    'a machine': one('ec2:RunInstances', at('ec2', 'instance/*')),
    'an account': one('organizations:CreateAccount', '*'),
    'an API of another environment': one(
      'apigateway:PATCH',
      `arn:aws:apigateway:${region}::/apis/a`,
    ),
  }
}
