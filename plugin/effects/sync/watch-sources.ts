import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { watch } from 'chokidar'

/** Milliseconds of silence after which a save counts as whole: editors write in several steps. */
const silence = 40

/** Milliseconds by which the times of files may be behind the clock. */
const tick = 20

/** Files and folders that are watched until it is closed. */
export interface SourceWatch {
  /**
   * More to watch; what is watched already is passed over. A file that was saved since the last
   * changes were taken, or since the beginning, has changed.
   */
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
    ignored: (path) => /[\\/](?:node_modules|\.git)(?:[\\/]|$)/.test(path),
  })
  const known = new Map<string, string>()
  // Whether a file that was found is new is asked only once its changes are told of.
  const [found, changed] = [new Set<string>(), new Set<string>()]
  let since = Date.now()
  let wake: (() => void) | undefined
  watcher.on('all', (event, path) => {
    if (event === 'addDir') return
    const seen = event === 'add' ? found : changed
    seen.add(path)
    wake?.()
  })

  async function take(): Promise<ReadonlySet<string>> {
    for (let before = -1; before !== found.size + changed.size;) {
      before = found.size + changed.size
      await sleep(silence)
    }
    const began = Date.now()
    const paths = [...changed]
    const others = [...found]
    changed.clear()
    found.clear()
    const saved = await Promise.all(
      others.map(async (path) => ((await savedAt(path)) < since - tick ? [] : [path])),
    )
    const different = await Promise.all(
      [...new Set([...paths, ...saved.flat()])].map(async (path) => {
        const digest = await contentOf(path)
        const isSame = known.get(path) === digest
        known.set(path, digest)
        return isSame ? [] : [path]
      }),
    )
    const all = different.flat()
    if (all.length > 0) since = began
    return new Set(all)
  }

  return {
    follow: (paths) => void watcher.add([...paths]),
    async changed() {
      for (;;) {
        if (found.size + changed.size === 0) await new Promise<void>((resolve) => (wake = resolve))
        const paths = await take()
        if (paths.size > 0) return paths
      }
    },
    close: () => watcher.close(),
  }
}

/** Milliseconds; of a file that was moved, when it was. */
async function savedAt(path: string): Promise<number> {
  return await stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => Infinity,
  )
}

/** Of a file that is gone, and of a folder, always the same. */
async function contentOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex')
}
