import type { Problem } from '../../errors.ts'
import type { LambdaArchitecture } from '../../oci/platform.ts'
import type { ArchitectApp } from '../arc/architect-app.ts'
import type { Pragmas } from '../arc/pragma.ts'
import type { PlannedImage } from '../model.ts'
import { defineImage } from './image-definition.ts'
import type { ImageFolders } from './image-folders.ts'
import { defaultBase } from './plan-images.ts'

/** An image whose packages some functions need in the sandbox. */
export interface SandboxImage {
  /** For this machine; its functions are not planned, since there is no template. */
  readonly image: PlannedImage
  /** Source folders of its functions. */
  readonly sources: readonly string[]
}

/**
 * What the sandbox is to provide, and why some of it cannot be. Functions of a Dockerfile's image
 * get nothing: what it installs only Docker knows.
 */
export function planSandbox(
  app: ArchitectApp,
  { requests, settings: { images } }: Pick<Pragmas, 'requests' | 'settings'>,
  folders: ImageFolders,
  here: { readonly architecture: LambdaArchitecture; readonly nodeVersion: number },
): { readonly images: readonly SandboxImage[]; readonly problems: readonly Problem[] } {
  const planned: SandboxImage[] = []
  const problems: Problem[] = []
  for (const [name, own] of Map.groupBy(requests, ({ image }) => image)) {
    const [request] = own
    const settings = images.get(name)
    if (request === undefined || settings === undefined) continue
    const definition = defineImage(request, settings, folders)
    if ('code' in definition) problems.push(definition)
    else if (definition.kind === 'package') {
      const functions = app.functions.filter((one) =>
        own.some((flagged) => flagged.pragma === one.pragma && flagged.name === one.name),
      )
      const base = settings.base ?? defaultBase(`nodejs${here.nodeVersion}.x`)
      const image = { name, ...here, base, definition, settings, functions: [] }
      planned.push({ image, sources: [...new Set(functions.map(({ source }) => source))] })
    }
  }
  return { images: planned, problems }
}
