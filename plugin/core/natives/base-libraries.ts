import type { Problem } from '../../errors.ts'
import { compareVersions } from './binary.ts'
import type { NeededLibraries, NeededVersion } from './needed-libraries.ts'

/**
 * The libraries of AWS's base images: of Amazon Linux 2023 (GCC 11) from Node 20 on, of Amazon
 * Linux 2 (GCC 7) before; also behind a mirror's name. Of other bases nothing is known.
 */
export function librariesOfBase(
  reference: string,
): { readonly glibc: string; readonly libstdcxx: string } | undefined {
  const node = /(?:^|\/)lambda\/nodejs:(\d+)/.exec(reference)?.[1]
  if (node !== undefined) return Number(node) >= 20 ? amazonLinux2023 : amazonLinux2
  const provided = /(?:^|\/)lambda\/provided:(al2023|al2)\b/.exec(reference)?.[1]
  if (provided !== undefined) return provided === 'al2023' ? amazonLinux2023 : amazonLinux2
  return undefined
}

const amazonLinux2023 = { glibc: '2.34', libstdcxx: '3.4.29' }
const amazonLinux2 = { glibc: '2.26', libstdcxx: '3.4.24' }

/** As the linker names them in its own error. */
const titles = { glibc: 'glibc', libstdcxx: 'libstdc++ with GLIBCXX' } as const

/** A native file that needs newer libraries than the base has fails when it is loaded. */
export function checkLibraries(
  needed: NeededLibraries,
  base: string,
): { readonly problems: readonly Problem[]; readonly notes: readonly string[] } {
  const has = librariesOfBase(base)
  const wanted = (['glibc', 'libstdcxx'] as const).flatMap((library) => {
    const version = needed[library]
    return version === undefined ? [] : [{ library, ...version }]
  })
  if (has === undefined) {
    const notes = wanted.map((one) => `${whatItNeeds(one)}; what ${base} has is not known.`)
    return { problems: [], notes }
  }
  const missing = wanted.filter(
    ({ library, version }) => compareVersions(version, has[library]) > 0,
  )
  return {
    problems: missing.map((one) => ({
      code: 'DEPENDENCIES_UNFIT',
      message: `${whatItNeeds(one)}, and ${base} has ${has[one.library]}. Choose a version of the package that was built for an older system, or a base with a newer one.`,
    })),
    notes: [],
  }
}

function whatItNeeds({
  library,
  version,
  file,
}: NeededVersion & { readonly library: keyof typeof titles }): string {
  return `${file} needs ${titles[library]} ${version}`
}
