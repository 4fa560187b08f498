/** Versions of the packages that an image's own package.json names. */
export type PackageVersions = Readonly<Record<string, string>>

/**
 * What became of the packages that an image names: `sharp 0.33.5 to 0.35.5`, `zod 4.0.0 added`,
 * `ms removed`; empty where only what they bring along differs.
 */
export function packageChanges(before: PackageVersions, after: PackageVersions): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]]
    if (was === is) return []
    if (is === undefined) return [`${name} removed`]
    return [was === undefined ? `${name} ${is} added` : `${name} ${was} to ${is}`]
  })
}
