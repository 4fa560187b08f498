import {
  foreignTarballs,
  judgeLockfile,
  originOf,
  publicRegistry,
  unprovable,
  withoutIntegrity,
  type LockfileSetting,
} from '../../core/dependencies/judge-lockfile.ts'
import { ownScriptProblems } from '../../core/dependencies/own-scripts.ts'
import { unknownBundled } from '../../core/dependencies/unknown-bundled.ts'
import { judgePlatforms } from '../../core/natives/judge-platforms.ts'
import type { PlannedImage } from '../../core/model.ts'
import type { Problem } from '../../errors.ts'
import {
  checkScopes,
  readConfiguredRegistries,
  type ConfiguredRegistries,
} from './configured-registries.ts'
import {
  meantElsewhere,
  parseLockfile,
  readDefinition,
  throwInvalid,
  type Definition,
  type Lockfile,
} from './definition.ts'
import { withIntegrity } from './find-integrity.ts'

/** A definition of which is certain what would be installed, and from where. */
export interface SettledDefinition extends Definition {
  /** What should be said about it. */
  readonly notes: readonly string[]
  /** The same before anything was asked, to be compared with what is there later. */
  readonly asRead: Definition
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the folder of an image and judges what its lockfile tells. No registry is asked; npm is
 * started only where a lockfile names other servers than npm's public registry, or the app's own
 * `.npmrc` names registries.
 * @throws ContainerImageError DEPENDENCIES_INVALID, with all mistakes at once
 */
export async function examineDefinition(
  image: PlannedImage,
  environment: Environment = process.env,
): Promise<Definition> {
  const definition = await readDefinition(image)
  const { lockfile, directory, direct, optionalDirect } = definition
  const own = [
    ...ownScriptProblems(image.name, JSON.parse(definition.text)),
    ...unknownBundled(image, [...direct, ...optionalDirect]),
  ]
  throwInvalid(definition.empty ? own : [])
  if (definition.empty) return definition
  const place = { directory, image: image.name, environment }
  const configured = once(() => readConfiguredRegistries(place))
  const scopes = await checkScopes(definition, { configured, environment })
  const judged = lockfile === undefined ? [] : await judge(image, definition, lockfile, configured)
  throwInvalid([...own, ...scopes, ...judged])
  return definition
}

/**
 * The same, with what the lockfile lacks: the registry is asked for each missing integrity.
 * @throws ContainerImageError as `examineDefinition` and `withIntegrity`
 */
export async function settleDefinition(
  image: PlannedImage,
  environment: Environment = process.env,
): Promise<SettledDefinition> {
  const definition = await examineDefinition(image, environment)
  const { lockfile, directory } = definition
  const notes = definition.leftOut.map(
    ({ path, reason }) => `docker/${image.name}/${path} was left out: it ${reason}.`,
  )
  const settled = { ...definition, notes, asRead: definition }
  const lacking = withoutIntegrity(lockfile?.packages ?? [])
  if (lockfile === undefined || lacking.length === 0) return settled
  const note =
    `docker/${image.name}/${lockfile.name} has no integrity for ${lacking.length} packages ` +
    `(${lacking[0]?.name}, ...); the registry's was taken. Renew the lockfile and commit it.`
  const place = { directory, image: image.name, environment }
  return {
    ...settled,
    lockfile: await withIntegrity(lockfile, lacking, place),
    notes: [...notes, note],
  }
}

/**
 * The same for a lockfile that has just been made and is nowhere yet.
 * @throws ContainerImageError DEPENDENCIES_INVALID
 */
export async function judgeLockedSources(
  image: PlannedImage,
  definition: Definition,
  made: { readonly name: string; readonly text: string },
  environment: Environment = process.env,
): Promise<void> {
  const { directory, manager } = definition
  const lockfile = await parseLockfile(made.name, made.text, manager)
  const place = { directory, image: image.name, environment }
  const configured = once(() => readConfiguredRegistries(place))
  throwInvalid(await judge(image, definition, lockfile, configured))
}

async function judge(
  image: PlannedImage,
  { manager, manifest, localPaths }: Definition,
  { name, packages }: Lockfile,
  configured: () => Promise<ConfiguredRegistries>,
): Promise<readonly Problem[]> {
  const setting: LockfileSetting = {
    lockfile: `docker/${image.name}/${name}`,
    localPaths,
    meant: meantElsewhere(manifest),
  }
  const isPublic = (origin: string): boolean => origin === publicRegistry
  const isConfigured =
    foreignTarballs(packages, isPublic, setting).length === 0
      ? isPublic
      : isConfiguredBy(await configured())
  return [
    ...judgeLockfile(packages, setting),
    ...foreignTarballs(packages, isConfigured, setting),
    ...(manager === 'npm'
      ? judgePlatforms(packages, image.architecture, setting)
      : unprovable(packages, setting)),
  ]
}

/** npm puts the configured registry in the place of its public one, or of what a setting names. */
function isConfiguredBy({ byScope, replaces }: ConfiguredRegistries): (origin: string) => boolean {
  const meant = new Set([publicRegistry, ...[...byScope.values()].map(originOf)])
  return (origin) => {
    const { protocol, hostname } = new URL(origin)
    const isReplaced = replaces === 'always' || replaces === hostname
    return meant.has(origin) || (protocol === 'https:' && isReplaced)
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
