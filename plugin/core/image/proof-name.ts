import { type Digest, digestOf, hexOf } from '../../oci/digest.ts'
import { stableJson } from '../../oci/stable-json.ts'
import type { PlannedImage } from '../model.ts'

/** Hex digits of a name, as of a fingerprint in a tag. */
const length = 32

/** Goes up when images are judged by more than before within one release. */
const version = 1

/**
 * Names what was proven of an image, with all that the verdict depends on: equal names, equal
 * verdicts. A name tells nothing of the values that went into it.
 * @param release of this plugin, whose checks they were
 * @param what in JSON
 */
function proofName(release: string, what: unknown): string {
  return hexOf(digestOf(stableJson([version, release, what])), length)
}

/**
 * That an image is what its tag says, and that its layers have what its functions need.
 * @param digest what the tag names
 */
export function contentProof(
  release: string,
  { image, tag, digest }: { image: PlannedImage; tag: string; digest: Digest },
): string {
  const { name, architecture, language, nodeVersion, base, layers } = image
  const { kind } = image.definition
  const functions = image.functions.map(
    ({ logicalId, command, handlerExport, environment, snapStart }) => {
      return { logicalId, command, handlerExport, environment, snapStart }
    },
  )
  const planned = { name, architecture, language, nodeVersion, base, layers, kind, functions }
  return proofName(release, { content: { digest, tag, planned } })
}

/**
 * That a function came up to its first event.
 * @param order all that it was started with
 */
export function startProof(
  release: string,
  { digest, order }: { digest: Digest; order: unknown },
): string {
  return proofName(release, { start: { digest, order } })
}
