import { parse } from 'yaml'

import { isRecord } from '../basics/is-record.ts'
import {
  platformsOf,
  specifiersIn,
  type LockedPackage,
  type LockedSource,
} from '../natives/locked-packages.ts'

/**
 * The packages of `pnpm-lock.yaml`; what they ask for is under `snapshots` since pnpm 9.
 * @throws an Error of the YAML parser
 */
export function parsePnpmLockfile(text: string): LockedPackage[] {
  const lock: unknown = parse(text)
  if (!isRecord(lock) || !isRecord(lock['packages'])) return []
  const snapshots = isRecord(lock['snapshots']) ? lock['snapshots'] : {}
  const bySnapshot = Map.groupBy(Object.entries(snapshots), ([key]) => key.replace(/\(.*$/, ''))
  return Object.entries(lock['packages']).flatMap(([place, entry]) => {
    const [, name, version] = /^\/?((?:@[^@/]+\/)?[^@/]+)[@/](.*)$/.exec(place) ?? []
    if (name === undefined || version === undefined || !isRecord(entry)) return []
    const snapshot = (bySnapshot.get(place) ?? []).map(([, it]) => it).filter(isRecord)
    const asks = [entry, ...snapshot]
    const { resolution } = entry
    const merged = (field: string): Record<string, string> =>
      Object.assign({}, ...asks.map((it) => specifiersIn(it[field])))
    return [
      {
        name,
        registryName: name,
        version: version.replace(/\(.*$/, ''),
        place,
        source: sourceOf(isRecord(resolution) ? resolution : {}),
        ...platformsOf(entry),
        dispensable: asks.some((it) => it['optional'] === true || it['dev'] === true),
        dependencies: merged('dependencies'),
        optionalDependencies: merged('optionalDependencies'),
      },
    ]
  })
}

function sourceOf(resolution: Readonly<Record<string, unknown>>): LockedSource {
  const { tarball, integrity, directory, repo, commit } = resolution
  if (typeof directory === 'string') return { kind: 'local', path: directory }
  if (typeof repo === 'string') return { kind: 'git', url: `${repo}#${String(commit)}` }
  if (typeof tarball === 'string' && tarball.startsWith('file:'))
    return { kind: 'local', path: tarball.slice('file:'.length) }
  const [, hosted, sha] =
    /^https:\/\/codeload\.github\.com\/([^/]+\/[^/]+)\/tar\.gz\/([0-9a-f]{40})$/.exec(
      String(tarball),
    ) ?? []
  // A commit of GitHub comes as an archive, which has no integrity.
  if (hosted !== undefined) return { kind: 'git', url: `https://github.com/${hosted}#${sha}` }
  return {
    kind: 'tarball',
    ...(typeof tarball === 'string' && { url: tarball }),
    ...(typeof integrity === 'string' && { integrity }),
  }
}
