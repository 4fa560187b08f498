import { wishesOf } from './iam/wishes.ts'
import type { IncomingMessage } from 'node:http'

import type { Answer } from './answer.ts'
import type { Call, JournalEntry } from './call.ts'
import { commonFault } from './common-faults.ts'
import type { Context } from './context.ts'
import { isAwsFault } from './fault.ts'
import { readBody } from './listen.ts'
import { type CommonFault, type Service, services } from './services.ts'
import { parseClaim, signatureMatches } from './signature.ts'
import { timeFault } from './signature-time.ts'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The connection ends without an answer. */
export class ConnectionBroken extends Error {}

/** Refuses the next calls of an action, as AWS would for that cause. */
export interface Refusal {
  readonly service: string
  readonly action: string
  /** `reset`: the connection breaks. `gateway`: a proxy on the way answers for AWS. */
  readonly fault: CommonFault | 'reset' | 'gateway'
  /** Default: every one. */
  readonly times?: number
}

/** HTML, and none of AWS's headers. */
const badGateway: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
}

export interface PendingRefusal {
  readonly refusal: Refusal
  left: number
}

export interface DoorOptions {
  readonly context: Context
  readonly journal: JournalEntry[]
  readonly key: AccessKey
  readonly refusals: readonly PendingRefusal[]
  readonly expired: () => boolean
  /** The time by which signatures are judged (ms). */
  readonly clock: () => number
}

/** What every call passes before its service sees it: signature, key, and refusals that a test asked for. */
export function openDoor(options: DoorOptions): (request: IncomingMessage) => Promise<Answer> {
  const { context, journal, refusals, expired } = options
  const { account, region, store } = context
  const { accessKeyId, secretAccessKey } = options.key

  function authenticate(request: IncomingMessage, body: Buffer, service: Service): void {
    const claim = parseClaim(request.headers.authorization)
    if (claim === undefined) throw commonFault(service, 'MissingAuthenticationToken')
    if (claim.accessKeyId !== accessKeyId) throw commonFault(service, 'UnknownAccessKey')
    const { method = 'GET', url = '/', headers } = request
    if (!signatureMatches({ method, url, headers, body }, claim, secretAccessKey))
      throw commonFault(service, 'SignatureMismatch')
    const skew = timeFault(String(headers['x-amz-date'] ?? ''), options.clock())
    if (skew !== undefined)
      throw commonFault(service, 'SignatureTime', claim.service === 's3' ? undefined : skew)
    if (expired()) throw commonFault(service, 'ExpiredToken')
  }

  function refuseIfAsked(call: Call, service: Service): Answer | undefined {
    const action = service.action(call)
    const found = refusals.find(
      ({ refusal, left }) =>
        left > 0 && refusal.service === call.service && refusal.action === action,
    )
    if (found === undefined) return undefined
    found.left--
    const { fault } = found.refusal
    if (fault === 'reset') throw new ConnectionBroken()
    if (fault === 'gateway') return badGateway
    const caller = `arn:aws:iam::${account}:user/stand-in`
    const message = `User: ${caller} is not authorized to perform: ${call.service}:${action} because no identity-based policy allows the ${call.service}:${action} action`
    throw commonFault(service, fault, fault === 'AccessDenied' ? message : undefined)
  }

  function refuseByPolicy(entry: Omit<JournalEntry, 'status'>, service: Service): void {
    const { mayDo } = context.behaviour
    if (mayDo === undefined) return
    const asked = wishesOf({ journal: [{ ...entry, status: 200 }], registryJournal: [] })
    if (!asked.every(mayDo)) throw commonFault(service, 'AccessDenied')
  }

  return async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request)
    const claim = parseClaim(request.headers.authorization)
    const target = String(request.headers['x-amz-target'] ?? '')
    const name = claim?.service ?? (target.startsWith('AmazonSSM') ? 'ssm' : 's3')
    const service = services[name]
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const call: Call = {
      service: name,
      region: claim?.region ?? region,
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      host: request.headers.host ?? '',
      body,
    }
    if (service === undefined) {
      journal.push({ service: name, action: '', parameters: {}, status: 501, error: 'unknown' })
      return { status: 501, headers: {}, body: `The stand-in of AWS has no service '${name}'.` }
    }
    const entry = {
      service: name,
      action: service.action(call),
      parameters: service.parameters(call),
    }
    try {
      authenticate(request, body, service)
      const asked = refuseIfAsked(call, service)
      refuseByPolicy(entry, service)
      const result = asked ?? (await service.answer(call, context))
      journal.push({ ...entry, status: result.status })
      await store.save()
      return result
    } catch (error) {
      if (!isAwsFault(error)) throw error
      journal.push({ ...entry, status: error.status, error: error.code })
      await store.save()
      return service.refuse(error)
    }
  }
}
