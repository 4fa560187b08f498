import { checkGlibc } from '../../core/dependencies/base-glibc.ts'
import {
  parseDependencyRecord,
  type DependencyRecord,
} from '../../core/dependencies/dependency-record.ts'
import { dependencyNotes } from '../../core/dependencies/dependency-notes.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import type { PlannedImage } from '../../core/model.ts'
import { isCaused } from '../../errors.ts'
import { assembleLayerImage, type AddedLayer } from '../../oci/image.ts'
import { parseManifest } from '../../oci/manifest.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { platformOf } from '../../oci/platform.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import { esmOnlyError } from '../bundle/judge-imports.ts'
import { readDefinition } from '../dependencies/definition.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import { makeDependencies, throwUnfit, type MakeOptions } from './make-dependencies.ts'
import { upload } from './uploads.ts'

/** A dependency layer that the repository has. */
export interface ProvidedDependencies {
  readonly record: DependencyRecord
  readonly layer: AddedLayer
  readonly sent: number
  /** Its presence was concluded from the tag and not asked for. */
  readonly trusted: boolean
  readonly notes: readonly string[]
}

const annotation = 'dev.arc-plugin-container-images.dependencies'

/**
 * Sees to it that the repository has the dependency layer of an image. Found by its tag, nothing is
 * installed, compressed or asked for: a registry keeps every blob that a manifest names.
 * @param trust whether the tag is believed
 * @returns undefined when the image has no dependencies
 */
export async function provideDependencies(options: {
  readonly image: PlannedImage
  /** Specifiers that the bundle loads by `require`. */
  readonly requires: readonly string[]
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly trust: boolean
}): Promise<ProvidedDependencies | undefined> {
  const { image, repository, cacheDirectory, progress, trust } = options
  const definition = await readDefinition(image)
  if (definition.empty) return undefined
  const fingerprint = await fingerprintOf(image, definition)
  const tag = dependenciesTag(image, fingerprint)
  const found = trust ? await findByTag(repository, tag) : undefined
  if (found !== undefined) {
    progress({ image: image.name, step: 'install', state: 'skipped', detail: tag })
    return provided(found, options, { sent: 0, trusted: true, notes: [] })
  }
  const made = { image, definition, fingerprint, cacheDirectory, progress }
  const { record, sent, notes } = await sendLayer(made, repository)
  await putTag(repository, tag, image, record)
  return provided(record, options, {
    sent,
    trusted: false,
    notes: [...notes, ...dependencyNotes(image.name, record)],
  })
}

function provided(
  record: DependencyRecord,
  { image, requires }: { readonly image: PlannedImage; readonly requires: readonly string[] },
  how: Pick<ProvidedDependencies, 'sent' | 'trusted' | 'notes'>,
): ProvidedDependencies {
  const unloadable = requires.filter((specifier) => record.esmOnly.includes(specifier))
  if (unloadable.length > 0) throw esmOnlyError(image, unloadable)
  // The base is not part of the tag, so every base is held against what the files need.
  const glibc = checkGlibc(record.glibc, image.base)
  throwUnfit(glibc.problems)
  return { record, layer: addedLayer(record), ...how, notes: [...how.notes, ...glibc.notes] }
}

function addedLayer({ layer }: DependencyRecord): AddedLayer {
  return {
    descriptor: { mediaType: mediaTypes.oci.layer, digest: layer.digest, size: layer.size },
    diffId: layer.diffId,
    holds: 'dependencies',
  }
}

async function findByTag(
  repository: Repository,
  tag: string,
): Promise<DependencyRecord | undefined> {
  const served = await repository.getManifest(tag)
  if (served === undefined) return undefined
  const { layers, annotations } = parseManifest(served.bytes, served.mediaType)
  const record = parseDependencyRecord(parseJson(annotations?.[annotation]))
  const [layer] = layers
  const same = layer?.digest === record?.layer.digest && layer?.size === record?.layer.size
  return layers.length === 1 && same ? record : undefined
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/** A cached file that turns out to be damaged is never sent whole; it is made again, once. */
async function sendLayer(
  options: MakeOptions,
  repository: Repository,
): Promise<{ record: DependencyRecord; sent: number; notes: readonly string[] }> {
  const { image, progress } = options
  for (let attempt = 1; ; attempt++) {
    const { record, layer, notes } = await makeDependencies(options)
    try {
      const report = { progress, image: image.name, part: 'dependencies' }
      const blob = { descriptor: layer.descriptor, open: () => layer.open() }
      return { record, notes, sent: await upload(repository, blob, report) }
    } catch (error) {
      if (attempt > 1 || !isCaused(error, 'LAYER_DAMAGED')) throw error
    }
  }
}

async function putTag(
  repository: Repository,
  tag: string,
  image: PlannedImage,
  record: DependencyRecord,
): Promise<void> {
  const { config, manifest } = assembleLayerImage({
    platform: platformOf(image.architecture),
    layer: addedLayer(record),
    annotations: { [annotation]: JSON.stringify(record) },
  })
  await repository.putBlob(config.descriptor, () => once(config.bytes))
  try {
    await repository.putManifest(manifest.bytes, manifest.descriptor.mediaType, tag)
  } catch (error) {
    // Another deploy was faster, with an equal layer.
    if (!isCaused(error, 'TAG_TAKEN')) throw error
  }
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}
