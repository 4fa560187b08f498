import { readFile, realpath, writeFile } from 'node:fs/promises'
import { delimiter, dirname, extname, join } from 'node:path'

import { recordOf } from '../../core/basics/is-record.ts'
import { explainFailure } from '../dependencies/explain-failure.ts'
import { runTool } from '../dependencies/run-tool.ts'
import { toolEnvironment } from '../dependencies/tool-environment.ts'
import { learnFolderSecrets, learnUserSecrets } from '../secrets/learn-from-files.ts'

type Environment = Readonly<Record<string, string | undefined>>

const program = join(import.meta.dirname, `unpack-packages-child${extname(import.meta.filename)}`)
/**
 * Pieces of tarballs are garbage soon and no part of the heap, so that only often looking for it
 * keeps the process small.
 */
const memory = ['--expose-gc', '--max-semi-space-size=1']
/** What a registry answered, or that none did; whatever else went wrong, npm tries it itself. */
const answered = /^npm error code |^npm http fetch .* failed with /m
const leftToNpm = /^npm info left to npm/m

/**
 * Fetches and unpacks the packages of the lockfile in a folder, by the libraries of the npm on PATH.
 * @param passedOver places that are not fetched
 * @returns whether it was done; npm itself can do what was not
 * @throws ContainerImageError DEPENDENCIES_INSTALL_FAILED when a registry refuses or cannot be reached
 */
export async function unpackPackages(
  folder: string,
  out: string,
  options: {
    readonly image: string
    readonly args: readonly string[]
    readonly passedOver: readonly string[]
    /** Folders with what other lockfiles had unpacked. */
    readonly former: readonly string[]
    readonly environment?: Environment
    readonly onTrouble?: (text: string) => void
  },
): Promise<boolean> {
  const {
    image,
    args,
    passedOver,
    former,
    environment = process.env,
    onTrouble = () => undefined,
  } = options
  const env = { ...toolEnvironment(environment), NO_COLOR: '1' }
  const npm = await npmFolder(env)
  if (npm === undefined) return false
  learnUserSecrets(env)
  learnFolderSecrets([folder], env)
  const request = join(folder, 'request.json')
  await writeFile(request, JSON.stringify({ npm, folder, out, args, passedOver, former }))
  const run = await runTool(process.execPath, [...memory, program, request], {
    cwd: folder,
    env,
    onTrouble,
  })
  if (run.failed && answered.test(run.output) && !leftToNpm.test(run.output))
    throw explainFailure({ name: 'npm', image, args: ['ci'], output: run.output, ended: run.ended })
  return !run.failed
}

/** The folder of the npm on PATH; a shim of another kind leads to none. */
async function npmFolder(env: Environment): Promise<string | undefined> {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const found = await realpath(join(folder, 'npm')).catch(() => undefined)
    if (found === undefined) continue
    // On Windows npm's folder is beside its program.
    const places = [dirname(dirname(found)), join(folder, 'node_modules', 'npm')]
    const roots = await Promise.all(places.map(async (root) => ((await isNpm(root)) ? root : [])))
    return roots.flat()[0]
  }
  return undefined
}

async function isNpm(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const { name, version } = recordOf(JSON.parse(text))
  return name === 'npm' && Number.parseInt(String(version), 10) >= 11
}
