import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

import { recordOf } from '../../../../plugin/core/basics/is-record.ts'
import { statementsOf, type Statement } from './policy.ts'
import { boundaryArn } from './resource-types.ts'
import { resolveTemplate, type Values } from './resolve-template.ts'

const file = join(import.meta.dirname, '../../../../docs/aws/deploy-role.yaml')
const template: unknown = parse(await readFile(file, 'utf8'))

/** What the template of the roles makes of parameters. */
export interface DeployRole {
  readonly resources: Readonly<Record<string, unknown>>
  /** Of the role. */
  readonly statements: readonly Statement[]
  /** Of what its stacks' roles may do at most. */
  readonly boundary: readonly Statement[]
  /** The policy documents of some managed policies. */
  documents(ids: readonly string[]): readonly unknown[]
}

export const rolePolicies = ['DeployPolicy', 'StackPolicy']

/** Resources have the names that CloudFormation and IAM give them. */
export function deployRole(parameters: Values): DeployRole {
  const { App = '', Environment = '' } = parameters
  const bucket = `${App}-deploys-${Environment}-123456789012`
  const resolved = resolveTemplate(template, {
    Boundary: boundaryArn,
    DeploymentBucket: bucket,
    'DeploymentBucket.Arn': `arn:aws:s3:::${bucket}`,
    ...parameters,
  })
  const resources = recordOf(recordOf(resolved)['Resources'])
  return {
    resources,
    statements: statementsOf(resolved, rolePolicies),
    boundary: statementsOf(resolved, ['Boundary']),
    documents: (ids) =>
      ids.map((id) => recordOf(recordOf(resources[id])['Properties'])['PolicyDocument']),
  }
}

const memory = {
  App: 'agent-memory',
  StackPrefix: 'AgentMemory',
  ImageRepository: 'agent-memory-lambda-images',
  GitHubOwner: 'ada',
  GitHubRepository: 'memory',
}

/** Parameters of the example's three roles, as docs/aws-setup.md has them. */
export const memoryRoles = {
  preview: { ...memory, Environment: 'preview', BucketPrefix: 'agentmemorystagingpr' },
  staging: { ...memory, Environment: 'staging', BucketPrefix: 'agentmemorystaging-' },
  production: { ...memory, Environment: 'production', BucketPrefix: 'agentmemoryproduction-' },
} as const

/** Of the previews of the fixture app `greeter`. */
export const greeterPreview = {
  ...memoryRoles.preview,
  App: 'greeter',
  StackPrefix: 'Greeter',
  BucketPrefix: 'greeterstagingpr',
  ImageRepository: 'greeter-lambda-images',
}
