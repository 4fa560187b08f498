import { posix } from 'node:path'

import type { Language } from '../model.ts'
import { preloads, type Preload } from './node-options.ts'

/** Something that Lambda or the language loads because a variable says so. */
export interface LoadedFile {
  readonly variable: string
  /** The part of the value that asks for it. */
  readonly text: string
  readonly kind: 'file' | 'program' | 'any'
  /** Paths below the image's root, of which one is enough: `opt/wrapper`. */
  readonly candidates: readonly string[]
}

/** The variables that `loadedFiles` looks at. */
export const loadingVariables = [
  'AWS_LAMBDA_EXEC_WRAPPER',
  'NODE_OPTIONS',
  'NODE_PATH',
  'PYTHONPATH',
] as const

/** Lambda starts a function with this as its working directory. */
const workingDirectory = '/var/task'

/** Where AWS's bases look for packages by themselves, whether it is there or not. */
const offered =
  /^\/(?:opt\/nodejs(?:\/node\d+)?\/node_modules|opt\/python(?:\/lib\/python[\d.]+\/site-packages)?|var\/(?:runtime|lang|task))(?:\/|$)/

/** What the literal variables of a function make Lambda and its language load at each start. */
export function loadedFiles(
  environment: Readonly<Record<string, unknown>>,
  { language = 'node', nodeVersion }: { language?: Language; nodeVersion: number },
): readonly LoadedFile[] {
  const valueOf = (name: string): string => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  const wrapper = valueOf('AWS_LAMBDA_EXEC_WRAPPER')
  const program: LoadedFile = {
    variable: 'AWS_LAMBDA_EXEC_WRAPPER',
    text: wrapper,
    kind: 'program',
    candidates: [inImage(wrapper)],
  }
  const folders = (variable: string): LoadedFile[] =>
    entriesOf(valueOf(variable))
      .filter((path) => !offered.test(path))
      .map((text) => ({ variable, text, kind: 'any', candidates: [inImage(text)] }))
  return [
    ...(wrapper === '' ? [] : [program]),
    ...(language === 'python' ? folders('PYTHONPATH') : folders('NODE_PATH')),
    ...(language === 'node'
      ? nodeFiles(valueOf('NODE_OPTIONS'), valueOf('NODE_PATH'), nodeVersion)
      : []),
  ]
}

function nodeFiles(options: string, nodePath: string, nodeVersion: number): LoadedFile[] {
  const searched = nodePath === '' ? defaultNodePath(nodeVersion) : entriesOf(nodePath)
  return preloads(options).flatMap((preload) => {
    const candidates = candidatesOf(preload, searched)
    const { text } = preload
    return candidates === undefined
      ? []
      : [{ variable: 'NODE_OPTIONS', text, kind: 'file', candidates }]
  })
}

/** What AWS's bases set where nobody else does. */
function defaultNodePath(nodeVersion: number): readonly string[] {
  return [
    `/opt/nodejs/node${nodeVersion}/node_modules`,
    '/opt/nodejs/node_modules',
    '/var/runtime/node_modules',
    '/var/runtime',
    '/var/task',
  ]
}

/** `undefined` for what is no file. */
function candidatesOf(
  { by, specifier }: Preload,
  nodePath: readonly string[],
): readonly string[] | undefined {
  if (by === 'path') return [inImage(specifier)]
  if (/^(?:node|data|https?):/.test(specifier)) return undefined
  if (by === 'url' && specifier.startsWith('file:'))
    return [inImage(decodeURIComponent(new URL(specifier).pathname))]
  const isPath = /^(?:\/|\.\.?(?:\/|$))/.test(specifier)
  if (isPath) return by === 'url' ? [inImage(specifier)] : filesOf(specifier)
  const beside = [`${workingDirectory}/node_modules`, '/var/node_modules', '/node_modules']
  const packageName = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
  const within = (folder: string): readonly string[] => [
    inImage(`${folder}/${packageName}/package.json`),
    ...(by === 'require' ? filesOf(`${folder}/${specifier}`) : []),
  ]
  return [...beside, ...(by === 'require' ? nodePath : [])].flatMap(within)
}

/** What `require` tries for a path. */
function filesOf(path: string): readonly string[] {
  const extensions = ['', '.js', '.json', '.node']
  const index = extensions.slice(1).map((extension) => `${path}/index${extension}`)
  return [...extensions.map((extension) => path + extension), `${path}/package.json`, ...index].map(
    inImage,
  )
}

function entriesOf(list: string): readonly string[] {
  return list.split(':').filter((entry) => entry !== '')
}

/** Relative to the image's root. */
function inImage(path: string): string {
  return posix.resolve(workingDirectory, path).slice(1)
}
