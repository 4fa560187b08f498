import { readFile } from 'node:fs/promises'

import { mediaTypes } from '../../../plugin/oci/media-types.ts'
import { Refusal } from './answer.ts'
import { checkLayers } from './check-layers.ts'
import type { Store } from './store.ts'

interface Named {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

const invalid = (message: string): never => {
  throw new Refusal(400, 'MANIFEST_INVALID', message)
}

/** Refuses what a strict registry refuses, and, with `lambdaRules`, what only Lambda would. */
export async function checkManifest(
  store: Store,
  repository: string,
  bytes: Buffer,
  contentType: string,
  lambdaRules: boolean,
): Promise<void> {
  const manifest = readObject(parseJson(bytes, 'the manifest'), 'the manifest')
  const { mediaType } = manifest
  if (manifest['schemaVersion'] !== 2) invalid('schemaVersion is not 2')
  const family = Object.values(mediaTypes).find(
    ({ index, manifest: image }) => contentType === index || contentType === image,
  )
  if (family === undefined) return invalid(`content type '${contentType}' is no manifest's`)
  // Docker's manifests always name their type; OCI's may leave it out.
  if (mediaType !== contentType && !(mediaType === undefined && family === mediaTypes.oci)) {
    invalid(`content type ${contentType}, but mediaType ${String(mediaType)}`)
  }
  if (contentType === family.index) {
    const children = readDescriptors(manifest['manifests'], 'manifests')
    for (const child of children) {
      const found = await store.manifest(repository, child.digest)
      if (found === undefined) {
        throw new Refusal(404, 'MANIFEST_UNKNOWN', `the index names ${child.digest}`)
      }
      if (found.mediaType !== child.mediaType || found.bytes.length !== child.size) {
        invalid(`the index has another media type or size for ${child.digest}`)
      }
    }
    return
  }
  const [config] = readDescriptors([manifest['config']], 'config')
  const layers = readDescriptors(manifest['layers'], 'layers')
  if (config === undefined) return invalid('no config')
  for (const blob of [config, ...layers]) {
    const size = await store.blobSize(repository, blob.digest)
    if (size === undefined) {
      throw new Refusal(400, 'MANIFEST_BLOB_UNKNOWN', `${blob.digest} was not uploaded`)
    }
    if (size !== blob.size)
      invalid(`${blob.digest} has ${size} bytes, the manifest says ${blob.size}`)
  }
  const other = family === mediaTypes.oci ? mediaTypes.docker : mediaTypes.oci
  const strange = [config, ...layers].find((blob) =>
    Object.values<string>(other).includes(blob.mediaType),
  )
  if (strange !== undefined) invalid(`${strange.mediaType} inside of ${contentType}`)
  if (!lambdaRules || config.mediaType !== family.config) return
  const wrong = layers.find((layer) => layer.mediaType !== family.layer)
  if (wrong !== undefined) invalid(`Lambda: layer ${wrong.digest} is ${wrong.mediaType}`)
  const problem = await checkLayers(store, layers, await readConfig(store, config))
  if (problem !== undefined) invalid(`Lambda: ${problem}`)
}

async function readConfig(store: Store, config: Named) {
  const json = readObject(
    parseJson(await readFile(store.blobFile(config.digest)), 'the config'),
    'the config',
  )
  for (const key of ['architecture', 'os']) {
    if (typeof json[key] !== 'string' || json[key] === '') invalid(`the config has no ${key}`)
  }
  const rootfs = readObject(json['rootfs'], 'rootfs')
  const diffIds: unknown = rootfs['diff_ids']
  if (rootfs['type'] !== 'layers' || !Array.isArray(diffIds)) return invalid('rootfs is not layers')
  const history: unknown = json['history']
  if (Array.isArray(history)) {
    const filled = history.filter((entry) => readObject(entry, 'history')['empty_layer'] !== true)
    if (filled.length !== diffIds.length) invalid('history and diff_ids differ in length')
  }
  return diffIds.map(String)
}

function parseJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return invalid(`${what} is not JSON`)
  }
}

function readObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid(`${what} is not an object`)
  }
  return { ...value }
}

function readDescriptors(value: unknown, what: string): readonly Named[] {
  if (!Array.isArray(value)) return invalid(`${what} is not a list`)
  return value.map((entry: unknown) => {
    const { mediaType, digest, size } = readObject(entry, what)
    if (typeof mediaType !== 'string' || typeof size !== 'number' || typeof digest !== 'string') {
      return invalid(`a descriptor of ${what} lacks mediaType, digest or size`)
    }
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) invalid(`${digest} is not a digest`)
    return { mediaType, digest, size }
  })
}
