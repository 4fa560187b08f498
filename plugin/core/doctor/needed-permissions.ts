import { type Finding, note, ok, stops } from './finding.ts'

/** Actions that are asked about together, on one resource. */
export interface PermissionQuestion {
  readonly resource: string
  readonly actions: readonly string[]
}

/** What a deploy is certain to do, whatever the app has; docs/aws-setup.md has all of it. */
export function neededPermissions(where: {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly repository: string
  readonly stackName: string
}): readonly PermissionQuestion[] {
  const { partition, region, account, repository, stackName } = where
  const inRegion = (service: string, rest: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${rest}`
  return [
    { resource: '*', actions: ['ecr:GetAuthorizationToken'] },
    {
      resource: inRegion('ecr', `repository/${repository}`),
      actions: [
        'ecr:DescribeRepositories',
        'ecr:BatchGetImage',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:UploadLayerPart',
        'ecr:CompleteLayerUpload',
        'ecr:PutImage',
      ],
    },
    {
      resource: inRegion('cloudformation', `stack/${stackName}/*`),
      actions: [
        'cloudformation:DescribeStacks',
        'cloudformation:CreateStack',
        'cloudformation:UpdateStack',
        'cloudformation:GetTemplate',
      ],
    },
    {
      resource: inRegion('lambda', `function:${stackName}-*`),
      actions: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:GetFunction'],
    },
  ]
}

/** `arn:aws:sts::1:assumed-role/deploy/me` to the role's name; undefined for a user's ARN. */
export function assumedRole(arn: string): string | undefined {
  return /^arn:[\w-]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn)?.[1]
}

/** @param denied by resource, what the simulation did not allow */
export function judgePermissions(denied: ReadonlyMap<string, readonly string[]>): Finding {
  if (denied.size === 0)
    return ok('what every deploy does is allowed, as IAM simulates it; see docs/aws-setup.md')
  const lines = [...denied].map(([resource, actions]) => `${actions.join(', ')} on ${resource}`)
  return stops(`IAM's simulation does not allow ${lines.join('; ')}. Allow it for this role.`)
}

export function notSimulated(seen: string): Finding {
  return note(
    `not known: ${seen} With iam:SimulatePrincipalPolicy (and iam:GetRole) this could be said before a deploy.`,
  )
}
