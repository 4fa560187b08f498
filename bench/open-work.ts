import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pushBaseImage } from '../test/stand-in/inputs/base-image.ts'
import { type RegistryStandIn, startRegistry } from '../test/stand-in/registry/index.ts'

/**
 * A folder for a bench, and a registry that has the base of its images.
 * @param resources what ends both
 */
export async function openWork(
  name: string,
  resources: AsyncDisposableStack,
): Promise<{ readonly work: string; readonly bases: RegistryStandIn }> {
  const work = await mkdtemp(join(tmpdir(), `${name}-`))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  const bases = await startRegistry({ directory: join(work, 'bases') })
  resources.defer(() => bases.close())
  await pushBaseImage({ registry: bases })
  return { work, bases }
}
