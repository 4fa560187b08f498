import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'

import type { PlannedImage } from '../../core/model.ts'
import { packageFolder, type Verdict } from '../../core/walk/judge-findings.ts'
import type { Bundle, BundleInput } from '../../ports/bundle.ts'
import { readJson } from '../folder/read-json.ts'
import { type Natives, nativesOf } from './bundled-natives.ts'
import { lostPlaces } from './bundled-places.ts'
import type { BundledPackage } from './bundled-package.ts'

/**
 * Looks at the packages that went into a bundle for what is no code: native files, data, other
 * files that they name by where they are. A bundle has none of it and is somewhere else, and the
 * first call that needs it would fail.
 */
export async function judgeBundled(
  image: Pick<PlannedImage, 'name' | 'functions'>,
  { inputs = [], files }: Pick<Bundle, 'inputs' | 'files'>,
): Promise<Verdict> {
  const shipped = new Set(files.flatMap(({ path }) => withFolders(path)))
  const inAll = (path: string): boolean =>
    image.functions.every(({ folder }) => shipped.has(posix.join('var/task', folder, path)))
  /** Code that looks around itself may have been packed where a zip has it; else it is the bundle. */
  const isShipped = ({ path }: BundleInput, beside: string): boolean =>
    inAll(beside) || inAll(posix.join(posix.dirname(placeOf(path)), beside))
  const packages = await readPackages(inputs)
  const verdicts = await Promise.all(
    packages.map(async (one): Promise<Verdict> => {
      if (inAll(placeOf(one.path))) return { problems: [], notes: [] }
      const natives = await nativesOf(one, inputs)
      const lost = natives.kind === 'none' ? await lostPlaces(one, isShipped) : []
      return verdictOn(image.name, one, natives, lost)
    }),
  )
  return {
    problems: verdicts.flatMap(({ problems }) => problems),
    notes: verdicts.flatMap(({ notes }) => notes),
  }
}

function verdictOn(
  image: string,
  { name, manifest: { version } }: BundledPackage,
  natives: Natives,
  lost: Awaited<ReturnType<typeof lostPlaces>>,
): Verdict {
  const what = `Image '${image}' bundles ${name}${typeof version === 'string' ? `@${version}` : ''}`
  const remedy = `Put ${name} into docker/${image}/package.json: what is named there is installed whole and not bundled.`
  const refuse = (why: string): Verdict => {
    const message = `${what}, which ${why}, and a bundle holds code alone. ${remedy}`
    return { problems: [{ code: 'BUNDLED_PACKAGE_UNFIT', message }], notes: [] }
  }
  if (natives.kind === 'needed') return refuse(`has native files (${natives.mark})`)
  const certain = lost.find((place) => place.certain)
  if (certain !== undefined) return refuse(`reads ${certain.what} (${certain.at})`)
  const [place] = lost
  if (place === undefined) return { problems: [], notes: [] }
  const note = `${what}, whose code looks for ${place.what} (${place.at}), which is not where the bundle is. Where it is needed: ${remedy}`
  return { problems: [], notes: [note] }
}

async function readPackages(inputs: readonly BundleInput[]): Promise<BundledPackage[]> {
  const inside = inputs.filter(({ path }) => packageFolder(path) !== undefined)
  const byFolder = Map.groupBy(inside, ({ file }) => packageFolder(file) ?? '')
  return Promise.all(
    [...byFolder].map(async ([directory, files]) => ({
      name: directory.slice(directory.lastIndexOf('node_modules/') + 'node_modules/'.length),
      directory,
      path: packageFolder(files[0]?.path ?? '') ?? '',
      manifest: (await readJson(join(directory, 'package.json'))) ?? {},
      entries: await readdir(directory).catch(() => []),
      files,
    })),
  )
}

/** Where a zip has a package: links of pnpm's are followed, and hoisting is undone. */
function placeOf(path: string): string {
  const inside = path.slice(Math.max(0, path.indexOf('node_modules/')))
  return inside.replace(/^node_modules\/\.pnpm\/[^/]+\//, '')
}

/** A path and all folders that it makes. */
function withFolders(path: string): string[] {
  const found = [path]
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    found.push(folder)
  return found
}
