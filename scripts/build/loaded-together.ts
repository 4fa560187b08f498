import { glob, readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

/**
 * Makes one file of all modules that others load by `import()`. esbuild would make one of each, and
 * more of what any two of them share; each file takes time to be found and loaded, and they are
 * needed together: by a deploy in which something has changed.
 * @param options `name` of the file; `apart`, names of modules that stay files of their own
 */
export function loadedTogether(options: {
  readonly name: string
  /** Of the sources. */
  readonly directory: string
  readonly apart: readonly string[]
}): Plugin {
  const { name, directory, apart } = options
  return {
    name: 'loaded-together',
    async setup(making) {
      const late = (await lateFiles(directory)).filter(
        (file) => !apart.includes(basename(file, '.ts')),
      )
      making.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' && late.includes(resolve(resolveDir, path))
          ? { path: name, namespace: name }
          : undefined,
      )
      making.onLoad({ filter: /^/, namespace: name }, async () => ({
        contents: await exportsOf(late),
        resolveDir: resolve(),
      }))
    },
  }
}

/** Absolute names of the modules that some other loads late. */
async function lateFiles(directory: string): Promise<readonly string[]> {
  const found = new Set<string>()
  // Of the command line every command is needed alone.
  const exclude = [`${directory}/cli.ts`, `${directory}/cli/**`]
  for await (const file of glob(`${directory}/**/*.ts`, { exclude })) {
    const text = await readFile(file, 'utf8')
    for (const [, path = ''] of text.matchAll(/await import\('(\.{1,2}\/[^']*)'\)/g))
      found.add(resolve(dirname(file), path))
  }
  return [...found].toSorted()
}

/** A module with all that they export; of one name in two of them, one would be lost. */
async function exportsOf(files: readonly string[]): Promise<string> {
  const { metafile } = await build({
    entryPoints: [...files],
    outdir: 'unused',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  const names = new Set<string>()
  const lines = Object.values(metafile.outputs).map(({ exports, entryPoint = '' }) => {
    for (const name of exports) {
      if (names.has(name))
        throw new Error(`'${name}' is exported by two modules that are loaded late`)
      names.add(name)
    }
    return `export { ${exports.join(', ')} } from ${JSON.stringify(resolve(entryPoint))}`
  })
  return lines.join('\n')
}
