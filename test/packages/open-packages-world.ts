import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { pushBaseImage } from '../integration/toolchain/base-image.ts'
import { cacheFolder } from '../integration/toolchain/cache-folder.ts'
import {
  type DockerRegistry,
  startDockerRegistry,
} from '../integration/toolchain/docker-registry.ts'
import { type OutcomeRecords, outcomeRecords } from './outcome-records.ts'

/** What all packages of a run share. */
export interface PackagesWorld {
  /** Has the base images, with AWS's own runtime client, for both architectures. */
  readonly bases: DockerRegistry
  /** The plugin's cache and npm's, both kept between runs. */
  readonly cache: string
  readonly npmCache: string
  readonly records: OutcomeRecords
  close(): Promise<void>
}

export async function openPackagesWorld(): Promise<PackagesWorld> {
  const folder = join(cacheFolder(), 'packages')
  const [cache, npmCache] = [join(folder, 'plugin'), join(folder, 'npm')]
  // The plugin uses no cache that others could write to.
  for (const path of [cache, npmCache]) await mkdir(path, { recursive: true, mode: 0o700 })
  const bases = await startDockerRegistry({ credentials: null })
  await pushBaseImage(bases)
  const records = outcomeRecords(join(folder, 'outcomes'))
  return { bases, cache, npmCache, records, close: () => bases.close() }
}
