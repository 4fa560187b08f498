import type { Problem } from '../../errors.ts'
import { isRecord } from '../basics/is-record.ts'
import { isSame } from '../basics/is-same.ts'
import { imageMetadata } from './live-functions.ts'
import { wantsSnapStart } from './snap-start.ts'
import { loadingVariables } from '../environment/loaded-files.ts'
import {
  environmentOf,
  type FunctionRewrite,
  globalsOf,
  imageProperties,
  type Resource,
  type Template,
  zipProperties,
} from './template.ts'

/** Of all that `Globals.Function` may have, what SAM or Lambda refuse beside an image. */
const unfitGlobals = ['Runtime', 'Handler', 'Layers', 'CodeSigningConfigArn']

/** What `Globals` would do to functions in images: SAM or Lambda would refuse the whole stack. */
export function checkGlobals(template: Template): readonly Problem[] {
  const globals = globalsOf(template)
  return unfitGlobals
    .filter((name) => globals[name] !== undefined && !isSame(globals[name], []))
    .map((name) => ({
      code: 'GLOBALS_UNFIT',
      message: `The template's Globals.Function.${name} is ${show(globals[name])}; SAM gives it to every function, and it cannot stand beside an image. Find the plugin that sets it, and let it set ${name} on the functions that need it.`,
    }))
}

/** What is no longer as `rewriteTemplate` left it: a later plugin undid or damaged it. */
export function checkRewritten(
  template: Template,
  rewrites: readonly FunctionRewrite[],
): readonly Problem[] {
  if (rewrites.length === 0) return []
  return [
    ...checkGlobals(template),
    ...rewrites.flatMap((rewrite) => {
      const { logicalId } = rewrite
      const resource = template.Resources[logicalId]
      if (resource === undefined) return [gone(logicalId)]
      const seen = resource.Properties ?? {}
      const expected: Readonly<Record<string, unknown>> = imageProperties(rewrite)
      return [
        ...[...Object.keys(expected), ...zipProperties]
          .filter((name) => !isSame(seen[name], expected[name]))
          .map((name) => changed(`${logicalId}.Properties.${name}`, seen[name], expected[name])),
        ...metadataProblems(rewrite, resource),
        ...snapStartProblems(rewrite, seen, globalsOf(template)),
        ...environmentProblems(rewrite, environmentOf(seen, globalsOf(template))),
      ]
    }),
  ]
}

/** Its image is made and has not the label that publishing a version takes. */
function snapStartProblems(
  { logicalId, snapStart = false }: FunctionRewrite,
  seen: Readonly<Record<string, unknown>>,
  globals: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  if (snapStart || !wantsSnapStart(seen, globals)) return []
  return [changed(`${logicalId}.Properties.SnapStart`, seen['SnapStart'], undefined)]
}

/** Files that a variable loads were looked for in the image; of others nobody was asked. */
function environmentProblems(
  { logicalId, environment }: FunctionRewrite,
  seen: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  if (environment === undefined) return []
  return loadingVariables
    .filter((name) => !isSame(seen[name], environment[name]))
    .map((name) =>
      changed(
        `${logicalId}.Properties.Environment.Variables.${name}`,
        seen[name],
        environment[name],
      ),
    )
}

/** Without it the image of a rollback would be forgotten, and removed some day. */
function metadataProblems(
  { logicalId, previous, proven }: FunctionRewrite,
  { Metadata: metadata }: Resource,
): readonly Problem[] {
  if (previous === undefined) return []
  return Object.entries(imageMetadata(previous, proven))
    .map(([name, expected]) => ({
      name,
      expected,
      seen: isRecord(metadata) ? metadata[name] : undefined,
    }))
    .filter(({ expected, seen }) => !isSame(seen, expected))
    .map(({ name, expected, seen }) => changed(`${logicalId}.Metadata.${name}`, seen, expected))
}

const todo = "Put 'container-images' below it under @plugins."

function changed(property: string, seen: unknown, expected: unknown): Problem {
  const message = `Resources.${property} is ${show(seen)} and has to be ${show(expected)}: a plugin that ran after container-images changed it. ${todo}`
  return { code: 'REWRITE_UNDONE', message }
}

function gone(logicalId: string): Problem {
  const message = `Resources.${logicalId} is gone: a plugin that ran after container-images removed it. ${todo}`
  return { code: 'REWRITE_UNDONE', message }
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}
