import { isRecord } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { redact } from '../secrets/known-secrets.ts'

export interface PullRequest {
  /** `https://api.github.com`, as GITHUB_API_URL has it. */
  readonly api: string
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  readonly number: number
}

const pageSize = 100

/** One comment a pull request: the bot's that begins with the marker is changed, else one is made. */
export async function putComment(
  pullRequest: PullRequest,
  marker: string,
  body: string,
): Promise<'made' | 'changed'> {
  const issue = `/issues/${pullRequest.number}/comments`
  const id = await findComment(pullRequest, issue, marker)
  if (id === undefined) await call(pullRequest, 'POST', issue, { body })
  else await call(pullRequest, 'PATCH', `/issues/comments/${id}`, { body })
  return id === undefined ? 'made' : 'changed'
}

async function findComment(
  pullRequest: PullRequest,
  issue: string,
  marker: string,
): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const path = `${issue}?per_page=${pageSize}&page=${page}`
    const answer = await call(pullRequest, 'GET', path)
    const comments = Array.isArray(answer) ? answer.filter(isRecord) : []
    // Anybody may write the marker; only the bot's own comment may be changed.
    const own = comments.find(
      ({ body, user }) =>
        String(body).startsWith(marker) && isRecord(user) && user['type'] === 'Bot',
    )
    if (own !== undefined) return Number(own['id'])
    if (comments.length < pageSize) return undefined
  }
}

async function call(
  { api, token, repository }: PullRequest,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const url = `${api}/repos/${repository}${path}`
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw failure(method, url, 'no answer', cause)
  })
  const text = await response.text()
  if (!response.ok) throw failure(method, url, `${response.status} ${redact(text).slice(0, 200)}`)
  return JSON.parse(text)
}

function failure(method: string, url: string, seen: string, cause?: unknown): ContainerImageError {
  return new ContainerImageError(
    'GITHUB_FAILED',
    `${method} ${url}: ${seen}. The job needs 'pull-requests: write' and the token of the run in GITHUB_TOKEN.`,
    { cause },
  )
}
