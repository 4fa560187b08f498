import type { AppFunction, ArchitectApp } from '../core/arc/architect-app.ts'
import { formatFunction } from '../core/arc/function-kinds.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import type { ImageFunction } from '../core/model.ts'
import { setupError } from '../core/setup-error.ts'
import type { Origins } from '../core/template/origins.ts'
import type { Template } from '../core/template/template.ts'
import { nameImages } from '../deploy.ts'
import { ContainerImageError } from '../errors.ts'
import type { TaggedImage } from '../ports/image-stages.ts'
import type { InvokePorts, ReadyFunction } from '../ports/invoke.ts'

export interface PreparedInvocation extends ReadyFunction {
  readonly image: TaggedImage
  readonly lambda: ImageFunction
}

/**
 * Makes what a deploy would make of one function's image, and pushes it nowhere; the function is
 * then ready to be given an event. Where this machine does not run the image's platform, its code
 * and packages are made ready for this one.
 * @throws ContainerImageError COMMAND_INVALID for a function that is in no image, and what a deploy
 * throws
 */
export async function prepareInvocation(
  app: ArchitectApp,
  template: Template,
  wanted: Pick<AppFunction, 'pragma' | 'name'>,
  ports: InvokePorts,
  origins?: Origins,
): Promise<PreparedInvocation> {
  requireFlag(app, wanted)
  const isWanted = ({ pragma, name }: ImageFunction): boolean =>
    pragma === wanted.pragma && name === wanted.name
  const only = ({ functions }: TaggedImage['image']): boolean => functions.some(isWanted)
  const [image] = await nameImages(app, template, ports, origins, only)
  const lambda = image?.image.functions.find(isWanted)
  if (image === undefined || lambda === undefined)
    throw new TypeError('A flagged function is planned')
  await ports.judge(image)
  const instead = await ports.unable(image)
  const ready =
    instead === undefined
      ? await ports.prepareImage(await ports.verify(await ports.publish(image)), lambda)
      : await ports.prepareHere(image, lambda, instead)
  return { ...ready, image, lambda }
}

/** Only what is in an image can be run by this plugin. */
function requireFlag(app: ArchitectApp, wanted: Pick<AppFunction, 'pragma' | 'name'>): void {
  const { requests, problems } = parsePragmas(app)
  if (problems.length > 0) throw setupError(problems)
  const isFlagged = requests.some(
    ({ pragma, name }) => pragma === wanted.pragma && name === wanted.name,
  )
  if (isFlagged) return
  const name = formatFunction(wanted.pragma, wanted.name)
  throw new ContainerImageError(
    'COMMAND_INVALID',
    `'${name}' is in no image: no line of @container-images names it. Write '${name} IMAGE' there, or run it with 'arc sandbox'.`,
  )
}
