import { faultOf, quoteRequest } from '../arc/quote-request.ts'
import type { Problem } from '../../errors.ts'
import type { ArchitectApp } from '../arc/architect-app.ts'
import { type Fault, sayOnce } from '../basics/say-once.ts'
import { folderNames } from './folder-name.ts'
import { foreignSettings } from '../settings/foreign-settings.ts'
import { defineImage } from './image-definition.ts'
import type { ImageFolders } from './image-folders.ts'
import { type JoinedFunction, joinFunctions } from './join-functions.ts'
import type { FunctionRequest, ImageDefinition, ImageSettings, PlannedImage } from '../model.ts'
import type { Pragmas } from '../arc/pragma.ts'
import type { Origins } from '../template/origins.ts'
import { refusedVariables, settersOf } from './function-environment.ts'
import { functionLayers } from './function-layers.ts'
import { planFunction } from './plan-function.ts'
import type { Template } from '../template/template.ts'

/** What a plan is made from. */
export interface PlanInputs {
  readonly app: ArchitectApp
  readonly pragmas: Pragmas
  readonly template: Template
  readonly folders: ImageFolders
  /** Whether a file is there: a handler's extension is not written anywhere. */
  readonly isFile: (file: string) => boolean
  /** Who may have added what the template has; for messages. */
  readonly origins?: Origins | undefined
}

/** The images to be made, and every reason why a function cannot go into one. */
export interface Plan {
  readonly images: readonly PlannedImage[]
  /** Images without functions, none of which can go into one: only their definitions count. */
  readonly incomplete: readonly PlannedImage[]
  /** What is wrong in `docker/`: no plugin mends it. */
  readonly problems: readonly Problem[]
  /** What is wrong with the functions as the template has them now. */
  readonly unfit: readonly Problem[]
}

/** Requests, definitions and template to images; nothing is read but what is handed over. */
export function planImages({ app, pragmas, template, folders, isFile, origins }: PlanInputs): Plan {
  const { joined, problems } = joinFunctions(app, pragmas.requests, template)
  const unfit = [...problems]
  const found: Problem[] = []
  const definitions = new Map<string, ImageDefinition>()
  for (const image of new Set(pragmas.requests.map((request) => request.image))) {
    const request = pragmas.requests.find((candidate) => candidate.image === image)
    const settings = pragmas.settings.images.get(image)
    if (request === undefined || settings === undefined) continue
    const definition = defineImage(request, settings, folders)
    if ('code' in definition) found.push(definition)
    else {
      found.push(...foreignSettings(image, definition, settings))
      definitions.set(image, definition)
    }
  }
  const folderOf = folderNames(joined)
  const images = new Map<string, PlannedImage>()
  const incomplete = new Map<string, PlannedImage>()
  const variables: Fault[] = []
  const refusedLayers: Fault[] = []
  for (const one of joined) {
    const { request, architecture, language, runtime } = one
    const definition = definitions.get(request.image)
    if (definition?.kind === 'package' && language !== 'node') {
      unfit.push(needsDockerfile(request, runtime))
      continue
    }
    const setBy = settersOf(one, app, origins)
    variables.push(...refusedVariables(one, app, origins))
    const planned = planFunction(one, folderOf(one), setBy, isFile, app.directory)
    if ('code' in planned) unfit.push(planned)
    const settings = pragmas.settings.images.get(request.image)
    if (definition === undefined || settings === undefined) continue
    const image = imageOf(one, definition, settings)
    const layers = functionLayers(one, { app, definition, settings, origins })
    if ('reason' in layers) refusedLayers.push({ ...faultOf(request), reason: layers.reason })
    if ('code' in planned || 'reason' in layers) {
      incomplete.set(request.image, image)
      continue
    }
    const key = [request.image, architecture, runtime, ...layers].join(' ')
    const functions = [...(images.get(key)?.functions ?? []), planned]
    images.set(key, {
      ...image,
      ...(layers.length > 0 && { layers }),
      functions: functions.toSorted((a, b) => (a.folder < b.folder ? -1 : 1)),
    })
  }
  unfit.push(...sayOnce('ENVIRONMENT_REFUSED', variables))
  unfit.push(...sayOnce('FUNCTION_PROPERTY_REFUSED', refusedLayers))
  const sorted = [...images].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const names = new Set([...images.values()].map(({ name }) => name))
  return {
    images: sorted.map(([, image]) => image),
    incomplete: [...incomplete.values()].filter(({ name }) => !names.has(name)),
    problems: found,
    unfit,
  }
}

/** The image that a function is to go into, without functions. */
function imageOf(
  { request, architecture, language, nodeVersion, runtime }: JoinedFunction,
  definition: ImageDefinition,
  settings: ImageSettings,
): PlannedImage {
  return {
    name: request.image,
    architecture,
    ...(language === 'node' ? {} : { language }),
    nodeVersion,
    base: settings.base ?? defaultBase(runtime),
    definition,
    settings,
    functions: [],
  }
}

/** AWS's own image of a runtime: `public.ecr.aws/lambda/nodejs:24`. */
export function defaultBase(runtime: string): string {
  const [, language = '', version = ''] = /^([a-z]+)([\d.]*?)(?:\.x)?$/.exec(runtime) ?? []
  return `public.ecr.aws/lambda/${language}:${version}`
}

function needsDockerfile(request: FunctionRequest, runtime: string): Problem {
  return {
    code: 'FUNCTION_RUNTIME_UNFIT',
    message: `${quoteRequest(request)}: its runtime is ${runtime}, and an image made from a package.json carries Node only. Describe the image by docker/${request.image}/Dockerfile, or leave the function as a zip.`,
  }
}
