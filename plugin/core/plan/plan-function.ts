import { quoteRequest } from '../arc/quote-request.ts'
import { relative, resolve } from 'node:path'

import type { Problem } from '../../errors.ts'
import type { ImageFunction } from '../model.ts'
import { handlerOf } from './handler.ts'
import type { JoinedFunction } from './join-functions.ts'
import { pythonEntry } from './python-entry.ts'

/**
 * A function as its image has it, or why no file of it can be found.
 * @param folder where it is below `/var/task`
 */
export function planFunction(
  joined: JoinedFunction,
  folder: string,
  setBy: Readonly<Record<string, string>>,
  isFile: (file: string) => boolean,
  appDirectory: string,
): ImageFunction | Problem {
  const { request, logicalId, lambda, language, handler, codeUri } = joined
  const { environment, limits, snapStart } = joined
  const { entryFile, handlerExport, expected } = handlerOf(lambda, handler, language, isFile)
  if (entryFile === undefined)
    return {
      code: 'FUNCTION_HANDLER_MISSING',
      message: `${quoteRequest(request)}: its handler is '${handler}', but ${relative(appDirectory, lambda.source)} has none of ${expected.join(', ')}. Write the file, or correct 'handler' in the function's config.arc.`,
    }
  const code = codeUri === undefined ? undefined : resolve(appDirectory, codeUri)
  return {
    logicalId,
    pragma: request.pragma,
    name: request.name,
    folder,
    sourceDirectory: lambda.source,
    ...(code !== undefined && code !== lambda.source && { codeDirectory: code }),
    entryFile,
    handlerExport,
    command: `${language === 'python' ? pythonEntry(folder) : `${folder}/index`}.${handlerExport}`,
    environment,
    ...limits,
    ...(snapStart && { snapStart }),
    ...(Object.keys(setBy).length > 0 && { setBy }),
  }
}
