import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

import { listenOnLoopback } from '../lambda/listen-on-loopback.ts'

export interface GitHubComment {
  readonly id: number
  body: string
  readonly user: { readonly type: 'Bot' | 'User' }
}

export interface GitHubStandIn {
  /** `http://127.0.0.1:PORT`, the value of GITHUB_API_URL. */
  readonly api: string
  readonly token: string
  /** By the number of the pull request. */
  readonly comments: Map<number, GitHubComment[]>
  /** `POST /repos/o/r/issues/5/comments 201` */
  readonly journal: string[]
  close(): Promise<void>
}

/**
 * STAND-IN of GitHub's REST API: the comments of pull requests of one repository, shapes from
 * GitHub's OpenAPI description as remembered. Pages hold what `per_page` says.
 */
export async function startGitHub(repository: string): Promise<GitHubStandIn> {
  const comments = new Map<number, GitHubComment[]>()
  const journal: string[] = []
  const token = 'stand-in-of-a-run-token'
  let nextId = 1

  function answer(method: string, url: URL, body: string): [status: number, value: unknown] {
    const path = url.pathname.slice(`/repos/${repository}`.length)
    const [, issue] = /^\/issues\/(\d+)\/comments$/.exec(path) ?? []
    const [, id] = /^\/issues\/comments\/(\d+)$/.exec(path) ?? []
    if (!url.pathname.startsWith(`/repos/${repository}/`)) return [404, { message: 'Not Found' }]
    if (issue !== undefined && method === 'GET') {
      const size = Number(url.searchParams.get('per_page') ?? 30)
      const start = (Number(url.searchParams.get('page') ?? 1) - 1) * size
      return [200, (comments.get(Number(issue)) ?? []).slice(start, start + size)]
    }
    if (issue !== undefined && method === 'POST') {
      const made: GitHubComment = { id: nextId++, body: bodyOf(body), user: { type: 'Bot' } }
      comments.set(Number(issue), [...(comments.get(Number(issue)) ?? []), made])
      return [201, made]
    }
    const found = [...comments.values()].flat().find((comment) => comment.id === Number(id))
    if (method !== 'PATCH' || found === undefined) return [404, { message: 'Not Found' }]
    found.body = bodyOf(body)
    return [200, found]
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request
    const body = await text(request)
    const allowed = request.headers.authorization === `Bearer ${token}`
    const [status, value] = allowed
      ? answer(method, new URL(url, 'http://stand-in'), body)
      : [403, { message: 'Resource not accessible by integration' }]
    journal.push(`${method} ${url} ${status}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }

  const server = createServer((request, response) => void respond(request, response))
  const { host, close } = await listenOnLoopback(server)
  return { api: `http://${host}`, token, comments, journal, close }
}

function bodyOf(json: string): string {
  return String(Reflect.get(Object(JSON.parse(json)), 'body'))
}
