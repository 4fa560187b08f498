import type { OciConfig } from '../../oci/config.ts'

/** BuildKit gives this one to images whose base has none. */
const givenByBuildKit = 'PATH'

/**
 * Parts of an image's configuration that neither its base has nor its Dockerfile speaks of. A
 * Dockerfile can set a variable and the user, and cannot take a variable away.
 * @param text of the Dockerfile
 */
export function unexplainedConfig(
  { config = {} }: Pick<OciConfig, 'config'>,
  { config: base = {} }: Pick<OciConfig, 'config'>,
  text: string,
): readonly string[] {
  const seen = variablesOf(config.Env)
  const before = variablesOf(base.Env)
  const names = new Set([...seen.keys(), ...before.keys()])
  const words = new Set(text.match(/\w+/g))
  const unexplained = [...names].filter((name) => {
    if (seen.get(name) === before.get(name)) return false
    if (name === givenByBuildKit && !before.has(name)) return false
    return !words.has(name)
  })
  const user = (config.User ?? '') === (base.User ?? '') || /^\s*USER\s/im.test(text)
  return [...unexplained.map((name) => `variable ${name}`), ...(user ? [] : ['its user'])]
}

function variablesOf(env: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(env.map((each) => [each.split('=', 1)[0] ?? '', each]))
}
