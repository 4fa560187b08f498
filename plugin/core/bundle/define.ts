/** Values fixed into a bundle, and what kept others from being fixed. */
export interface Definitions {
  /** By name, sorted. Some are secrets: no value may reach a message. */
  readonly values: ReadonlyMap<string, string>
  /** Why a name has no value, a clause each. */
  readonly problems: readonly string[]
}

/**
 * The value of each name: the literal that the stage's template gives the function, else the
 * shell's. A value that only CloudFormation knows cannot be fixed, and an empty one of the shell
 * counts as missing: that is what CI systems hand over for a variable that is not set.
 * @param environment `Environment.Variables` of the function in the stage's template
 */
export function resolveDefinitions(
  names: readonly string[],
  environment: Readonly<Record<string, unknown>>,
  shell: Readonly<Record<string, string | undefined>>,
): Definitions {
  const values = new Map<string, string>()
  const problems: string[] = []
  for (const name of [...new Set(names)].toSorted()) {
    const given = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (given === undefined || given === null) {
      const value = Object.hasOwn(shell, name) ? shell[name] : undefined
      if (value) values.set(name, value)
      else problems.push(`'${name}' has no value, neither in the stage's template nor in the shell`)
    } else if (typeof given === 'object') {
      const intrinsic = Object.keys(given).join(', ')
      problems.push(
        `'${name}' is ${intrinsic} in the template: its value is known after the deploy`,
      )
    } else {
      values.set(name, typeof given === 'string' ? given : JSON.stringify(given))
    }
  }
  return { values, problems }
}

/**
 * What esbuild replaces: `process.env.NAME` and `process.env['NAME']` by its own rules,
 * `import.meta.env.NAME` for code that is written for both.
 */
export function replacementsOf(values: ReadonlyMap<string, string>): Record<string, string> {
  const replacements: Record<string, string> = {}
  for (const [name, value] of values) {
    replacements[`process.env.${name}`] = JSON.stringify(value)
    replacements[`import.meta.env.${name}`] = JSON.stringify(value)
  }
  return replacements
}

/**
 * Enters the function's folder, as a zip unpacks it to the working directory. Node refuses it in
 * worker threads, which have the working directory of their process.
 */
export const enterFolder = 'require("node:worker_threads").isMainThread&&process.chdir(__dirname);'

/** Runs before any module: reaches destructuring and computed names, which `define` cannot. */
export function preludeOf(values: ReadonlyMap<string, string>): string {
  return [...values]
    .map(([name, value]) => `process.env[${JSON.stringify(name)}]??=${JSON.stringify(value)};`)
    .join('')
}
