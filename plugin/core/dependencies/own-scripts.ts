import { isRecord } from '../basics/is-record.ts'
import type { Problem } from '../../errors.ts'

/**
 * What of the image's own package.json would have to run after the packages are there: names of
 * scripts, or `patch-package` when nothing but a dependency speaks of it.
 */
export function ownScriptNames(manifest: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(scriptsOf(manifest)).filter((name) =>
    /^(?:pre|post)?install$/.test(name),
  )
  const patches = Object.keys(manifest['dependencies'] ?? {}).includes('patch-package')
  return patches && names.length === 0 ? ['patch-package'] : names
}

/** That such scripts do not run here, and what does. */
export function ownScriptProblems(
  image: string,
  manifest: Readonly<Record<string, unknown>>,
): Problem[] {
  return ownScriptNames(manifest).map((name) => {
    const script = scriptsOf(manifest)[name]
    const what = typeof script === 'string' ? `the script ${name} ('${script}')` : name
    const pnpm = /\bpatch-package\b/.test(what)
      ? " Patches are applied without a script by pnpm ('pnpm patch', with pnpm-lock.yaml)."
      : ''
    return {
      code: 'DEPENDENCIES_INVALID',
      message: `docker/${image}/package.json has ${what}, and install scripts do not run here: what it changes would be missing. Remove it, or describe the image by a Dockerfile that runs it: 'arc-images dockerfile ${image}' prints one.${pnpm}`,
    }
  })
}

function scriptsOf(manifest: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(manifest['scripts']) ? manifest['scripts'] : {}
}
