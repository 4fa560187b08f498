import { packageOf } from '../bundle/externals.ts'
import { packageFolder } from '../walk/judge-findings.ts'

/** A source file, with what of it is in each file of a bundle. */
export interface BundledSource {
  /** As esbuild names it. */
  readonly path: string
  readonly file: string
  readonly imports: readonly { readonly to: string; readonly external: boolean }[]
  /** Bytes by the file of the bundle: `http/get-index/index.cjs`. */
  readonly into: Readonly<Record<string, number>>
}

/** A package of which code is in one file of a bundle. */
export interface BundledCode {
  /** Its folder, as esbuild names it: `node_modules/a`; absent: the app's own code. */
  readonly folder?: string
  /** Absolute, of the same folder. */
  readonly directory?: string
  readonly output: string
  readonly bytes: number
  /** Folders of bundled packages that it imports. */
  readonly imports: readonly string[]
  /** Names of packages that it loads at run time. */
  readonly loads: readonly string[]
}

/** What each file of a bundle is made of, by package. */
export function bundledCode(sources: readonly BundledSource[]): readonly BundledCode[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const outputs = [...new Set(sources.flatMap(({ into }) => Object.keys(into)))].toSorted()
  return outputs.flatMap((output) => {
    const inside = sources.filter(({ into }) => (into[output] ?? 0) > 0)
    const byFolder = Map.groupBy(inside, ({ path }) => packageFolder(path) ?? '')
    return [...byFolder]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([folder, files]): BundledCode => {
        const imports = files.flatMap((file) => file.imports)
        const own = imports.flatMap(({ to, external }) => {
          const target = external ? undefined : byPath.get(to)
          const isInside = target !== undefined && (target.into[output] ?? 0) > 0
          return (isInside && packageFolder(to)) || []
        })
        const open = imports.flatMap(({ to, external }) => (external && packageOf(to)) || [])
        const [first] = files
        const directory = folder === '' ? undefined : packageFolder(slashed(first?.file ?? ''))
        return {
          ...(folder !== '' && { folder }),
          ...(directory !== undefined && { directory }),
          output,
          bytes: files.reduce((sum, { into }) => sum + (into[output] ?? 0), 0),
          imports: unique(own).filter((other) => other !== folder),
          loads: unique(open),
        }
      })
  })
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}
