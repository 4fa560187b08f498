import { placeInFile } from '../../core/arc-text/quote-line.ts'
import { parseSecret } from '../../core/dockerfile/secret.ts'
import type { PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import { digestOf, type Digest } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import { stableJson } from '../../oci/stable-json.ts'
import { atPlaceOf } from '../base/at-base.ts'
import type { ResolveDigest } from '../base/base-digest.ts'
import { contextDigest, contextRules } from './build-context.ts'
import { readBuild, type Build } from './read-build.ts'

/** Raised when the same definition would make another image than before. */
const formatVersion = 1

export interface FingerprintOptions {
  readonly resolveDigest: ResolveDigest
  /** Digest of an image that only Docker's own logins may read. */
  readonly inspectImage: (reference: string) => Promise<Digest | undefined>
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A build with all that decides its image. */
export interface IdentifiedBuild extends Build {
  readonly digest: Digest
  readonly rules: readonly string[]
  /** Digests of the images that it needs, by the name that the Dockerfile has. */
  readonly bases: ReadonlyMap<string, string>
}

/**
 * Everything that decides an image built from a Dockerfile, beside its bundle. Values of secrets are
 * not in it, since they may change every day; nor are caches and the builder, which decide nothing.
 */
export async function identifyBuild(
  image: PlannedImage,
  options: FingerprintOptions,
): Promise<IdentifiedBuild> {
  const build = await readBuild(image, options.environment)
  const { definition, text, needed, buildArguments } = build
  const { settings } = definition
  const rules = await contextRules(definition, [options.cacheDirectory])
  const platform = platformOf(image.architecture)
  const [context, bases] = await Promise.all([
    contextDigest(definition, rules),
    Promise.all(
      needed.images.map(async ({ reference, platform: kind }) => {
        const wanted = kind === 'any' ? kind : platform
        const ask = () => resolveBase(reference, wanted, options)
        return [
          reference,
          await atPlaceOf(reference, placeOf(reference, image, text), ask),
        ] as const
      }),
    ),
  ])
  const inputs = {
    formatVersion,
    platform,
    dockerfile: digestOf(text.replaceAll('\r\n', '\n')),
    context,
    target: settings.target ?? null,
    buildArguments: [...buildArguments].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    secrets: settings.secrets.map((secret) => parseSecret(secret)?.id ?? '').toSorted(),
    ssh: settings.ssh.map((each) => each.split('=', 1)[0] ?? '').toSorted(),
    bases: bases.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  }
  return { ...build, rules, bases: new Map(bases), digest: digestOf(stableJson(inputs)) }
}

/** The first line that has it as it is; an argument's value has none. */
function placeOf(reference: string, { name }: PlannedImage, text: string): string {
  const line = text.split('\n').findIndex((each) => each.includes(reference)) + 1
  return placeInFile(`docker/${name}/Dockerfile`, line === 0 ? undefined : line)
}

/** Bases are asked for without a login; where that is refused, Docker's own logins may do. */
async function resolveBase(
  reference: string,
  platform: Parameters<ResolveDigest>[1],
  { resolveDigest, inspectImage }: FingerprintOptions,
): Promise<string> {
  try {
    return await resolveDigest(reference, platform)
  } catch (error) {
    if (!(error instanceof ContainerImageError) || error.code !== 'REGISTRY_DENIED') throw error
    const inspected = await inspectImage(reference)
    if (inspected === undefined) throw error
    return inspected
  }
}
