import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'

const loaders: Readonly<Record<string, 'ts' | 'tsx' | 'jsx'>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
}

/** A source file as plain JavaScript; empty when it is none, or not there. */
export async function readPlain(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const loader = loaders[extname(file)]
  if (loader === undefined) return text
  const { transform } = await import('esbuild')
  return transform(text, { loader }).then(
    ({ code }) => code,
    () => '',
  )
}
