import { createHash } from 'node:crypto'
import { mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { layerGroups } from '../../core/start/layer-groups.ts'
import { markUsed } from '../cache/layer-cache.ts'
import { removeFolder } from '../cache/remove-folder.ts'
import type { ImageLayer } from '../image/image-layers.ts'
import { temporaryPath } from '../temporary/temporary-path.ts'
import { makeMountFolders } from '../runtime/mount-root.ts'

/** Where unpacked layers are in the cache; their names have nothing that an overlay would split. */
export const rootsFolder = 'roots'

/**
 * An image's layers as folders of the cache, the topmost first, by names relative to `rootsFolder`.
 * A group of layers that another image or deploy has unpacked is there already.
 * @param wanted sizes of the groups of layers that are shared, from the lowest up
 */
export async function imageRoot(
  layers: readonly ImageLayer[],
  wanted: readonly number[],
  cacheDirectory: string,
): Promise<readonly string[]> {
  const entries = await Promise.all(layers.map((layer) => layer.entries()))
  const names: string[] = []
  let height = 0
  for (const size of layerGroups(entries, wanted)) {
    const group = layers.slice(height, height + size)
    height += size
    names.unshift(await provide(group, cacheDirectory))
  }
  return [...names, await mountFolders(cacheDirectory)]
}

/** The name of a group of layers: nothing but their content decides it. */
export function groupName(layers: readonly Pick<ImageLayer, 'diffId'>[]): string {
  const hash = createHash('sha256')
  for (const { diffId } of layers) hash.update(diffId)
  return hash.digest('hex').slice(0, 32)
}

const unpacking = new Map<string, Promise<string>>()

async function provide(group: readonly ImageLayer[], cacheDirectory: string): Promise<string> {
  const name = groupName(group)
  const target = join(cacheDirectory, rootsFolder, name)
  if (await isThere(target)) {
    await markUsed(target)
    return name
  }
  const running = unpacking.get(target) ?? unpack(group, target, cacheDirectory)
  unpacking.set(target, running)
  try {
    await running
  } finally {
    unpacking.delete(target)
  }
  return name
}

async function unpack(
  group: readonly ImageLayer[],
  target: string,
  cacheDirectory: string,
): Promise<string> {
  const temporary = await temporaryPath(cacheDirectory)
  try {
    await mkdir(temporary)
    const { unpackLayers } = await import('./unpack-layers.ts')
    await unpackLayers(
      group.map((layer) => layer.open()),
      temporary,
    )
    await mkdir(join(target, '..'), { recursive: true })
    await rename(temporary, target).catch(async (error: unknown) => {
      // Another deploy was faster, with the same content.
      if (!(await isThere(target))) throw error
    })
    return target
  } finally {
    await removeFolder(temporary)
  }
}

/** The folders that every root needs and not every image has. */
async function mountFolders(cacheDirectory: string): Promise<string> {
  const name = 'mounts'
  const folder = join(cacheDirectory, rootsFolder, name)
  await mkdir(folder, { recursive: true })
  makeMountFolders(folder)
  await markUsed(folder)
  return name
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
