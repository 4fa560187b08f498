import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

import { nativeMark } from '../../core/bundle/native-marks.ts'
import { installedPackages, isAwsSdk } from '../../core/bundle/externals.ts'
import type { ImageFunction } from '../../core/model.ts'
import { isRecord } from '../../core/basics/is-record.ts'
import { isBelow } from '../folder/look-at.ts'
import { type FoundFile, walkFolder } from '../folder/walk-folder.ts'
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
  /** Files of the app's packages, as paths of the function's folder. */
  readonly brought: readonly FoundFile[]
}

/**
 * Finds packages as a zip would have them: in the function's folder, or, as Architect installs what a
 * function without a manifest imports, among those of the app.
 */
export async function bringPackages(input: BringInput): Promise<BroughtPackages> {
  const { target, directory, appDirectory, names, around, available, ofImage } = input
  const kept = new Set<string>()
  const brought = new Map<string, readonly FoundFile[]>()

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
    const { files } = await walkFolder(folder, { within: [appDirectory] })
    brought.set(
      place,
      files.map((file) => ({ ...file, path: `${place}/${file.path}` })),
    )
    for (const wanted of await dependenciesOf(folder)) {
      if (existsSync(join(folder, 'node_modules', wanted))) continue
      if (!ofImage.has(wanted) && !isAwsSdk(wanted)) await bringNamed(wanted, folder)
    }
  }
  const bringNamed = async (name: string, from: string): Promise<void> => {
    const folder = findFolder(name, from, appDirectory)
    if (folder !== undefined) await bring(`node_modules/${name}`, folder)
  }

  const own = installedPackages(await readJson(join(directory, 'package.json')))
  const ofApp = installedPackages(await readJson(join(appDirectory, 'package.json')))
  const isInstalledByArchitect = own.length === 0 && target.codeDirectory === undefined
  for (const name of names) {
    const found = `node_modules/${name}`
    if (available.has(found)) await keep(found)
    else if (isInstalledByArchitect && ofApp.includes(name)) await bringNamed(name, directory)
  }
  for (const [place, folder] of around) {
    if (available.has(place)) await keep(place)
    else await bring(place, folder)
  }
  return { kept, brought: [...brought.values()].flat() }
}

/** Where Node looks for a package, from a package of the same folder. */
function placesOf(name: string, from: string): string[] {
  const above = from === '' ? [] : [`${from}/node_modules/${name}`]
  const outer = from.lastIndexOf('/node_modules/')
  if (outer !== -1) return [...above, ...placesOf(name, from.slice(0, outer))]
  return [...above, `node_modules/${name}`]
}

function findFolder(name: string, from: string, appDirectory: string): string | undefined {
  const folder = ancestors(from)
    .map((above) => join(above, 'node_modules', name))
    .find((candidate) => existsSync(join(candidate, 'package.json')))
  const real = folder === undefined ? undefined : realpathSync(folder)
  return real !== undefined && isBelow(appDirectory, real) ? real : undefined
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
