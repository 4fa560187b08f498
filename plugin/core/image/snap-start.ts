import { ContainerImageError } from '../../errors.ts'
import type { OciConfig } from '../../oci/config.ts'
import { formatFunction } from '../arc/function-kinds.ts'
import type { PlannedImage } from '../model.ts'

/**
 * By this label an image says that its functions may go on from a snapshot (AWS's guide: SnapStart
 * hooks for container images). Without it PublishVersion fails, unless the runtime's client asks for
 * `/restore/next`, which that of Node does not.
 */
export const snapStartLabel = { 'com.amazonaws.lambda.feature.snapstart': 'Allow' } as const

/** Whether a function of the image has SnapStart in the template. */
export function hasSnapStart({ functions }: Pick<PlannedImage, 'functions'>): boolean {
  return functions.some(({ snapStart }) => snapStart === true)
}

/** Whether Lambda would take snapshots of an image's functions, by all that its config says. */
export function allowsSnapStart({ config }: OciConfig): boolean {
  return Object.entries(snapStartLabel).every(([name, value]) => config?.Labels?.[name] === value)
}

/**
 * Refuses an image without the label where a function of it has SnapStart.
 * @throws ContainerImageError IMAGE_SNAPSTART_UNMARKED
 */
export function checkSnapStart(image: PlannedImage, uri: string, config: OciConfig): void {
  if (!hasSnapStart(image) || allowsSnapStart(config) || coordinatesItself(image, config)) return
  const names = image.functions
    .filter(({ snapStart }) => snapStart === true)
    .map(({ pragma, name }) => `'${formatFunction(pragma, name)}'`)
  const [[label, value] = []] = Object.entries(snapStartLabel)
  throw new ContainerImageError(
    'IMAGE_SNAPSTART_UNMARKED',
    `${uri} has no label ${label}, and ${names.join(', ')} with SnapStart needs it: publishing a version would fail. Write 'LABEL ${label}="${value}"' into the last stage of docker/${image.name}/Dockerfile, once nothing that is made at start (random numbers, keys, connections) has to differ between copies.`,
  )
}

/** AWS's own images of Python 3.12 and later do without the label. */
function coordinatesItself({ language, base }: PlannedImage, { config }: OciConfig): boolean {
  const minor = Number(/python:3\.(\d+)/.exec(base)?.[1] ?? 0)
  return language === 'python' && minor >= 12 && config?.Entrypoint?.[0] === '/lambda-entrypoint.sh'
}
