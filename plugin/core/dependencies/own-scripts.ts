import type { Problem } from '../../errors.ts'

/** Scripts of the image's own package.json, which would have to run after the packages are there. */
export function ownScriptProblems(
  image: string,
  manifest: Readonly<Record<string, unknown>>,
): Problem[] {
  const scripts = Object.entries(manifest['scripts'] ?? {})
  const own = scripts.filter(([name]) => /^(?:pre|post)?install$/.test(name))
  const patches = Object.keys(manifest['dependencies'] ?? {}).includes('patch-package')
  const seen = own.map(([name, script]) => `the script ${name} ('${String(script)}')`)
  if (patches && own.length === 0) seen.push('patch-package')
  const isPatched = patches || own.some(([, script]) => /\bpatch-package\b/.test(String(script)))
  const pnpm = isPatched
    ? " Patches are applied without a script by pnpm ('pnpm patch', with pnpm-lock.yaml)."
    : ''
  return seen.map((what) => ({
    code: 'DEPENDENCIES_INVALID',
    message: `docker/${image}/package.json has ${what}, and install scripts do not run here: what it changes would be missing. Remove it, or describe the image by a Dockerfile that runs it: 'arc-images dockerfile ${image}' prints one.${pnpm}`,
  }))
}
