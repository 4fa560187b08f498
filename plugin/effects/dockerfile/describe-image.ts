import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { isRecord } from '../../core/basics/is-record.ts'
import { bringsNatives } from '../../core/natives/brings-natives.ts'
import { createPackageGraph } from '../../core/natives/package-graph.ts'
import { checkNatives } from '../../core/natives/native-gate.ts'
import { judgePackage } from '../../core/natives/judge-package.ts'
import type { ImageDescription } from '../../core/dockerfile/write-dockerfile.ts'
import type { PlannedImage } from '../../core/model.ts'
import { isDefinition } from '../../core/plan/definition-files.ts'
import { neededScript } from '../../core/walk/judge-scripts.ts'
import { ownScriptNames } from '../../core/dependencies/own-scripts.ts'
import { ContainerImageError } from '../../errors.ts'
import { readDefinition } from '../dependencies/definition.ts'
import { fingerprintOf } from '../dependencies/dependency-fingerprint.ts'
import { installDependencies } from '../dependencies/install.ts'
import { unpackedTree } from '../walk/unpacked-tree.ts'

/**
 * Finds out what a Dockerfile has to do for an image of a `package.json`. Its packages are installed
 * in the cache for that, without their scripts.
 * @throws ContainerImageError what reading the folder and installing throw
 */
export async function describeImage(
  image: PlannedImage,
  { cacheDirectory }: { readonly cacheDirectory: string },
): Promise<ImageDescription> {
  const definition = await readDefinition(image)
  const { lockfile, directory, manager, inputs, localPaths } = definition
  if (lockfile === undefined)
    throw new ContainerImageError(
      'DEPENDENCIES_INVALID',
      `docker/${image.name} has no lockfile. Run '${manager} install' there first.`,
    )
  const { architecture, nodeVersion, settings } = image
  const fingerprint = await fingerprintOf(image, definition)
  const installed = await installDependencies(definition, {
    fingerprint,
    architecture,
    cacheDirectory,
  })
  const graph = createPackageGraph(installed.tree)
  const target = {
    image: image.name,
    architecture,
    node: nodeVersion,
    omit: settings.omit,
    locked: lockfile.packages,
  }
  const tree = unpackedTree(installed.directory)
  // What npm would do without is done without here too.
  const kept = new Set(checkNatives(installed.tree, target).packages.map(({ path }) => path))
  const rebuild = installed.tree.packages
    .filter(({ path }) => kept.has(path))
    .flatMap((one) => {
      const isBroken = judgePackage(one, graph, target) !== undefined
      const compiles = isBroken && (one.compiled || one.scripts.length > 0)
      const script = neededScript(one, one.path, tree)
      const isNeeded = compiles || (script !== undefined && !bringsNatives(one, graph))
      return isNeeded && !settings.scriptsNotNeeded.includes(one.name)
        ? [{ name: one.name, compiles, path: one.path }]
        : []
    })
  const texts = await Promise.all(
    rebuild.map(({ path }) => scriptTexts(join(installed.directory, path))),
  )
  const names = await readdir(directory)
  const manifest: unknown = JSON.parse(definition.text)
  return {
    image: image.name,
    base: image.base,
    nodeVersion,
    manager,
    lockfile: lockfile.name,
    inputs: inputs.map(({ path }) => path),
    rebuild: [...new Map(rebuild.map(({ name, compiles }) => [name, { name, compiles }])).values()],
    takesArchitecture: texts.every((text) => /npm_config_arch/i.test(text)),
    ownScripts: ownScriptNames(isRecord(manifest) ? manifest : {}),
    omit: settings.omit,
    beside: names.filter((name) => !isDefinition(name, localPaths)).toSorted(),
  }
}

/** Texts of what looks like install scripts, which ask for an architecture if they know of any. */
async function scriptTexts(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const scripts = entries.filter(({ name }) => /install|download|prebuild/i.test(name))
  const texts = await Promise.all(
    scripts.flatMap((entry) =>
      entry.isFile() && /\.[cm]?js$/.test(entry.name)
        ? [readFile(join(entry.parentPath, entry.name), 'utf8')]
        : [],
    ),
  )
  return texts.join('\n')
}
