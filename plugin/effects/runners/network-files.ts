import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { markUsed } from '../cache/layer-cache.ts'
import { rootsFolder } from './image-root.ts'

const files = ['etc/resolv.conf', 'etc/hosts']

/**
 * What finds names in this machine's network, as a folder laid over an image's own: an image
 * may have links in its place, or nothing.
 * @returns its name relative to `rootsFolder`
 */
export async function networkFiles(cacheDirectory: string): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(`/${file}`, 'utf8').catch(() => '')))
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex')
  const name = `network-${hash.slice(0, 16)}`
  const folder = join(cacheDirectory, rootsFolder, name)
  await mkdir(join(folder, 'etc'), { recursive: true })
  for (const [index, file] of files.entries()) {
    await writeFile(join(folder, file), texts[index] ?? '')
    await chmod(join(folder, file), 0o644)
  }
  // Lambda's user reads them, whatever the umask here.
  for (const path of ['.', 'etc']) await chmod(join(folder, path), 0o755)
  await markUsed(folder)
  return name
}
