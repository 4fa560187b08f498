import { allOf } from '../../core/basics/all-of.ts'
import { checkLibraries } from '../../core/natives/base-libraries.ts'
import { unlessLost } from '../../core/basics/unless-lost.ts'
import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'
import { readTaggedLayers, recordAnnotation } from '../../core/dependencies/tagged-layers.ts'
import { dependencyNotes } from '../../core/dependencies/dependency-notes.ts'
import { dependenciesTag } from '../../core/image/tag.ts'
import type { PlannedImage } from '../../core/model.ts'
import { isCaused } from '../../errors.ts'
import { addedLayer, assembleLayerImage } from '../../oci/image.ts'
import { platformOf } from '../../oci/platform.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Repository } from '../../ports/repository.ts'
import type { SettledDefinition } from '../dependencies/settle-definition.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import {
  makeDependencies,
  readOwnRecord,
  throwUnfit,
  type MakeOptions,
} from './make-dependencies.ts'
import { proveDependencies } from './prove-dependencies.ts'
import { nobody, type Vouches } from './vouches.ts'
import type { Digest } from '../../oci/digest.ts'
import type { KnownLayer } from './package-layers.ts'
import { putTagged } from './put-tagged.ts'
import { putDocument, upload } from './uploads.ts'

/** Layers of packages that the repository has. */
export interface ProvidedDependencies {
  readonly record: DependencyRecord
  /** Digest over what decides the layers. */
  readonly fingerprint: Digest
  /** From the bottom up. */
  readonly layers: DependencyRecord['layers']
  /** Bytes. */
  readonly sent: number
  /** Their presence was concluded from the tag and not asked for. */
  readonly trusted: boolean
  readonly notes: readonly string[]
}

/**
 * Sees to it that the repository has the layers of an image's packages. Found by their tag and proven,
 * nothing is compressed or asked for: a registry keeps every blob that a manifest names.
 * @param trust whether the tag is looked for
 * @returns undefined when the image has no dependencies
 */
export async function provideDependencies(options: {
  readonly image: PlannedImage
  readonly definition: SettledDefinition
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly trust: boolean
  readonly vouches: Vouches
  readonly knownLayer?: KnownLayer
}): Promise<ProvidedDependencies | undefined> {
  const { image, definition, repository, cacheDirectory, progress, trust } = options
  if (definition.empty) return undefined
  const fingerprint = await fingerprintOf(image, definition)
  const tag = dependenciesTag(image, fingerprint)
  const make = { image, definition, fingerprint, cacheDirectory, progress }
  const prove = { ...make, repository, tag, vouches: options.vouches }
  const found = trust ? await repository.getManifest(tag) : undefined
  // Layers under a tag of which the registry has lost a part are as good as none.
  const record =
    found && (await proveDependencies(readTaggedLayers(found), prove).catch(unlessLost))
  if (record !== undefined) {
    progress({ image: image.name, step: 'install', state: 'skipped', detail: tag })
    return provided(record, options, { sent: 0, trusted: true, notes: [] })
  }
  const { knownLayer } = options
  const known = knownLayer && { knownLayer }
  const made = await sendLayers({ ...make, ...known }, repository)
  await putTag(made.record, prove).catch(unlessLost)
  return provided(made.record, options, {
    sent: made.sent,
    trusted: false,
    notes: [...definition.notes, ...made.notes, ...dependencyNotes(image.name, made.record)],
  })
}

/**
 * The record of an image's packages, from whoever is trusted: this machine, else who is vouched for,
 * else an install.
 * @returns undefined when the image has no packages
 */
export async function trustedDependencies(options: {
  readonly image: PlannedImage
  readonly definition: SettledDefinition
  readonly repository: Repository
  readonly cacheDirectory: string
  readonly progress: Progress
  readonly vouches?: Vouches
}): Promise<DependencyRecord | undefined> {
  const { image, definition, repository, cacheDirectory, progress, vouches = nobody } = options
  if (definition.empty) return undefined
  const fingerprint = await fingerprintOf(image, definition)
  const make = { image, definition, fingerprint, cacheDirectory, progress }
  const own = await readOwnRecord(make)
  if (own !== undefined) return own
  const claimed = await claimedDependencies(repository, make)
  const isVouched = claimed !== undefined && (await vouches(claimed))
  return isVouched ? claimed : (await makeDependencies(make)).record
}

/** What layers of packages in the repository say of themselves; nothing is proven by it. */
export async function claimedDependencies(
  repository: Repository,
  { image, fingerprint }: Pick<MakeOptions, 'image' | 'fingerprint'>,
): Promise<DependencyRecord | undefined> {
  const tagged = await repository.getManifest(dependenciesTag(image, fingerprint))
  const claimed = tagged && readTaggedLayers(tagged)?.record
  return claimed?.fingerprint === fingerprint ? claimed : undefined
}

function provided(
  record: DependencyRecord,
  { image }: { readonly image: PlannedImage },
  how: Pick<ProvidedDependencies, 'sent' | 'trusted' | 'notes'>,
): ProvidedDependencies {
  // The base is not part of the tag, so every base is held against what the files need.
  const libraries = checkLibraries(record, image.base)
  throwUnfit(libraries.problems)
  const { fingerprint } = record
  return {
    record,
    fingerprint,
    layers: record.layers,
    ...how,
    notes: [...how.notes, ...libraries.notes],
  }
}

/** A cached file that turns out to be damaged is never sent whole; it is made again, once. */
async function sendLayers(
  options: MakeOptions,
  repository: Repository,
): Promise<{ record: DependencyRecord; sent: number; notes: readonly string[] }> {
  const { image, progress } = options
  const report = { progress, image: image.name, part: 'dependencies' }
  const { knownLayer: _, ...byItself } = options
  // What an attempt sent before it failed counts too.
  let sent = 0
  for (let attempt = 1; ; attempt++) {
    const { record, layers, notes } = await makeDependencies(attempt > 1 ? byItself : options)
    try {
      const sending = layers.map(async (layer) => {
        const blob = { descriptor: layer.descriptor, open: () => layer.open() }
        const bytes = await upload(repository, blob, report)
        sent += bytes
      })
      await allOf(sending)
      return { record, notes, sent }
    } catch (error) {
      if (attempt > 1 || !isCaused(error, 'LAYER_DAMAGED')) throw error
    }
  }
}

async function putTag(
  record: DependencyRecord,
  options: Parameters<typeof proveDependencies>[1],
): Promise<void> {
  const { repository, tag, image } = options
  const { config, manifest } = assembleLayerImage({
    platform: platformOf(image.architecture),
    layers: record.layers.map((layer) => addedLayer(layer, 'dependencies')),
    annotations: { [recordAnnotation]: JSON.stringify(record) },
  })
  await putDocument(repository, config)
  try {
    await putTagged(repository, manifest, tag)
  } catch (error) {
    // The layers themselves are there: the tag only saves the next fresh machine an install.
    if (isCaused(error, 'IMAGE_ARCHIVED')) return
    if (!isCaused(error, 'TAG_TAKEN')) throw error
    // Another deploy was faster; ours sends its own layers, and says so if they are not equal.
    const found = await repository.getManifest(tag)
    if (found !== undefined) await proveDependencies(readTaggedLayers(found), options)
  }
}
