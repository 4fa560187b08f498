/**
 * How Lambda finds a Python function in an image of several. Its client imports the handler's path as
 * a module from /var/task (awslambdaric, `_get_handler`), so `http/get-index/index` would be looked
 * for in Python's own package `http`, and a function could not import the files beside it. A module
 * of our own for each function gives it its folder first, as in a zip.
 */
const folderOfEntries = 'arc_functions'

/** Where the function is started, relative to /var/task; without `.py`. */
export function pythonEntry(folder: string): string {
  return `${folderOfEntries}/${folder.replaceAll('/', '-')}`
}

/** `pkg/mod.run` or `pkg.mod.run` to the module's file and the name that is called in it. */
export function splitPythonHandler(handler: string): {
  readonly module: string
  readonly handlerExport: string
} {
  const dot = handler.lastIndexOf('.')
  if (dot === -1) return { module: handler, handlerExport: 'handler' }
  return {
    module: handler.slice(0, dot).replaceAll('.', '/'),
    handlerExport: handler.slice(dot + 1),
  }
}

/**
 * Text of the module that starts a function.
 * @param inFolder whether it runs in its own folder, as a zip's does
 */
export function pythonEntryCode(of: {
  readonly folder: string
  readonly module: string
  readonly handlerExport: string
  readonly inFolder: boolean
}): string {
  const { folder, module, handlerExport, inFolder } = of
  return [
    'import importlib, os, sys',
    `folder = os.path.join(os.environ.get('LAMBDA_TASK_ROOT', '/var/task'), ${JSON.stringify(folder)})`,
    'sys.path.insert(0, folder)',
    ...(inFolder ? ['os.chdir(folder)'] : []),
    `${handlerExport} = importlib.import_module(${JSON.stringify(module.replaceAll('/', '.'))}).${handlerExport}`,
    '',
  ].join('\n')
}

/** What binds names that the text does not tell. */
const binders = ['globals', 'locals', 'vars', '__dict__', 'setattr', 'exec', '__getattr__']

/**
 * Whether a module cannot have this name: it occurs nowhere but in comments, and nothing
 * brings in names that the text does not tell.
 */
export function lacksPythonName(text: string, name: string): boolean {
  const code = text.replaceAll(/^\s*#.*/gm, '')
  const words = new Set(code.match(/[\p{L}\p{N}_]+/gu))
  return ![name, ...binders].some((word) => words.has(word)) && !/\bimport[\s\\]*\*/.test(code)
}
