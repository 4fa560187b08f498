import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { recordOf } from '../../core/basics/is-record.ts'
import { runtimeError } from './node-client-calls.ts'

export type Handler = (...given: readonly unknown[]) => unknown

/** What `awslambda.streamifyResponse` leaves on a handler. */
export const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming')

/**
 * The function that `http/get-index/index.handler` names.
 * @throws an error of one of Lambda's types
 */
export async function loadHandler(
  taskRoot: string,
  name: string,
): Promise<{ readonly handler: Handler; readonly streams: boolean }> {
  const base = basename(name)
  const [, module, path = ''] = /^([^.]*)\.(.*)$/.exec(base) ?? []
  if (module === undefined) throw runtimeError('MalformedHandlerName', 'Bad handler')
  const loaded = await loadModule(join(taskRoot, name.slice(0, -base.length), module))
  const found = find(loaded, path) ?? find(recordOf(loaded)['default'], path)
  if (found === undefined)
    throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`)
  if (!isHandler(found)) throw runtimeError('HandlerNotFound', `${name} is not a function`)
  return { handler: found, streams: Reflect.get(found, streamingMark) !== undefined }
}

async function loadModule(file: string): Promise<unknown> {
  const found = ['', '.js', '.mjs', '.cjs']
    .map((extension) => file + extension)
    .find((each) => existsSync(each))
  if (found === undefined)
    throw runtimeError('ImportModuleError', `Error: Cannot find module '${basename(file)}'`)
  try {
    return await import(pathToFileURL(found).href)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw runtimeError('UserCodeSyntaxError', String(error), error.stack)
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')
      throw runtimeError('ImportModuleError', String(error), error.stack)
    throw error
  }
}

function find(module: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((nested, key) => recordOf(nested)[key], module)
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}
