import { openCalls } from '../../assertions/aws-calls.ts'
import type { ImageApp } from '../../inputs/image-app.ts'
import { deployRole } from './deploy-role.ts'
import type { Values } from './resolve-template.ts'

/** What the template of a preview's role makes before its first deploy: bucket and repository. */
export async function makeEnvironment(
  { aws, environment }: ImageApp,
  parameters: Values,
): Promise<void> {
  const { ecr } = await openCalls(environment)
  const { resources } = deployRole(parameters)
  const { PreviewRepository, DeploymentBucket } = JSON.parse(JSON.stringify(resources))
  const bucket: string = DeploymentBucket.Properties.BucketName
  aws.state.buckets[bucket] = { created: 0, region: 'us-west-2', objects: {} }
  const made = PreviewRepository.Properties
  const repositoryName: string = made.RepositoryName
  const { ImageTagMutability: imageTagMutability, Tags: tags } = made
  await ecr('CreateRepository', { repositoryName, imageTagMutability, tags })
  const policyText = JSON.stringify(made.RepositoryPolicyText)
  await ecr('SetRepositoryPolicy', { repositoryName, policyText })
  const { LifecyclePolicyText: lifecyclePolicyText } = made.LifecyclePolicy
  await ecr('PutLifecyclePolicy', { repositoryName, lifecyclePolicyText })
}
