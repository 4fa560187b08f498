import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'

import { streamingMark } from './awslambda.mjs'
import { runtimeError } from './errors.mjs'

const require = createRequire(import.meta.url)

/** From `http/get-index/index.handler` to the function, in the order of the named client. */
export async function loadHandler(taskRoot, name, importFirst) {
  if (name.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${name}' is not a valid handler name.`)
  }
  const base = basename(name)
  const folder = name.slice(0, name.indexOf(base))
  const [, module, path] = /^([^.]*)\.(.*)$/.exec(base) ?? []
  if (module === undefined) throw runtimeError('MalformedHandlerName', 'Bad handler')

  const loaded = await loadModule(taskRoot, folder, module, importFirst)
  const handler =
    find(loaded, path) ??
    (importFirst && typeof loaded === 'object' && loaded !== null && 'default' in loaded
      ? find(loaded.default, path)
      : undefined)
  if (!handler) throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`)
  if (typeof handler !== 'function') {
    throw runtimeError('HandlerNotFound', `${name} is not a function`)
  }
  const streaming = handler[streamingMark]
  if (streaming && streaming !== 'response') {
    throw runtimeError('MalformedStreamingHandler', 'Only response streaming is supported.')
  }
  return { handler, streaming: Boolean(streaming) }
}

async function loadModule(taskRoot, folder, module, importFirst) {
  const file = resolve(taskRoot, folder, module)
  try {
    const found = importFirst ? await importAny(file) : await requireOrImport(file)
    if (found) return found
    return require(require.resolve(module, { paths: [taskRoot, join(taskRoot, folder)] }))
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw runtimeError('UserCodeSyntaxError', String(error), error.stack)
    }
    if (error instanceof Error && error.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('ImportModuleError', String(error))
    }
    throw error
  }
}

async function importAny(file) {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    if (existsSync(file + extension)) return import(file + extension)
  }
  return undefined
}

const requireFile = (path) => (existsSync(path) ? require(path) : undefined)
const importFile = (path) => (existsSync(path) ? import(path) : undefined)

async function requireOrImport(file) {
  const asModule = existsSync(`${file}.js`) && belowTypeModule(dirname(file))
  return (
    requireFile(file) ||
    (asModule ? await importFile(`${file}.js`) : requireFile(`${file}.js`)) ||
    (await importFile(`${file}.mjs`)) ||
    requireFile(`${file}.cjs`)
  )
}

function belowTypeModule(folder) {
  if (folder.endsWith('/node_modules')) return false
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) {
    try {
      return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module'
    } catch {
      return false
    }
  }
  return dirname(folder) === folder ? false : belowTypeModule(dirname(folder))
}

function find(module, path) {
  return path
    .split('.')
    .reduce(
      (nested, key) => (nested && typeof nested === 'object' ? nested[key] : undefined),
      module,
    )
}
