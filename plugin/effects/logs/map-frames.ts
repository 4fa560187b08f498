import { SourceMap } from 'node:module'
import { dirname, posix } from 'node:path'

/** Where esbuild's output would be: sources are written relative to it. */
const outputFolder = '.container-images'

/**
 * Puts the places of the sources in the place of those of the bundle, a frame each: `at handler
 * (/var/task/http/get-index/index.cjs:1:2345)` becomes `at handler (src/http/get-index/index.mjs:3:5)`.
 * Frames without a map stay as they are.
 * @param maps by the path of what they are of: `var/task/...`
 */
export function mapFrames(
  frames: readonly string[],
  maps: ReadonlyMap<string, string>,
): readonly string[] {
  const opened = new Map<string, SourceMap>()
  return frames.map((frame) =>
    frame.replace(
      /(?:file:\/\/)?\/(var\/task\/[^():]+):(\d+):(\d+)/,
      (written: string, path: string, line: string, column: string) => {
        const text = maps.get(path)
        if (text === undefined) return written
        const map = opened.get(path) ?? new SourceMap(JSON.parse(text))
        opened.set(path, map)
        const entry = map.findEntry(Number(line) - 1, Number(column) - 1)
        if (!('originalSource' in entry)) return written
        const folder = dirname(path.replace(/^var\/task/, outputFolder))
        const source = posix.normalize(posix.join(folder, entry.originalSource))
        return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      },
    ),
  )
}
