/**
 * Loaded by Node before every function in `arc sandbox`, others than flagged ones too: what it
 * takes, they all wait for. A program of its own, which imports nothing of the plugin's code.
 */
import { readFileSync } from 'node:fs'
import module, { createRequire, isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { SandboxTable } from '../../ports/sandbox.ts'

const source = process.env['LAMBDA_TASK_ROOT']
const file = process.env['ARC_CONTAINER_IMAGES_SANDBOX']
if (source !== undefined && file !== undefined) {
  const packages = readTable(file)[source] ?? []
  if (packages.length > 0) process.setSourceMapsEnabled(true)
  if (packages.length > 0 && !('registerHooks' in module))
    console.error(
      `The packages of its image need Node 22.18 or newer, and 'node' in PATH is ${process.version}.`,
    )
  for (const { directory, names } of packages) resolveFrom(directory, new Set(names))
}

/** A sandbox that has just begun has no table yet. */
function readTable(path: string): SandboxTable {
  try {
    const table: SandboxTable = JSON.parse(readFileSync(path, 'utf8'))
    return table
  } catch {
    return {}
  }
}

/** Whoever asks for one of the packages gets the image's, unless it is one of these itself. */
function resolveFrom(directory: string, names: ReadonlySet<string>): void {
  const manifest = join(directory, 'package.json')
  const manifestUrl = pathToFileURL(manifest).href
  const inside = new URL('.', manifestUrl).href
  const image = createRequire(manifest)
  const { cache } = image

  module.registerHooks?.({
    resolve(specifier, context, next) {
      const { parentURL, conditions } = context
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''
      const isOwn = parentURL?.startsWith(inside)
      if (isOwn === true || !names.has(name) || isBuiltin(specifier))
        return next(specifier, context)
      try {
        // For `require` Node takes no other parent; asking again in the image's name ends here.
        if (conditions.includes('require'))
          return { url: pathToFileURL(image.resolve(specifier)).href, shortCircuit: true }
        return next(specifier, { ...context, parentURL: manifestUrl })
      } catch (error) {
        if (!isMissing(error)) throw error
        // An optional package that this platform has not.
        return next(specifier, context)
      }
    },
    load(url, context, next) {
      // The sandbox would advise to install into the app what it finds loaded from elsewhere.
      const path = url.startsWith(inside) ? fileURLToPath(url) : ''
      if (path in cache) Object.defineProperty(cache, path, { enumerable: false })
      return next(url, context)
    },
  })
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'
}
