import { posix } from 'node:path'

import type { Problem } from '../../errors.ts'
import { namesPlatform } from '../bundle/native-marks.ts'
import type { Finding } from './walk-tree.ts'

/** What is known around a walk, for what is said about it. */
export interface Surroundings {
  readonly image: string
  readonly builder: 'embedded' | 'dockerfile'
  /** Version of the package in a folder such as `var/task/node_modules/knex`. */
  readonly versionOf: (folder: string) => string | undefined
  /** Where the app's own code asks for a package, as `src/http/get-index/index.ts:3`. */
  readonly askedBy: (specifier: string) => string | undefined
  /** Packages that the app's own code names as text: `client: 'pg'`. */
  readonly named: ReadonlySet<string>
  /** Packages left out by `omit`. */
  readonly omit: readonly string[]
  /** Packages that an install script would have made or changed. */
  readonly scriptOf: (packageName: string) => string | undefined
}

export interface Verdict {
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}

/** What a walk found, said once for each package that asks. */
export function judgeFindings(findings: readonly Finding[], around: Surroundings): Verdict {
  const fatal = findings.filter(
    (finding) => finding.necessity === 'eager' || around.named.has(wantedOf(finding)),
  )
  // Of packages for other systems all but one are missing, and natives are judged by themselves.
  const later = findings.filter(
    (finding) => !fatal.includes(finding) && !namesPlatform(wantedOf(finding)),
  )
  const byAsker = (list: readonly Finding[]) =>
    Map.groupBy(list, ({ kind, from }) => `${kind} ${packageFolder(from) ?? ''}`).values()
  return {
    problems: [...byAsker(fatal)].map((group) => problemOf(group, around)),
    notes: [...byAsker(later)].map((group) => noteOf(group, around)),
  }
}

/** Packages that only a lazy edge asks for: whether the app names them decides. */
export function lazilyWanted(findings: readonly Finding[]): string[] {
  const lazy = findings.filter(({ kind, necessity }) => kind === 'missing' && necessity === 'lazy')
  return [...new Set(lazy.map(wantedOf))]
}

function wantedOf({ edge }: Finding): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(edge.specifier)?.[0] ?? edge.specifier
}

/** `var/task/node_modules/a/node_modules/@b/c` of a file in it. */
export function packageFolder(path: string): string | undefined {
  return /^.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
}

function problemOf(group: readonly Finding[], around: Surroundings): Problem {
  const [first] = group
  if (first === undefined) throw new TypeError('A group of findings has one at least.')
  const isMissing = first.kind === 'missing'
  const wanted = [...new Set(group.map(({ edge }) => edge.specifier))]
  const what = `${listed(wanted)}: ${first.reason}`
  const message = `Image '${around.image}' would not work: ${asker(first, around)} loads ${what}. ${
    isMissing ? remedyForMissing(first, around) : remedyForModule(first, around)
  }`
  return { code: isMissing ? 'MODULE_MISSING' : 'MODULE_UNLOADABLE', message }
}

function noteOf(group: readonly Finding[], around: Surroundings): string {
  const [first] = group
  if (first === undefined) throw new TypeError('A group of findings has one at least.')
  const wanted = [...new Set(group.map(({ edge }) => edge.specifier))]
  const why = first.kind === 'missing' ? 'not in the image' : first.reason
  return `Image '${around.image}': ${asker(first, around)} loads ${listed(wanted)} only when it is used; ${why}.`
}

function asker({ from, line, edge }: Finding, { askedBy, versionOf }: Surroundings): string {
  const folder = packageFolder(from)
  if (folder === undefined) return sourceName(askedBy(edge.specifier)) ?? from
  const name = packageNameOf(folder)
  const version = versionOf(folder)
  const file = posix.relative('var/task', from)
  return `${name}${version === undefined ? '' : `@${version}`} (${file}:${line})`
}

/** A bundled package's file is named by its package, wherever the app's packages are. */
function sourceName(source: string | undefined): string | undefined {
  const folder = source === undefined ? undefined : packageFolder(source)
  if (source === undefined || folder === undefined) return source
  return `${packageNameOf(source)} (${posix.relative(folder, source)})`
}

function remedyForMissing(finding: Finding, around: Surroundings): string {
  const { image, builder, omit } = around
  const wanted = wantedOf(finding)
  if (wanted.startsWith('node:'))
    return 'Correct the name; if a newer Node has it, deploy with that.'
  if (/^(?:\.{1,2}(?:\/|$)|\/|#)/.test(finding.edge.specifier) || finding.edge.mode === 'file') {
    const script = around.scriptOf(packageNameOf(finding.from))
    return script === undefined
      ? `Put the package into docker/${image}/package.json, whole, or choose a version that has that file.`
      : scriptRemedy(script, around)
  }
  const script = around.scriptOf(wanted) ?? around.scriptOf(packageNameOf(finding.from))
  if (script !== undefined && wanted.startsWith('.')) return scriptRemedy(script, around)
  if (wanted.startsWith('.'))
    return `A tool writes it when it is asked to, as 'prisma generate' does: let it write into the app's own source, from where it is bundled, or run it in docker/${image}/Dockerfile.`
  if (omit.includes(wanted)) return `'omit ${wanted}' leaves it out: take it out of 'omit'.`
  if (wanted === 'aws-sdk')
    return `Bases since Node 18 bring version 3 of the SDK only: put aws-sdk into docker/${image}/package.json, or use @aws-sdk/client-*.`
  return builder === 'embedded'
    ? `Put ${wanted} into docker/${image}/package.json, with its lockfile.`
    : `Install ${wanted} in docker/${image}/Dockerfile.`
}

function scriptRemedy(script: string, { image, builder }: Surroundings): string {
  const told = `The install script '${script}' would make it, and install scripts do not run here`
  return builder === 'embedded'
    ? `${told}. Describe the image by a Dockerfile that runs it: 'arc-images dockerfile ${image}' prints one.`
    : `${told} unless docker/${image}/Dockerfile runs it.`
}

function remedyForModule({ kind, from, edge }: Finding, { image }: Surroundings): string {
  const allow =
    kind === 'es syntax'
      ? "NODE_OPTIONS='--experimental-detect-module --experimental-require-module'"
      : 'NODE_OPTIONS=--experimental-require-module'
  if (kind === 'awaits') return 'No setting of Node allows that: choose another version of it.'
  if (kind === 'import only')
    return packageFolder(from) === undefined
      ? `Load it by 'await import(${JSON.stringify(edge.specifier)})' in the handler.`
      : 'No setting of Node allows that: choose another version of it.'
  const other =
    packageFolder(from) === undefined
      ? `Load it by 'await import(${JSON.stringify(edge.specifier)})' in the handler, or take it out of docker/${image}/package.json to have it bundled, which a package without native and data files allows`
      : 'Choose a version of it whose packages have CommonJS'
  return `Lambda starts Node without require() of ES modules. ${other}; or allow it by ${allow} in the function's environment.`
}

function packageNameOf(path: string): string {
  const folder = packageFolder(path) ?? ''
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `'${name}'`)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return shown.join(', ') + more
}
