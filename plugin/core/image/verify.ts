import { ContainerImageError } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import type { Index, Manifest } from '../../oci/manifest.ts'
import { mediaTypes } from '../../oci/media-types.ts'
import { formatPlatform, platformOf } from '../../oci/platform.ts'
import { count } from '../basics/count.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import type { ImageFunction, PlannedImage } from '../model.ts'
import { foundIn } from './found-in.ts'
import { missingFiles } from '../environment/missing-files.ts'
import { checkLayerCount } from './check-base.ts'
import { checkContents } from './check-contents.ts'
import type { ImageTree } from './image-tree.ts'
import { checkSnapStart } from './snap-start.ts'
import { checkUncompressedSize } from './uncompressed-limit.ts'

/** What a registry serves under the reference that a function is to name. */
export interface DescribedImage {
  /** `repository@sha256:...`, for messages. */
  readonly uri: string
  readonly manifest: Manifest
  readonly config: OciConfig
}

/** The same, with what its layers hold. */
export interface ServedImage extends DescribedImage {
  /** What all layers make together. */
  readonly tree: ImageTree
  /** Bytes of all layers, uncompressed, at least; absent when nobody measured. */
  readonly uncompressedSize?: number
}

/** What manifest and config alone show; to be asked before a layer is read. */
export function checkDescribed(
  image: PlannedImage,
  { uri, manifest, config }: DescribedImage,
): void {
  checkMediaTypes(uri, manifest)
  checkPlatform(image, uri, config)
  checkLayerCount(image, uri, manifest, config)
  checkSnapStart(image, uri, config)
}

/**
 * What Lambda would find wrong with an image, before it does.
 * @returns the entry point that the image names, and what should be said to the user
 */
export function verifyImage(
  image: PlannedImage,
  served: ServedImage,
): { readonly entryPoint: readonly string[]; readonly notes: readonly string[] } {
  checkDescribed(image, served)
  checkHandlers(image, served)
  checkUncompressedSize(image, served.uri, served.uncompressedSize ?? 0)
  checkEnvironment(image, served)
  const entryPoint = entryPointOf(image, served)
  return { entryPoint, notes: checkContents(image, served, entryPoint) }
}

/** Lambda's own words, which say nothing of what is wrong. */
const unsupported =
  'The image manifest, config or layer media type for the source image is not supported.'

/** An index has no config and no layers of its own: it is refused before anybody looks further. */
export function indexFault(image: PlannedImage, uri: string, index: Index): ContainerImageError {
  const attestations = index.manifests.filter(
    ({ annotations }) => annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
  )
  const platforms = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown'
      ? []
      : [`${platform.os}/${platform.architecture}`],
  )
  const extra = attestations.length > 0 ? ` and ${count(attestations.length, 'attestation')}` : ''
  const asked = 'one image without attestations (--provenance=false --sbom=false)'
  return new ContainerImageError(
    'IMAGE_IS_INDEX',
    `${uri} is an index (${index.mediaType}) of ${platforms.join(', ') || 'no platform'}${extra}, and Lambda takes one image only: it would answer '${unsupported}' ${notOurs(image, asked)}`,
  )
}

/** The refused image has lost its tag by the time that this is read. */
const deployAgain = 'Something else than this plugin pushed it. Deploy again, and it is built anew.'

/** For what neither builder makes. */
function notOurs({ definition }: PlannedImage, asked: string): string {
  return definition.kind === 'dockerfile'
    ? `Docker was asked for ${asked}: see which 'docker' comes first on PATH, and what 'docker buildx version' says.`
    : deployAgain
}

function checkMediaTypes(uri: string, { mediaType, config, layers }: Manifest): void {
  const family = Object.values(mediaTypes).find(({ manifest }) => manifest === mediaType)
  const wrong = new Set<string>()
  if (config.mediaType !== family?.config) wrong.add(config.mediaType)
  for (const layer of layers) if (layer.mediaType !== family?.layer) wrong.add(layer.mediaType)
  if (wrong.size === 0) return
  const seen =
    family === undefined
      ? ', which Lambda does not take'
      : ` with parts that Lambda does not take in one: ${[...wrong].join(', ')}`
  throw new ContainerImageError(
    'IMAGE_MEDIA_TYPE_UNSUPPORTED',
    `${uri} is a manifest of ${mediaType}${seen}. It would answer '${unsupported}' Use gzip layers, and one family of types, OCI or Docker schema 2, in the whole image.`,
  )
}

function checkPlatform(image: PlannedImage, uri: string, config: OciConfig): void {
  const { architecture, functions } = image
  const wanted = formatPlatform(platformOf(architecture))
  const seen = `${config.os}/${config.architecture}`
  if (seen === wanted) return
  throw new ContainerImageError(
    'IMAGE_PLATFORM_WRONG',
    `${uri} is for ${seen}, but ${functionNames(functions)} run on ${wanted}: every call would end in 'exec format error' (Runtime.InvalidEntrypoint). ${notOurs(image, `--platform=${wanted}`)}`,
  )
}

/** The extensions that Lambda's clients try. */
const loadable = { node: ['.js', '.mjs', '.cjs'], python: ['.py'] }

/** Files of an image of which Lambda loads one when it starts the function. */
function handlerFiles(
  { language = 'node' }: PlannedImage,
  { command, handlerExport }: ImageFunction,
): readonly string[] {
  const module = command.slice(0, -handlerExport.length - 1)
  return loadable[language].map((extension) => `var/task/${module}${extension}`)
}

/** What the bundle alone could not tell: `missing-files.ts` was asked before, too. */
function checkEnvironment(image: PlannedImage, { uri, tree }: ServedImage): void {
  const problems = missingFiles(image, (path) => foundIn(tree, path))
  if (problems.length === 0) return
  const message = problems.map((problem) => problem.message).join('\n')
  throw new ContainerImageError('ENVIRONMENT_FILE_MISSING', `${uri}: ${message}`)
}

function checkHandlers(image: PlannedImage, { uri, tree }: ServedImage): void {
  const { functions, language = 'node', definition, name } = image
  const missing = functions.filter(
    (one) => !handlerFiles(image, one).some((file) => tree.find(file)?.node.kind === 'file'),
  )
  if (missing.length === 0) return
  const paths = missing.map(
    ({ command, handlerExport }) => `/var/task/${command.slice(0, -handlerExport.length - 1)}`,
  )
  const extensions = language === 'node' ? '.js, .mjs or .cjs' : '.py'
  const todo =
    definition.kind === 'dockerfile'
      ? `Let the last stage of docker/${name}/Dockerfile end in 'COPY --from=functions / \${LAMBDA_TASK_ROOT}/', and remove nothing of it afterwards.`
      : deployAgain
  throw new ContainerImageError(
    'IMAGE_HANDLER_MISSING',
    `${uri} does not hold the code of ${functionNames(missing)}: there is no ${paths.join(' and no ')} with ${extensions}. Every call would end in Runtime.ImportModuleError. ${todo}`,
  )
}

/** The entry point that an image names for itself. */
export function entryPointOf(
  { base, definition, name }: PlannedImage,
  { uri, config }: DescribedImage,
): readonly string[] {
  const own = config.config?.Entrypoint ?? []
  if (own.length > 0) return own
  const todo =
    definition.kind === 'dockerfile'
      ? `Let docker/${name}/Dockerfile start from an image that has a Lambda runtime client as its ENTRYPOINT, such as public.ecr.aws/lambda/nodejs, or name one.`
      : `Its base is ${base}: take one that has a Lambda runtime client as its ENTRYPOINT, such as public.ecr.aws/lambda/nodejs.`
  throw new ContainerImageError(
    'IMAGE_ENTRY_POINT_MISSING',
    `${uri} names no entry point, so Lambda would not know what to start ("Couldn't find valid bootstrap(s)"). ${todo}`,
  )
}

function functionNames(functions: PlannedImage['functions']): string {
  return functions.map(({ pragma, name }) => `'${formatFunction(pragma, name)}'`).join(', ')
}

/** The entry point of AWS's own bases, known without asking a registry. */
export function knownEntryPoint(base: string): readonly string[] | undefined {
  return base.startsWith('public.ecr.aws/lambda/') ? ['/lambda-entrypoint.sh'] : undefined
}
