import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { type Found, missingFiles } from '../../core/environment/missing-files.ts'
import { loadedFiles } from '../../core/environment/loaded-files.ts'
import { foundIn } from '../../core/image/found-in.ts'
import { treeOf } from '../../core/image/image-tree.ts'
import { inParallel } from '../../core/basics/in-parallel.ts'
import type { ProvideLambdaLayer } from '../lambda-layers/provide-lambda-layers.ts'
import type { PlannedImage } from '../../core/model.ts'
import { setupError } from '../../core/setup-error.ts'
import type { TaggedImage } from '../../ports/image-stages.ts'

/**
 * Looks for the files that the functions' environment loads, before anything is pushed: in the
 * bundle, among the packages, and where AWS's own bases have nothing. What only a build tells is
 * looked at when the image is verified.
 * @throws ContainerImageError SETUP_INVALID with each ENVIRONMENT_FILE_MISSING
 */
export async function checkEnvironment(
  { image, bundle }: TaggedImage,
  provideLambdaLayer?: ProvideLambdaLayer,
): Promise<void> {
  if (image.functions.every((one) => loadedFiles(one.environment, image).length === 0)) return
  const [elsewhere, opt] = await Promise.all([
    lookElsewhere(image),
    provideLambdaLayer && lookIntoLayers(image, provideLambdaLayer),
  ])
  const files = new Map(bundle.files.map((file) => [file.path, file]))
  const problems = missingFiles(image, (path) => {
    const file = files.get(path)
    if (file !== undefined) return file.executable ? 'program' : 'file'
    const isFolder = bundle.files.some((other) => other.path.startsWith(`${path}/`))
    if (isFolder) return 'directory'
    return path.startsWith('opt/') && opt !== undefined ? opt(path) : elsewhere(path)
  })
  if (problems.length > 0) throw setupError(problems)
}

/** @param provideLambdaLayer absent where nothing is fetched, as in a dry run */
async function lookIntoLayers(
  image: PlannedImage,
  provideLambdaLayer: ProvideLambdaLayer,
): Promise<((path: string) => Found) | undefined> {
  if (image.layers === undefined || !isEmptyBase(image)) return undefined
  const { indexLayer } = await import('../layer/index-layer.ts')
  const layers = await inParallel(image.layers, provideLambdaLayer)
  const tree = treeOf(await inParallel(layers, (layer) => indexLayer(layer.open())))
  return (path) => foundIn(tree, path)
}

/** AWS's own bases have nothing in `/opt` and `/var/task`. */
function isEmptyBase({ base }: PlannedImage): boolean {
  return base.startsWith('public.ecr.aws/lambda/')
}

/** What is known of an image beside its bundle. */
async function lookElsewhere(image: PlannedImage): Promise<(path: string) => Found> {
  const { definition } = image
  if (definition.kind === 'dockerfile') return () => 'unknown'
  const { lockfile, directory } = definition
  const locked = lockfile?.endsWith('.json') ? await readFile(lockfile, 'utf8') : undefined
  return (path) => {
    if (!isEmptyBase(image)) return 'unknown'
    const packageName = /^var\/task\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
    if (packageName !== undefined)
      return locked?.includes(`"node_modules/${packageName}"`) === false ? 'missing' : 'unknown'
    if (path.startsWith('opt/')) return image.layers === undefined ? 'missing' : 'unknown'
    if (!path.startsWith('var/task/')) return 'unknown'
    return existsSync(join(directory, path.slice('var/task/'.length))) ? 'unknown' : 'missing'
  }
}
