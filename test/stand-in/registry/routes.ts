import type { IncomingMessage } from 'node:http'

import { type Answer, Refusal } from './answer.ts'
import { serveBlobs } from './blobs.ts'
import { type Call, readDigest } from './call.ts'
import { serveManifests } from './manifests.ts'
import type { RegistryOptions } from './options.ts'
import type { Store } from './store.ts'

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const target = new RegExp(
  `^/v2/(${component}(?:/${component})*)/(blobs/uploads|blobs|manifests|tags)/([^/]*)$`,
)

/** The distribution spec's endpoints, behind the judge of the Authorization header. */
export function openRoutes(setup: {
  readonly store: Store
  readonly options: RegistryOptions
  readonly origin: string
  readonly storage: string | undefined
}) {
  const { store, options, origin, storage } = setup
  const repositoryOf = options.repository ?? (() => ({ immutableTags: false }))
  const blobs = serveBlobs(store)
  const manifests = serveManifests(store, {
    lambdaRules: options.lambdaRules ?? true,
    maximumTags: options.maximumTags ?? 1000,
    ...(options.archive !== undefined && { archive: options.archive }),
    immutableTags: (name) => repositoryOf(name)?.immutableTags ?? false,
  })

  const challenge = (repository: string, method: string): string => {
    if (options.bearer === undefined) return `Basic realm="${origin}/",service="stand-in"`
    const actions = method === 'GET' || method === 'HEAD' ? 'pull' : 'pull,push'
    return `Bearer realm="${origin}/token",service="stand-in",scope="repository:${repository}:${actions}"`
  }

  const authorize = (
    repository: string,
    method: string,
    path: string,
    request: IncomingMessage,
  ) => {
    const { authorization } = request.headers
    const verdict = options.authorize?.({ authorization, method, path, repository }) ?? 'ok'
    if (verdict === 'ok') return
    if (verdict === 'denied') throw new Refusal(403, 'DENIED', 'requested access is denied')
    throw new Refusal(401, 'UNAUTHORIZED', 'authentication required', {
      'WWW-Authenticate': challenge(repository, method),
    })
  }

  const token = (request: IncomingMessage, query: URLSearchParams): Answer => {
    const issued = options.bearer?.issue({
      authorization: request.headers.authorization,
      scope: query.get('scope') ?? '',
      service: query.get('service') ?? '',
    })
    if (issued === undefined) throw new Refusal(401, 'UNAUTHORIZED', 'no token for you')
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from(JSON.stringify({ token: issued })),
    }
  }

  return async (
    request: IncomingMessage,
    body: AsyncIterable<Uint8Array>,
    place: string,
  ): Promise<Answer> => {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', place)
    const path = decodeURIComponent(url.pathname)
    if (path === '/token') return token(request, url.searchParams)
    const [, repository = '', kind, last = ''] = target.exec(path) ?? []
    if (place === storage) {
      if (request.headers.authorization !== undefined) {
        throw new Refusal(400, 'InvalidArgument', 'only one way of authorization is allowed')
      }
    } else authorize(repository, method, path, request)
    if (path === '/v2/') return { status: 200 }
    if (kind === undefined) throw new Refusal(404, 'UNSUPPORTED', `no such endpoint: ${path}`)
    if (repositoryOf(repository) === undefined) {
      throw new Refusal(404, 'NAME_UNKNOWN', `The repository '${repository}' does not exist`)
    }
    const { headers } = request
    const length = headers['content-length']
    const call: Call = {
      method,
      path,
      query: url.searchParams,
      headers,
      contentLength: length === undefined ? undefined : Number(length),
      body,
      repository,
      digest: readDigest,
    }
    const read = method === 'GET' || method === 'HEAD'
    if (kind === 'blobs/uploads' && method === 'POST' && last === '') return blobs.start(call)
    if (kind === 'blobs/uploads' && method === 'PATCH') return blobs.patch(call, last)
    if (kind === 'blobs/uploads' && method === 'PUT') return blobs.finish(call, last)
    if (kind === 'blobs' && read) {
      return blobs.get(call, last, place === storage ? undefined : storage)
    }
    if (kind === 'manifests' && read) return manifests.get(call, last)
    if (kind === 'manifests' && method === 'PUT') return manifests.put(call, last)
    if (kind === 'tags' && method === 'GET' && last === 'list') return manifests.list(call)
    throw new Refusal(405, 'UNSUPPORTED', `${method} ${path}`)
  }
}
