import { join } from 'node:path'

import type { AppFunction } from '../arc/architect-app.ts'
import type { Language } from '../model.ts'
import { splitPythonHandler } from './python-entry.ts'

/** What Lambda's Node client takes first, then what only a bundler can read. */
const nodeExtensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx']
const transpiledExtensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx']

/** Where a handler's code is. */
interface Handler {
  /** Absent when none of the expected files is there. */
  readonly entryFile?: string
  /** The export that is called: all after the first dot of the handler's last part, as Lambda reads it. */
  readonly handlerExport: string
  /** The files that it may be in, relative to the function's folder. */
  readonly expected: readonly string[]
}

/** The file and export of `handler`; a transpiled function's sources are asked, not its build. */
export function handlerOf(
  lambda: AppFunction,
  handler: string,
  language: Language,
  isFile: (file: string) => boolean,
): Handler {
  const isPython = language === 'python'
  const { module, handlerExport } = isPython ? splitPythonHandler(handler) : splitHandler(handler)
  const ofNode = lambda.transpiled ? transpiledExtensions : nodeExtensions
  const extensions = isPython ? ['.py'] : ofNode
  const expected = extensions.map((extension) => `${module}${extension}`)
  const entryFile = expected.map((file) => join(lambda.source, file)).find(isFile)
  return { ...(entryFile !== undefined && { entryFile }), handlerExport, expected }
}

function splitHandler(handler: string): { module: string; handlerExport: string } {
  const slash = handler.lastIndexOf('/') + 1
  const dot = handler.indexOf('.', slash)
  if (dot === -1) return { module: handler, handlerExport: 'handler' }
  return { module: handler.slice(0, dot), handlerExport: handler.slice(dot + 1) }
}
