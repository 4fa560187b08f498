import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Inside the app, because a template that was ejected still names it. */
export function emptyFolderOf(appDirectory: string): string {
  return join(appDirectory, 'node_modules', '.cache', 'arc-plugin-container-images', 'empty')
}

/** The folder that `CodeUri` of every function in an image names, since Architect zips one. */
export async function emptyFolder(appDirectory: string): Promise<string> {
  const folder = emptyFolderOf(appDirectory)
  await mkdir(folder, { recursive: true })
  return folder
}
