import { join } from 'node:path'

import { type BundledCode, bundledCode } from '../../core/contents/bundled-packages.ts'
import type { PackedFunction, PackedPackage } from '../../core/contents/image-contents.ts'
import { licenseOf } from '../../core/contents/license-of.ts'
import { textOf } from '../../core/basics/is-record.ts'
import { formatFunction } from '../../core/arc/function-kinds.ts'
import type { ImageFunction, PlannedImage } from '../../core/model.ts'
import { digestOf } from '../../oci/digest.ts'
import type { Bundle, ImageFile } from '../../ports/bundle.ts'
import { readJson } from '../folder/read-json.ts'
import { readSource } from '../layer/read-source.ts'
import { readManifest } from './read-manifest.ts'

const root = 'var/task/'

/** The functions of an image, the packages in their bundles and those that are beside them. */
export async function bundleContents(
  { functions }: Pick<PlannedImage, 'functions'>,
  { files, inputs = [] }: Bundle,
  installed: readonly PackedPackage[],
): Promise<{
  readonly functions: readonly PackedFunction[]
  readonly packages: readonly PackedPackage[]
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
}> {
  const code = bundledCode(inputs)
  const beside = await packagesBeside(files)
  const topLevel = new Set(installed.map(({ id }) => id))
  const needsOf = ({ output, imports, loads }: BundledCode): readonly string[] => [
    ...imports.map((folder) => idOf(output, folder)),
    ...loads.map((name) => `node_modules/${name}`).filter((id) => topLevel.has(id)),
  ]
  const bundled = await Promise.all(
    code.flatMap((part) => (part.folder === undefined ? [] : [describe(part, needsOf(part))])),
  )
  const folders = functions.map(({ folder }) => `${root}${folder}/`)
  const common = files.filter(
    ({ path }) =>
      !folders.some((folder) => path.startsWith(folder)) &&
      !beside.some(({ place }) => path.startsWith(`${place}/`)),
  )
  return {
    packages: [...beside, ...bundled],
    files: common.map((file) => ({ path: file.path, bytes: sizeOf(file) })),
    functions: functions.map((target) => packFunction(target, files, code, beside, needsOf)),
  }
}

async function describe(part: BundledCode, needs: readonly string[]): Promise<PackedPackage> {
  const { folder = '', directory, output, bytes } = part
  const manifest = directory && (await readJson(join(directory, 'package.json')))
  return {
    id: idOf(output, folder),
    ...named(manifest || {}, folder),
    how: 'bundled',
    place: `${root}${output}`,
    bytes,
    needs,
  }
}

/** Packages of a function that are in the image as they are, each with all that is in its folder. */
async function packagesBeside(files: readonly ImageFile[]): Promise<readonly PackedPackage[]> {
  const manifests = files.filter(({ path }) =>
    /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path),
  )
  const folders = new Map(manifests.map((file) => [folderOf(file.path), file]))
  const bytes = new Map<string, number>()
  for (const file of files) {
    const owner = ownerOf(file.path, folders)
    if (owner !== undefined) bytes.set(owner, (bytes.get(owner) ?? 0) + sizeOf(file))
  }
  return await Promise.all(
    [...folders].map(async ([folder, file]): Promise<PackedPackage> => ({
      id: folder,
      ...named(readManifest(file) ?? {}, folder),
      how: 'beside',
      place: folder,
      bytes: bytes.get(folder) ?? 0,
      needs: [],
    })),
  )
}

function packFunction(
  { pragma, name, folder }: ImageFunction,
  files: readonly ImageFile[],
  code: readonly BundledCode[],
  beside: readonly PackedPackage[],
  needsOf: (part: BundledCode) => readonly string[],
): PackedFunction {
  const place = `${root}${folder}`
  const own = files.filter(({ path }) => path.startsWith(`${place}/`))
  const inside = beside.filter((one) => one.place.startsWith(`${place}/`))
  const bundle = own.find(({ path }) => path === `${place}/index.cjs`)
  const parts = code.filter(({ output }) => output.startsWith(`${folder}/`))
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0)
  const packages = [
    ...inside.map(({ bytes }) => bytes),
    ...parts.flatMap((part) => (part.folder === undefined ? [] : [part.bytes])),
  ]
  return {
    name: formatFunction(pragma, name),
    place,
    bytes: Math.max(0, sum(own.map(sizeOf)) - sum(packages)),
    ...(bundle !== undefined && {
      bundle: { path: bundle.path, digest: digestOf(readSource(bundle.source)) },
    }),
    needs: [
      ...parts.filter((part) => part.folder === undefined).flatMap(needsOf),
      ...inside.map(({ id }) => id),
    ],
  }
}

function named(manifest: Readonly<Record<string, unknown>>, folder: string) {
  const version = textOf(manifest['version'])
  const license = licenseOf(manifest)
  return {
    name: textOf(manifest['name']) || nameOf(folder),
    ...(version !== undefined && { version }),
    ...(license !== undefined && { license }),
  }
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** The innermost package that a file is in. */
function ownerOf(path: string, folders: ReadonlyMap<string, unknown>): string | undefined {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder))
    if (folders.has(folder)) return folder
  return undefined
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function sizeOf({ source }: ImageFile): number {
  return source.kind === 'file' ? source.size : source.bytes.length
}

function idOf(output: string, folder: string): string {
  return `${output}:${folder}`
}
