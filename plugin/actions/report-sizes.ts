import { metadataName } from '../core/arc/metadata-name.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import type { ImageSizes } from '../core/contents/compare-sizes.ts'
import type { LiveFunction } from '../core/template/live-functions.ts'
import { formatPinned, parsePinned } from '../oci/reference.ts'
import type { ReportPorts } from '../ports/report.ts'

type Live = ReadonlyMap<string, LiveFunction>

/**
 * What the images hold that a stack runs, against what the same functions run in the base stack; of
 * the base stack itself, against what they ran before.
 */
export async function reportSizes(
  { stackName, baseStack }: { readonly stackName: string; readonly baseStack: string },
  ports: Pick<ReportPorts, 'liveFunctions' | 'servedParts'>,
): Promise<readonly ImageSizes[]> {
  const live: Live = (await ports.liveFunctions(stackName)) ?? new Map()
  const base = stackName === baseStack ? undefined : await ports.liveFunctions(baseStack)
  const running = [...live.values()].filter(({ imageUri }) => typeof imageUri === 'string')
  const byImage = Map.groupBy(running, ({ imageUri }) => String(imageUri))
  const sizes = await inParallel([...byImage], async ([imageUri, functions]) => {
    const earlier = functions.flatMap((one) => earlierUri(one, base) ?? []).at(0)
    const [parts, before] = await Promise.all([
      ports.servedParts(imageUri),
      earlier && ports.servedParts(earlier),
    ])
    if (parts === undefined) return undefined
    const name = functions.map(metadataName).join(', ')
    return { name, parts, unknown: [], ...(before && { before }) }
  })
  return sizes.filter((one) => one !== undefined)
}

function earlierUri({ logicalId, imageUri, image }: LiveFunction, base: Live | undefined) {
  if (base !== undefined) {
    const theirs = base.get(logicalId)?.imageUri
    return typeof theirs === 'string' ? theirs : undefined
  }
  const pinned = typeof imageUri === 'string' ? parsePinned(imageUri) : undefined
  return pinned && image?.previous && formatPinned(pinned.name, image.previous)
}
