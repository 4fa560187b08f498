import { join } from 'node:path'
import type { Plugin } from 'esbuild'

import { copiedCode } from '../../core/bundle/package-paths.ts'
import type { SharedFolders } from '../functions/module-places.ts'
import { isBelow } from '../folder/look-at.ts'
import { readJson } from '../folder/read-json.ts'

const reentry = Symbol('resolved by this plugin')

/**
 * Resolves `@architect/shared` and `@architect/views` to their sources, as the copies that Architect
 * hydrates are not there yet, or old. What a folder's own `package.json` says of entry points holds.
 * Where TypeScript finds them by `paths` of its tsconfig.json, as it does for a zip, that is left to
 * esbuild: what a plugin has found it reads without the tsconfig.json, and decorators and JSX become
 * something else.
 */
export function architectPlugin(folders: SharedFolders): Plugin {
  return {
    name: 'architect-shared',
    setup(build) {
      build.onResolve({ filter: /^@architect\/(?:shared|views)/ }, async (args) => {
        if (args.pluginData === reentry) return undefined
        const copied = copiedCode(args.path)
        if (copied === undefined) return undefined
        const { rest = '' } = copied
        const folder = folders[copied.folder]
        if (folder === undefined) return undefined
        const { importer, kind, resolveDir } = args
        const plain = { importer, kind, pluginData: reentry }
        // Not where another plugin asks: the two would ask each other for ever.
        if (args.pluginData === undefined && /\.[cm]?tsx?$/.test(importer)) {
          const own = await build.resolve(args.path, { ...plain, resolveDir })
          if (own.errors.length === 0 && isBelow(folder, own.path)) return undefined
        }
        const { name: packageName, exports } = (await readJson(join(folder, 'package.json'))) ?? {}
        // A package with `exports` is asked by its own name, which Node calls self-reference.
        const base = exports !== undefined && typeof packageName === 'string' ? packageName : '.'
        const found = await build.resolve(rest === '' ? base : `${base}/${rest}`, {
          ...plain,
          resolveDir: folder,
        })
        return found.errors.length > 0 ? { errors: found.errors } : found
      })
    },
  }
}
