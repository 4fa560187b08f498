import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'

import { type FreeSpace, judgeDisk } from '../../core/doctor/disk.ts'
import { type Finding, note, ok, stops } from '../../core/doctor/finding.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import { runDocker } from '../dockerfile/run-docker.ts'
import { createFindRunner } from '../runners/find-runner.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The room for layers and unpacked images. */
export async function lookAtDisk(cacheDirectory: string): Promise<Finding> {
  const folders = new Set([cacheDirectory, tmpdir()])
  return judgeDisk(await Promise.all([...folders].map(freeIn)))
}

/** Of the nearest folder that is there. */
async function freeIn(folder: string): Promise<FreeSpace> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return { folder, free: bavail * bsize }
  } catch (error) {
    if (folder === dirname(folder)) throw error
    return { ...(await freeIn(dirname(folder))), folder }
  }
}

/** @param images those that are built from a Dockerfile */
export async function lookAtDocker(
  images: readonly string[],
  environment: Environment,
  directory: string,
): Promise<Finding> {
  if (images.length === 0) return ok('not needed: no image is built from a Dockerfile')
  const needed = `needed by ${images.join(', ')}`
  const run = (...argv: string[]) => runDocker(argv, { environment, directory })
  const server = await run('version', '--format', '{{.Server.Version}}')
  if (server.notStarted)
    return stops(`${needed}, and there is no program 'docker' on PATH. Install Docker with buildx.`)
  if (server.exitCode !== 0)
    return stops(`${needed}, and its daemon does not answer: ${lastLine(server.output)}`)
  const buildx = await run('buildx', 'version')
  if (buildx.exitCode !== 0)
    return stops(`${needed}, and docker has no buildx: ${lastLine(buildx.output)}`)
  return ok(`Docker ${lastLine(server.output)}, ${buildx.output.trim()}; ${needed}`)
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}

/** What the start check can do here for the architectures of the flagged functions. */
export async function lookAtStartCheck(
  architectures: readonly LambdaArchitecture[],
  cacheDirectory: string,
  environment: Environment,
): Promise<Finding> {
  const find = createFindRunner({ cacheDirectory, environment })
  const found = await Promise.all(
    architectures.map(async (architecture) => {
      const way = await find(architecture)
      return 'unable' in way
        ? { text: `${architecture}: cannot be started here, since ${way.unable}`, unable: true }
        : { text: `${architecture}: ${way.how}, by ${way.runner.name}`, unable: false }
    }),
  )
  const told = found.map(({ text }) => text).join('; ')
  const isUnable = found.some(({ unable }) => unable)
  return isUnable
    ? note(`${told}. A deploy goes on without it; qemu-user-static or Docker would do.`)
    : ok(told)
}
