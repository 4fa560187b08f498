import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

import { nativeMark } from '../../core/bundle/native-marks.ts'
import { installedPackages, isAwsSdk } from '../../core/bundle/externals.ts'
import type { ImageFunction } from '../../core/model.ts'
import { isRecord } from '../../core/basics/is-record.ts'
import { isBelow } from '../folder/look-at.ts'
import { type FolderContent, walkFolder } from '../folder/walk-folder.ts'
import { ancestors } from './find-package.ts'
import { readJson } from '../folder/read-json.ts'

export interface BringInput {
  readonly target: ImageFunction
  readonly directory: string
  readonly appDirectory: string
  /** Names that modules beside the bundle import. */
  readonly names: readonly string[]
  /** Packages of the bundle that need their files: where a zip has them, and their folders. */
  readonly around: ReadonlyMap<string, string>
  /** Packages of the function's folder that may be used: `node_modules/a/node_modules/b`. */
  readonly available: ReadonlySet<string>
  /** Names of packages that the image brings. */
  readonly ofImage: ReadonlySet<string>
}

/** Packages that go in with all that they need. */
export interface BroughtPackages {
  /** Packages of the function's folder, as in `BringInput.available`. */
  readonly kept: ReadonlySet<string>
  /** The app's packages, as paths of the function's folder. */
  readonly brought: FolderContent
}

/**
 * Finds packages as a zip would have them: in the function's folder, or, as Architect installs what a
 * function without a manifest imports, among those of the app.
 */
export async function bringPackages(input: BringInput): Promise<BroughtPackages> {
  const { target, directory, appDirectory, names, around, available, ofImage } = input
  const kept = new Set<string>()
  const brought = new Map<string, FolderContent>()
  /** The app's packages by their places in the function's folder, what is still to come included. */
  const folders = new Map<string, string>()

  const keep = async (found: string): Promise<void> => {
    if (kept.has(found)) return
    kept.add(found)
    for (const wanted of await dependenciesOf(join(directory, found))) {
      const inner = placesOf(wanted, found).find((path) => available.has(path))
      if (inner !== undefined) await keep(inner)
    }
  }
  const bring = async (place: string, folder: string): Promise<void> => {
    if (brought.has(place) || (await isNative(folder))) return
    folders.set(place, folder)
    // What is installed below it comes by its own name, with what that needs in turn: pnpm has links
    // there, and npm has packages whose own needs are further up.
    const skip = (path: string): boolean => path === 'node_modules'
    brought.set(place, at(place, await walkFolder(folder, { within: [appDirectory], skip })))
    for (const wanted of await dependenciesOf(folder)) {
      if (ofImage.has(wanted) || isAwsSdk(wanted)) continue
      const inner = findFolder(wanted, folder, appDirectory)
      if (inner !== undefined) await bringInner(wanted, inner, place)
    }
  }
  /** Where the package at `place` finds it, and no other version of the same name. */
  const bringInner = async (name: string, folder: string, place: string): Promise<void> => {
    const seen = placesOf(name, place).find((each) => folders.has(each))
    if (seen === undefined) await bring(`node_modules/${name}`, folder)
    else if (folders.get(seen) === folder) await bring(seen, folder)
    else await bring(`${place}/node_modules/${name}`, folder)
  }

  const own = installedPackages(await readJson(join(directory, 'package.json')))
  const ofApp = installedPackages(await readJson(join(appDirectory, 'package.json')))
  const isInstalledByArchitect = own.length === 0 && target.codeDirectory === undefined
  for (const name of names) {
    const found = `node_modules/${name}`
    if (available.has(found)) await keep(found)
    else if (isInstalledByArchitect && ofApp.includes(name)) {
      const folder = findFolder(name, directory, appDirectory)
      if (folder !== undefined) folders.set(found, folder)
    }
  }
  for (const [place, folder] of folders) await bring(place, folder)
  for (const [place, folder] of around) {
    if (available.has(place)) await keep(place)
    else await bring(place, folder)
  }
  const all = [...brought.values()]
  return {
    kept,
    brought: {
      files: all.flatMap(({ files }) => files),
      passedOver: all.flatMap(({ passedOver }) => passedOver),
      faults: all.flatMap(({ faults }) => faults),
    },
  }
}

function at(place: string, { files, passedOver, faults }: FolderContent): FolderContent {
  const placed = <Named extends { readonly path: string }>(each: Named): Named => ({
    ...each,
    path: `${place}/${each.path}`,
  })
  return {
    files: files.map(placed),
    passedOver: passedOver.map(placed),
    faults: faults.map(placed),
  }
}

/** Where Node looks for a package, from a package of the same folder. */
function placesOf(name: string, from: string): string[] {
  const above = from === '' ? [] : [`${from}/node_modules/${name}`]
  const outer = from.lastIndexOf('/node_modules/')
  if (outer !== -1) return [...above, ...placesOf(name, from.slice(0, outer))]
  return [...above, `node_modules/${name}`]
}

/** In the app, or where a monorepo has installed it above the app; nowhere else that a link leads. */
function findFolder(name: string, from: string, appDirectory: string): string | undefined {
  const installs = ancestors(from).map((above) => join(above, 'node_modules'))
  const folder = installs
    .map((install) => join(install, name))
    .find((candidate) => existsSync(join(candidate, 'package.json')))
  if (folder === undefined) return undefined
  const real = realpathSync(folder)
  const roots = [appDirectory, ...installs.filter(existsSync).map((each) => realpathSync(each))]
  return roots.some((root) => isBelow(root, real)) ? real : undefined
}

/** The app's native packages are for this machine: the image's own package.json is for them. */
async function isNative(folder: string): Promise<boolean> {
  const manifest = (await readJson(join(folder, 'package.json'))) ?? {}
  return nativeMark(manifest, readdirSync(folder)) !== undefined
}

/** Peers too: they are somewhere above. */
async function dependenciesOf(folder: string): Promise<string[]> {
  const manifest = await readJson(join(folder, 'package.json'))
  const fields = ['dependencies', 'optionalDependencies', 'peerDependencies']
  return fields.flatMap((field) => {
    const wanted = manifest?.[field]
    return isRecord(wanted) ? Object.keys(wanted) : []
  })
}
