import { recordOf, textOf } from '../basics/is-record.ts'
import { packageName, type InstalledPackage } from './installed-tree.ts'

/** A package by its files and its package.json, wherever they were read from. */
export function describePackage({
  path,
  manifest,
  files,
  links,
}: Pick<InstalledPackage, 'path' | 'files' | 'links'> & {
  /** Empty where there is none, or none that can be read. */
  readonly manifest: Readonly<Record<string, unknown>>
}): InstalledPackage {
  const scripts = recordOf(manifest['scripts'])
  const optional = Object.keys(recordOf(manifest['optionalDependencies']))
  const peers = Object.keys(recordOf(manifest['peerDependencies']))
  const aboutPeers = recordOf(manifest['peerDependenciesMeta'])
  const optionalPeers = peers.filter((name) => recordOf(aboutPeers[name])['optional'] === true)
  return {
    path,
    name: packageName(path),
    version: textOf(manifest['version']) ?? '0.0.0',
    dependencies: [...Object.keys(recordOf(manifest['dependencies'])), ...peers].filter(
      (name) => !optional.includes(name) && !optionalPeers.includes(name),
    ),
    optionalDependencies: optional,
    optionalPeers,
    scripts: ['preinstall', 'install', 'postinstall'].flatMap(
      (name) => textOf(scripts[name]) ?? [],
    ),
    compiled: files.some((file) => file.path === `${path}/binding.gyp`),
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    links: links.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }
}
