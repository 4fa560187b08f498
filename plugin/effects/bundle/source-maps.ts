import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuildOptions } from 'esbuild'

import type { PlannedImage } from '../../core/model.ts'

/**
 * A bundle's output without its source maps, which are written beside the image: code that is not
 * loaded costs cold start. They stay when the user's own esbuild options ask for them.
 */
export async function takeSourceMaps(
  outputs: ReadonlyMap<string, Uint8Array>,
  image: PlannedImage,
  options: { readonly sourceMapDirectory?: string; readonly esbuildConfig?: BuildOptions },
): Promise<Map<string, Uint8Array>> {
  if (options.esbuildConfig?.sourcemap) return new Map(outputs)
  const code = new Map<string, Uint8Array>()
  for (const [path, bytes] of outputs) {
    if (!path.endsWith('.cjs.map')) code.set(path, bytes)
    else if (options.sourceMapDirectory !== undefined) {
      const folder = `${image.name}-${image.architecture}`
      const file = join(options.sourceMapDirectory, folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
  }
  return code
}
