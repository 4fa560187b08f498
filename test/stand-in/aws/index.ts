/**
 * A stand-in of AWS for tests and the demo: no AWS, no network beyond loopback. It answers what AWS
 * would, as strictly as the sources named beside each text and shape tell, and nothing else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type RegistryStandIn, startRegistry } from '../registry/index.ts'
import type { JournalEntry } from './call.ts'
import { findStack, type StackRecord } from './cloudformation/stack.ts'
import type { Behaviour, Context } from './context.ts'
import { expireImages } from './ecr/expire-images.ts'
import { judgeToken } from './ecr/token.ts'
import {
  type AccessKey,
  ConnectionBroken,
  openDoor,
  type PendingRefusal,
  type Refusal,
} from './door.ts'
import { answerPresigned } from './layers.ts'
import { listen } from './listen.ts'
import { writeLog, type WrittenLogEvent } from './logs/stored-log-event.ts'
import { openState, type State } from './state.ts'

export interface AwsOptions extends Partial<Behaviour> {
  /** Keeps everything between runs, also across processes; absent: a folder that close() removes. */
  readonly directory?: string
  readonly region?: string
  /** Buckets that are there from the start; one with a dot is addressed by path by every client. */
  readonly buckets?: readonly string[]
  readonly account?: string
  readonly port?: number
  /** Stands for public.ecr.aws: base images come from there. */
  readonly baseRegistry?: Pick<RegistryStandIn, 'url'>
  /** Stands for ECR instead of a stand-in started here; it answers to any token, and stays open. */
  readonly registry?: RegistryStandIn
  /** Lambda's layer rules are checked on every image pushed; default true. */
  readonly lambdaRules?: boolean
  /** ECR's answer to a token that is over: 403 DENIED (default, as users quote it), or 401. */
  readonly expiredTokens?: 'unauthorized' | 'denied'
  /** Milliseconds that AWS's clock is ahead of this machine's, when it judges signatures; default 0. */
  readonly clockSkew?: number
  /** Milliseconds; for tests that move the time. */
  readonly now?: () => number
}

export interface AwsStandIn {
  readonly url: string
  /** The private registry of the account. */
  readonly registry: RegistryStandIn
  /** `123456789012.dkr.ecr.us-west-2.amazonaws.com` */
  readonly registryHost: string
  /** Environment variables that point `arc` and the plugin here. */
  readonly environment: Readonly<Record<string, string>>
  readonly journal: readonly JournalEntry[]
  /** Bare state, to look at and to prepare cases with. */
  readonly state: State
  /** The newest stack of that name. */
  stack(name: string): StackRecord | undefined
  refuse(refusal: Refusal): void
  /** What a function wrote, in its log group. */
  writeLog(group: string, events: readonly WrittenLogEvent[]): void
  /** Whatever was to be refused is over, and credentials are good again. */
  heal(): void
  /** Runs the lifecycle policy of every repository, as ECR does some time within a day. */
  expireImages(): Promise<readonly string[]>
  /** Every registry token given so far ends now. */
  expireTokens(): void
  /** Session and key of the caller are over: ExpiredToken for every service. */
  expireCredentials(): void
  close(): Promise<void>
}

const key: AccessKey = {
  accessKeyId: 'AKIASTANDINOFAWS0001',
  secretAccessKey: 'stand-in-of-aws-secret-access-key-000001',
}

export async function startAws(options: AwsOptions = {}): Promise<AwsStandIn> {
  const { region = 'us-west-2', account = '123456789012', now = Date.now } = options
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'stand-in-of-aws-')))
  const store = await openState(directory)
  const { state } = store
  const journal: JournalEntry[] = []
  for (const name of options.buckets ?? [])
    state.buckets[name] ??= { created: now(), region, objects: {} }
  const refusals: PendingRefusal[] = []
  let credentialsExpired = false

  const registry =
    options.registry ??
    (await startRegistry({
      directory: join(directory, 'registry'),
      ...(options.lambdaRules === undefined ? {} : { lambdaRules: options.lambdaRules }),
      authorize({ authorization, method, path, repository }) {
        const verdict = judgeToken(authorization, { state, now })
        if (verdict === 'expired') return options.expiredTokens ?? 'denied'
        if (verdict === 'unknown') return 'unauthorized'
        const [, reference] = /\/manifests\/([^/]+)$/.exec(path) ?? []
        if (method === 'PUT' && reference !== undefined)
          state.pushed[`${repository}@${reference}`] ??= now()
        return 'ok'
      },
      archive: {
        has: (repository, digest) => `${repository}@${digest}` in state.archived,
        restore: (repository, digest) => void delete state.archived[`${repository}@${digest}`],
      },
      repository(name) {
        const found = state.repositories[name]
        return found && { immutableTags: found.mutability.startsWith('IMMUTABLE') }
      },
    }))
  const behaviour: Behaviour = {
    identicalUpdate: options.identicalUpdate ?? 'accepted',
    pollsUntilSettled: options.pollsUntilSettled ?? 1,
    largestTemplate: options.largestTemplate ?? 1_000_000,
    ecrPageSize: options.ecrPageSize ?? 1000,
    pageSize: options.pageSize ?? 50,
    looksUntilUpdated: options.looksUntilUpdated ?? 1,
    logPageSize: options.logPageSize ?? 100,
    emptyLogPages: options.emptyLogPages ?? 1,
    ...(options.updateFailure && { updateFailure: options.updateFailure }),
    expressMode: options.expressMode ?? 'offered',
    ...(options.invoke && { invoke: options.invoke }),
    ...(options.callerArn !== undefined && { callerArn: options.callerArn }),
    ...(options.mayDo && { mayDo: options.mayDo }),
  }
  const context: Context = { state, store, registry, account, region, now, behaviour }

  const answer = openDoor({
    context,
    journal,
    key,
    refusals,
    expired: () => credentialsExpired,
    // Not `now`: clients sign by the machine's own clock.
    clock: () => Date.now() + (options.clockSkew ?? 0),
  })

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://stand-in')
      const { status, headers, body } = answerPresigned(url, context) ?? (await answer(request))
      const head = request.method === 'HEAD'
      response.writeHead(status, { 'x-amzn-requestid': 'stand-in', ...headers })
      response.end(head ? undefined : body)
    } catch (error) {
      if (error instanceof ConnectionBroken) return void request.socket.resetAndDestroy()
      // A fault of the stand-in itself: 501 is not retried by clients, so that it is seen at once.
      console.error('The stand-in of AWS failed:', error)
      response.writeHead(501).end(String(error))
    }
  }

  const server = await listen((request, response) => void respond(request, response), options.port)
  const registryHost = `${account}.dkr.ecr.${region}.amazonaws.com`
  const hosts = [
    `${registryHost}=${registry.url}`,
    ...(options.baseRegistry ? [`public.ecr.aws=${options.baseRegistry.url}`] : []),
  ]
  return {
    url: server.url,
    registry,
    registryHost,
    environment: {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_REGION: region,
      ARC_CONTAINER_IMAGES_REGISTRIES: hosts.join(','),
    },
    journal,
    state,
    stack: (name) => findStack(state.stacks, name),
    refuse: (refusal) => void refusals.push({ refusal, left: refusal.times ?? Infinity }),
    writeLog: (group, events) => writeLog(state, group, events),
    heal() {
      refusals.splice(0)
      credentialsExpired = false
    },
    expireImages: () => expireImages(context),
    expireTokens() {
      for (const token of Object.keys(state.tokens)) state.tokens[token] = now()
    },
    expireCredentials() {
      credentialsExpired = true
    },
    async close() {
      await Promise.all([server.close(), options.registry === undefined && registry.close()])
      await store.save()
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
    },
  }
}
