import awsLite from '@aws-lite/client'

import { recordOf } from '../../core/basics/is-record.ts'
import { once } from '../../core/basics/once.ts'
import { type AwsCall, awsError } from './aws-error.ts'
import { signInError, withoutEcho } from './sign-in-error.ts'
import { retryThrottled } from './retry-throttled.ts'
import { refusalIn, xmlText } from './xml-text.ts'

/** The part of Architect's inventory that decides which AWS account and region are used. */
export interface AwsInventory {
  readonly inv: {
    readonly aws: { readonly profile?: string | null; readonly region?: string | null }
  }
}

/** A JSON answer, or what AWS's XML says as one. */
export type Answer = Readonly<Record<string, unknown>>

/** AWS as this plugin needs it; `resource` names what is touched, for messages. */
export interface Aws {
  readonly region: string
  /** ECR's JSON API. */
  ecr(action: string, input: Readonly<Record<string, unknown>>, resource: string): Promise<Answer>
  /** CloudFormation's query API; gives `<Action>Result`. */
  cloudformation(
    action: string,
    parameters: Readonly<Record<string, string>>,
    resource: string,
  ): Promise<Answer>
  /** IAM's query API; gives `<Action>Result`. */
  iam(
    action: string,
    parameters: Readonly<Record<string, string>>,
    resource: string,
  ): Promise<Answer>
  /** STS's query API; gives `<Action>Result`, and AWS's time as HTTP has it. */
  sts(
    action: string,
    parameters: Readonly<Record<string, string>>,
    resource: string,
  ): Promise<{ readonly result: Answer; readonly date?: string }>
  /** Lambda's REST API; with a body it is a PUT. */
  lambda(
    action: string,
    request: {
      readonly path: string
      readonly query?: Readonly<Record<string, string>>
      readonly body?: Readonly<Record<string, unknown>>
    },
    resource: string,
  ): Promise<Answer>
  /** Lambda's Invoke, which waits for the answer and gives the end of the log; never tried twice. */
  invoke(
    functionName: string,
    event: string,
  ): Promise<{ readonly payload: Uint8Array; readonly headers: Readonly<Record<string, unknown>> }>
  /** CloudWatch Logs' JSON API. */
  logs(action: string, input: Readonly<Record<string, unknown>>, resource: string): Promise<Answer>
  /** S3, addressed by path; gives the answer's text. `action` is S3's name of it, for messages. */
  s3(
    action: string,
    request: {
      readonly method: 'GET' | 'DELETE' | 'PUT'
      readonly path: string
      readonly query: Readonly<Record<string, string>>
      readonly body?: string
    },
    resource: string,
  ): Promise<string>
}

/**
 * AWS through the client, profile, region and endpoint that Architect's own deploy uses.
 * @throws ContainerImageError AWS_CREDENTIALS_MISSING, AWS_REGION_MISSING; its methods throw
 * AWS_CREDENTIALS_REFUSED, AWS_DENIED, AWS_FAILED
 */
export async function openAws({ inventory }: { inventory: AwsInventory }): Promise<Aws> {
  const { profile, region } = inventory.inv.aws
  const place = { ...(region && { region }), ...(profile && { profile }) }
  // Under `arc` aws-lite would otherwise open a connection for every request, with a handshake each.
  const open = () => awsLite({ ...place, keepAlive: true })
  const client = await withoutEcho(open).catch(async (error: unknown) => {
    throw await signInError(error, profile ?? undefined)
  })
  // Only a whole client can be told not to try again. A connection that was kept may have ended, of
  // which it would hear only after it has asked.
  const onlyOnce = once(() => awsLite({ ...place, keepAlive: false, retries: 0 }))
  const config: unknown = Reflect.get(client, 'config')
  const chosen = recordOf(config)
  const usedRegion = String(chosen['region'])

  type Request = Omit<Parameters<typeof client>[0], 'service'>

  async function askWhole(call: AwsCall, request: Request, by = client) {
    try {
      return await retryThrottled(async () => {
        try {
          return await by({ ...request, service: call.service })
        } catch (error) {
          throw refusalIn(error)
        }
      })
    } catch (error) {
      throw awsError(error, call)
    }
  }

  /** Not through aws-lite's parser, which takes 50 bytes of memory for a character of a text. */
  async function askTemplate(call: AwsCall, request: Request): Promise<Answer> {
    const raw = { ...request, rawResponsePayload: true }
    const xml = await ask(call, raw)
    return { TemplateBody: xmlText(String(xml), 'TemplateBody') }
  }

  async function ask(call: AwsCall, request: Request): Promise<unknown> {
    const { payload } = await askWhole(call, request)
    return payload
  }

  async function send(call: AwsCall, request: Request): Promise<Answer> {
    const payload = await ask(call, request)
    return recordOf(payload)
  }

  // aws-lite knows no host of its own for ECR's API; an endpoint that was asked for goes first.
  const domain = usedRegion.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const ecrHost = chosen['host'] === undefined ? { host: `api.ecr.${usedRegion}.${domain}` } : {}

  return {
    region: usedRegion,
    ecr: (action, input, resource) =>
      send(
        { service: 'ecr', action, resource },
        {
          ...ecrHost,
          awsjson: false,
          headers: {
            'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${action}`,
            'content-type': 'application/x-amz-json-1.1',
          },
          payload: { ...input },
        },
      ),
    async cloudformation(action, parameters, resource) {
      const call = { service: 'cloudformation' as const, action, resource }
      const request = {
        method: 'POST' as const,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        // As a form: a template of 50 kB is too long for a URL.
        payload: new URLSearchParams({
          Action: action,
          Version: '2010-05-15',
          ...parameters,
        }).toString(),
      }
      if (action === 'GetTemplate') return await askTemplate(call, request)
      const payload = await send(call, request)
      return recordOf(payload[`${action}Result`])
    },
    async iam(action, parameters, resource) {
      const query = { Action: action, Version: '2010-05-08', ...parameters }
      const payload = await send({ service: 'iam', action, resource }, { query })
      return recordOf(payload[`${action}Result`])
    },
    async sts(action, parameters, resource) {
      const query = { Action: action, Version: '2011-06-15', ...parameters }
      const { payload, headers } = await askWhole({ service: 'sts', action, resource }, { query })
      const date: unknown = recordOf(headers)['date']
      const result = recordOf(recordOf(payload)[`${action}Result`])
      return { result, ...(typeof date === 'string' && { date }) }
    },
    lambda: (action, { path, query = {}, body }, resource) =>
      send(
        { service: 'lambda', action, resource },
        { path, query: { ...query }, ...(body && { method: 'PUT', payload: { ...body } }) },
      ),
    async invoke(functionName, event) {
      const call = {
        service: 'lambda' as const,
        action: 'Invoke',
        resource: `function '${functionName}'`,
      }
      const request = {
        method: 'POST' as const,
        path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
        headers: {
          'content-type': 'application/json',
          'x-amz-invocation-type': 'RequestResponse',
          'x-amz-log-type': 'Tail',
        },
        payload: Buffer.from(event),
        rawResponsePayload: true,
      }
      const { payload, headers } = await askWhole(call, request, await onlyOnce())
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.alloc(0)
      return { payload: bytes, headers: recordOf(headers) }
    },
    logs: (action, input, resource) =>
      send(
        { service: 'logs', action, resource },
        {
          awsjson: false,
          headers: {
            'x-amz-target': `Logs_20140328.${action}`,
            'content-type': 'application/x-amz-json-1.1',
          },
          payload: { ...input },
        },
      ),
    async s3(action, { method, path, query, body }, resource) {
      const payloadOf = body === undefined ? {} : { payload: Buffer.from(body) }
      const request = { method, path, query: { ...query }, rawResponsePayload: true, ...payloadOf }
      const payload = await ask({ service: 's3', action, resource }, request)
      return Buffer.isBuffer(payload) ? payload.toString() : ''
    },
  }
}
