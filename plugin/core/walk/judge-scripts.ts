import { posix } from 'node:path'

import type { Problem } from '../../errors.ts'
import type { InstalledPackage } from '../natives/installed-tree.ts'
import { readManifests } from './manifests.ts'
import { readEdges } from './read-edges.ts'
import type { ShippedTree } from './shipped-tree.ts'

/** Whose scripts were written by hand for something else than the package's own work. */
const harmless = new Set(['@scarf/scarf', 'core-js', 'core-js-pure', 'core-js-bundle'])

/** Another package does the work, under a name that says so. */
const delegates = /\bdownload\w*\s*\(|ensure\w*Binar(?:y|ies)\w*/i
const writes =
  /\b(?:curl |wget |writeFile|createWriteStream|copyFile|copySync|cpSync|renameSync|rename\(|outputFile|extract\w*\(|pipeline\()/

/**
 * The install script of a package that fetches or makes files which its code may need, as its text
 * says; `undefined` when it only prints, checks or compiles, which others judge.
 * @param folder of the package, from the image's root
 */
export function neededScript(
  { name, scripts }: Pick<InstalledPackage, 'name' | 'scripts'>,
  folder: string,
  tree: ShippedTree,
): string | undefined {
  if (harmless.has(name)) return undefined
  return scripts.find((script) => {
    const text = [script, ...filesOf(script, folder, tree)].join('\n')
    return delegates.test(text) || writes.test(text)
  })
}

/** Texts of the package's own files that a script runs, and of those that they load. */
function filesOf(script: string, folder: string, tree: ShippedTree): string[] {
  const manifest = readManifests(tree).at(folder) ?? {}
  const scripts = Object.entries(manifest['scripts'] ?? {})
  const [, named] = /\bnpm (?:run|run-script) (?:-s |--silent )*([\w:.-]+)/.exec(script) ?? []
  const inner = scripts.find(([name]) => name === named)?.[1]
  const own = [...script.matchAll(/(?:^|[\s'"(])((?:\.{1,2}\/|[\w-])[\w./@-]*)/g)]
  const waiting = own.flatMap(([, path = '']) => findFile(posix.join(folder, path), tree) ?? [])
  const seen = new Map<string, string>()
  for (let file = waiting.pop(); file !== undefined && seen.size < 40; file = waiting.pop()) {
    if (seen.has(file) || !file.startsWith(`${folder}/`)) continue
    const text = Buffer.from(tree.read(file)).toString()
    seen.set(file, text)
    const isModule = file.endsWith('.mjs') || manifest['type'] === 'module'
    for (const { specifier } of readEdges({ path: file, text, isModule }).edges) {
      const path = ownPath(specifier, file, folder, manifest['name'])
      const found = path === undefined ? undefined : findFile(path, tree)
      if (found !== undefined) waiting.push(found)
    }
  }
  const deeper = typeof inner === 'string' && inner !== script ? filesOf(inner, folder, tree) : []
  return [...seen.values(), ...(typeof inner === 'string' ? [inner] : []), ...deeper]
}

/** Where a specifier leads to inside of the package: by path, or by the package's own name. */
function ownPath(
  specifier: string,
  file: string,
  folder: string,
  name: unknown,
): string | undefined {
  if (specifier.startsWith('/')) return specifier.slice(1)
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier)
  const own = `${String(name)}/`
  return specifier.startsWith(own) ? posix.join(folder, specifier.slice(own.length)) : undefined
}

function findFile(path: string, tree: ShippedTree): string | undefined {
  const names = [path, `${path}.js`, `${path}.cjs`, `${path}.mjs`, `${path}/index.js`]
  return names.find((name) => tree.kind(name) === 'file')
}

/** An install script that has to run, or not to be needed. */
export function scriptProblem(
  image: string,
  { name, version }: Pick<InstalledPackage, 'name' | 'version'>,
  script: string,
): Problem {
  return {
    code: 'INSTALL_SCRIPT_NEEDED',
    message:
      `${name}@${version} fetches or makes files by its install script ('${script}'), which does not run here. ` +
      `Describe the image by a Dockerfile that runs it: 'arc-images dockerfile ${image}' prints one. ` +
      `If the function can do without, write 'scripts-not-needed ${quoted(name)}' under ${image} in @images.`,
  }
}

/** As app.arc wants it. */
function quoted(name: string): string {
  return name.startsWith('@') ? `"${name}"` : name
}
