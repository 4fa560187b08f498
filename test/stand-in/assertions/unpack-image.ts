import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

import { unpackTar } from 'modern-tar/fs'

import { digestOf } from '../../../plugin/oci/digest.ts'
import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import { readWhiteouts } from './whiteouts.ts'

export interface UnpackOptions {
  /** `http://127.0.0.1:PORT` */
  readonly registry: string
  readonly repository: string
  /** A tag or a digest, of an image and not of an index. */
  readonly reference: string
  /** Made when missing; should be empty. */
  readonly directory: string
  readonly authorization?: string
}

/** What the image says of itself. */
export interface UnpackedConfig {
  readonly architecture: string
  readonly env: readonly string[]
  readonly entrypoint: readonly string[]
  readonly workingDirectory: string
}

/** Takes an image out of a registry, lowest layer first; every digest is checked on the way. */
export async function unpackImage(options: UnpackOptions): Promise<UnpackedConfig> {
  const manifest = await get(options, `manifests/${options.reference}`)
  const bytes = Buffer.from(await manifest.arrayBuffer())
  if (options.reference.startsWith('sha256:')) expectDigest(options.reference, digestOf(bytes))
  const { config, layers } = JSON.parse(bytes.toString())
  const configBytes = Buffer.from(
    await (await get(options, `blobs/${config.digest}`)).arrayBuffer(),
  )
  expectDigest(config.digest, digestOf(configBytes))
  const { architecture, config: run, rootfs } = JSON.parse(configBytes.toString())
  await mkdir(options.directory, { recursive: true })
  for (const [at, { digest }] of layers.entries()) {
    await unpackLayer(options, digest, rootfs.diff_ids[at])
  }
  return {
    architecture,
    env: run.Env ?? [],
    entrypoint: run.Entrypoint ?? [],
    workingDirectory: run.WorkingDir ?? '/',
  }
}

async function unpackLayer(options: UnpackOptions, digest: string, diffId: string): Promise<void> {
  const { body } = await get(options, `blobs/${digest}`)
  if (body === null) throw new Error(`blob ${digest} has no content`)
  const whiteouts = readWhiteouts()
  const [compressed, uncompressed] = [hashing(), hashing()]
  await pipeline(
    Readable.fromWeb(body),
    compressed.stream,
    createGunzip(),
    uncompressed.stream,
    unpackTar(options.directory, { strict: true, filter: whiteouts.keep }),
  )
  expectDigest(digest, compressed.digest())
  expectDigest(diffId, uncompressed.digest())
  await whiteouts.apply(options.directory)
}

async function get(options: UnpackOptions, path: string): Promise<Response> {
  const response = await fetch(`${options.registry}/v2/${options.repository}/${path}`, {
    headers: {
      accept: `${mediaTypes.docker.manifest}, ${mediaTypes.oci.manifest}`,
      ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
    },
  })
  if (response.ok) return response
  throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
}

function hashing(): { stream: Transform; digest: () => string } {
  const hash = createHash('sha256')
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  return { stream, digest: () => `sha256:${hash.digest('hex')}` }
}

function expectDigest(expected: string, found: string): void {
  if (expected !== found) throw new Error(`expected ${expected}, received ${found}`)
}
