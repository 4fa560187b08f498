import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'

import type { ErrorCode } from '../../../plugin/errors.ts'
import type { ImageApp } from '../../stand-in/inputs/image-app.ts'
import { skipWithout } from '../toolchain/missing-tools.ts'
import type { FaultGroup, FaultRow, Injected } from './fault-row.ts'

const skip = await skipWithout('root', 'mount')

type Inject = (app: ImageApp, scratch: string) => Promise<Injected>

function row(name: string, code: ErrorCode, says: RegExp, inject: Inject): FaultRow {
  return { name: `disk: ${name}`, end: { codes: [code], says }, inject }
}

/** One that is seen before anything is made. */
function mistake(name: string, code: ErrorCode, says: RegExp, inject: Inject): FaultRow {
  return { name: `disk: ${name}`, end: { codes: [code], says }, inject }
}

/** Another cache; what it is must be made before. */
async function cacheAt(
  scratch: string,
  make: (cache: string) => Promise<unknown>,
): Promise<Injected> {
  const cache = join(scratch, 'cache')
  await mkdir(scratch, { recursive: true })
  await make(cache)
  return { environment: { ARC_CONTAINER_IMAGES_CACHE: cache } }
}

/** A disk of its own for the cache, with the app's packages on it. */
async function diskAt(app: ImageApp, scratch: string, options: string): Promise<Injected> {
  const injected = await cacheAt(scratch, async (cache) => {
    await mkdir(cache)
    await execa('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', cache])
    for (const part of ['dependencies', 'layers'])
      await cp(join(app.cache, part), join(cache, part), { recursive: true })
  })
  return { ...injected, undo: () => execa('umount', [join(scratch, 'cache')]) }
}

/** A path of the app's in another state for one deploy. */
function changed(path: string, change: (file: string) => Promise<unknown>): Inject {
  return async (app) => {
    const file = join(app.directory, path)
    const kept = `${app.directory}-kept`
    await cp(app.directory, kept, { recursive: true, verbatimSymlinks: true })
    await change(file)
    return {
      async undo() {
        await rm(file, { recursive: true, force: true })
        await cp(join(kept, path), file, { recursive: true, verbatimSymlinks: true }).catch(
          () => undefined,
        )
        await rm(kept, { recursive: true, force: true })
      },
    }
  }
}

const asFolder = async (file: string): Promise<void> => {
  await rm(file, { recursive: true, force: true })
  await mkdir(file)
}
const asFile = async (file: string): Promise<void> => {
  await rm(file, { recursive: true, force: true })
  await writeFile(file, '')
}
const asLinkTo =
  (target: string) =>
  async (file: string): Promise<void> => {
    await rm(file, { recursive: true, force: true })
    await symlink(target, file)
  }

const blocked =
  (folder: string): Inject =>
  async (_, scratch) =>
    cacheAt(scratch, async (cache) => {
      await mkdir(cache, { mode: 0o700 })
      await writeFile(join(cache, folder), '')
    })

const mounted: readonly FaultRow[] = [
  row('full', 'FILE_SYSTEM_FAILED', /ENOSPC: .* free some space/, async (app, scratch) => {
    const disk = await diskAt(app, scratch, 'size=512k')
    const filler = `of=${join(scratch, 'cache', 'filler')}`
    await execa('dd', ['if=/dev/zero', filler, 'bs=4k'], { reject: false })
    return disk
  }),
  row('without an inode left', 'FILE_SYSTEM_FAILED', /ENOSPC: .* free/, async (app, scratch) => {
    const disk = await diskAt(app, scratch, 'nr_inodes=100')
    const fillers = Array.from({ length: 100 }, (_, at) => join(scratch, 'cache', `filler-${at}`))
    await Promise.allSettled(fillers.map((file) => writeFile(file, '')))
    return disk
  }),
  row('read-only', 'CACHE_UNWRITABLE', /EROFS.* Make it writable/, async (_, scratch) => {
    const injected = await cacheAt(scratch, async (cache) => {
      await mkdir(cache)
      await execa('mount', ['-t', 'tmpfs', '-o', 'ro,mode=700', 'tmpfs', cache])
    })
    return { ...injected, undo: () => execa('umount', [join(scratch, 'cache')]) }
  }),
]

const nightly = 'src/scheduled/nightly'
const handler = `${nightly}/index.mjs`

export const diskGroups: readonly FaultGroup[] = [
  {
    name: 'a disk that fails',
    rows: [
      ...mounted.map((each) => ({ ...each, skip })),
      row('the cache is a file', 'CACHE_UNWRITABLE', /EEXIST.* Make it writable/, (_, scratch) =>
        cacheAt(scratch, (cache) => writeFile(cache, '')),
      ),
      row('the cache is a dangling link', 'CACHE_UNWRITABLE', /Make it writable/, (_, scratch) =>
        cacheAt(scratch, (cache) => symlink(join(scratch, 'nowhere', 'x'), cache)),
      ),
      row('the cache is a link in a circle', 'CACHE_UNWRITABLE', /ELOOP/, (_, scratch) =>
        cacheAt(scratch, (cache) => symlink(cache, cache)),
      ),
      row('the cache has too long a name', 'CACHE_UNWRITABLE', /ENAMETOOLONG/, async () => ({
        environment: { ARC_CONTAINER_IMAGES_CACHE: `/tmp/${'x'.repeat(300)}` },
      })),
      row('others may write the cache', 'CACHE_UNSAFE', /chmod go-w/, (_, scratch) =>
        cacheAt(scratch, async (cache) => {
          await mkdir(cache)
          await chmod(cache, 0o777)
        }),
      ),
      row(
        'layers is a file',
        'FILE_SYSTEM_FAILED',
        /E(?:EXIST|NOTDIR): .* move it away/,
        blocked('layers'),
      ),
      row(
        'temporary is a file',
        'FILE_SYSTEM_FAILED',
        /E(?:EXIST|NOTDIR): .* move it away/,
        blocked('temporary'),
      ),
      {
        name: 'disk: a link to nowhere beside a handler',
        end: 'deployed',
        inject: changed(`${nightly}/gone`, asLinkTo('nowhere')),
      },
      {
        name: 'disk: a link in a circle beside a handler',
        end: 'deployed',
        inject: changed(`${nightly}/gone`, asLinkTo('gone')),
      },
      mistake(
        'a handler that is a folder',
        'FUNCTION_HANDLER_MISSING',
        /Write the file, or correct 'handler'/,
        changed(handler, asFolder),
      ),
      mistake(
        'a handler that is a link to nowhere',
        'FUNCTION_HANDLER_MISSING',
        /Write the file, or correct 'handler'/,
        changed(handler, asLinkTo('nowhere')),
      ),
      mistake(
        'a package.json that is a folder',
        'IMAGE_FOLDER_MISSING',
        /docker\/small\/ has no package\.json, only package-lock\.json, package\.json\/,/,
        changed('docker/small/package.json', asFolder),
      ),
      row(
        'a package.json that is a link to nowhere',
        'FILE_SYSTEM_FAILED',
        /ENOENT: .* restore it, or remove the link/,
        changed('docker/small/package.json', asLinkTo('nowhere')),
      ),
      row(
        'a lockfile that is a folder',
        'FILE_SYSTEM_FAILED',
        /EISDIR: .* move it away/,
        changed('docker/small/package-lock.json', asFolder),
      ),
      mistake(
        'a lockfile that is cut short',
        'DEPENDENCIES_INVALID',
        /package-lock\.json is not JSON: it ends too early\. Correct it/,
        changed('docker/small/package-lock.json', (file) => writeFile(file, '{ "lock')),
      ),
      mistake(
        'a package that is gone',
        'DEPENDENCIES_INVALID',
        /tiny-1\.0\.0\.tgz, which cannot be read \(ENOENT\)\. Correct it/,
        changed('docker/small/tiny-1.0.0.tgz', (file) => rm(file)),
      ),
      mistake(
        "the image's folder is a file",
        'IMAGE_FOLDER_MISSING',
        /Put a package\.json there .* or a Dockerfile/,
        changed('docker/small', asFile),
      ),
      row(
        "the image's folder is a link in a circle",
        'FILE_SYSTEM_FAILED',
        /ELOOP: .* correct them/,
        changed('docker/small', asLinkTo('small')),
      ),
      row(
        'too few open files to read',
        'FILE_SYSTEM_FAILED',
        /EMFILE: .* raise the limit \('ulimit -n'\)/,
        async () => ({
          limit: 'ulimit -n 27',
        }),
      ),
      row(
        'too few open files for esbuild',
        'BUNDLE_FAILED',
        /limits of open files \('ulimit -n'\)/,
        async () => ({
          limit: 'ulimit -n 32',
        }),
      ),
    ],
  },
]
