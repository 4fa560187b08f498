import { posix } from 'node:path'

import { ContainerImageError } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { PlannedImage } from '../model.ts'
import type { ImageNode, ImageTree } from './image-tree.ts'
import { foreignNatives } from './native-families.ts'

/** An image whose layers were read. */
export interface ReadImage {
  /** `repository@sha256:...`, for messages. */
  readonly uri: string
  readonly config: OciConfig
  readonly tree: ImageTree
}

/**
 * Holds what the layers have against what the config says: a label is written by whoever pushes,
 * and a daemon that has another architecture's base under the same tag writes a wrong one.
 * @returns what should be said to the user
 * @throws ContainerImageError IMAGE_ENTRY_POINT_UNFIT, IMAGE_PLATFORM_WRONG, BASE_UNFIT
 */
export function checkContents(
  image: PlannedImage,
  read: ReadImage,
  entryPoint: readonly string[],
): readonly string[] {
  const entry = checkEntryPoint(image, read, entryPoint)
  const language = findLanguage(image, read)
  for (const found of [entry, language]) {
    if (found !== undefined) checkMachine(image, read, found)
  }
  checkLanguage(image, read, language)
  checkNatives(image, read)
  const { nodeVersion } = image
  const node = language?.node.node
  if (node === undefined || nodeVersion === 0 || node === nodeVersion) return []
  return [
    `${origin(image)} has Node ${node}, and the functions of image '${image.name}' are written for Node ${nodeVersion}: they run on what the image has`,
  ]
}

interface Found {
  readonly path: string
  readonly node: ImageNode
}

/** How many scripts may name one another as interpreter; Linux allows about as many. */
const mostInterpreters = 4

function checkEntryPoint(
  image: PlannedImage,
  read: ReadImage,
  [name = '']: readonly string[],
): Found | undefined {
  let asked = name
  for (let depth = 0; depth < mostInterpreters; depth++) {
    const found = findProgram(read, asked)
    const what = depth === 0 ? `Its entry point ${name}` : `${asked}, which ${name} begins with,`
    if (found === undefined) {
      const hidden = asked.endsWith('\r') ? ' (the line ends in a carriage return)' : ''
      throw unfitEntry(image, read, `${what} is not in the image${hidden}`)
    }
    const { node } = found
    if (node.kind !== 'file' || (node.allowed & 1) === 0)
      throw unfitEntry(image, read, `${what} is not a file that Lambda's user may execute`)
    if (node.program === undefined)
      throw unfitEntry(image, read, `${what} is neither an ELF program nor does it begin with '#!'`)
    const { interpreter } = node.program
    if (node.program.format === 'elf') {
      const isThere = interpreter === undefined || read.tree.find(interpreter) !== undefined
      // Another machine's program mostly lacks its loader too, and the machine is the reason.
      if (isThere || node.program.machine !== image.architecture) return found
      throw unfitEntry(image, read, `${what} needs ${interpreter}, which is not in the image`)
    }
    asked = interpreter ?? ''
  }
  return undefined
}

/** As the kernel and a shell look for a program: by its path, else in PATH. */
function findProgram({ tree, config }: ReadImage, name: string): Found | undefined {
  if (name === '') return undefined
  if (name.includes('/')) return tree.find(posix.resolve(workingDirectory, name))
  return searchPath(config)
    .map((folder) => tree.find(posix.join(folder, name)))
    .find((found) => found?.node.kind === 'file')
}

/** The rewritten function always has it. */
const workingDirectory = '/var/task'
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function searchPath({ config }: OciConfig): readonly string[] {
  const own = config?.Env?.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length)
  return (own ?? usualPath).split(':').filter((folder) => folder.startsWith('/'))
}

const languages = { node: /^node$/, python: /^python3(?:\.\d+)?$/ } as const

/** The program of a language, where AWS's bases have it, else where PATH finds it. */
function findLanguage(
  image: PlannedImage,
  read: ReadImage,
  language = image.language ?? 'node',
): Found | undefined {
  for (const folder of ['/var/lang/bin', ...searchPath(read.config)]) {
    const found = read.tree.find(folder)
    if (found?.node.kind !== 'directory') continue
    for (const name of [...found.node.children.keys()].toSorted()) {
      const program = languages[language].test(name)
        ? read.tree.find(posix.join(folder, name))
        : undefined
      if (program?.node.program?.format === 'elf') return program
    }
  }
  return undefined
}

function checkMachine(image: PlannedImage, { uri, config }: ReadImage, found: Found): void {
  const { program } = found.node
  if (program?.format !== 'elf' || program.machine === image.architecture) return
  const machine = program.machine === 'other' ? 'another machine' : program.machine
  throw new ContainerImageError(
    'IMAGE_PLATFORM_WRONG',
    `${uri} says that it is for ${config.os}/${config.architecture}, and its /${found.path} is for ${machine}: every call would end in 'exec format error' (Runtime.InvalidEntrypoint). ${blame(image, image.architecture)}`,
  )
}

function blame(image: PlannedImage, wanted: LambdaArchitecture): string {
  return image.definition.kind === 'dockerfile'
    ? `A stage of docker/${image.name}/Dockerfile, or an image under the same tag in Docker's own store, is of another architecture: give FROM no '--platform' of another one, 'docker image rm' the base, and build again for ${wanted}.`
    : `The base ${image.base} is wrong, not what was laid on it: choose a base whose layers are for ${wanted}.`
}

function origin(image: PlannedImage): string {
  return image.definition.kind === 'dockerfile'
    ? `The image of docker/${image.name}/Dockerfile`
    : `The base ${image.base}`
}

function unfitEntry(image: PlannedImage, { uri }: ReadImage, seen: string): ContainerImageError {
  const todo =
    image.definition.kind === 'dockerfile'
      ? `Correct ENTRYPOINT in docker/${image.name}/Dockerfile, or copy an executable program there.`
      : `That is the base's: choose one whose entry point can be started, such as public.ecr.aws/lambda/nodejs, instead of ${image.base}.`
  return new ContainerImageError(
    'IMAGE_ENTRY_POINT_UNFIT',
    `${uri} cannot be started: ${seen}. Every call would end in Runtime.InvalidEntrypoint. ${todo}`,
  )
}

function checkLanguage(image: PlannedImage, read: ReadImage, own: Found | undefined): void {
  if (own !== undefined) return
  const language = image.language ?? 'node'
  const other = language === 'node' ? 'python' : 'node'
  const instead = findLanguage(image, read, other)
  if (instead?.path.startsWith('var/lang/') !== true) return
  throw new ContainerImageError(
    'BASE_UNFIT',
    `${read.uri} has ${titles[other]} (/${instead.path}) and no ${titles[language]}, which its functions are written in: none of them could be loaded. ${origin(image)} is for another language: use public.ecr.aws/lambda/${language === 'node' ? 'nodejs' : 'python'}.`,
  )
}

const titles = { node: 'Node', python: 'Python' } as const

function checkNatives(image: PlannedImage, { uri, tree }: ReadImage): void {
  const foreign = foreignNatives(tree, image.architecture)
  const [first] = foreign
  if (first === undefined) return
  const files = foreign.map(({ name, path }) => `${name} (/${path})`).join(', ')
  const todo =
    image.definition.kind === 'dockerfile'
      ? `Install them for ${image.architecture} in docker/${image.name}/Dockerfile: a 'COPY --from' takes what its stage was built for.`
      : `Install them for ${image.architecture}.`
  throw new ContainerImageError(
    'IMAGE_PLATFORM_WRONG',
    `${uri} is for ${image.architecture}, and of these packages it has the native files of another machine only: ${files}. They could not be loaded (ERR_DLOPEN_FAILED). ${todo}`,
  )
}
