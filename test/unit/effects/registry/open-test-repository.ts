import { randomBytes } from 'node:crypto'

import type { Test } from 'tap'

import {
  type RepositoryOptions,
  openRepository,
} from '../../../../plugin/effects/registry/open-repository.ts'
import type { Repository } from '../../../../plugin/ports/repository.ts'
import {
  type RegistryOptions,
  type RegistryStandIn,
  startRegistry,
} from '../../../stand-in/registry/index.ts'
import { blobOf } from '../../../stand-in/registry/small-image.ts'

/** A registry and a repository of it that does not wait between attempts. */
export async function openTestRepository(
  t: Test,
  registryOptions: RegistryOptions = {},
  options: Partial<RepositoryOptions> = {},
): Promise<{ registry: RegistryStandIn; repository: Repository }> {
  const registry = await startRegistry(registryOptions)
  t.teardown(() => registry.close())
  const repository = openRepository({
    uri: `${registry.host}/app`,
    retry: { baseDelay: 1 },
    ...options,
  })
  return { registry, repository }
}

export const testBlob = (size = 300_000) => blobOf(randomBytes(size), 'application/octet-stream')

/** Method and status of what the registry saw. */
export function seen(registry: RegistryStandIn): readonly string[] {
  return registry.journal.map(({ method, status }) => `${method} ${status}`)
}

export async function drain(source: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const chunk of source) size += chunk.length
  return size
}
