import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

import dockerignore from '@balena/dockerignore'
import pLimit from 'p-limit'

import { ignoreRules, ownOutput, ruleFor } from '../../core/dockerfile/ignore-rules.ts'
import type { DockerfileDefinition } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import { digestOf, type Digest } from '../../oci/digest.ts'

/**
 * The rules of what a build does not see: the user's own, from where BuildKit reads them, and after
 * them what is written while deploying, so that no rule of the user's takes it in again.
 * @param own folders of ours, which may be in the context
 */
export async function contextRules(
  { dockerfile, context }: DockerfileDefinition,
  own: readonly string[],
): Promise<string[]> {
  const text =
    (await textOf(`${dockerfile}.dockerignore`)) ?? (await textOf(join(context, '.dockerignore')))
  const inside = own.flatMap((path) => {
    const from = relative(context, path)
    const isInside = from !== '' && !from.startsWith('..') && !/^(?:[A-Za-z]:|[\\/])/.test(from)
    return isInside ? [ruleFor(from.split(sep).join('/'))] : []
  })
  return [...ignoreRules(text ?? ''), ...ownOutput, ...inside]
}

/** @throws ContainerImageError BUILD_CONTEXT_MISSING */
export async function requireContext({
  context,
  appDirectory,
}: DockerfileDefinition): Promise<void> {
  const found = await stat(context).catch(() => undefined)
  if (found?.isDirectory() === true) return
  throw new ContainerImageError(
    'BUILD_CONTEXT_MISSING',
    `There is no folder '${relative(appDirectory, context)}', which 'context' names. It is looked for from the folder of app.arc.`,
  )
}

/**
 * Digest over a context as Docker sees it: names, contents and which files can be run. Times, owners
 * and the rest of the modes differ from checkout to checkout.
 */
export async function contextDigest(
  { context }: DockerfileDefinition,
  rules: readonly string[],
): Promise<Digest> {
  const ignored = dockerignore.default({ ignorecase: false }).add([...rules])
  const hasExceptions = rules.some((rule) => rule.startsWith('!'))
  const limit = pLimit(16)
  const entries: Promise<readonly string[]>[] = []
  const walk = async (folder: string): Promise<void> => {
    const children = await readdir(join(context, folder), { withFileTypes: true })
    // Other folders are there by what is in them; git keeps none that is empty.
    if (children.length === 0) entries.push(Promise.resolve([folder, 'empty']))
    for (const child of children) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`
      const isIgnored = ignored.ignores(path)
      if (child.isDirectory()) {
        if (!isIgnored || hasExceptions) await walk(path)
      } else if (!isIgnored && (child.isFile() || child.isSymbolicLink())) {
        entries.push(limit(() => entryOf(path, join(context, path))))
      }
    }
  }
  await walk('')
  const all = await Promise.all(entries)
  const sorted = all.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return digestOf(JSON.stringify(sorted))
}

async function entryOf(path: string, file: string): Promise<readonly string[]> {
  const found = await lstat(file)
  if (found.isSymbolicLink()) return [path, 'link', await readlink(file)]
  const kind = (found.mode & 0o100) === 0 ? 'file' : 'program'
  const hash = createHash('sha256')
  if (found.size < 1_000_000) hash.update(await readFile(file))
  else await pipeline(createReadStream(file), hash)
  return [path, kind, hash.digest('hex')]
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
