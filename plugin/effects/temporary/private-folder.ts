import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeTheEnd } from './before-the-end.ts'
import { ownerMark } from './owner-mark.ts'

const prefix = 'arc-container-images-'

/** Names of private folders in the system's place for temporary files. */
export const privateFolderName = new RegExp(`^${prefix}(\\d+)-([0-9a-z]+)-\\w{6}$`)

/** A folder of this user's alone. */
export interface PrivateFolder {
  readonly path: string
  remove(): Promise<void>
}

/**
 * A folder for what must not stay: it goes away even when the deploy is interrupted. One that was
 * killed leaves its folder to the next.
 */
export async function createPrivateFolder(): Promise<PrivateFolder> {
  // mkdtemp makes it for this user only (0700).
  const path = await mkdtemp(join(tmpdir(), `${prefix}${await ownerMark()}-`))
  const forget = beforeTheEnd(() => rmSync(path, { recursive: true, force: true }))
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true })
      forget()
    },
  }
}
