import { setTimeout as sleep } from 'node:timers/promises'

import awsLite from '@aws-lite/client'

/** The calls with which the check looks at what a deploy made; through Architect's own AWS client. */
export interface LiveAws {
  /** By logical id. */
  functions(stackName: string): Promise<ReadonlyMap<string, DeployedResource>>
  stackStatus(stackName: string): Promise<string | undefined>
  /** Waits until Lambda has made or updated it. */
  configuration(functionName: string): Promise<Fields>
  /** Code of GetFunction: `ResolvedImageUri` of an image. */
  code(functionName: string): Promise<Fields>
  /** The answer's body, parsed. @throws Error with Lambda's words when the function failed */
  invoke(functionName: string): Promise<Fields>
  repository(name: string): Promise<Fields | undefined>
  /** Digests that the repository's own lifecycle policy would expire now. */
  lifecyclePreview(repository: string): Promise<readonly string[]>
  /** What stays after a teardown, since an app's stacks share it: images, bucket, parameters. */
  removeRest(app: string, repositories: readonly string[]): Promise<void>
}

export interface DeployedResource {
  readonly physicalId: string
  readonly type: string
}

export type Fields = Readonly<Record<string, unknown>>

const minutes = 60_000

/** @param region where the app is deployed */
export async function openLiveAws(region: string): Promise<LiveAws> {
  const client = await awsLite({ region })
  const custom = Reflect.get(Object(Reflect.get(client, 'config')), 'host') !== undefined
  const ecrHost = custom ? {} : { host: `api.ecr.${region}.amazonaws.com` }

  async function json(service: string, target: string, payload: object): Promise<Fields> {
    const answer = await client({
      service,
      ...(service === 'ecr' ? ecrHost : {}),
      awsjson: false,
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
      payload: { ...payload },
    })
    return fields(answer.payload)
  }
  const ecr = (action: string, payload: object): Promise<Fields> =>
    json('ecr', `AmazonEC2ContainerRegistry_V20150921.${action}`, payload)
  const ssm = (action: string, payload: object): Promise<Fields> =>
    json('ssm', `AmazonSSM.${action}`, payload)
  async function cloudformation(Action: string, StackName: string): Promise<Fields> {
    const query = { Action, Version: '2010-05-15', StackName }
    const { payload } = await client({ service: 'cloudformation', query })
    return fields(fields(payload)[`${Action}Result`])
  }
  const lambda = (path: string): string => `/2015-03-31/functions/${path}`

  return {
    async functions(stackName) {
      const { StackResources: list } = await cloudformation('DescribeStackResources', stackName)
      return new Map(
        members(list).map((entry) => [
          String(entry['LogicalResourceId']),
          { physicalId: String(entry['PhysicalResourceId']), type: String(entry['ResourceType']) },
        ]),
      )
    },
    async stackStatus(stackName) {
      const answer = await ifThere(() => cloudformation('DescribeStacks', stackName))
      const [stack] = members(answer?.['Stacks'])
      return stack === undefined ? undefined : String(stack['StackStatus'])
    },
    async configuration(functionName) {
      for (const until = Date.now() + 5 * minutes; ;) {
        const { payload } = await client({
          service: 'lambda',
          path: lambda(`${functionName}/configuration`),
        })
        const found = fields(payload)
        const moving = found['State'] === 'Pending' || found['LastUpdateStatus'] === 'InProgress'
        if (!moving || Date.now() > until) return found
        await sleep(2000)
      }
    },
    async code(functionName) {
      const { payload } = await client({ service: 'lambda', path: lambda(functionName) })
      return fields(fields(payload)['Code'])
    },
    async invoke(functionName) {
      const answer = await client({
        service: 'lambda',
        path: lambda(`${functionName}/invocations`),
        method: 'POST',
        payload: { version: '2.0', requestContext: { http: { method: 'GET' } } },
      })
      const reply = fields(answer.payload)
      const failed: unknown = Reflect.get(Object(answer.headers), 'x-amz-function-error')
      if (failed !== undefined) throw new Error(JSON.stringify(reply))
      return fields(JSON.parse(String(reply['body'])))
    },
    async repository(name) {
      const answer = await ifThere(() => ecr('DescribeRepositories', { repositoryNames: [name] }))
      return members(answer?.['repositories'])[0]
    },
    async lifecyclePreview(repositoryName) {
      await ecr('StartLifecyclePolicyPreview', { repositoryName })
      for (const until = Date.now() + 5 * minutes; ;) {
        const preview = await ecr('GetLifecyclePolicyPreview', { repositoryName })
        if (preview['status'] === 'COMPLETE')
          return members(preview['previewResults']).map((entry) => String(entry['imageDigest']))
        if (Date.now() > until) throw new Error(`preview is ${String(preview['status'])}`)
        await sleep(2000)
      }
    },
    async removeRest(app, repositories) {
      for (const repositoryName of repositories)
        await ifThere(() => ecr('DeleteRepository', { repositoryName, force: true }))
      const path = `/${app}/`
      const { Parameters: list } = await ssm('GetParametersByPath', { Path: path, Recursive: true })
      for (const { Name, Value } of members(list)) {
        if (String(Name).endsWith('/deploy/bucket')) await removeBucket(String(Value))
        await ssm('DeleteParameter', { Name })
      }
    },
  }

  async function removeBucket(bucket: string): Promise<void> {
    const { payload } = await client({
      service: 's3',
      path: `/${bucket}`,
      query: { 'list-type': '2' },
    })
    for (const { Key } of members(fields(payload)['Contents']))
      await client({ service: 's3', method: 'DELETE', path: `/${bucket}/${String(Key)}` })
    await client({ service: 's3', method: 'DELETE', path: `/${bucket}` })
  }
}

/** AWS answers with an error for what is not there. */
async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (/does not exist|NotFound|not found/i.test(String(error))) return undefined
    throw error
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** A list of JSON, or of XML, where one item is no list. */
function members(value: unknown): readonly Fields[] {
  const list: unknown = Array.isArray(value)
    ? value
    : (Reflect.get(Object(value), 'member') ?? value)
  if (list === undefined || list === '' || list === null) return []
  return (Array.isArray(list) ? list : [list]).map(fields)
}
