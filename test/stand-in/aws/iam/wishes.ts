import type { JournalEntry } from '../call.ts'
import type { RegistryStandIn } from '../../registry/index.ts'
import type { Wish } from './policy.ts'

const account = '123456789012'
const region = 'us-west-2'

function arn(service: string, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`
}

/** Where the API's name is not the permission's (AWS, "Service Authorization Reference"). */
const permissions: Readonly<Record<string, string>> = {
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const resources: Readonly<Record<string, (entry: JournalEntry) => string>> = {
  cloudformation({ parameters }) {
    const name = text(parameters['StackName'])
    if (name === '') return '*'
    return name.startsWith('arn:') ? name : arn('cloudformation', `stack/${name}/a-guid`)
  },
  cloudfront: () => '*',
  ecr({ action, parameters }) {
    const [first]: unknown[] = Array.isArray(parameters['repositoryNames'])
      ? parameters['repositoryNames']
      : []
    if (action === 'GetAuthorizationToken') return '*'
    if (typeof parameters['resourceArn'] === 'string') return parameters['resourceArn']
    return arn('ecr', `repository/${text(parameters['repositoryName']) || text(first)}`)
  },
  iam: () => '*',
  sts: () => '*',
  lambda: ({ parameters }) =>
    'FunctionName' in parameters
      ? arn('lambda', `function:${text(parameters['FunctionName'])}`)
      : '*',
  logs({ parameters }) {
    const several = parameters['logGroupNames']
    const [first]: unknown[] = Array.isArray(several) ? several : []
    const name = text(parameters['logGroupName']) || text(first)
    return name === '' ? '*' : arn('logs', `log-group:${name}`)
  },
  s3: ({ action, parameters }) =>
    [
      'arn:aws:s3:::',
      text(parameters['bucket']),
      text(parameters['key']) && `/${text(parameters['key'])}`,
      // Keys are in its body.
      action === 'DeleteObjects' && '/key',
    ]
      .filter((part) => part !== false)
      .join(''),
  ssm: ({ parameters }) =>
    arn('ssm', `parameter${text(parameters['Name']) || text(parameters['Path'])}`),
}

/** What AWS would have asked IAM about, for every call that the stand-in was asked. */
export function wishesOf(asked: {
  readonly journal: readonly JournalEntry[]
  readonly registryJournal: RegistryStandIn['journal']
}): readonly Wish[] {
  const calls = asked.journal.map((entry) => {
    const name = `${entry.service}:${entry.action}`
    const resource = resources[entry.service]
    if (resource === undefined) throw new Error(`No ARN is known for ${name}.`)
    return { action: permissions[name] ?? name, resource: resource(entry) }
  })
  return unique([...calls, ...asked.registryJournal.flatMap(registryWish)])
}

/** ECR's permissions behind the OCI distribution API (AWS, "IAM permissions for pushing an image"). */
function registryWish(request: { method: string; path: string }): Wish[] {
  const { method, path } = request
  const [, repository, kind] =
    /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests)\//.exec(`${path}/`) ?? []
  if (repository === undefined || kind === undefined) return []
  const read = method === 'GET' || method === 'HEAD'
  const actions = {
    manifests: read ? ['BatchGetImage'] : ['PutImage'],
    blobs: method === 'HEAD' ? ['BatchCheckLayerAvailability'] : ['GetDownloadUrlForLayer'],
    'blobs/uploads': ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'],
  }[kind]
  return (actions ?? []).map((action) => ({
    action: `ecr:${action}`,
    resource: arn('ecr', `repository/${repository}`),
  }))
}

function unique(wishes: readonly Wish[]): readonly Wish[] {
  return [...new Map(wishes.map((wish) => [JSON.stringify(wish), wish])).values()]
}
