import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { isRecord } from '../core/basics/is-record.ts'
import { parseJson } from '../core/basics/parse-json.ts'
import { addRequirements, pythonDockerfile } from '../core/dockerfile/write-python-image.ts'
import { packageNameOf } from '../core/setup/init-request.ts'
import type { InitPorts, WantedPackages } from '../ports/init.ts'
import { preferredManager } from './architect/preferred-manager.ts'
import { readImageFolders } from './architect/read-image-folders.ts'
import { defaultCacheDirectory } from './cache/cache-directory.ts'
import { addPackages } from './dependencies/add-packages.ts'
import { versionInApp } from './dependencies/version-in-app.ts'

/** The effects of `init`. */
export function createInitPorts(app: ArchitectApp, environment: NodeJS.ProcessEnv): InitPorts {
  const { directory } = app
  const cacheDirectory = defaultCacheDirectory(environment)
  const imageFolders = async () => (await readImageFolders(directory)).folders
  const read = (path: string) => readFile(join(directory, path), 'utf8').catch(unlessMissing)

  /** Each with the version that is wanted, without those that the image names already. */
  async function toAdd({ image, source, packages }: WantedPackages): Promise<readonly string[]> {
    const manifest = parseJson((await read(`docker/${image}/package.json`)) ?? '{}')
    const there = isRecord(manifest) ? manifest['dependencies'] : undefined
    const missing = packages.filter(
      (wanted) => !(isRecord(there) && Object.hasOwn(there, packageNameOf(wanted))),
    )
    return await Promise.all(
      missing.map(async (wanted) => {
        if (wanted !== packageNameOf(wanted)) return wanted
        const version = await versionInApp(wanted, source, directory)
        return version === undefined ? wanted : `${wanted}@${version}`
      }),
    )
  }

  return {
    imageFolders,
    read,
    async addPackages(wanted) {
      const folder = join(directory, 'docker', wanted.image)
      const packages = await toAdd(wanted)
      if (packages.length === 0) return []
      return await addPackages(wanted.image, packages, {
        directory: folder,
        folder: (await imageFolders()).get(wanted.image) ?? [],
        manager: await preferredManager(folder),
        cacheDirectory,
        environment,
      })
    },
    async addRequirements({ runtime }, { image, packages }) {
      const there = (await imageFolders()).get(image) ?? []
      const before = await read(`docker/${image}/requirements.txt`)
      const requirements = addRequirements(image, packages, before)
      return there.includes('Dockerfile')
        ? requirements
        : [...requirements, pythonDockerfile(image, runtime)]
    },
    async write({ path, after }) {
      const file = join(directory, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, after)
    },
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
