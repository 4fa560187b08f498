import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

const names = ['deploy.yml', 'deploy-pr.yml', 'teardown-pr.yml']

/** The workflows that this package carries. */
export async function readWorkflows(): Promise<ReadonlyMap<string, string>> {
  const root = dirname(findPackageJSON(import.meta.url) ?? '.')
  const texts = names.map(
    async (name) => [name, await readFile(join(root, '.github/workflows', name), 'utf8')] as const,
  )
  return new Map(await Promise.all(texts))
}
