import type { Descriptor } from '../../../plugin/oci/descriptor.ts'
import { digestOf, type Digest } from '../../../plugin/oci/digest.ts'
import { mediaTypes, type MediaTypeFamily } from '../../../plugin/oci/media-types.ts'
import type { Platform } from '../../../plugin/oci/platform.ts'
import { baseImageLayers, type SmallLayer } from './base-image-layers.ts'
import { pushBlob, pushManifest } from './push.ts'

export interface BaseImageOptions {
  /** `http://127.0.0.1:PORT` */
  readonly registry: { readonly url: string }
  readonly repository?: string
  readonly tag?: string
  /** AWS's bases are of Docker's media types. */
  readonly family?: MediaTypeFamily
  /** One index above a manifest for each architecture, as AWS has it; else the first one only. */
  readonly index?: boolean
  readonly architectures?: readonly Platform['architecture'][]
  /** On top of the stand-in's own. */
  readonly more?: readonly SmallLayer[]
}

export interface PushedBaseImage {
  /** `127.0.0.1:PORT/lambda/nodejs:24` */
  readonly reference: string
  /** Of the index, or of the one manifest. */
  readonly digest: Digest
  /** Of each architecture's own manifest. */
  readonly manifests: ReadonlyMap<Platform['architecture'], Digest>
}

/**
 * Pushes a STAND-IN of AWS's `public.ecr.aws/lambda/nodejs` with the same contract (entry script,
 * /var/runtime/bootstrap, /var/task, environment) but no operating system and no Node: unpacked into
 * a folder, its scripts run on this machine's own node, and find each other by LAMBDA_RUNTIME_DIR.
 */
export async function pushBaseImage(options: BaseImageOptions): Promise<PushedBaseImage> {
  const { registry, repository = 'lambda/nodejs', tag = '24', index = true } = options
  const { architectures = ['amd64', 'arm64'], more = [] } = options
  const types = mediaTypes[options.family ?? 'docker']
  const place = { url: registry.url, repository }

  const descriptors: Descriptor[] = []
  for (const architecture of index ? architectures : architectures.slice(0, 1)) {
    const platform: Platform = { os: 'linux', architecture }
    const layers = [...(await baseImageLayers(platform)), ...more]
    const config = Buffer.from(JSON.stringify(configOf(platform, layers)))
    const blobs = [config, ...layers.map(({ bytes }) => bytes)]
    for (const blob of blobs) await pushBlob(place, blob)
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config: describe(types.config, config),
        layers: layers.map(({ bytes }) => describe(types.layer, bytes)),
      }),
    )
    await pushManifest(place, manifest, types.manifest, index ? undefined : tag)
    descriptors.push({ ...describe(types.manifest, manifest), platform })
  }
  const manifests = new Map(
    descriptors.map(({ digest }, at) => [architectures[at] ?? 'amd64', digest]),
  )
  const reference = `${new URL(registry.url).host}/${repository}:${tag}`
  const [only] = descriptors
  if (!index && only !== undefined) return { reference, digest: only.digest, manifests }

  const list = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: descriptors }),
  )
  await pushManifest(place, list, types.index, tag)
  return { reference, digest: digestOf(list), manifests }
}

function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, size: bytes.length, digest: digestOf(bytes) }
}

function configOf(platform: Platform, layers: readonly SmallLayer[]): unknown {
  const created = '1970-01-01T00:00:00Z'
  return {
    architecture: platform.architecture,
    os: platform.os,
    created,
    config: {
      // As AWS's Dockerfile of nodejs24.x has them.
      Env: [
        'LANG=en_US.UTF-8',
        'TZ=:/etc/localtime',
        'PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
        'LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
        'LAMBDA_TASK_ROOT=/var/task',
        'LAMBDA_RUNTIME_DIR=/var/runtime',
      ],
      WorkingDir: '/var/task',
      Entrypoint: ['/lambda-entrypoint.sh'],
      Labels: { 'org.opencontainers.image.title': 'STAND-IN of public.ecr.aws/lambda/nodejs' },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  }
}
