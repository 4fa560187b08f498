import { join } from 'node:path'
import type { Plugin } from 'esbuild'

import type { SharedFolders } from '../functions/module-places.ts'
import { readJson } from '../folder/read-json.ts'

const reentry = Symbol('resolved by this plugin')

/**
 * Resolves `@architect/shared` and `@architect/views` to their sources, as the copies that Architect
 * hydrates are not there yet, or old. What a folder's own `package.json` says of entry points holds.
 */
export function architectPlugin(folders: SharedFolders): Plugin {
  return {
    name: 'architect-shared',
    setup(build) {
      build.onResolve({ filter: /^@architect\/(?:shared|views)(?:\/|$)/ }, async (args) => {
        if (args.pluginData === reentry) return undefined
        const [, name = '', rest = ''] = /^@architect\/(shared|views)\/?(.*)$/.exec(args.path) ?? []
        const folder = name === 'shared' ? folders.shared : folders.views
        if (folder === undefined) return undefined
        const { importer, kind } = args
        const { name: own, exports } = (await readJson(join(folder, 'package.json'))) ?? {}
        // A package with `exports` is asked by its own name, which Node calls self-reference.
        const base = exports !== undefined && typeof own === 'string' ? own : '.'
        const found = await build.resolve(rest === '' ? base : `${base}/${rest}`, {
          importer,
          kind,
          resolveDir: folder,
          pluginData: reentry,
        })
        return found.errors.length > 0 ? { errors: found.errors } : found
      })
    },
  }
}
