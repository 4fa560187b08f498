import { createHash } from 'node:crypto'
import { cp, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'

import type { PlannedImage } from '../../../plugin/core/model.ts'
import { readDefinition } from '../../../plugin/effects/dependencies/definition.ts'
import { fingerprintOf } from '../../../plugin/effects/dependencies/dependency-fingerprint.ts'
import { layerEntries } from '../../../plugin/effects/embedded/layer-entries.ts'
import { obtainPackages } from '../../../plugin/effects/unpacked/obtain-packages.ts'
import { readSource } from '../../../plugin/effects/layer/read-source.ts'
import type { LayerEntry } from '../../../plugin/effects/layer/layer-entry.ts'
import { plannedImage } from '../inputs/planned-image.ts'

/** A path of a tree, and what is there. */
export type Listed = Readonly<Record<string, string>>

/** The image that a folder with a package.json and a package-lock.json defines. */
export function lockedImage(directory: string, more: Partial<PlannedImage> = {}): PlannedImage {
  const lockfile = join(directory, 'package-lock.json')
  return plannedImage({
    name: 'db',
    definition: { kind: 'package', directory, packageManager: 'npm', lockfile },
    functions: [],
    ...more,
  })
}

/** All packages of an image as a layer would have them, and which way they came. */
export async function obtainedTree(
  image: PlannedImage,
  cacheDirectory: string,
): Promise<{ readonly way: 'lockfile' | 'install'; readonly listed: Listed }> {
  const definition = await readDefinition(image)
  const { tree, sourceOf } = await obtainPackages(definition, {
    fingerprint: await fingerprintOf(image, definition),
    architecture: image.architecture,
    cacheDirectory,
    passedOver: [],
  })
  const locked = definition.lockfile?.packages ?? []
  const entries = layerEntries(tree.packages, sourceOf, locked)
  const listed = entries.map(
    (entry) => [entry.path.replace('var/task/', ''), seenOf(entry)] as const,
  )
  const isUnpacked = (await readdir(join(cacheDirectory, 'installs'))).some((name) =>
    name.endsWith('-unpacked'),
  )
  return { way: isUnpacked ? 'lockfile' : 'install', listed: sorted(listed) }
}

/** What `npm ci` itself makes of a folder for Linux on arm64, programs linked. */
export async function npmTree(directory: string, folder: string): Promise<Listed> {
  await mkdir(folder, { recursive: true })
  await cp(directory, folder, { recursive: true })
  const platform = ['--os=linux', '--cpu=arm64', '--libc=glibc', '--omit=dev']
  const quiet = ['--ignore-scripts', '--audit=false', '--fund=false', '--update-notifier=false']
  await execa('npm', ['ci', ...platform, ...quiet], { cwd: folder })
  const names = await readdir(join(folder, 'node_modules'), { recursive: true })
  const listed = await Promise.all(
    names
      .filter((name) => name !== '.package-lock.json')
      .map(async (name) => {
        const file = join(folder, 'node_modules', name)
        const found = await lstat(file)
        if (found.isDirectory()) return []
        const seen = found.isSymbolicLink()
          ? `-> ${await readlink(file)}`
          : described(await readFile(file), (found.mode & 0o111) !== 0)
        return [[`node_modules/${name}`, seen] as const]
      }),
  )
  return sorted(listed.flat())
}

function seenOf(entry: LayerEntry): string {
  if (!('executable' in entry)) return `-> ${entry.source.target}`
  return described(readSource(entry.source), entry.executable)
}

function described(bytes: Uint8Array, executable: boolean): string {
  return `${createHash('sha256').update(bytes).digest('hex')}${executable ? ' *' : ''}`
}

function sorted(listed: readonly (readonly [string, string])[]): Listed {
  return Object.fromEntries(listed.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
