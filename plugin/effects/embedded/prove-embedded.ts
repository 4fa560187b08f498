import { assembleEmbedded } from '../../core/image/assemble-embedded.ts'
import { hasSnapStart } from '../../core/image/snap-start.ts'
import { differencesOf, notProven } from '../../core/image/not-proven.ts'
import { inParallel } from '../../core/basics/in-parallel.ts'
import { isSame } from '../../core/basics/is-same.ts'
import type { ContainerImageError } from '../../errors.ts'
import type { Descriptor } from '../../oci/descriptor.ts'
import { addedLayer } from '../../oci/image.ts'
import type { LayerFacts } from '../../oci/layer.ts'
import { kindOf, parseManifest } from '../../oci/manifest.ts'
import { formatPinned } from '../../oci/reference.ts'
import type { ServedManifest } from '../../ports/repository.ts'
import { factsOf, lambdaLayerHolds, totalUncompressed } from './lambda-layers.ts'
import { makeAppLayers } from './make-app-layers.ts'
import { inTheirCompression } from './prove-dependencies.ts'
import { measureBase } from './provide-base.ts'
import { trustedDependencies } from './provide-dependencies.ts'
import type { EmbeddedInput } from './embedded-input.ts'

/**
 * Holds an image that was found under its tag against the one that this deploy would make. The app
 * is bundled already, and packed in moments or before; packages are known here, vouched for or installed.
 * Layers that another zlib compressed are fetched and compared unpacked. With the layers as they
 * were compressed there, the image has to come out to the byte: one digest then proves base,
 * configuration, labels and order.
 * @throws ContainerImageError IMAGE_NOT_PROVEN, and what installing throws
 */
export async function proveEmbedded(input: EmbeddedInput, served: ServedManifest): Promise<void> {
  const { image, bundle, base, lambdaLayers = [], repository, tag } = input
  const refused = (seen: string): ContainerImageError =>
    notProven(formatPinned(repository.uri, served.digest), tag, seen)
  if (kindOf(served.mediaType) !== 'manifest') throw refused('it is not one image')
  const there = parseManifest(served.bytes, served.mediaType)
  const [manifest, config, app] = await Promise.all([
    base.manifest(),
    base.config(),
    makeAppLayers(input).then((layers) => inParallel(layers, (layer) => layer.facts())),
  ])
  const height = manifest.layers.length
  if (!isSame(there.layers.slice(0, height).map(named), manifest.layers.map(named)))
    throw refused(`it does not start from ${formatPinned(base.reference, base.digest)}`)
  const [measured, packages] = await Promise.all([
    measureBase({ ...input, layers: manifest.layers }),
    trustedDependencies(input),
  ])
  const own = {
    layers: lambdaLayers.map(factsOf),
    dependencies: packages?.layers ?? [],
    app,
  }
  const all = [...own.layers, ...own.dependencies, ...own.app]
  const above = there.layers.slice(height)
  if (above.length !== all.length) throw refused(`it has ${above.length} layers on its base`)

  /** Our own layers as they are there, from a place above the base on. */
  const proven = async <Facts extends LayerFacts>(
    layers: readonly Facts[],
    from: number,
    holds: string,
  ): Promise<readonly Facts[]> => {
    const theirs = above.slice(from, from + layers.length)
    const same = await inTheirCompression(layers, theirs, repository)
    if (same === undefined) throw refused(`its layer of ${holds} has other files`)
    return same
  }
  const [layers, dependencies, appLayers] = await Promise.all([
    proven(own.layers, 0, lambdaLayerHolds),
    proven(own.dependencies, own.layers.length, 'dependencies'),
    proven(own.app, own.layers.length + own.dependencies.length, 'app'),
  ])
  const expected = assembleEmbedded({
    image: image.name,
    base: { ...base, manifest, config },
    ...(layers.length > 0 && {
      lambdaLayers: {
        arns: image.layers ?? [],
        layers: layers.map((layer) => addedLayer(layer, lambdaLayerHolds)),
      },
    }),
    ...(packages && {
      dependencies: { fingerprint: packages.fingerprint, layers: dependencies },
    }),
    app: appLayers.map((layer) => addedLayer(layer, 'app')),
    bundle: bundle.digest,
    snapStart: hasSnapStart(image),
    uncompressedSize: measured + totalUncompressed(all),
  })
  if (expected.manifest.descriptor.digest === served.digest) return
  if (expected.config.descriptor.digest === there.config.digest)
    throw refused('its manifest describes its parts otherwise')
  const seen: unknown = JSON.parse(Buffer.from(await repository.getBlob(there.config)).toString())
  const wanted: unknown = JSON.parse(Buffer.from(expected.config.bytes).toString())
  const differences = differencesOf(wanted, seen).join(', ')
  throw refused(`its configuration is another (${differences || 'in how it is written'})`)
}

function named({ digest, size }: Descriptor): Pick<Descriptor, 'digest' | 'size'> {
  return { digest, size }
}
