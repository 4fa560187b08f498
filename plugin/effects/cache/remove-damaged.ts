import { rename, rm } from 'node:fs/promises'

/** Takes a folder of the cache away at once, so that nobody finds it half removed. */
export async function removeDamaged(directory: string): Promise<void> {
  const rubbish = `${directory}.${process.pid}.damaged`
  await rename(directory, rubbish).catch(() => undefined)
  await rm(rubbish, { recursive: true, force: true })
}
