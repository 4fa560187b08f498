import type { ArchitectApp } from '../core/arc/architect-app.ts'
import { parsePragmas } from '../core/arc/pragma.ts'
import { didYouMean } from '../core/basics/suggest.ts'
import { inParallel } from '../core/basics/in-parallel.ts'
import type { ImageContents } from '../core/contents/image-contents.ts'
import type { Origins } from '../core/template/origins.ts'
import type { Template } from '../core/template/template.ts'
import { nameImages } from '../deploy.ts'
import { ContainerImageError } from '../errors.ts'
import type { SbomPorts } from '../ports/sbom.ts'

/**
 * What goes into the images of an app, as a deploy of this checkout packs them. Nothing is built or
 * pushed.
 * @param name of one image; absent: all of them
 * @throws ContainerImageError COMMAND_INVALID, SETUP_INVALID, and what bundling and installing throw
 */
export async function listContents(
  app: ArchitectApp,
  template: Template,
  name: string | undefined,
  ports: SbomPorts,
  origins?: Origins,
): Promise<readonly ImageContents[]> {
  const names = [...new Set(parsePragmas(app).requests.map(({ image }) => image))]
  if (name !== undefined && !names.includes(name))
    throw new ContainerImageError(
      'COMMAND_INVALID',
      `@container-images has no image '${name}'.${didYouMean(name, names)}`,
    )
  const tagged = await nameImages(app, template, ports, origins)
  const wanted = tagged.filter(({ image }) => name === undefined || image.name === name)
  return await inParallel(wanted, ports.contents)
}
