import { randomUUID } from 'node:crypto'

import type { Answer } from './answer.ts'
import { Refusal } from './answer.ts'
import type { Call } from './call.ts'
import type { Store } from './store.ts'

interface Upload {
  readonly repository: string
  patched?: Awaited<ReturnType<Store['receive']>>
}

const location = (call: Call, id: string): string => `/v2/${call.repository}/blobs/uploads/${id}`

/** Blobs and their uploads, with the behaviour of ECR where it differs from the spec. */
export function serveBlobs(store: Store) {
  const uploads = new Map<string, Upload>()

  const find = (call: Call, id: string): Upload => {
    const upload = uploads.get(id)
    if (upload === undefined || upload.repository !== call.repository) {
      throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `no upload ${id} in ${call.repository}`)
    }
    return upload
  }

  const start = (call: Call): Answer => {
    if (call.contentLength !== undefined && call.contentLength > 0) {
      throw new Refusal(400, 'UNSUPPORTED', 'an upload starts with an empty POST')
    }
    const id = randomUUID()
    uploads.set(id, { repository: call.repository })
    // A mount is never granted: ECR's accounts have to opt in.
    return { status: 202, headers: { Location: location(call, id), Range: '0-0' } }
  }

  /** ECR answers 201 and drops every PATCH after the first in silence. */
  const patch = async (call: Call, id: string): Promise<Answer> => {
    const upload = find(call, id)
    if (call.headers['content-range'] !== undefined) {
      throw new Refusal(416, 'BLOB_UPLOAD_INVALID', 'chunked uploads lose data here')
    }
    if (upload.patched === undefined) upload.patched = await store.receive(id, call.body)
    else for await (const _ of call.body);
    return { status: 201, headers: { Location: location(call, id), Range: '0-0' } }
  }

  const finish = async (call: Call, id: string): Promise<Answer> => {
    const upload = find(call, id)
    const digest = call.digest(call.query.get('digest'))
    const hasBody = call.contentLength !== undefined && call.contentLength > 0
    if (call.headers['transfer-encoding'] !== undefined) {
      throw new Refusal(411, 'SIZE_INVALID', 'the last PUT needs a Content-Length')
    }
    if (hasBody && upload.patched !== undefined) {
      throw new Refusal(400, 'BLOB_UPLOAD_INVALID', 'a PATCH already brought the content')
    }
    const received = upload.patched ?? (await store.receive(id, call.body))
    uploads.delete(id)
    if (received.digest !== digest) {
      await store.dropUpload(id)
      throw new Refusal(
        400,
        'DIGEST_INVALID',
        `announced ${digest}, received ${received.digest} in ${received.size} bytes`,
      )
    }
    await store.keepUpload(call.repository, id, digest)
    return {
      status: 201,
      headers: {
        Location: `/v2/${call.repository}/blobs/${digest}`,
        'Docker-Content-Digest': digest,
      },
    }
  }

  const get = async (call: Call, text: string, redirectTo?: string): Promise<Answer> => {
    const digest = call.digest(text)
    const size = await store.blobSize(call.repository, digest)
    if (size === undefined) {
      throw new Refusal(404, 'BLOB_UNKNOWN', `no blob ${digest} in ${call.repository}`)
    }
    if (redirectTo !== undefined && call.method === 'GET') {
      return { status: 307, headers: { Location: `${redirectTo}${call.path}?signature=signed` } }
    }
    const file = store.blobFile(digest)
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Docker-Content-Digest': digest,
      'Accept-Ranges': 'bytes',
    }
    const range = /^bytes=(?:-(\d+)|(\d+)-(\d*))$/.exec(call.headers.range ?? '')
    if (range === null) return { status: 200, headers, body: { file, start: 0, length: size } }
    const [, suffix, from, to] = range
    const first = suffix === undefined ? Number(from) : Math.max(0, size - Number(suffix))
    const end = to === undefined || to === '' ? size : Math.min(size, Number(to) + 1)
    if (first >= end) throw new Refusal(416, 'RANGE_INVALID', `${call.headers.range} of ${size}`)
    return {
      status: 206,
      headers: { ...headers, 'Content-Range': `bytes ${first}-${end - 1}/${size}` },
      body: { file, start: first, length: end - first },
    }
  }

  return { start, patch, finish, get }
}
