import { readFile } from 'node:fs/promises'

import { withoutAuth } from '../../core/dependencies/npmrc.ts'
import type { PlannedImage } from '../../core/model.ts'
import { digestOf, type Digest } from '../../oci/digest.ts'
import { platformOf } from '../../oci/platform.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { Definition } from './definition.ts'
import { settleDefinition } from './settle-definition.ts'

/** Raised when the same definition would make other layers than before. */
const formatVersion = 4

/** Raised when `bundle-packages` would make other files of the same packages than before. */
const bundleVersion = 1

/**
 * Digest over everything that decides the layers of an image's packages; installs nothing. An image
 * without a lockfile has one too, which changes when the lockfile is made.
 */
export async function fingerprintOf(image: PlannedImage, definition: Definition): Promise<Digest> {
  const { manager, manifest, lockfile } = definition
  const { omit, bundlePackages } = image.settings
  const { os, architecture } = platformOf(image.architecture)
  const decisive = {
    formatVersion,
    manager,
    // Node's version decides which of a package's native files is loaded.
    platform: [os, architecture, 'glibc', image.nodeVersion],
    manifest,
    lockfile: lockfile === undefined ? null : [lockfile.name, digestOf(lockfile.text)],
    inputs: await Promise.all(definition.inputs.map(decisiveOf)),
    omit: [...omit].toSorted(),
    ...(bundlePackages && { bundle: [bundleVersion, [...bundlePackages].toSorted()] }),
  }
  return digestOf(stableJson(decisive))
}

/** The fingerprint of an image whose folder is read for nothing else. */
export async function dependencyFingerprint(image: PlannedImage): Promise<Digest> {
  return fingerprintOf(image, await settleDefinition(image))
}

async function decisiveOf({
  path,
  file,
  sha256,
  executable,
}: Definition['inputs'][number]): Promise<readonly [string, string, boolean]> {
  const isNpmrc = path === '.npmrc'
  return [path, isNpmrc ? digestOf(withoutAuth(await readFile(file, 'utf8'))) : sha256, executable]
}
