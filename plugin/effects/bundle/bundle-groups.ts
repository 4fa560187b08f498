import { resolveDefinitions } from '../../core/bundle/define.ts'
import { atPlace } from '../../core/arc-text/quote-line.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import { learnSecrets } from '../secrets/known-secrets.ts'

/** Functions that get the same values fixed in, and so one run of esbuild. */
export interface Group {
  readonly values: ReadonlyMap<string, string>
  readonly functions: readonly ImageFunction[]
}

/**
 * Groups an image's functions by their `define` values; mostly there is one group.
 * @throws ContainerImageError DEFINE_VALUE_MISSING naming every value that could not be had
 */
export function bundleGroups(
  image: PlannedImage,
  shell: Readonly<Record<string, string | undefined>>,
): { groups: Group[]; notes: string[] } {
  const { define, defineSecret } = image.settings
  const groups = new Map<
    string,
    { values: ReadonlyMap<string, string>; functions: ImageFunction[] }
  >()
  const problems = new Map<string, string[]>()
  for (const target of image.functions) {
    const resolved = resolveDefinitions([...define, ...defineSecret], target.environment, shell)
    learnSecrets(defineSecret.map((name) => resolved.values.get(name) ?? ''))
    for (const problem of resolved.problems) {
      problems.set(problem, [...(problems.get(problem) ?? []), `${target.pragma} ${target.name}`])
    }
    const key = JSON.stringify([...resolved.values])
    const group = groups.get(key) ?? { values: resolved.values, functions: [] }
    group.functions.push(target)
    groups.set(key, group)
  }
  if (problems.size > 0) {
    const { places } = image.settings
    const lines = [...problems].map(([problem, names]) => `- ${problem} (${names.join(', ')})`)
    throw new ContainerImageError(
      'DEFINE_VALUE_MISSING',
      atPlace(
        places?.['define'] ?? places?.['define-secret'],
        `Image '${image.name}' is to fix values into its bundles that are not there. Set them with ` +
          `'arc env' or in the shell, or take them out of 'define':\n${lines.join('\n')}`,
      ),
    )
  }
  const notes = defineSecret.map(
    (name) => `define-secret ${name}: whoever can pull the image can read its value.`,
  )
  return { groups: [...groups.values()], notes }
}
