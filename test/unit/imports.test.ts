import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '../../plugin')

/** The floors of docs/architecture.md, from the top; a file imports from its own floor or below. */
const floors = [
  'index.ts hooks.ts cli.ts cli node-version.ts',
  'deploy.ts actions',
  'effects',
  'ports',
  'core',
  'oci',
  'errors.ts',
]

function floorOf(file: string): number {
  const [first = ''] = relative(root, file).split(sep)
  return floors.findIndex((floor) => floor.split(' ').includes(first))
}

const files = (await readdir(root, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

function importsOf(source: string): string[] {
  const found = source.matchAll(/\bfrom\s+'([^']+)'|(?<!')\bimport\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, named, bare]) => named ?? bare ?? '')
}

t.test('every file stands on a floor', (t) => {
  t.ok(files.length > 5)
  for (const file of files) t.not(floorOf(file), -1, relative(root, file))
  t.end()
})

t.test('imports point down only', async (t) => {
  for (const file of files) {
    const imports = importsOf(await readFile(file, 'utf8')).filter((path) => path.startsWith('.'))
    for (const path of imports) {
      const target = resolve(dirname(file), path)
      const step = `${relative(root, file)} -> ${relative(root, target)}`
      t.ok(floorOf(target) >= floorOf(file), step)
    }
  }
})

t.test('flows know no effect', async (t) => {
  for (const file of files.filter((file) => floorOf(file) === 1)) {
    const imports = importsOf(await readFile(file, 'utf8'))
    t.strictSame(
      imports.filter((path) => path.includes('effects')),
      [],
      relative(root, file),
    )
  }
})

t.test('core and oci are pure', async (t) => {
  const allowed = new Set([
    'node:crypto',
    'node:path',
    'node:path/posix',
    'acorn',
    'cjs-module-lexer',
    'dockerfile-ast',
    'minimatch',
    'yaml',
  ])
  for (const file of files.filter((file) =>
    ['core', 'oci'].includes(relative(root, file).split(sep)[0] ?? ''),
  )) {
    const source = await readFile(file, 'utf8')
    const foreign = importsOf(source).filter((path) => !path.startsWith('.') && !allowed.has(path))
    t.strictSame(foreign, [], relative(root, file))
    const code = source.replaceAll(/`[^`]*`|'[^'\n]*'|\/\*[^]*?\*\/|\/\/.*/g, '')
    t.notMatch(code, /process\.(env|cwd|stdout|argv)/, `${relative(root, file)} reads no process`)
  }
})
