import utils, { type Updater } from '@architect/utils'

/**
 * The manifest of `@static fingerprint true` that `arc.static()` reads, made as Architect makes it
 * later in the same deploy. Nothing when the app fingerprints nothing.
 * @param inventory Architect's, handed on as it is
 */
export async function staticManifest(inventory: unknown): Promise<Uint8Array | undefined> {
  const manifest = await new Promise<Record<string, string> | undefined>((resolve, reject) => {
    utils.fingerprint({ inventory, update: silent }, (error, made) => {
      if (error instanceof Error) reject(error)
      else resolve(made)
    })
  })
  return manifest === undefined ? undefined : Buffer.from(JSON.stringify(manifest, null, 2))
}

/** Architect says it all a moment later. */
const silent: Updater = {
  start: String,
  status: String,
  done: String,
  cancel: () => undefined,
  warn: String,
  raw: String,
}
