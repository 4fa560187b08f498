import type { AppWideSettings } from '../model.ts'

/** What the roles of an app's environments are made for. */
export interface RoleSubject {
  readonly app: string
  /** The name of the app's stacks up to the stage: `AgentMemory`. */
  readonly stackPrefix: string
  readonly region: string | undefined
  readonly settings: Pick<AppWideSettings, 'repository' | 'productionRepository' | 'keep'>
  /** `owner/name` on GitHub, where it is known. */
  readonly gitHub: string | undefined
}

const template = 'node_modules/arc-plugin-container-images/docs/aws/deploy-role.yaml'

const environments = ['preview', 'staging', 'production'] as const

/** Commands for a shell that make the role of each environment, with nothing left to fill in. */
export function roleCommands(subject: RoleSubject): string {
  return environments.map((environment) => roleCommand(environment, subject)).join('\n\n')
}

function roleCommand(
  environment: (typeof environments)[number],
  { app, stackPrefix, region, settings, gitHub = 'OWNER/REPOSITORY' }: RoleSubject,
): string {
  const [owner = '', repository = ''] = gitHub.split('/')
  const prefix = stackPrefix.toLowerCase()
  const bucketPrefixes = {
    preview: `${prefix}stagingpr`,
    staging: `${prefix}staging-`,
    production: `${prefix}production-`,
  }
  const { productionRepository, keep } = settings
  const parameters = {
    Environment: environment,
    App: app,
    StackPrefix: stackPrefix,
    BucketPrefix: bucketPrefixes[environment],
    ImageRepository: settings.repository,
    ...(productionRepository !== undefined && { ProductionRepository: productionRepository }),
    ...(keep !== 10 && { KeepImages: String(keep) }),
    GitHubOwner: owner,
    GitHubRepository: repository,
    GitHubOwnerId: `"$(gh api repos/${gitHub} --jq .owner.id)"`,
    GitHubRepositoryId: `"$(gh api repos/${gitHub} --jq .id)"`,
    CreateProvider: String(environment === 'preview'),
  }
  const lines = [
    `aws cloudformation deploy --stack-name ${app}-${environment}-role`,
    ...(region === undefined ? [] : [`--region ${region}`]),
    `--template-file ${template}`,
    '--capabilities CAPABILITY_IAM --parameter-overrides',
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ]
  return lines.join(' \\\n  ')
}
