import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import { digestOf, type Digest } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import { stableJson } from '../../oci/stable-json.ts'
import { readDefinition, type Definition } from './definition.ts'

/** Raised when the same definition would make another layer than before. */
const formatVersion = 1

/**
 * Digest over everything that decides the dependency layer of an image; installs nothing and needs
 * no network. An image without a lockfile has one too, which changes when the lockfile is made.
 * @throws ContainerImageError DEPENDENCIES_INVALID
 */
export async function dependencyFingerprint(image: PlannedImage): Promise<Digest> {
  return fingerprintOf(image, await readDefinition(image))
}

export async function fingerprintOf(image: PlannedImage, definition: Definition): Promise<Digest> {
  const { manager, manifest, lockfile, directory, companions } = definition
  const hashes = await Promise.all(
    companions.map(async (path) => [path, await hashOf(join(directory, path))]),
  )
  const { os, architecture } = platformOf(image.architecture)
  const inputs = {
    formatVersion,
    manager,
    platform: [os, architecture, 'glibc'],
    manifest,
    lockfile: lockfile === undefined ? null : [lockfile.name, digestOf(lockfile.text)],
    companions: hashes,
    omit: [...image.settings.omit].toSorted(),
  }
  return digestOf(stableJson(inputs))
}

async function hashOf(path: string): Promise<string> {
  if (path.endsWith('.npmrc')) return digestOf(withoutAuth(await readFile(path, 'utf8')))
  if ((await stat(path)).isFile()) return digestOf(await readFile(path))
  const hash = createHash('sha256')
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.slice(path.length).includes('node_modules'))
  for (const file of files.toSorted()) {
    hash.update(JSON.stringify([file.slice(path.length).replaceAll('\\', '/')]))
    hash.update(digestOf(await readFile(file)))
  }
  return hash.digest('hex')
}

/** Tokens change from machine to machine and decide nothing. */
function withoutAuth(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(
      (line) => line !== '' && !/^[;#]/.test(line) && !/_?(?:auth|password|username)/i.test(line),
    )
    .join('\n')
}
