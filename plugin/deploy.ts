import type { ArchitectApp } from './core/arc/architect-app.ts'
import { imageTag } from './core/image/tag.ts'
import { compareLive, type NextStack } from './core/plan/compare-live.ts'
import { inParallel } from './core/basics/in-parallel.ts'
import type { PlannedImage } from './core/model.ts'
import { planImages } from './core/plan/plan-images.ts'
import { unboundLive } from './core/plan/unbound-live.ts'
import { boundaryProblems, boundTemplate } from './core/template/boundary.ts'
import { checkGlobals } from './core/template/check-template.ts'
import type { Origins } from './core/template/origins.ts'
import { parsePragmas } from './core/arc/pragma.ts'
import { setupError } from './core/setup-error.ts'
import { ContainerImageError } from './errors.ts'
import { type FunctionRewrite, rewriteTemplate, type Template } from './core/template/template.ts'
import type { HeldImage, TaggedImage, VerifiedImage } from './ports/image-stages.ts'
import type { NamingPorts, Ports } from './ports/deploy.ts'

/** The template to deploy, and what was changed in it. */
export interface Deployment {
  readonly template: Template
  readonly rewrites: readonly FunctionRewrite[]
  /** Logical ids of all that was changed: of those functions, and of what makes roles. */
  readonly changed: readonly string[]
}

/**
 * Puts the flagged functions of an app into images. The given template is never changed: every
 * function is rewritten in the one returned, or none and an error is thrown.
 * @param origins who may have added what the template has; for messages
 * @throws ContainerImageError SETUP_INVALID with every mistake of the user's, before anything is
 * written; else the first fault of a later step
 */
export async function deploy(
  app: ArchitectApp,
  template: Template,
  ports: Ports,
  origins?: Origins,
): Promise<Deployment> {
  const tagged = await nameImages(app, template, ports, origins)
  const bound = boundTemplate(template, ports.boundary)
  if (tagged.length === 0) return { ...bound, rewrites: [] }
  await inParallel(tagged, ports.judge)
  await ports.prune()
  const published = await inParallel(tagged, ports.publish)
  const verified = await inParallel(published, ports.verify)
  const started = await inParallel(verified, ports.start)
  const held = await inParallel(started, (image) => hold(image, ports))
  await ports.mend(held)
  const rewrites = held.flatMap(rewritesOf)
  const rewritten = rewriteTemplate(bound.template, rewrites, await ports.emptyFolder())
  await ports.report(held)
  const changed = [...bound.changed, ...rewrites.map(({ logicalId }) => logicalId)]
  return { template: rewritten, rewrites, changed }
}

/**
 * The first half: flagged functions are planned and bundled, and their images named. Nothing was
 * made by then, but for lockfiles that were missing.
 * @param wanted which images are bundled and named; all are planned
 * @throws ContainerImageError SETUP_INVALID with every mistake of the user's
 */
export async function nameImages(
  app: ArchitectApp,
  template: Template,
  ports: NamingPorts,
  origins?: Origins,
  wanted: (image: PlannedImage) => boolean = () => true,
): Promise<readonly TaggedImage[]> {
  const { images: all, zips, mistakes, unfit } = await plan(app, template, ports, origins)
  if (mistakes.length + unfit.length > 0) throw setupError([...mistakes, ...unfit])
  const ids = all.flatMap(({ functions }) => functions.map(({ logicalId }) => logicalId))
  const planned = all.filter(wanted)
  if (planned.length > 0) ports.foresee?.(planned)
  await checkLive({ app, template, zips, images: new Set(ids) }, ports)
  if (planned.length === 0) return []
  ports.announce(planned)
  const images = await inParallel(planned, ports.lock)
  const tagged = await inParallel(images, (image) => bundleAndTag(image, ports))
  await inParallel(tagged, ports.checkEnvironment)
  return tagged
}

/** What reading takes. */
type SetupPorts = Pick<Ports, 'readImageFolders' | 'isFile' | 'examine' | 'boundary'>

/**
 * The first look, before other plugins have worked on the template: mistakes in the app's own files
 * end the deploy here, with all else that is known by now. What only the template says is left to
 * `deploy`, since a plugin may still mend it.
 * @throws ContainerImageError SETUP_INVALID
 */
export async function checkSetup(
  app: ArchitectApp,
  template: Template,
  ports: SetupPorts,
): Promise<void> {
  const { mistakes, unfit } = await plan(app, template, ports)
  if (mistakes.length > 0) throw setupError([...mistakes, ...unfit])
}

/** Nothing was made or changed before this, and what is live is not changed by surprise. */
async function checkLive(next: NextStack, ports: NamingPorts): Promise<void> {
  const live = await ports.readLive()
  const problems =
    live === undefined ? [] : [...compareLive(live, next), ...unboundLive(live, ports.boundary)]
  if (problems.length > 0) throw setupError(problems)
}

/** `mistakes` are in the app's own files, `unfit` is what the template says. */
async function plan(app: ArchitectApp, template: Template, ports: SetupPorts, origins?: Origins) {
  const pragmas = parsePragmas(app)
  const folders = await ports.readImageFolders()
  const { isFile } = ports
  const planned = planImages({ app, pragmas, template, folders, isFile, origins })
  const { images, incomplete, problems, unfit } = planned
  const examined = await ports.examine([...images, ...incomplete])
  return {
    images,
    zips: pragmas.zips,
    mistakes: [...pragmas.problems, ...problems, ...examined.mistakes],
    unfit: [
      ...unfit,
      ...examined.unfit,
      ...(images.length > 0 ? checkGlobals(template) : []),
      ...boundaryProblems(template, ports.boundary),
    ],
  }
}

/** Code and definition are read at the same time; together they are the image's name. */
async function bundleAndTag(image: PlannedImage, ports: NamingPorts): Promise<TaggedImage> {
  const [bundle, identity] = await Promise.all([ports.bundle(image), ports.identify(image)])
  return { image, bundle, identity, tag: imageTag(image, identity, bundle.digest) }
}

/** Those that make an image and keep it in the repository. */
export type ImagePorts = Pick<Ports, 'publish' | 'verify' | 'start' | 'hold'>

/**
 * An image that expired between "found" and "tagged" is built again.
 * @throws ContainerImageError IMAGE_VANISHED when it is gone once more
 */
export async function hold(verified: VerifiedImage, ports: ImagePorts): Promise<HeldImage> {
  const held = await ports.hold(verified)
  if (held !== undefined) return held
  const rebuilt = await ports.verify(await ports.publish(verified))
  const again = await ports.hold(await ports.start(rebuilt))
  if (again !== undefined) return again
  throw new ContainerImageError(
    'IMAGE_VANISHED',
    `${verified.tag} was built twice and is no longer in the repository. Look for a clean-up that deletes images from it, then deploy again.`,
  )
}

function rewritesOf({
  image,
  imageUri,
  entryPoint,
  previous,
  proven,
}: HeldImage): FunctionRewrite[] {
  const { architecture } = image
  return image.functions.map(({ logicalId, command, environment, snapStart = false }) => {
    const before = previous.get(logicalId)
    return {
      logicalId,
      architecture,
      imageUri,
      entryPoint,
      command,
      environment,
      snapStart,
      ...(before !== undefined && { previous: before }),
      proven: proven?.get(logicalId) ?? [],
    }
  })
}
