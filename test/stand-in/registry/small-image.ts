import { gzipSync } from 'node:zlib'

import { digestOf } from '../../../plugin/oci/digest.ts'
import { type MediaTypeFamily, mediaTypes } from '../../../plugin/oci/media-types.ts'

/** One entry as it is to stand in a tar, sound or not. */
export interface SmallEntry {
  readonly path: string
  /** Typeflag; default `0`, or `5` where the path ends in a slash. */
  readonly type?: string
  readonly mode?: number
  readonly content?: string | Uint8Array
  readonly linkTo?: string
}

/** A few bytes as a tar, by hand: tests need the wrong ones too. */
export function tarOf(entries: readonly SmallEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, type, mode, content = '', linkTo = '' }) => {
    const flag = type ?? (path.endsWith('/') ? '5' : '0')
    const header = Buffer.alloc(512)
    header.write(path, 0, 100)
    header.write(`${(mode ?? (flag === '5' ? 0o755 : 0o644)).toString(8).padStart(7, '0')}\0`, 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    const bytes = Buffer.from(content)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0', 136)
    header.write('        ', 148)
    header.write(flag, 156)
    header.write(linkTo, 157)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(bytes.length / 512) * 512)
    bytes.copy(body)
    return [header, body]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export interface SmallBlob {
  readonly mediaType: string
  readonly digest: ReturnType<typeof digestOf>
  readonly size: number
  readonly bytes: Buffer
}

export function blobOf(bytes: Buffer, mediaType: string): SmallBlob {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, bytes }
}

const named = ({ mediaType, digest, size }: SmallBlob) => ({ mediaType, digest, size })

/** An image of a few hundred bytes that Lambda would take. */
export function smallImage(
  options: {
    readonly family?: MediaTypeFamily
    readonly architecture?: string
    readonly layers?: readonly (readonly SmallEntry[])[]
    readonly labels?: Readonly<Record<string, string>>
  } = {},
) {
  const { family = 'oci', architecture = 'arm64', labels } = options
  const types = mediaTypes[family]
  const contents = options.layers ?? [
    [{ path: 'var/' }, { path: 'var/task/' }],
    [{ path: 'var/task/index.js', content: 'exports.handler = async () => 1\n' }],
  ]
  const tars = contents.map(tarOf)
  const layers = tars.map((tar) => blobOf(gzipSync(tar), types.layer))
  const json = {
    architecture,
    os: 'linux',
    config: {
      Entrypoint: ['/lambda-entrypoint.sh'],
      WorkingDir: '/var/task',
      ...(labels && { Labels: labels }),
    },
    rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    history: tars.map(() => ({ created_by: 'a test' })),
  }
  const config = blobOf(Buffer.from(JSON.stringify(json)), types.config)
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: named(config),
    layers: layers.map(named),
  }
  return {
    json,
    layers,
    config,
    manifest: blobOf(Buffer.from(JSON.stringify(manifest)), types.manifest),
  }
}

/** An index of images; platforms are those of the configs unless given. */
export function smallIndex(
  family: MediaTypeFamily,
  entries: readonly {
    readonly manifest: SmallBlob
    readonly platform: {
      readonly os: string
      readonly architecture: string
      readonly variant?: string
    }
  }[],
): SmallBlob {
  const mediaType = mediaTypes[family].index
  const manifests = entries.map(({ manifest, platform }) => ({ ...named(manifest), platform }))
  return blobOf(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })), mediaType)
}
