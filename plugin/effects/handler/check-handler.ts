import { relative } from 'node:path'
import pLimit from 'p-limit'

import { takesCallback } from '../../core/bundle/callback-handler.ts'
import { readExports } from '../../core/bundle/handler-exports.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { didYouMean } from '../../core/basics/suggest.ts'
import { ContainerImageError } from '../../errors.ts'
import { loadHandler } from './load-handler.ts'

/** What a function's bundle shows of its handler: what is wrong, or what could not be found out. */
export interface Judgement {
  readonly missing?: string
  readonly callback?: string
  readonly note?: string
  /** Its text alone shows that all is well, whatever environment and machine. */
  readonly shown: boolean
}

/** All that decides what a bundle's text shows of its handler, beside the text. */
export function handlerQuestion(
  { base, definition, nodeVersion }: PlannedImage,
  { handlerExport }: ImageFunction,
): string {
  return JSON.stringify([handlerExport, base, definition.kind, nodeVersion])
}

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

/**
 * @returns what could not be found out
 * @throws ContainerImageError HANDLER_MISSING, HANDLER_CALLBACK naming all of them
 */
export function requireHandlers(image: PlannedImage, judgements: readonly Judgement[]): string[] {
  const all = (kind: 'missing' | 'callback' | 'note'): string[] =>
    judgements.flatMap((judgement) => judgement[kind] ?? [])
  const [unfound, callbacks] = [all('missing'), all('callback')]
  if (unfound.length > 0) {
    throw new ContainerImageError(
      'HANDLER_MISSING',
      `Lambda would not find the handler of ${unfound.length === 1 ? 'a function' : 'functions'} ` +
        `in image '${image.name}':\n${listed(unfound)}`,
    )
  }
  if (callbacks.length > 0) {
    throw new ContainerImageError(
      'HANDLER_CALLBACK',
      `From Node 24 on Lambda takes no handler with a callback (Runtime.CallbackHandlerDeprecated), which in image '${image.name}' would be:\n${listed(callbacks)}\nReturn a promise instead of calling the third parameter, and leave it out: 'async (event, context) => ...'.`,
    )
  }
  return all('note')
}

function listed(problems: readonly string[]): string {
  return problems.map((problem) => `- ${problem}`).join('\n')
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
