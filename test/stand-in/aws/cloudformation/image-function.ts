import { servedManifest } from '../ecr/images.ts'
import { allowLambda, lambdaMayPull } from '../ecr/policies.ts'
import type { Context } from '../context.ts'
import { AwsFault } from '../fault.ts'
import type { FunctionVerdict } from './lambda-function.ts'
import { startErrorOf } from './start.ts'
import { isRecord } from './template.ts'

type Properties = Readonly<Record<string, unknown>>

const supported = [
  {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: ['application/vnd.oci.image.config.v1+json'],
    layers: [
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.oci.image.layer.v1.tar',
    ],
  },
  {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: ['application/vnd.docker.container.image.v1+json'],
    layers: ['application/vnd.docker.image.rootfs.diff.tar.gzip'],
  },
]

function refuse(message: string, code = 'InvalidParameterValueException', status = 400): never {
  throw new AwsFault(code, message, status)
}

interface ImageAddress {
  readonly repository: string
  readonly reference: string
}

function parseImageUri(uri: string, { account, region }: Context): ImageAddress {
  const host = `${account}.dkr.ecr.${region}.amazonaws.com/`
  const match = /^([a-z0-9][a-z0-9._/-]*)(?::([\w][\w.-]{0,127})|@(sha256:[0-9a-f]{64}))$/.exec(
    uri.startsWith(host) ? uri.slice(host.length) : '',
  )
  const [, repository, tag, digest] = match ?? []
  const reference = tag ?? digest
  if (repository === undefined || reference === undefined)
    refuse(`Source image ${uri} is not valid. Provide a valid source image.`)
  return { repository, reference }
}

/** One manifest of one family, as Lambda takes them; texts as public threads quote them. */
export async function imageFunction(
  properties: Properties,
  context: Context,
  step: 'create' | 'update',
): Promise<FunctionVerdict> {
  const uri = properties['ImageUri']
  if (typeof uri !== 'string') refuse('Source image is not valid. Provide a valid source image.')
  const { repository, reference } = parseImageUri(uri, context)
  const settings = context.state.repositories[repository]
  const served = settings && (await servedManifest(repository, reference, context))
  if (settings === undefined || served === undefined)
    refuse(`Source image ${uri} does not exist. Provide a valid source image.`)
  if (!lambdaMayPull(settings)) {
    if (step === 'update')
      refuse(
        'Lambda does not have permission to access the ECR image. Check the ECR permissions.',
        'AccessDeniedException',
        403,
      )
    allowLambda(settings, context)
  }
  const family = supported.find(({ manifest }) => manifest === served.mediaType)
  const manifest: unknown = JSON.parse(served.bytes.toString())
  const config = isRecord(manifest) ? manifest['config'] : undefined
  const layers = isRecord(manifest) ? manifest['layers'] : undefined
  if (
    family === undefined ||
    !isRecord(config) ||
    !family.config.includes(String(config['mediaType'])) ||
    !Array.isArray(layers) ||
    !layers.every((layer) => isRecord(layer) && family.layers.includes(String(layer['mediaType'])))
  )
    refuse(
      `The image manifest, config or layer media type for the source image ${uri} is not supported.`,
    )
  const blob = await context.registry.blob(repository, String(config['digest']))
  const imageConfig: unknown = JSON.parse(blob?.toString() ?? '{}')
  if (publishesSnapshots(properties) && !allowsSnapshots(imageConfig))
    refuse(
      'Resource of type AWS::Lambda::Version did not stabilize: An error occurred during function initialization',
    )
  const startError = startErrorOf(properties, imageConfig)
  return {
    packageType: 'Image',
    resolvedImageUri: `${uri.slice(0, uri.indexOf(repository))}${repository}@${served.digest}`,
    ...(startError === undefined ? {} : { startError }),
  }
}

/** SAM makes a version of it at each deploy, and Lambda a snapshot of that. */
function publishesSnapshots({
  SnapStart: snapStart,
  AutoPublishAlias: alias,
}: Properties): boolean {
  return alias !== undefined && isRecord(snapStart) && snapStart['ApplyOn'] === 'PublishedVersions'
}

/** The label of AWS's guide; clients that ask for `/restore/next` are not known here. */
function allowsSnapshots(imageConfig: unknown): boolean {
  const config = isRecord(imageConfig) ? imageConfig['config'] : undefined
  const labels = isRecord(config) ? config['Labels'] : undefined
  return isRecord(labels) && labels['com.amazonaws.lambda.feature.snapstart'] === 'Allow'
}
