import { posix } from 'node:path'

import type { Manifests } from './manifests.ts'

/** What Node takes a file for: by its name, else by the manifest above it. */
export function formatOf(
  manifests: Manifests,
  path: string,
): 'commonjs' | 'module' | 'unsaid' | 'no code' {
  const extension = posix.extname(path)
  if (extension === '.mjs') return 'module'
  if (extension === '.cjs') return 'commonjs'
  if (extension !== '.js' && extension !== '') return 'no code'
  const type = manifests.scopeOf(path)?.manifest['type']
  if (type === 'module') return extension === '.js' ? 'module' : 'commonjs'
  return type === 'commonjs' ? 'commonjs' : 'unsaid'
}
