import type { ArchitectApp } from '../arc/architect-app.ts'
import { isSame } from '../basics/is-same.ts'
import type { ImageDefinition, ImageSettings } from '../model.ts'
import { type Origins, pluginThatSet } from '../template/origins.ts'
import type { JoinedFunction } from './join-functions.ts'

interface Inputs {
  readonly app: ArchitectApp
  readonly definition: ImageDefinition
  readonly settings: ImageSettings
  readonly origins: Origins | undefined
}

/**
 * The layer versions whose content goes into a function's image, in Lambda's order.
 * @returns a reason where the app does not say what to do with layers, or it cannot be done
 */
export function functionLayers(
  one: JoinedFunction,
  { app, definition, settings, origins }: Inputs,
): readonly string[] | { readonly reason: string } {
  const { layers, request } = one
  if (layers.length === 0 || settings.layers === 'drop') return []
  const told = layers.map((layer) => `${show(layer)} (${originOf(layer, one, app, origins)})`)
  if (settings.layers === undefined)
    return {
      reason: `Lambda refuses layers beside an image: ${told.join(', ')}. Write 'layers include' under @images for '${request.image}' to have their content in the image's /opt, or 'layers drop' to go without.`,
    }
  const arns = layers.filter((layer) => typeof layer === 'string')
  if (definition.kind === 'dockerfile')
    return {
      reason: `'layers include' is for images of a package.json. Copy the content of ${told.join(', ')} by docker/${request.image}/Dockerfile: fetch it with 'aws lambda get-layer-version-by-arn --query Content.Location --arn ARN', unpack it into docker/${request.image}/opt/, write 'COPY opt/ /opt/', and 'layers drop' under @images.`,
    }
  const unknown = layers.find((layer) => typeof layer !== 'string' || !isLayerVersion(layer))
  if (unknown !== undefined)
    return {
      reason: `'layers include' needs the ARN of a layer version, and ${show(unknown)} (${originOf(unknown, one, app, origins)}) is known after the deploy only. Write 'layers drop' under @images and put what it holds into the image.`,
    }
  return arns
}

function isLayerVersion(value: string): boolean {
  return /^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/.test(value)
}

function originOf(
  layer: unknown,
  { lambda, logicalId }: JoinedFunction,
  app: ArchitectApp,
  origins: Origins | undefined,
): string {
  if (typeof layer === 'string' && lambda.layers?.includes(layer)) {
    const isGlobal = app.layers?.includes(layer) ?? false
    return isGlobal ? `from @aws in ${app.manifest}` : 'from its config.arc'
  }
  const has = (properties: unknown): boolean =>
    Array.isArray(properties) && properties.some((each) => isSame(each, layer))
  const plugin = pluginThatSet(origins, logicalId, ({ Properties }) => has(Properties?.['Layers']))
  return `added by ${plugin}`
}

function show(layer: unknown): string {
  return typeof layer === 'string' ? layer : JSON.stringify(layer)
}
