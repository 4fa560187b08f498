import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { looksSecret } from '../../core/settings/looks-secret.ts'
import { recordOf } from '../../core/basics/is-record.ts'

/** What a bundle has at its handler's place once it is loaded. */
export interface LoadedHandler {
  /** `typeof` of what is there; `unknown` when it comes out of a package that is not at hand. */
  readonly handler: string
  readonly names: readonly string[]
}

const program = join(import.meta.dirname, `load-handler-child${extname(import.meta.filename)}`)

/**
 * Loads a bundle in a process of its own: no credentials, no output, five seconds. Nothing comes
 * back when it throws, exits or takes longer.
 * @param environment literals that the template gives the function
 */
export async function loadHandler(
  text: Uint8Array,
  handler: string,
  environment: Readonly<Record<string, unknown>>,
  timeout = 5000,
): Promise<LoadedHandler | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'container-images-handler-'))
  try {
    const file = join(folder, 'index.cjs')
    await writeFile(file, text)
    const options = ['--no-experimental-require-module', '--no-experimental-detect-module']
    const { execa } = await import('execa')
    const { stdio } = await execa(process.execPath, [...options, program, file, handler], {
      cwd: folder,
      env: processEnvironment(environment),
      extendEnv: false,
      reject: false,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout,
      killSignal: 'SIGKILL',
    })
    return parseLoaded(stdio[3])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is no literal is only known to be set, and no code needs a secret to be loaded. */
function processEnvironment(environment: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(environment).map(([name, value]) => [
    name,
    typeof value === 'string' && !looksSecret(name) ? value : 'known-after-deploy',
  ])
  return {
    AWS_LAMBDA_FUNCTION_NAME: 'handler-check',
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(entries),
  }
}

function parseLoaded(text: unknown): LoadedHandler | undefined {
  if (typeof text !== 'string' || text === '') return undefined
  const { handler, names } = recordOf(JSON.parse(text))
  if (typeof handler !== 'string' || !Array.isArray(names)) return undefined
  return { handler, names: names.map(String) }
}
