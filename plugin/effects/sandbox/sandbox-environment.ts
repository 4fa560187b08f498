import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { recordOf, textOf } from '../../core/basics/is-record.ts'
import { isHook, isOwn } from '../architect/own-hooks.ts'
import { sandboxTableFile } from './sandbox-table.ts'

const preload = join(import.meta.dirname, `sandbox-preload${extname(import.meta.filename)}`)

/** What Node is told to load before a function; a URL has no spaces. */
export const preloadOption = `--import=${pathToFileURL(preload).href}`

/** What the shell gave, which the sandbox replaces while plugins run. */
let ofShell: string | undefined

/**
 * What `set.env` returns: variables of the `testing` environment alone, so that no template has
 * them. Architect takes a variable that two set as an error, which is why `NODE_OPTIONS` is left to
 * whoever else sets it, and to a deploy, which has variables from AWS too; an answer without any
 * variable is an error as well.
 * @param input as Architect hands it to `set.env`
 */
export function sandboxEnvironment(input: Readonly<Record<string, unknown>>): {
  readonly testing: Readonly<Record<string, string>>
} {
  const inv = recordOf(recordOf(input['inventory'])['inv'])
  const project = recordOf(inv['_project'])
  const options = process.env['NODE_OPTIONS']
  if (options?.includes(preloadOption) !== true) ofShell = options
  const isTaken =
    textOf(recordOf(inv['_arc'])['deployStage']) !== undefined ||
    [ownVariables(project), ...variablesOfOthers(inv, input)].some((own) => 'NODE_OPTIONS' in own)
  return {
    testing: {
      ARC_CONTAINER_IMAGES_SANDBOX: sandboxTableFile(textOf(project['cwd']) ?? ''),
      ...(!isTaken && { NODE_OPTIONS: preloadOption }),
    },
  }
}

/**
 * Takes the option out of this process, where it is during `sandbox.start` as all variables of the
 * functions are: npm and other children are none of them.
 * @returns whether it was there, so that functions have it
 */
export function takePreloadOption(
  environment: Record<string, string | undefined> = process.env,
): boolean {
  if (environment['NODE_OPTIONS']?.includes(preloadOption) !== true) return false
  if (ofShell === undefined) delete environment['NODE_OPTIONS']
  else environment['NODE_OPTIONS'] = ofShell
  return true
}

/** `@env testing` of the preferences, and `.env`. */
function ownVariables(project: Readonly<Record<string, unknown>>) {
  return recordOf(recordOf(recordOf(project['env'])['local'])['testing'])
}

/** A setter that throws is named by Architect when it asks itself. */
function variablesOfOthers(
  inv: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  const methods = recordOf(recordOf(inv['plugins'])['_methods'])
  const setters = recordOf(methods['set'])['env']
  return (Array.isArray(setters) ? setters.filter(isHook) : []).flatMap((setter) => {
    if (isOwn(setter)) return []
    try {
      const set = recordOf(setter(input))
      return [recordOf(set['testing']), set]
    } catch {
      return []
    }
  })
}
