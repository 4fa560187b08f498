import { readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'

import { packageOf } from '../../core/bundle/externals.ts'
import { copiedCode } from '../../core/bundle/package-paths.ts'
import { isRecord, recordOf } from '../../core/basics/is-record.ts'
import { memoized } from '../../core/basics/once.ts'
import type { BundleInput } from '../../ports/bundle.ts'
import { ancestors } from '../functions/find-package.ts'
import { namesAbove, type Question } from './disk-answers.ts'

/** Where modules may come from beside the folders above whoever imports them. */
export interface LookupPlaces {
  readonly appDirectory: string
  /** Sources of `@architect/shared` and `/views`. */
  readonly shared: readonly string[]
  /** esbuild's `nodePaths`. */
  readonly nodePaths: readonly string[]
}

/** A module with all that it imports, found or not. */
export type SeenModule = Pick<BundleInput, 'path' | 'file' | 'imports'>

/**
 * Everything on the disk that esbuild and our plugins may have looked at for a module and what it
 * imports: more than they did, and never less. esbuild does not say where it looked, so the rules of
 * its resolver are followed to every folder that they can lead to: each is known by all its names.
 * @returns nothing when that cannot be said: files by a pattern, `paths` of a tsconfig, Yarn's PnP
 */
export function consulted(
  { path, file, imports }: SeenModule,
  places: LookupPlaces,
  disk: Disk,
): ReadonlySet<Question> | undefined {
  const look = createLook(places, disk)
  // Of our own text, which leaves the SDK to run time.
  if (!path.startsWith('aws-sdk:')) {
    if (disk.kind(file) !== 'file') return undefined
    look.module(file)
  }
  for (const { specifier, to } of imports) {
    if (`${specifier} ${to}`.includes('*')) return undefined
    look.specifier(specifier, dirname(file))
  }
  return look.isCertain() ? look.questions : undefined
}

/** The same of a path that nobody imports: an entry. */
export function consultedFor(
  entry: string,
  places: LookupPlaces,
  disk: Disk,
): ReadonlySet<Question> | undefined {
  const look = createLook(places, disk)
  look.path(entry)
  return look.isCertain() ? look.questions : undefined
}

/** What is on the disk, looked at once. */
export interface Disk {
  readonly kind: (path: string) => 'file' | 'folder' | 'nothing'
  /** Empty where nothing can be read. */
  readonly text: (file: string) => string
}

export function createDisk(): Disk {
  return { kind: memoized(kindOf), text: memoized(textOf) }
}

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'nothing'
  return found.isDirectory() ? 'folder' : 'file'
}

const isInstalled = /[\\/]node_modules(?:[\\/]|$)/

function createLook(places: LookupPlaces, disk: Disk) {
  const questions = new Set<Question>()
  const folders = new Set<string>()
  const paths = new Set<string>()
  let certain = true

  /** A folder in which names are looked for, and all above it. */
  function folder(directory: string): void {
    if (folders.has(directory)) return
    folders.add(directory)
    questions.add(`list ${directory}`)
    for (const each of ancestors(directory)) {
      if (each !== directory) questions.add(`above ${each}`)
      settingsIn(each)
    }
  }
  const seenSettings = new Set<string>()
  function settingsIn(directory: string): void {
    if (seenSettings.has(directory)) return
    seenSettings.add(directory)
    for (const name of namesAbove) {
      const file = join(directory, name)
      if (name === 'node_modules' || disk.kind(file) !== 'file') continue
      questions.add(`file ${file}`)
      if (name.startsWith('.pnp')) certain = false
      // What packages were compiled with is not asked for.
      else if (name !== 'package.json' && !isInstalled.test(directory)) typescript(file)
    }
  }
  /** A tsconfig, and those that it extends by their paths. */
  function typescript(file: string): void {
    questions.add(`file ${file}`)
    const text = disk.text(file)
    if (/"(?:paths|baseUrl|rootDirs)"/.test(text)) certain = false
    const bases = [...text.matchAll(/"extends"\s*:\s*"([^"]*)"/g)]
    if (text.split('"extends"').length !== bases.length + 1) certain = false
    for (const [, base = ''] of bases) {
      if (!/^\.{0,2}\//.test(base)) certain = false
      const other = resolve(dirname(file), base)
      for (const found of [other, `${other}.json`]) {
        if (questions.has(`file ${found}`)) continue
        path(found)
        typescript(found)
      }
    }
  }
  /** A file or a folder that an import may mean, with any extension, or by its manifest or index. */
  function path(target: string): void {
    if (paths.has(target)) return
    paths.add(target)
    folder(dirname(target))
    if (disk.kind(target) !== 'folder') return
    folder(target)
    targetsOf(target, '.')
  }
  /** Where a folder's manifest sends those who want it, or a path below it. */
  function targetsOf(directory: string, subpath: string): void {
    const manifest = manifestOf(directory)
    const named = ['main', 'module', 'browser', 'types'].map((field) => manifest[field])
    const mapped = ['exports', 'imports', 'browser'].map((field) => manifest[field])
    for (const target of [...named, ...mapped.flatMap((map) => [...leaves(map, subpath)])]) {
      if (typeof target !== 'string') continue
      path(resolve(directory, target))
      // `imports` may name other packages.
      if (subpath.startsWith('#') && !target.startsWith('.')) specifier(target, directory)
    }
  }
  /** One that is not plain JSON is read by esbuild in its own way. */
  function manifestOf(directory: string): Readonly<Record<string, unknown>> {
    const file = join(directory, 'package.json')
    if (disk.kind(file) !== 'file') return {}
    try {
      return recordOf(JSON.parse(disk.text(file)))
    } catch {
      certain = false
      return {}
    }
  }
  function inside(install: string, wanted: string): void {
    const name = packageOf(wanted) ?? wanted
    const directory = join(install, name)
    folder(dirname(directory))
    path(join(install, wanted))
    if (disk.kind(directory) !== 'folder') return
    folder(directory)
    targetsOf(directory, `.${wanted.slice(name.length)}`)
  }
  function specifier(written: string, from: string): void {
    if (/^\.{1,2}(?:\/|$)/.test(written) || isAbsolute(written)) return path(resolve(from, written))
    const above = [...ancestors(from), ...ancestors(places.appDirectory)]
    for (const each of new Set(above)) {
      questions.add(`above ${each}`)
      settingsIn(each)
      const install = join(each, 'node_modules')
      if (disk.kind(install) === 'folder') inside(install, written)
      // Its own name, or `#name`.
      const { name } = manifestOf(each)
      if (written.startsWith('#')) targetsOf(each, written)
      if (typeof name === 'string' && name === packageOf(written))
        targetsOf(each, `.${written.slice(name.length)}`)
    }
    for (const install of places.nodePaths) inside(install, written)
    const copied = copiedCode(written)
    if (copied === undefined) return
    const { rest } = copied
    for (const shared of places.shared) {
      folder(shared)
      const { name } = manifestOf(shared)
      if (typeof name === 'string' && !name.startsWith('@architect/'))
        specifier(rest === undefined ? name : `${name}/${rest}`, shared)
      path(rest === undefined ? shared : join(shared, rest))
      targetsOf(shared, rest === undefined ? '.' : `./${rest}`)
    }
  }
  return {
    questions,
    folder,
    path,
    specifier,
    isCertain: () => certain,
    module(file: string): void {
      questions.add(`file ${file}`)
      questions.add(`place ${file}`)
      folder(dirname(file))
    },
  }
}

/** Every path that a map of `exports` or `imports` has for a subpath, whatever the conditions. */
function* leaves(map: unknown, subpath: string, star = ''): Generator<string> {
  if (typeof map === 'string') yield map.replaceAll('*', star)
  else if (Array.isArray(map)) for (const each of map) yield* leaves(each, subpath, star)
  else if (isRecord(map))
    for (const [key, value] of Object.entries(map)) {
      const matched = /^[.#]/.test(key) ? starOf(key, subpath) : star
      if (matched !== undefined) yield* leaves(value, subpath, matched)
    }
}

/** What `*` of a key stands for; nothing when the key is for another subpath. */
function starOf(key: string, subpath: string): string | undefined {
  if (key === subpath) return ''
  const [before = '', after] = key.endsWith('/') ? [key, ''] : key.split('*')
  if (after === undefined || !subpath.startsWith(before) || !subpath.endsWith(after))
    return undefined
  return subpath.slice(before.length, Math.max(before.length, subpath.length - after.length))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
