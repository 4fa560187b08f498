import { relative, sep } from 'node:path'

import { compileSandbox, provideSandbox } from './actions/sandbox.ts'
import { type AppFunction, type ArchitectApp, parseInventory } from './core/arc/architect-app.ts'
import { describeError } from './core/basics/describe-error.ts'
import { createConsole } from './effects/architect/console.ts'
import { laterInSandbox } from './effects/architect/own-hooks.ts'
import { preloadOption, takePreloadOption } from './effects/sandbox/sandbox-environment.ts'
import { createSandboxPorts } from './effects/sandbox-ports.ts'
import { learnAppSecrets, learnUserSecrets } from './effects/secrets/learn-from-files.ts'
import type { SandboxPorts, SandboxTable } from './ports/sandbox.ts'

/** What Architect hands to a hook of the sandbox. */
export interface SandboxHookInput {
  readonly inventory: { readonly inv: { readonly aws: object } }
}

export interface WatcherHookInput extends SandboxHookInput {
  /** Absolute path of what has changed. */
  readonly filename: string
}

/** By what functions found their packages last. */
let provided: SandboxTable = {}

/** When the sandbox starts, and again when app.arc has changed. */
export async function start({ inventory }: SandboxHookInput): Promise<void> {
  const isPreloaded = takePreloadOption()
  await withPorts(inventory, async (app, ports) => {
    await provideAndCompile(app, ports)
    if (Object.keys(provided).length === 0) return
    if (!isPreloaded)
      ports.warn(
        `Flagged functions do not find the packages of their images: NODE_OPTIONS of the sandbox is set elsewhere, or its environment is not 'testing'. Add this to NODE_OPTIONS there: ${preloadOption}`,
      )
    const compiler = laterInSandbox(inventory, 'typescript')
    if (compiler !== undefined && app.functions.some(isProvidedTypeScript))
      ports.warn(
        `TypeScript functions do not find the packages of their images: under @plugins, write this plugin below '${compiler}', which compiles after it.`,
      )
  })
}

/** What an image brings has changed, or the source of a function that takes from one. */
export async function watcher({ inventory, filename }: WatcherHookInput): Promise<void> {
  const { directory } = parseInventory(inventory)
  const [folder, , ...rest] = relative(directory, filename).split(sep)
  if (folder === 'docker' && rest.length > 0) await withPorts(inventory, provideAndCompile)
  else if (/\.tsx?$/.test(filename))
    await withPorts(inventory, async (app, ports) => {
      const own = app.functions.filter(({ source }) => filename.startsWith(`${source}${sep}`))
      // What is in no function's folder may be shared by all.
      await compileSandbox(own.length > 0 ? own : app.functions, provided, ports)
    })
}

function isProvidedTypeScript({ source, transpiled }: AppFunction): boolean {
  return transpiled && Object.hasOwn(provided, source)
}

async function provideAndCompile(app: ArchitectApp, ports: SandboxPorts): Promise<void> {
  provided = await provideSandbox(app, here(), ports)
  const compiled = await compileSandbox(app.functions, provided, ports)
  // Their compiler has just printed what it did not find.
  if (compiled > 0) ports.done(`Compiled TypeScript with the packages of images (${compiled})`)
}

/** A mistake is said, and the sandbox goes on. */
async function withPorts(
  inventory: SandboxHookInput['inventory'],
  work: (app: ArchitectApp, ports: SandboxPorts) => Promise<void>,
): Promise<void> {
  const app = parseInventory(inventory)
  const console = createConsole()
  try {
    learnUserSecrets(process.env)
    learnAppSecrets(app.directory, process.env)
    await work(app, createSandboxPorts(app, console))
  } catch (error) {
    console.warn(describeError(error))
  } finally {
    console.stop()
  }
}

function here() {
  return {
    architecture: process.arch === 'arm64' ? ('arm64' as const) : ('x86_64' as const),
    nodeVersion: Number.parseInt(process.versions.node, 10),
  }
}
