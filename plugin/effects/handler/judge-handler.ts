import { relative } from 'node:path'
import pLimit from 'p-limit'

import { takesCallback } from '../../core/bundle/callback-handler.ts'
import { readExports } from '../../core/bundle/handler-exports.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { didYouMean } from '../../core/basics/suggest.ts'
import type { Judgement } from './judgement.ts'
import { loadHandler } from './load-handler.ts'

/** One process more would make the others late. */
const atOnce = pLimit(2)

/**
 * Looks whether Lambda finds a handler in its bundle, and takes it. Most is seen in the text; the
 * rest is loaded in a child process.
 */
export async function judgeHandler(
  image: PlannedImage,
  target: ImageFunction,
  bundle: Uint8Array,
  appDirectory: string,
): Promise<Judgement> {
  return await atOnce(async () => {
    const text = Buffer.from(bundle).toString()
    const found = await judge(target, bundle, text, appDirectory)
    const callback = judgeCallback(image, target, text, appDirectory)
    return { ...found, ...callback, shown: found.shown && Object.keys(callback).length === 0 }
  })
}

/** Another base may bring an older client, which takes callbacks on any Node. */
function judgeCallback(
  { base, definition, nodeVersion }: PlannedImage,
  { entryFile, handlerExport }: ImageFunction,
  text: string,
  appDirectory: string,
): Omit<Judgement, 'shown'> {
  if (nodeVersion < 24 || !takesCallback(text, handlerExport)) return {}
  const seen = `'${handlerExport}' of ${relative(appDirectory, entryFile)} has three parameters`
  const [, version] = /^public\.ecr\.aws\/lambda\/nodejs:(\d+)/.exec(base) ?? []
  if (definition.kind === 'package' && Number(version) >= 24) return { callback: seen }
  return { note: `${seen}: Lambda's client for Node 24 refuses it, if the base has that one.` }
}

async function judge(
  target: ImageFunction,
  bundle: Uint8Array,
  text: string,
  appDirectory: string,
): Promise<Judgement> {
  const [first = '', ...nested] = target.handlerExport.split('.')
  const seen = readExports(text)
  if (nested.length === 0 && seen.names.includes(first)) return { shown: true }
  const file = relative(appDirectory, target.entryFile)

  const loaded = await loadHandler(bundle, target.handlerExport, target.environment)
  const hidden = loaded?.handler === 'undefined' && seen.fromOutside
  if (loaded === undefined || loaded.handler === 'unknown' || hidden) {
    return seen.complete && !seen.names.includes(first)
      ? { missing: missing(target, file, seen.names), shown: false }
      : { shown: false, note: `Could not see whether ${file} exports '${target.handlerExport}'.` }
  }
  if (loaded.handler === 'function') return { shown: false }
  if (loaded.handler === 'undefined')
    return { missing: missing(target, file, loaded.names), shown: false }
  return {
    shown: false,
    missing: `${file} exports '${target.handlerExport}' as ${loaded.handler}, not as a function`,
  }
}

function missing(target: ImageFunction, file: string, names: readonly string[]): string {
  const wanted = target.handlerExport
  const others = names.filter((name) => name !== '__esModule')
  if (others.length === 0) return `${file} exports nothing, and Lambda calls '${wanted}'`
  const named = others.map((name) => `'${name}'`).join(', ')
  const hint = others.includes('default')
    ? ` Write 'export const ${wanted} = ...': a default export is not looked into.`
    : didYouMean(wanted, others)
  return `${file} exports ${named}, and Lambda calls '${wanted}'.${hint}`
}
