import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { watch } from 'chokidar'

/** Milliseconds of silence after which a save counts as whole: editors write in several steps. */
const silence = 40

/** Files and folders that are watched until it is closed. */
export interface SourceWatch {
  /** More to watch; what is watched already is passed over. */
  readonly follow: (paths: readonly string[]) => void
  /** The files that changed since it was asked last, as soon as there are some. */
  readonly changed: () => Promise<ReadonlySet<string>>
  readonly close: () => Promise<void>
}

/**
 * Watches through chokidar, which Architect's sandbox brings anyway: `fs.watch` with `recursive`
 * would follow all of `node_modules` on Linux, and loses files that editors replace. A file that is
 * written with what it had before is no change: hydration does that at every round.
 */
export function watchSources(): SourceWatch {
  const watcher = watch([], {
    ignoreInitial: true,
    ignored: (path) => /[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(path),
  })
  const known = new Map<string, string>()
  const pending = new Set<string>()
  let wake: (() => void) | undefined
  watcher.on('all', (event, path) => {
    if (event === 'addDir') return
    pending.add(path)
    wake?.()
  })

  async function take(): Promise<ReadonlySet<string>> {
    for (let before = -1; before !== pending.size;) {
      before = pending.size
      await sleep(silence)
    }
    const paths = [...pending]
    pending.clear()
    const changed = await Promise.all(
      paths.map(async (path) => {
        const digest = await contentOf(path)
        const isSame = known.get(path) === digest
        known.set(path, digest)
        return isSame ? [] : [path]
      }),
    )
    return new Set(changed.flat())
  }

  return {
    follow: (paths) => void watcher.add([...paths]),
    async changed() {
      for (;;) {
        if (pending.size === 0) await new Promise<void>((resolve) => (wake = resolve))
        const paths = await take()
        if (paths.size > 0) return paths
      }
    },
    close: () => watcher.close(),
  }
}

/** Of a file that is gone, and of a folder, always the same. */
async function contentOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex')
}
