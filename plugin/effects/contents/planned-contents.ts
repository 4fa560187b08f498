import type { ImageContents } from '../../core/contents/image-contents.ts'
import type { DeployReport } from '../../core/report/deploy-report.ts'
import { parsePinned } from '../../oci/reference.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'
import type { Progress } from '../../ports/progress.ts'
import type { ResolveDigest } from '../base/base-digest.ts'
import { bundleContents } from './bundle-contents.ts'
import { installedPackages } from './installed-packages.ts'
import { usedImages } from './used-images.ts'

export interface PlannedContentsOptions {
  readonly repository: string
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly resolveDigest: ResolveDigest
  readonly progress: Progress
  /** Whether packages without a lockfile are said to be unknown; else they are refused. */
  readonly lenient?: boolean
  /** Of the deploy of this checkout, which knows the images' digests; absent: there was none. */
  readonly report?: DeployReport
}

/** What goes into an image that may not be made yet. */
export async function plannedContents(
  { image, bundle, tag }: TaggedImage,
  options: PlannedContentsOptions,
): Promise<ImageContents> {
  const { name, architecture, definition, layers = [] } = image
  const isPackage = definition.kind === 'package'
  const isUncertain = isPackage && definition.lockfile === undefined && options.lenient === true
  const [images, installed] = await Promise.all([
    usedImages(image, options),
    isPackage && !isUncertain ? installedPackages(image, options) : { packages: [], direct: [] },
  ])
  const bundled = await bundleContents(image, bundle, installed.packages)
  const deployed = options.report?.images.find(
    (one) => one.name === name && one.architecture === architecture,
  )
  const pinned = deployed && parsePinned(deployed.imageUri)
  return {
    name,
    architecture,
    repository: pinned?.name ?? options.repository,
    tag,
    ...(pinned !== undefined && { digest: pinned.digest }),
    images,
    lambdaLayers: isPackage ? layers : [],
    functions: bundled.functions,
    files: bundled.files,
    packages: [...installed.packages, ...bundled.packages].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    ),
    needs: installed.direct,
    unknown: [
      ...(isPackage
        ? []
        : [
            `What the steps of docker/${name}/Dockerfile install or copy is known only to the built image: scan that.`,
          ]),
      ...(isUncertain
        ? [`docker/${name} has no lockfile, so its packages are not known: a deploy makes one.`]
        : []),
    ],
  }
}
