import { createHash, randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { type Call, header } from './call.ts'
import type { Context } from './context.ts'
import { AwsFault } from './fault.ts'
import type { BucketRecord, ObjectRecord } from './state.ts'

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

export interface S3Address {
  readonly bucket: string
  /** Empty: the bucket itself. */
  readonly key: string
}

/** Virtual-host style by the Host header (`bucket.s3.region...`), else path style. */
export function parseAddress(host: string, path: string): S3Address {
  const name = host.replace(/:\d+$/, '')
  const virtual = /^(.+)\.(?:s3[.-][a-z0-9-]+\.amazonaws\.com|s3\.amazonaws\.com|localhost)$/.exec(
    name,
  )
  const rest = decodeURIComponent(path.slice(1))
  if (virtual !== null) return { bucket: virtual[1] ?? '', key: rest }
  const slash = rest.indexOf('/')
  return slash === -1
    ? { bucket: rest, key: '' }
    : { bucket: rest.slice(0, slash), key: rest.slice(slash + 1) }
}

/** The S3 operation of a request; the journal calls it so. */
export function s3Action(call: Call): string {
  const { key } = parseAddress(call.host, call.path)
  const kind = key === '' ? 'Bucket' : 'Object'
  if (call.method === 'GET' && key === '')
    return call.query.has('versions') ? 'ListBucketVersions' : 'ListObjectsV2'
  if (call.method === 'DELETE' && call.query.has('versionId')) return 'DeleteObjectVersion'
  if (call.method === 'POST' && call.query.has('delete')) return 'DeleteObjects'
  const verbs: Record<string, string> = {
    PUT: key === '' ? 'Create' : 'Put',
    HEAD: 'Head',
    GET: 'Get',
    DELETE: 'Delete',
  }
  return `${verbs[call.method] ?? call.method}${kind}`
}

function bucketOf(context: Context, name: string): BucketRecord {
  const bucket = context.state.buckets[name]
  if (bucket === undefined)
    throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404)
  return bucket
}

function objectOf(bucket: BucketRecord, key: string): ObjectRecord {
  const object = bucket.objects[key]
  if (object === undefined)
    throw new AwsFault('NoSuchKey', 'The specified key does not exist.', 404)
  return object
}

/** What another service reads from S3: a template, the zip of a function. */
export async function readObject(context: Context, { bucket, key }: S3Address): Promise<Buffer> {
  const object = objectOf(bucketOf(context, bucket), key)
  return await readFile(join(context.store.directory, 'objects', object.file))
}

function objectHeaders(object: ObjectRecord): Record<string, string> {
  return {
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'application/octet-stream',
    'content-length': String(object.size),
  }
}

function createBucket(call: Call, context: Context, name: string): Answer {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
    throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.')
  const wanted = /<LocationConstraint>([^<]*)</.exec(call.body.toString())?.[1]
  if (wanted === undefined ? call.region !== 'us-east-1' : wanted !== call.region)
    throw new AwsFault(
      'IllegalLocationConstraintException',
      `The ${wanted ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  if (wanted === 'us-east-1')
    throw new AwsFault(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
    )
  if (context.state.buckets[name] !== undefined && call.region !== 'us-east-1')
    throw new AwsFault(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    )
  context.state.buckets[name] ??= { created: context.now(), region: call.region, objects: {} }
  return emptyAnswer(200, { location: `/${name}` })
}

function listObjects(call: Call, context: Context, name: string): Answer {
  const bucket = bucketOf(context, name)
  const prefix = call.query.get('prefix') ?? ''
  const after = call.query.get('continuation-token') ?? call.query.get('start-after') ?? ''
  const size = Math.min(Number(call.query.get('max-keys') ?? 1000), 1000)
  const keys = Object.keys(bucket.objects)
    .filter((key) => key.startsWith(prefix) && key > after)
    .toSorted()
  const page = keys.slice(0, size)
  const truncated = keys.length > page.length
  return xmlAnswer(
    'ListBucketResult',
    {
      Name: name,
      Prefix: prefix,
      MaxKeys: size,
      KeyCount: page.length,
      IsTruncated: truncated,
      NextContinuationToken: truncated ? page.at(-1) : undefined,
      Contents: page.map((key) => {
        const object = objectOf(bucket, key)
        return {
          Key: key,
          LastModified: new Date(object.modified).toISOString(),
          ETag: `"${object.etag}"`,
          Size: object.size,
          StorageClass: 'STANDARD',
        }
      }),
    },
    namespace,
  )
}

/** No bucket here keeps versions: each object has the one that S3 calls `null`. */
function listVersions(call: Call, context: Context, name: string): Answer {
  const keys = Object.keys(bucketOf(context, name).objects).toSorted()
  const page = keys.slice(0, 1000)
  const encoded = call.query.get('encoding-type') === 'url'
  return xmlAnswer(
    'ListVersionsResult',
    {
      Name: name,
      IsTruncated: keys.length > page.length,
      Version: page.map((key) => ({
        Key: encoded ? encodeURIComponent(key).replaceAll('%2F', '/') : key,
        VersionId: 'null',
        IsLatest: true,
      })),
    },
    namespace,
  )
}

async function putObject(
  call: Call,
  context: Context,
  { bucket, key }: S3Address,
): Promise<Answer> {
  const { objects } = bucketOf(context, bucket)
  const sent = header(call, 'x-amz-content-sha256')
  const actual = createHash('sha256').update(call.body).digest('hex')
  if (sent !== 'UNSIGNED-PAYLOAD' && sent !== actual)
    throw new AwsFault(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    )
  const etag = createHash('md5').update(call.body).digest('hex')
  const file = objects[key]?.file ?? randomUUID()
  await writeFile(join(context.store.directory, 'objects', file), call.body)
  objects[key] = { file, size: call.body.length, etag, modified: context.now() }
  return emptyAnswer(200, { etag: `"${etag}"` })
}

function deleteObjects(call: Call, context: Context, name: string): Answer {
  const { objects } = bucketOf(context, name)
  const keys = [...call.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key)
  for (const key of keys) delete objects[key]
  return xmlAnswer('DeleteResult', { Deleted: keys.map((Key) => ({ Key })) }, namespace)
}

function deleteBucket(context: Context, name: string): Answer {
  if (Object.keys(bucketOf(context, name).objects).length > 0)
    throw new AwsFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409)
  delete context.state.buckets[name]
  return emptyAnswer(204)
}

/** S3, as far as a deploy uses it; error codes and texts from the S3 API reference. */
export async function answerS3(call: Call, context: Context): Promise<Answer> {
  const address = parseAddress(call.host, call.path)
  const { bucket, key } = address
  switch (s3Action(call)) {
    case 'CreateBucket':
      return createBucket(call, context, bucket)
    case 'HeadBucket':
      return emptyAnswer(200, { 'x-amz-bucket-region': bucketOf(context, bucket).region })
    case 'ListObjectsV2':
      return listObjects(call, context, bucket)
    case 'ListBucketVersions':
      return listVersions(call, context, bucket)
    case 'PutObject':
      return await putObject(call, context, address)
    case 'DeleteObjects':
      return deleteObjects(call, context, bucket)
    case 'HeadObject':
      return emptyAnswer(200, objectHeaders(objectOf(bucketOf(context, bucket), key)))
    case 'GetObject': {
      const object = objectOf(bucketOf(context, bucket), key)
      return {
        status: 200,
        headers: objectHeaders(object),
        body: await readObject(context, address),
      }
    }
    case 'DeleteBucket':
      return deleteBucket(context, bucket)
    case 'DeleteObject':
    case 'DeleteObjectVersion':
      delete bucketOf(context, bucket).objects[key]
      return emptyAnswer(204)
    default:
      throw new AwsFault('NotImplemented', 'The stand-in of AWS does not know this S3 call.', 501)
  }
}
