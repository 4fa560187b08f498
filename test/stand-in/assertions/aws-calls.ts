import awsLite from '@aws-lite/client'

type Record_ = Readonly<Record<string, unknown>>

/** Signed calls of AWS's APIs, for tests that look at answers themselves. */
export interface AwsCalls {
  readonly ecr: (action: string, input?: Record_) => Promise<Record<string, unknown>>
  ssm(action: string, input?: Record_): Promise<Record<string, unknown>>
  cloudformation(action: string, parameters: Record_): Promise<Record<string, unknown>>
  s3(method: string, path: string, body?: Buffer): Promise<{ statusCode: number; payload: unknown }>
  /** With a body it is the PUT of UpdateFunctionCode. */
  lambda(path: string, body?: Record_): Promise<Record<string, unknown>>
  logs(action: string, input?: Record_): Promise<Record<string, unknown>>
}

const targets = {
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  ssm: 'AmazonSSM',
  logs: 'Logs_20140328',
}

/** From the variables that `startAws` gives, or from those of another stand-in. */
export async function openCalls(environment: Readonly<Record<string, string>>): Promise<AwsCalls> {
  const client = await awsLite({
    endpoint: environment['AWS_ENDPOINT_URL'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    retries: 0,
  })
  async function json(service: keyof typeof targets, action: string, input: Record_ = {}) {
    const { payload } = await client({
      service,
      awsjson: false,
      headers: {
        'x-amz-target': `${targets[service]}.${action}`,
        'content-type': 'application/x-amz-json-1.1',
      },
      payload: { ...input },
    })
    return payload
  }
  return {
    ecr: (action, input) => json('ecr', action, input),
    ssm: (action, input) => json('ssm', action, input),
    logs: (action, input) => json('logs', action, input),
    async cloudformation(action, parameters) {
      const form = new URLSearchParams({ Action: action, Version: '2010-05-15' })
      for (const [name, value] of Object.entries(parameters)) form.set(name, String(value))
      const { payload } = await client({
        service: 'cloudformation',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: form.toString(),
      })
      return payload[`${action}Result`] ?? {}
    },
    s3: (method, path, payload) =>
      client({
        service: 's3',
        path,
        ...(payload && { payload }),
        ...Object.fromEntries([['method', method]]),
      }),
    async lambda(path, body) {
      const put = body && { method: 'PUT' as const, payload: { ...body } }
      const { payload } = await client({ service: 'lambda', path, ...put })
      return payload
    },
  }
}
