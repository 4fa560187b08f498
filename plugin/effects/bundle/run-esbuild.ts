import { join, relative, resolve, sep } from 'node:path'
import type { BuildOptions, Message, Metafile, PartialMessage } from 'esbuild'

import { packageOf } from '../../core/bundle/externals.ts'
import { finishText } from '../../core/bundle/finish-text.ts'
import { shiftMappings } from '../../core/bundle/source-map.ts'
import { ContainerImageError } from '../../errors.ts'
import type { BundleInput } from '../../ports/bundle.ts'

/** An import that is left to run time. */
export interface OpenImport {
  readonly specifier: string
  readonly kind: string
}

/** One run's files by their path below the output folder, posix. */
export interface RunOutput {
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The source map of each file that has one, by the file's path. */
  readonly maps: ReadonlyMap<string, Uint8Array>
  readonly imports: readonly OpenImport[]
  readonly inputs: readonly BundleInput[]
  /** The modules that each file is made of, absolute, by the file's path. */
  readonly modules: ReadonlyMap<string, readonly string[]>
  readonly warnings: readonly string[]
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
  const raw = new Map<string, Uint8Array>()
  for (const { path, contents } of outputFiles ?? []) {
    raw.set(relative(options.outdir, path).split(sep).join('/'), contents)
  }
  const files = new Map<string, Uint8Array>()
  const maps = new Map<string, Uint8Array>()
  for (const [path, contents] of raw) {
    if (path.endsWith('.cjs.map')) continue
    if (!path.endsWith('.cjs')) {
      files.set(path, contents)
      continue
    }
    const before = Buffer.from(contents).toString()
    const { text, edits, linesBefore } = finishText(before, prelude)
    files.set(path, Buffer.from(text))
    const map = raw.get(`${path}.map`)
    if (map === undefined) continue
    const parsed: { mappings: string } = JSON.parse(Buffer.from(map).toString())
    const mappings = ';'.repeat(linesBefore) + shiftMappings(parsed.mappings, before, edits)
    maps.set(path, Buffer.from(JSON.stringify({ ...parsed, mappings })))
  }
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) =>
    output.imports
      .filter(({ external }) => external === true)
      .map(({ path, kind }) => ({ specifier: path, kind })),
  )
  const { absWorkingDir = process.cwd(), outdir } = options
  const modules = Object.entries(metafile?.outputs ?? {}).map(([output, made]) => {
    const path = relative(outdir, join(absWorkingDir, output)).split(sep).join('/')
    return [path, Object.keys(made.inputs).map((input) => resolve(absWorkingDir, input))] as const
  })
  return {
    files,
    maps,
    imports,
    inputs: usedInputs(metafile, absWorkingDir, outdir),
    modules: new Map(modules),
    warnings: warnings.map(oneLine),
  }
}

/** What tree shaking left nothing of is not in the bundle. */
function usedInputs(
  metafile: Metafile | undefined,
  directory: string,
  outdir: string,
): BundleInput[] {
  const bytes = new Map<string, Record<string, number>>()
  for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
    const path = relative(outdir, join(directory, output)).split(sep).join('/')
    for (const [input, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0) bytes.set(input, { ...bytes.get(input), [path]: bytesInOutput })
  }
  return Object.entries(metafile?.inputs ?? {}).flatMap(([path, { imports }]) => {
    const into = bytes.get(path)
    if (into === undefined) return []
    return [
      {
        path,
        file: join(directory, path),
        into,
        imports: imports.map(({ path: to, original = to, kind, external = false }) => ({
          to,
          specifier: original,
          kind,
          external,
        })),
      },
    ]
  })
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

function oneLine({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}: ${text}`
}
