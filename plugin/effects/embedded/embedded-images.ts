import { inParallel } from '../../core/basics/in-parallel.ts'
import type { PlannedImage } from '../../core/model.ts'
import { appLayersVersion } from '../../core/image/app-layers.ts'
import { knownEntryPoint } from '../../core/image/verify.ts'
import { hasSnapStart, snapStartLabel } from '../../core/image/snap-start.ts'
import { digestOf } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Progress } from '../../ports/progress.ts'
import { atBase } from '../base/at-base.ts'
import type { ResolveDigest } from '../base/base-digest.ts'
import type { ResolveBaseImage } from '../base/base-image.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import { readDefinition } from '../dependencies/definition.ts'
import {
  examineDefinition,
  settleDefinition,
  type SettledDefinition,
} from '../dependencies/settle-definition.ts'
import { findVersionDifferences } from '../dependencies/version-differences.ts'
import { fileChanged } from '../folder/hash-files.ts'
import type { BuildInput, ImageBuilder } from '../../ports/image-builder.ts'
import type { ProvideLambdaLayer } from '../lambda-layers/provide-lambda-layers.ts'
import type { KnownLayer } from './package-layers.ts'
import type { Vouches } from './vouches.ts'
import type { EmbeddedInput } from './embedded-input.ts'

/**
 * Images of a `package.json`: base, dependencies and bundle, without Docker. What looks into an image
 * and makes it is loaded when one has changed.
 */
export function embeddedImages(options: {
  readonly resolveBase: ResolveBaseImage
  readonly resolveDigest: ResolveDigest
  /** Where the app's own `node_modules` is. */
  readonly appDirectory: string
  readonly cacheDirectory: string
  readonly progress: Progress
  /** Whether a layer of packages that only a tag names may be taken; absent: none may. */
  readonly vouches?: Vouches
  /** Layers of packages that the repository has; absent: all are made. */
  readonly knownLayer?: KnownLayer
  /** Absent for a dry run, which makes nothing. */
  readonly provideLambdaLayer?: ProvideLambdaLayer
}): ImageBuilder {
  const {
    resolveBase,
    resolveDigest,
    appDirectory,
    cacheDirectory,
    progress,
    vouches,
    knownLayer,
  } = options
  const { provideLambdaLayer = neverMade } = options
  const named = new Map<string, SettledDefinition>()
  const definitionOf = async (image: PlannedImage): Promise<SettledDefinition> =>
    named.get(keyOf(image)) ?? (await settleDefinition(image))
  const inputOf = async (input: BuildInput): Promise<EmbeddedInput> => {
    const { image } = input
    const definition = await definitionOf(image)
    await requireUnchanged(image, definition)
    const [base, lambdaLayers] = await Promise.all([
      atBase(image, () => resolveBase(image.base, platformOf(image.architecture))),
      inParallel(image.layers ?? [], (arn) => provideLambdaLayer(arn)),
    ])
    const shared = { definition, base, lambdaLayers, cacheDirectory, progress }
    return { ...input, ...shared, ...(vouches && { vouches }), ...(knownLayer && { knownLayer }) }
  }
  return {
    examine: (image) => examineDefinition(image),
    async identify(image) {
      const base = resolveDigest(image.base, platformOf(image.architecture))
      const definition = await settleDefinition(image)
      named.set(keyOf(image), definition)
      // A version of a layer never changes, so its ARN says what it holds.
      const layers = image.layers === undefined ? [] : [image.layers]
      const labels = hasSnapStart(image) ? [snapStartLabel] : []
      const fingerprint = await fingerprintOf(image, definition)
      const digest = await atBase(image, () => base)
      return digestOf(stableJson([appLayersVersion, digest, fingerprint, ...layers, ...labels]))
    },
    async judge(input, judging) {
      const definition = await definitionOf(input.image)
      const { judgeEmbedded } = await import('./judge-embedded.ts')
      return judgeEmbedded(input, { ...judging, definition, cacheDirectory, progress })
    },
    async publish(input) {
      const { publishEmbedded } = await import('./publish-embedded.ts')
      const built = await publishEmbedded(await inputOf(input))
      const { digest, config, parts } = built
      const differences = await versionNotes(input.image, built.dependencies?.direct, appDirectory)
      return { digest, config, outcome: 'built', parts, notes: [...built.notes, ...differences] }
    },
    async prove(input, served) {
      const { proveEmbedded } = await import('./prove-embedded.ts')
      await proveEmbedded(await inputOf(input), served)
      return []
    },
    async entryPoint({ base, architecture }) {
      const known = knownEntryPoint(base)
      if (known !== undefined) return known
      const config = await (await resolveBase(base, platformOf(architecture))).config()
      return config.config?.Entrypoint ?? []
    },
  }
}

/** Images of one name differ in these. */
function keyOf({ name, architecture, nodeVersion, base, layers = [] }: PlannedImage): string {
  return [name, architecture, nodeVersion, base, ...layers].join(' ')
}

/** What is installed now is what the tag was made from. */
async function requireUnchanged(image: PlannedImage, { asRead }: SettledDefinition): Promise<void> {
  const now = await readDefinition(image)
  if ((await fingerprintOf(image, now)) !== (await fingerprintOf(image, asRead)))
    throw fileChanged(asRead.directory)
}

/** The sandbox runs on the app's packages and Lambda on the image's: they had better be the same. */
async function versionNotes(
  image: PlannedImage,
  direct: Readonly<Record<string, string>> | undefined,
  appDirectory: string,
): Promise<readonly string[]> {
  const differences = await findVersionDifferences(direct ?? {}, appDirectory)
  return differences.map(
    ({ package: name, imageVersion, appVersion }) =>
      `docker/${image.name} has ${name} ${imageVersion}, the app itself has ${appVersion}`,
  )
}

function neverMade(): never {
  throw new TypeError('A dry run makes no layers')
}
