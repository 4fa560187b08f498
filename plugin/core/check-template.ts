import type { Problem } from '../errors.ts'
import { globalsOf } from './join.ts'
import { type FunctionRewrite, imageProperties, type Template, zipProperties } from './template.ts'

/** `Globals.Function` of a template that image functions cannot live with; SAM refuses the stack. */
export function checkGlobals(template: Template): readonly Problem[] {
  const globals = globalsOf(template)
  return [...zipProperties, 'ImageConfig', 'ImageUri']
    .filter((name) => globals[name] !== undefined)
    .map((name) => ({
      code: 'GLOBALS_UNFIT',
      message: `The template's Globals.Function.${name} is ${JSON.stringify(globals[name])}, and SAM gives it to every function, where it cannot be beside an image. Find the plugin that sets it and let it set ${name} on single functions.`,
    }))
}

/** What became of rewritten functions since: a later plugin may have undone a part. */
export function checkRewritten(
  template: Template,
  rewrites: readonly FunctionRewrite[],
): readonly Problem[] {
  return [
    ...checkGlobals(template),
    ...rewrites.flatMap((rewrite): readonly Problem[] => {
      const properties = template.Resources[rewrite.logicalId]?.Properties ?? {}
      const expected = Object.entries(imageProperties(rewrite))
      const changed = [
        ...expected.filter(([name, value]) => !isSame(properties[name], value)),
        ...[...zipProperties]
          .filter((name) => properties[name] !== undefined)
          .map((name) => [name, undefined] as const),
      ]
      return changed.map(([name, value]) => ({
        code: 'REWRITE_UNDONE',
        message: `${rewrite.logicalId}.Properties.${name} is ${show(properties[name])} and has to be ${show(value)}: a plugin that runs after this one changed it. Move @plugins' container-images below it.`,
      }))
    }),
  ]
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
