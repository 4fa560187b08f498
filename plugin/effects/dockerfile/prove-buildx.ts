import { isSame } from '../../core/basics/is-same.ts'
import { unexplainedConfig } from '../../core/dockerfile/unexplained-config.ts'
import { notProven } from '../../core/image/not-proven.ts'
import { ContainerImageError } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import { parseDigest } from '../../oci/digest.ts'
import { kindOf, type Manifest, parseManifest } from '../../oci/manifest.ts'
import { platformOf } from '../../oci/platform.ts'
import { formatPinned, formatReference, parseReference } from '../../oci/reference.ts'
import type { BaseImage } from '../../ports/base-image.ts'
import type { Repository, ServedManifest } from '../../ports/repository.ts'
import type { BuildInput } from '../../ports/image-builder.ts'
import type { ResolveBaseImage } from '../base/base-image.ts'
import { differingFiles } from '../image/compare-files.ts'
import { readConfig } from '../cache/read-by-digest.ts'
import { uncompressedDigest } from '../layer/uncompressed-digest.ts'
import type { IdentifiedBuild } from './build-fingerprint.ts'

/**
 * Holds an image that was found under its tag against what its Dockerfile can be known to give
 * without being built: the functions' files, the base, the entry point, the environment and the user.
 * @returns what only a build could tell, or what the Dockerfile itself may change
 * @throws ContainerImageError IMAGE_NOT_PROVEN
 */
export async function proveBuildx(
  { image, bundle, repository, tag }: BuildInput,
  served: ServedManifest,
  build: IdentifiedBuild,
  options: { readonly resolveBase: ResolveBaseImage; readonly cacheDirectory: string },
): Promise<readonly string[]> {
  const refused = (seen: string): ContainerImageError =>
    notProven(formatPinned(repository.uri, served.digest), tag, seen)
  if (kindOf(served.mediaType) !== 'manifest') throw refused('it is not one image')
  const manifest = parseManifest(served.bytes, served.mediaType)
  const { needed, text } = build
  const file = `docker/${image.name}/Dockerfile`
  const [config, base, differing] = await Promise.all([
    readConfig(repository, manifest, options),
    readBase(build, image.architecture, options.resolveBase),
    differingFiles(bundle.files, manifest, repository),
  ])
  const open = ["what the Dockerfile's own steps wrote"]
  if (differing.length > 0) {
    const [first = ''] = differing
    if (needed.endsInFunctions)
      throw refused(`/${first} is not the function's own${more(differing.length)}`)
    open.push(
      `/${first}${more(differing.length)}, which steps after the COPY of the functions may have changed`,
    )
  }
  if (base === 'unreadable') open.push('its base, which only docker may read')
  else {
    if (base !== undefined && !(await startsFrom(base, manifest, repository)))
      throw refused(`it does not start from ${base.reference}`)
    const { entryPoint } = needed
    const baseConfig: Pick<OciConfig, 'config'> = base?.config ?? {}
    const wanted =
      entryPoint.kind === 'own' ? entryPoint.argv : (baseConfig.config?.Entrypoint ?? [])
    if (!isSame(config.config?.Entrypoint ?? [], wanted))
      throw refused(`its entry point is ${JSON.stringify(config.config?.Entrypoint)}`)
    const unexplained = unexplainedConfig(config, baseConfig, text)
    if (unexplained.length > 0)
      throw refused(`neither its base nor ${file} gives ${unexplained.join(', ')}`)
  }
  return [
    `${image.name} was found under its tag and not built here. Its tag is believed in this: ${open.join('; ')}`,
  ]
}

interface Base {
  readonly reference: string
  readonly manifest: Manifest
  readonly config: OciConfig
}

/** @returns undefined for an image that starts from nothing */
async function readBase(
  { needed: { root }, bases }: IdentifiedBuild,
  architecture: BuildInput['image']['architecture'],
  resolveBase: ResolveBaseImage,
): Promise<Base | 'unreadable' | undefined> {
  if (root === undefined) return undefined
  const { registry, repository } = parseReference(root.reference)
  const digest = parseDigest(bases.get(root.reference))
  const reference = formatReference({ registry, repository, digest })
  try {
    const base: BaseImage = await resolveBase(reference, platformOf(architecture))
    const [manifest, config] = await Promise.all([base.manifest(), base.config()])
    return { reference, manifest, config }
  } catch (error) {
    // Docker has logins of its own.
    if (error instanceof ContainerImageError && error.code === 'REGISTRY_DENIED')
      return 'unreadable'
    throw error
  }
}

/** Docker may compress a base's layers anew when it pushes them. */
async function startsFrom(
  { manifest, config }: Base,
  image: Manifest,
  repository: Repository,
): Promise<boolean> {
  if (image.layers.length < manifest.layers.length) return false
  const same = await Promise.all(
    manifest.layers.map(async (layer, at) => {
      const there = image.layers[at]
      if (there === undefined || there.digest === layer.digest) return there !== undefined
      const unpacked = await uncompressedDigest(there, repository, Infinity)
      return unpacked !== undefined && unpacked === config.rootfs.diff_ids[at]
    }),
  )
  return !same.includes(false)
}

function more(count: number): string {
  return count > 1 ? ` and ${count - 1} files more are not` : ''
}
