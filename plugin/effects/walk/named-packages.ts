import { readFile } from 'node:fs/promises'

import { namedTexts } from '../../core/walk/named-texts.ts'

const loaders: Readonly<Record<string, 'ts' | 'tsx' | 'jsx'>> = {
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  jsx: 'jsx',
}

/**
 * Those of some packages that the app's own code names as a value: `client: 'pg'`. Asked only when
 * some package is loaded by name at run time and is missing.
 * @param sources absolute paths
 */
export async function namedPackages(
  sources: readonly string[],
  wanted: readonly string[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set()
  const { transform } = await import('esbuild')
  const texts = await Promise.all(
    sources.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => '')
      if (!wanted.some((name) => text.includes(name))) return []
      const loader = loaders[/\.(\w+)$/.exec(file)?.[1] ?? ''] ?? 'js'
      const { code } = await transform(text, { loader }).catch(() => ({ code: '' }))
      return namedTexts(code)
    }),
  )
  const named = new Set(texts.flat())
  return new Set(wanted.filter((name) => named.has(name)))
}
