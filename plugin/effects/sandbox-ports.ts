import { once } from '../core/basics/once.ts'
import { explainSystemError } from '../core/basics/system-error.ts'
import type { ArchitectApp } from '../core/arc/architect-app.ts'
import type { SandboxPorts } from '../ports/sandbox.ts'
import type { Console } from './architect/console.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { compileForSandbox } from './bundle/compile-for-sandbox.ts'
import { defaultCacheDirectory } from './cache/cache-directory.ts'
import { requireWritableCache } from './cache/writable-cache.ts'
import { providePackages } from './sandbox/provide-packages.ts'
import { sandboxTableFile } from './sandbox/sandbox-table.ts'
import { writeTable } from './sandbox/write-table.ts'
import { sweepLeftovers } from './temporary/sweep-leftovers.ts'

/** The effects of `arc sandbox`: everything is on this machine, but for the registries of packages. */
export function createSandboxPorts(app: ArchitectApp, console: Console): SandboxPorts {
  const cacheDirectory = defaultCacheDirectory()
  const writableCache = once(async () => {
    await requireWritableCache(cacheDirectory)
    await sweepLeftovers(cacheDirectory)
  })
  return {
    readImageFolders: () => readImageFolders(app.directory),
    async provide(image) {
      try {
        await writableCache()
        return await providePackages(image, {
          appDirectory: app.directory,
          cacheDirectory,
          console,
        })
      } catch (error) {
        throw explainSystemError(error, { step: 'installing packages', image: image.name })
      }
    },
    writeTable: (table) => writeTable(sandboxTableFile(app.directory), table, cacheDirectory),
    compile: (compiled, packages) => compileForSandbox(app, compiled, packages),
    done: (message) => console.done(message),
    warn: (message) => console.warn(message),
  }
}
