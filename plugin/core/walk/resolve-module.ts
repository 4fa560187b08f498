import { posix } from 'node:path'

import type { Manifests } from './manifests.ts'
import type { NodeTarget } from './node-target.ts'
import { matchExports } from './package-exports.ts'
import type { ShippedTree } from './shipped-tree.ts'

/** What Node finds for a specifier. */
export type Resolution =
  /** A file of the tree, without links. */
  | { readonly kind: 'file'; readonly path: string }
  /** Node's own module, or a package that the base brings or may bring. */
  | { readonly kind: 'outside' }
  /** `reason` is a clause: what was looked for and is not there. */
  | { readonly kind: 'missing'; readonly reason: string }

export interface Resolver {
  readonly tree: ShippedTree
  readonly manifests: Manifests
  readonly target: NodeTarget
}

const missing = (reason: string): Resolution => ({ kind: 'missing', reason })

/**
 * Resolves as Node does (https://nodejs.org/api/modules.html#all-together and
 * https://nodejs.org/api/esm.html#resolution-algorithm), from the file at `from`.
 */
export function resolveModule(
  resolver: Resolver,
  from: string,
  specifier: string,
  mode: 'require' | 'import',
): Resolution {
  const { target, manifests } = resolver
  if (target.isBuiltin(specifier) || /^(?:data|file|https?):/.test(specifier))
    return { kind: 'outside' }
  if (specifier.startsWith('node:')) return missing(`Node has no '${specifier}'`)
  const conditions = conditionsOf(mode, target)
  if (/^(?:\.{1,2}(?:\/|$)|\/)/.test(specifier)) {
    const path = posix.resolve(`/${posix.dirname(from)}`, specifier).slice(1)
    return asPath(resolver, path, mode, /(?:^|\/)\.{0,2}$/.test(specifier))
  }
  const scope = manifests.scopeOf(from)
  if (specifier.startsWith('#')) {
    const found = scope && matchExports(scope.manifest['imports'], specifier, conditions)
    if (scope === undefined || found === undefined || found === null)
      return missing(`no 'imports' above it has '${specifier}'`)
    return found.startsWith('./')
      ? inPackage(resolver, scope.folder, found)
      : resolveModule(resolver, posix.join(scope.folder, 'package.json'), found, mode)
  }
  const name = nameOf(specifier)
  if (name === undefined) return missing(`'${specifier}' is no name of a package`)
  const subpath = `.${specifier.slice(name.length)}`
  if (scope?.manifest['name'] === name && hasExports(scope.manifest))
    return byExports(resolver, scope.folder, scope.manifest['exports'], subpath, conditions)
  return asPackage(resolver, from, { name, subpath }, mode)
}

/** Also of names that npm does not take, such as `.prisma/client`. */
function nameOf(specifier: string): string | undefined {
  return /^(?:@[^/]+\/)?[^/@][^/]*/.exec(specifier)?.[0]
}

/** `module-sync` goes with `require` of ES modules. */
function conditionsOf(mode: 'require' | 'import', target: NodeTarget): ReadonlySet<string> {
  const own = ['node', 'node-addons', mode]
  return new Set(target.requireModule ? [...own, 'module-sync'] : own)
}

function hasExports(manifest: Readonly<Record<string, unknown>>): boolean {
  return manifest['exports'] !== undefined && manifest['exports'] !== null
}

function asPackage(
  resolver: Resolver,
  from: string,
  { name, subpath }: { readonly name: string; readonly subpath: string },
  mode: 'require' | 'import',
): Resolution {
  const { tree, manifests, target } = resolver
  const folders = [...modulesAbove(from), ...(mode === 'require' ? target.nodePath : [])]
  let seen: string | undefined
  for (const modules of folders) {
    const folder = posix.join(modules, name)
    const isFolder = tree.kind(folder) === 'directory'
    const manifest = isFolder ? manifests.at(folder) : undefined
    if (manifest !== undefined && hasExports(manifest)) {
      const conditions = conditionsOf(mode, target)
      return byExports(resolver, folder, manifest['exports'], subpath, conditions)
    }
    const path = posix.join(folder, subpath)
    const found =
      mode === 'require' || subpath === '.'
        ? asPath(resolver, path, 'require', subpath === '.' && isFolder)
        : asPath(resolver, path, 'import', false)
    if (found.kind === 'file') return found
    if (isFolder) seen ??= folder
    // An ES module takes the first folder of that name, whatever is in it.
    if (isFolder && mode === 'import') break
  }
  if (seen !== undefined)
    return missing(`${seen} has no ${subpath === '.' ? 'file to begin with' : `'${subpath}'`}`)
  // NODE_PATH, where the base has its packages, is for `require` alone.
  const outside = tree.unlisted(name)
  const isThere = outside === 'unknown' || (outside === 'there' && mode === 'require')
  return isThere ? { kind: 'outside' } : missing(`no '${name}' is in the image`)
}

/** `node_modules` of every folder above a file. */
function modulesAbove(file: string): string[] {
  const found: string[] = []
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    if (posix.basename(folder) !== 'node_modules') found.push(posix.join(folder, 'node_modules'))
    if (folder === '.' || folder === '/') return found
  }
}

function byExports(
  resolver: Resolver,
  folder: string,
  exports: unknown,
  subpath: string,
  conditions: ReadonlySet<string>,
): Resolution {
  const found = matchExports(exports, subpath, conditions)
  if (typeof found === 'string' && found.startsWith('./')) return inPackage(resolver, folder, found)
  const how = conditions.has('require') ? 'require' : 'import'
  return missing(`'exports' of ${folder} offers no '${subpath}' to ${how}`)
}

/** What a manifest names is taken as it is: no extension is tried. */
function inPackage({ tree }: Resolver, folder: string, path: string): Resolution {
  const file = posix.join(folder, path)
  return tree.kind(file) === 'file'
    ? { kind: 'file', path: tree.realpath(file) }
    : missing(`${folder}/package.json names ${path}, which is not there`)
}

function asPath(
  resolver: Resolver,
  path: string,
  mode: 'require' | 'import',
  folderOnly: boolean,
): Resolution {
  const { tree } = resolver
  const candidates =
    mode === 'import'
      ? [path]
      : [...(folderOnly ? [] : withExtensions(path)), ...filesOfFolder(resolver, path)]
  const found = candidates.find((candidate) => tree.kind(candidate) === 'file')
  return found === undefined
    ? missing(`${path} is not there`)
    : { kind: 'file', path: tree.realpath(found) }
}

function withExtensions(path: string): string[] {
  return [path, `${path}.js`, `${path}.json`, `${path}.node`]
}

/** LOAD_AS_DIRECTORY: what `main` names, as a file or as a folder, else `index`. */
function filesOfFolder({ tree, manifests }: Resolver, folder: string): string[] {
  if (tree.kind(folder) !== 'directory') return []
  const main = manifests.at(folder)?.['main']
  const index = withExtensions(posix.join(folder, 'index')).slice(1)
  if (typeof main !== 'string' || main === '') return index
  const path = posix.join(folder, main)
  return [...withExtensions(path), ...withExtensions(posix.join(path, 'index')).slice(1), ...index]
}
