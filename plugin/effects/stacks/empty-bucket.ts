import pLimit from 'p-limit'

import type { Aws } from '../aws/client.ts'

const atOnce = 8

interface Version {
  readonly key: string
  readonly versionId: string
}

/** One request an object version: needs no body, and a preview's bucket is small. */
export async function emptyBucket(aws: Aws, bucket: string): Promise<number> {
  const limit = pLimit(atOnce)
  const resource = `bucket '${bucket}'`
  let deleted = 0
  for (;;) {
    const versions = await firstVersions(aws, bucket)
    if (versions.length === 0) return deleted
    await Promise.all(
      versions.map(({ key, versionId }) =>
        limit(() => {
          const path = pathOf(bucket, key)
          const request = { method: 'DELETE', path, query: { versionId } } as const
          return aws.s3('DeleteObjectVersion', request, resource)
        }),
      ),
    )
    deleted += versions.length
  }
}

/** Keys are asked for URL-encoded and read from the text: an XML parser would make 7 of `007`. */
function parseVersions(xml: string): readonly Version[] {
  const entries = xml.matchAll(/<(?:Version|DeleteMarker)>(.*?)<\/(?:Version|DeleteMarker)>/gs)
  return [...entries].map(([, entry = '']) => ({
    key: decodeURIComponent((/<Key>(.*?)<\/Key>/s.exec(entry)?.[1] ?? '').replaceAll('+', ' ')),
    versionId: /<VersionId>(.*?)<\/VersionId>/s.exec(entry)?.[1] ?? 'null',
  }))
}

function pathOf(bucket: string, key = ''): string {
  const encoded = key.split('/').map(encodeURIComponent).join('/')
  return `/${bucket}/${encoded}`
}

async function firstVersions(aws: Aws, bucket: string): Promise<readonly Version[]> {
  const query = { versions: '', 'encoding-type': 'url' }
  const request = { method: 'GET', path: pathOf(bucket), query } as const
  try {
    return parseVersions(await aws.s3('ListBucketVersions', request, `bucket '${bucket}'`))
  } catch (error) {
    if (statusOf(error) === 404) return []
    throw error
  }
}

function statusOf(error: unknown): unknown {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  return Reflect.get(Object(cause), 'statusCode')
}
