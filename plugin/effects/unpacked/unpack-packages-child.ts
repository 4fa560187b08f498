/**
 * Unpacks the packages of a lockfile without a node_modules folder: each tarball becomes one file,
 * with its entries' content one after another, and an index tells what is where. Runs as a process
 * of its own and speaks as npm does, by npm's own libraries, settings and cache.
 */
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createUnzip } from 'node:zlib'

import pLimit from 'p-limit'

import { isRecord, textOf, textsOf } from '../../core/basics/is-record.ts'
import { brokeOff } from '../../core/dependencies/fetch-attempt.ts'
import { packageFolders } from '../../core/natives/package-folders.ts'
import { plannedPackages, type WantedPackage } from './planned-packages.ts'
import { loadNpmParts, NotThisWay, type NpmParts, type Settings } from './npm-parts.ts'
import type { Archive } from './archive-index.ts'
import { readFormerArchives } from './former-archives.ts'
import { createPlaces, withBlocks } from './copyable-files.ts'
import { createEntryTaker } from './taken-entries.ts'

/** Tells that npm itself has to do it. */
const notThisWay = 3
const atOnce = 5
/** Bytes after which memory of pieces that were written is given back. */
const breath = 2 * 1024 * 1024
let written = 0

const [requestFile = ''] = process.argv.slice(2)
const request: unknown = JSON.parse(readFileSync(requestFile, 'utf8'))
process.on('log', tellAsNpm)
await run().catch(fail)

async function run(): Promise<void> {
  if (!isRecord(request)) throw new NotThisWay('no request')
  const [root = '', folder = '', out = ''] = ['npm', 'folder', 'out'].map((key) =>
    textOf(request[key]),
  )
  const npm = loadNpmParts(root)
  const settings = await npm.settings(folder, textsOf(request['args']))
  const [locked = [], ideal = []] = await npm.trees(settings, folder)
  const wanted = plannedPackages(locked, ideal, {
    omit: textsOf(settings['omit']),
    passedOver: new Set(textsOf(request['passedOver'])),
  })
  mkdirSync(out, { recursive: true })
  const former = readFormerArchives(textsOf(request['former']))
  const limit = pLimit(atOnce)
  // The same tarball in several places is fetched once.
  const parts = [...Map.groupBy(wanted, ({ integrity }) => integrity).values()]
  const unpacked = await Promise.all(
    parts.map((places, index) =>
      limit(async () => {
        const [first] = places
        if (first === undefined) throw new NotThisWay('a package without a place')
        const file = String(index)
        const target = join(out, file)
        const { integrity, programs } = first
        const source = { integrity, programs }
        const part =
          former.take(source, target) ?? (await unpackTarball(npm, settings, first, target))
        return { file, source, ...part, places: places.map(({ place }) => place) }
      }),
    ),
  )
  refuseOverlaps(unpacked, new Set(wanted.map(({ place }) => place)))
  writeFileSync(join(out, 'index.json'), JSON.stringify(unpacked))
}

type Part = Pick<Archive, 'sha256' | 'size' | 'files'>

async function unpackTarball(
  npm: NpmParts,
  settings: Settings,
  wanted: WantedPackage,
  target: string,
): Promise<Part> {
  const { name, registryName, version, resolved, integrity, programs } = wanted
  let part: Part | undefined
  const take = async (specifier: string, own: string | undefined): Promise<void> => {
    const options = {
      ...settings,
      integrity,
      ...(own !== undefined && { resolved: own, ...allowed(own) }),
    }
    await npm.tarball(
      specifier,
      async (stream) => void (part = await unpack(npm, stream, target, new Set(programs))),
      options,
    )
  }
  const registry = npm.registryOf(registryName, settings).replace(/\/+$/, '')
  const allowed = (url: string) => url.startsWith(`${registry}/`) && { allowRemote: 'all' }
  try {
    const url =
      resolved === undefined
        ? `${registry}/${registryName}/-/${registryName.split('/').at(-1)}-${version}.tgz`
        : inRegistry(resolved, settings)
    await take(`${name}@${url}`, url).catch(async (error: unknown) => {
      // Some registries have their tarballs elsewhere, and tell where.
      if (resolved !== undefined || !/^E4\d\d$/.test(codeOf(error))) throw error
      await take(`${registryName}@${version}`, undefined)
    })
  } catch (error) {
    // npm does without it, and says so.
    if (wanted.optional) throw new NotThisWay(`${name} cannot be had`, { cause: error })
    throw error
  }
  if (part === undefined) throw new NotThisWay(`${name} gave nothing`)
  return part
}

/**
 * The public registry's address in a lockfile means the registry that is configured, by
 * `replace-registry-host`.
 */
function inRegistry(resolved: string, { registry, replaceRegistryHost }: Settings): string {
  const url = new URL(resolved)
  const own = new URL(String(registry))
  const path = own.pathname.replace(/\/$/, '')
  const rule = String(replaceRegistryHost)
  if (URL.canParse(rule)) throw new NotThisWay('replace-registry-host is a URL')
  const host = rule === 'npmjs' ? 'registry.npmjs.org' : rule
  if (host !== 'always' && host !== url.hostname) return resolved
  url.protocol = own.protocol
  url.hostname = own.hostname
  url.port = own.port
  if (path !== '' && url.pathname !== path && !url.pathname.startsWith(`${path}/`))
    url.pathname = path + url.pathname
  return url.href
}

/** May be called again for the same package, when the first stream was not what it should be. */
async function unpack(
  npm: NpmParts,
  stream: NodeJS.ReadableStream,
  target: string,
  programs: ReadonlySet<string>,
): Promise<Part> {
  const descriptor = openSync(target, 'w')
  const tarball = `${target}.tgz`
  const compressed = openSync(tarball, 'w')
  const places = createPlaces()
  const hash = createHash('sha256')
  let size = 0
  const { take, files } = createEntryTaker((chunk) => {
    places.see(chunk, size)
    writeAll(descriptor, chunk)
    hash.update(chunk)
    size += chunk.length
    written += chunk.length
    if (written < breath) return
    written = 0
    globalThis.gc?.({ type: 'minor' })
  }, programs)
  const parser = npm.parser()
  const unzip = createUnzip({ chunkSize: 256 * 1024 })
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('entry', take)
      parser.on('warn', (...seen) =>
        reject(new NotThisWay(`an odd archive: ${seen.map(String).join(' ')}`)),
      )
      parser.on('error', reject)
      parser.on('end', () => resolve())
      stream.on('error', reject)
      unzip.on('error', reject)
      unzip.on('data', (chunk: Uint8Array) => {
        places.next(chunk)
        parser.write(chunk)
      })
      unzip.on('end', () => parser.end())
      stream.on('data', (chunk: Uint8Array) => writeAll(compressed, chunk))
      stream.pipe(unzip)
    })
  } finally {
    unzip.destroy()
    closeSync(descriptor)
    closeSync(compressed)
  }
  return { sha256: hash.digest('hex'), size, files: withBlocks(files(), places.shifts(), tarball) }
}

/** Written at once, so that nothing is kept that comes faster than a disk takes it. */
function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(descriptor, chunk, at)
}

/** A tarball's own node_modules where another package belongs: the order would decide. */
function refuseOverlaps(
  unpacked: readonly (Part & { readonly places: readonly string[] })[],
  all: ReadonlySet<string>,
): void {
  for (const { files, places } of unpacked) {
    for (const { path } of files) {
      if (!path.includes('node_modules/')) continue
      for (const place of places) {
        const inner = packageFolders(`${place}/${path}`).find(
          (folder) => folder.length > place.length && all.has(folder),
        )
        if (inner !== undefined) throw new NotThisWay(`${inner} is in two packages`)
      }
    }
  }
}

function tellAsNpm(level: unknown, ...parts: readonly unknown[]): void {
  if (level === 'http' || level === 'warn')
    console.error(`npm ${level} ${parts.map(String).join(' ')}`)
}

/** What a registry or the network answered is npm's to say; everything else npm tries itself. */
function fail(error: unknown): never {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const isAnswer =
    /^E[45]\d\d$|^EINTEGRITY$|^ENEEDAUTH$|^E(?:CONN|HOST|NET|NOTFOUND|AI_|TIMEDOUT)|^ERR_SOCKET|^ERR_TLS|CERT|UNABLE_TO|^ENOSPC$/
  if (
    error instanceof NotThisWay ||
    !isAnswer.test(code) ||
    brokeOff(`${code} network ${message}`)
  ) {
    console.error(`npm info left to npm: ${message}`)
    process.exit(notThisWay)
  }
  console.error(`npm error code ${code}`)
  for (const line of message.split('\n')) console.error(`npm error ${line}`)
  process.exit(1)
}

function codeOf(error: unknown): string {
  return isRecord(error) ? (textOf(error['code']) ?? '') : ''
}
