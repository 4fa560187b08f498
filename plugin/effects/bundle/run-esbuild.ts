import { join, relative, resolve, sep } from 'node:path'
import type { BuildOptions, Message, Metafile, PartialMessage } from 'esbuild'

import { packageOf } from '../../core/bundle/externals.ts'
import { finishText } from '../../core/bundle/finish-text.ts'
import { shiftMappings } from '../../core/bundle/source-map.ts'
import { ContainerImageError } from '../../errors.ts'
import type { MadeFile, Module } from '../bundle-memory/bundled-function.ts'

/** A file that esbuild has made. */
export interface RunFile extends MadeFile {
  readonly parts: ReadonlyMap<string, number>
  readonly bytes: Uint8Array
  readonly map?: Uint8Array
  /** The module that it is the bundle of. */
  readonly entry?: string
}

export interface Warning {
  /** Its line, with the place. */
  readonly text: string
  /** The file that it is about, by esbuild's name for it. */
  readonly module?: string
}

export interface RunOutput {
  readonly files: readonly RunFile[]
  /** All that were read, whatever is left of them. */
  readonly modules: ReadonlyMap<string, Module>
  readonly warnings: readonly Warning[]
}

/**
 * Runs esbuild and gives its files their final text.
 * @param image its name, for messages
 * @throws ContainerImageError BUNDLE_FAILED with every frame of esbuild's
 */
export async function runEsbuild(
  options: BuildOptions & { readonly outdir: string },
  prelude: string,
  image: string,
): Promise<RunOutput> {
  const { metafile, outputFiles, warnings } = await buildOrThrow(options, image)
  const { absWorkingDir = process.cwd(), outdir } = options
  const below = (path: string): string => relative(outdir, path).split(sep).join('/')
  const raw = new Map((outputFiles ?? []).map((file) => [below(file.path), file.contents]))
  const made = new Map(
    Object.entries(metafile?.outputs ?? {}).map(([path, output]) => [
      below(join(absWorkingDir, path)),
      output,
    ]),
  )
  const files = [...raw].flatMap(([path, contents]): RunFile[] => {
    if (path.endsWith('.cjs.map')) return []
    const { inputs = {}, imports = [], entryPoint } = made.get(path) ?? {}
    const isCode = path.endsWith('.cjs')
    return [
      {
        path,
        ...(isCode ? finished(contents, raw.get(`${path}.map`), prelude) : { bytes: contents }),
        ...(isCode && entryPoint !== undefined && { entry: entryPoint }),
        imports: imports
          .filter(({ external }) => external === true)
          .map(({ path: specifier, kind }) => ({ specifier, kind })),
        parts: new Map(
          Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput]),
        ),
      },
    ]
  })
  return {
    files,
    modules: modulesOf(metafile, absWorkingDir),
    warnings: warnings.map(warningOf),
  }
}

function finished(
  contents: Uint8Array,
  map: Uint8Array | undefined,
  prelude: string,
): Pick<RunFile, 'bytes' | 'map'> {
  const before = Buffer.from(contents).toString()
  const { text, edits, linesBefore } = finishText(before, prelude)
  const bytes = Buffer.from(text)
  if (map === undefined) return { bytes }
  const parsed: { mappings: string } = JSON.parse(Buffer.from(map).toString())
  const mappings = ';'.repeat(linesBefore) + shiftMappings(parsed.mappings, before, edits)
  return { bytes, map: Buffer.from(JSON.stringify({ ...parsed, mappings })) }
}

function modulesOf(metafile: Metafile | undefined, directory: string): Map<string, Module> {
  return new Map(
    Object.entries(metafile?.inputs ?? {}).map(([path, { imports }]) => [
      path,
      {
        path,
        file: resolve(directory, path),
        imports: imports.map(({ path: to, original = to, kind, external = false }) => ({
          to,
          specifier: original,
          kind,
          external,
        })),
      },
    ]),
  )
}

async function buildOrThrow(options: BuildOptions, image: string) {
  const { build, formatMessages } = await import('esbuild')
  try {
    return await build(options)
  } catch (error) {
    const errors = messagesOf(error)
    // Where esbuild's own program does not run, neither does what would format its messages.
    const frames = isBuildFailure(error)
      ? await formatMessages(errors, { kind: 'error', color: false })
      : errors.map(({ text = '' }) => `✘ [ERROR] ${text}\n\n`)
    const hints = hintsFor(errors, image).map((hint) => `\n${hint}`)
    const message = `The functions of image '${image}' cannot be bundled.\n${frames.join('')}`
    throw new ContainerImageError('BUNDLE_FAILED', message.trimEnd() + hints.join(''), {
      cause: error,
    })
  }
}

/** A wrong option is reported at a line of esbuild's own code, which helps nobody, or at none. */
function messagesOf(error: unknown): PartialMessage[] {
  if (!isBuildFailure(error))
    return [{ text: error instanceof Error ? error.message : String(error) }]
  return error.errors.map((message) =>
    /[\\/]esbuild[\\/]lib[\\/]main\.js$/.test(message.location?.file ?? '')
      ? { text: message.text, pluginName: message.pluginName }
      : { ...message, notes: message.notes.filter(({ text }) => !isWrongHere(text)) },
  )
}

/** esbuild's advice to leave a module out: the image would not have it, and the function not start. */
function isWrongHere(advice: string): boolean {
  return /\bas external\b|--external|\bplatform=node\b/.test(advice)
}

function isBuildFailure(error: unknown): error is Error & { errors: Message[] } {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}

/** Each once: what esbuild could not find, packages without the path in them. */
function unresolved(errors: readonly PartialMessage[]): readonly string[] {
  const names = errors.flatMap(
    ({ text = '' }) => /^Could not resolve "([^"]+)"/.exec(text)?.[1] ?? [],
  )
  return [...new Set(names.map((name) => packageOf(name) ?? name))]
}

function hintsFor(errors: readonly PartialMessage[], image: string): string[] {
  const said = (pattern: RegExp): boolean => errors.some(({ text = '' }) => pattern.test(text))
  const hints: string[] = []
  if (said(/reading 'on'|service (?:was stopped|is no longer running)|^spawn /))
    return [
      "esbuild's own program could not be started, or was ended: look at this machine's limits of open files ('ulimit -n'), processes and memory.",
    ]
  if (errors.every(({ location, pluginName }) => !location && !pluginName))
    hints.push("Correct the option in the file of '@typescript esbuild-config'.")
  if (said(/top-level await/i)) {
    hints.push('Bundles are CommonJS, which has no top-level await: move it into the handler.')
  }
  if (said(/"\.node" files/)) {
    hints.push(`A package with a native file belongs into docker/${image}/package.json.`)
  }
  const missing = unresolved(errors)
  const packages = missing.filter((name) => !/^[./]/.test(name))
  if (packages.length > 0)
    hints.push(
      `Install ${packages.join(', ')} for the function ('npm install' in the app), which puts it into the bundle; or into the image: npx --no -- arc-images init FUNCTION ${image} ${packages.join(' ')}`,
    )
  if (packages.length < missing.length)
    hints.push('A path is looked for from the file that names it: correct it, or write the file.')
  return hints
}

function warningOf({ text, location }: Message): Warning {
  if (location === null) return { text }
  return { text: `${location.file}:${location.line}: ${text}`, module: location.file }
}
