import { relative } from 'node:path'
import pLimit from 'p-limit'

import { readExports } from '../../core/bundle/handler-exports.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { didYouMean } from '../../core/suggest.ts'
import { ContainerImageError } from '../../errors.ts'
import { loadHandler } from './load-handler.ts'

/** At most one of both: what is certainly wrong, or what could not be found out. */
interface Judgement {
  readonly problem?: string
  readonly note?: string
}

/**
 * Makes sure that Lambda finds every handler in its bundle. Most are seen in the text; the rest is
 * loaded in child processes.
 * @returns what could not be found out
 * @throws ContainerImageError HANDLER_MISSING naming all of them
 */
export async function checkHandlers(
  image: PlannedImage,
  code: ReadonlyMap<string, Uint8Array>,
  appDirectory: string,
): Promise<string[]> {
  const limit = pLimit(2)
  const judgements = await Promise.all(
    image.functions.map((target) =>
      limit(async () => {
        const bundle = code.get(`${target.folder}/index.cjs`)
        if (bundle === undefined) throw new Error(`No bundle was made for ${target.folder}.`)
        return await judge(target, bundle, appDirectory)
      }),
    ),
  )
  const problems = judgements.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
  if (problems.length > 0) {
    throw new ContainerImageError(
      'HANDLER_MISSING',
      `Lambda would not find the handler of ${problems.length === 1 ? 'a function' : 'functions'} ` +
        `in image '${image.name}':\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    )
  }
  return judgements.flatMap(({ note }) => (note === undefined ? [] : [note]))
}

async function judge(
  target: ImageFunction,
  bundle: Uint8Array,
  appDirectory: string,
): Promise<Judgement> {
  const [first = '', ...nested] = target.handlerExport.split('.')
  const text = readExports(Buffer.from(bundle).toString())
  if (nested.length === 0 && text.names.includes(first)) return {}
  const file = relative(appDirectory, target.entryFile)

  const loaded = await loadHandler(bundle, target.handlerExport, target.environment)
  const hidden = loaded?.handler === 'undefined' && text.fromOutside
  if (loaded === undefined || loaded.handler === 'unknown' || hidden) {
    return text.complete && !text.names.includes(first)
      ? { problem: missing(target, file, text.names) }
      : { note: `Could not see whether ${file} exports '${target.handlerExport}'.` }
  }
  if (loaded.handler === 'function') return {}
  if (loaded.handler === 'undefined') return { problem: missing(target, file, loaded.names) }
  return {
    problem: `${file} exports '${target.handlerExport}' as ${loaded.handler}, not as a function`,
  }
}

function missing(target: ImageFunction, file: string, names: readonly string[]): string {
  const wanted = target.handlerExport
  const others = names.filter((name) => name !== '__esModule')
  if (others.length === 0) return `${file} exports nothing, and Lambda calls '${wanted}'`
  const listed = others.map((name) => `'${name}'`).join(', ')
  const hint = others.includes('default')
    ? ` Write 'export const ${wanted} = ...': a default export is not looked into.`
    : didYouMean(wanted, others)
  return `${file} exports ${listed}, and Lambda calls '${wanted}'.${hint}`
}
