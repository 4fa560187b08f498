import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { imageRoot, rootsFolder } from './image-root.ts'
import { networkFiles } from './network-files.ts'
import { superviseInNamespaces } from './run-in-namespaces.ts'
import type { Runner } from './runner.ts'

/** An empty folder for everybody: each supervisor mounts on it in a namespace of its own. */
const mountPoint = 'mount-point'
/** An overlay needs two folders, and the probe has no image. */
const empty = 'empty'

/**
 * Starts functions in namespaces of Linux, on the unpacked image, without copying anything.
 * @returns the reason why that is not possible here
 */
export async function namespaceRunner(
  cacheDirectory: string,
): Promise<Runner | { readonly unable: string }> {
  if (process.platform !== 'linux') return { unable: `${process.platform} has no namespaces` }
  const folder = join(cacheDirectory, rootsFolder)
  const asRoot = process.getuid?.() === 0
  for (const name of [mountPoint, empty]) await mkdir(join(folder, name), { recursive: true })
  const common = { mountPoint, asRoot }
  const mounts = [empty, ...(await imageRoot([], [], cacheDirectory))]
  const probe = { ...common, layers: mounts, argv: [], workingDirectory: '/', environment: {} }
  const supervised = superviseInNamespaces(probe, folder)
  try {
    for await (const event of supervised.events) {
      if (event.kind === 'unable') return { unable: event.reason }
      if (event.kind === 'ready') break
    }
  } finally {
    await supervised.close()
  }
  return {
    name: 'namespaces',
    async prepare({ layers, groups }) {
      const folders = await imageRoot(layers, groups, cacheDirectory)
      const names = await networkFiles(cacheDirectory)
      return {
        start(lambda) {
          const seen = lambda.openNetwork === true ? [names, ...folders] : folders
          return superviseInNamespaces({ ...common, ...lambda, layers: seen }, folder)
        },
        close: async () => {},
      }
    },
  }
}
