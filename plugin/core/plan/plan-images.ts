import { resolve } from 'node:path'

import type { Problem } from '../../errors.ts'
import type { ArchitectApp } from '../arc/architect-app.ts'
import { sayOnce } from '../basics/say-once.ts'
import { folderNames } from './folder-name.ts'
import { handlerOf } from './handler.ts'
import { foreignSettings } from '../arc/foreign-settings.ts'
import { defineImage } from './image-definition.ts'
import type { ImageFolders } from './image-folders.ts'
import { type JoinedFunction, joinFunctions } from './join-functions.ts'
import type { FunctionRequest, ImageDefinition, ImageFunction, PlannedImage } from '../model.ts'
import type { Pragmas } from '../arc/pragma.ts'
import type { Origins } from '../template/origins.ts'
import { refusedVariables, settersOf } from './function-environment.ts'
import { functionLayers } from './function-layers.ts'
import { pythonEntry } from './python-entry.ts'
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
  const refusedLayers: { of: string; reason: string }[] = []
  for (const one of joined) {
    const { request, architecture, language, nodeVersion, runtime } = one
    const definition = definitions.get(request.image)
    if (definition?.kind === 'package' && language !== 'node') {
      unfit.push(needsDockerfile(request, runtime))
      continue
    }
    const setBy = settersOf(one, app, origins)
    unfit.push(...refusedVariables(one, app, origins))
    const planned = planFunction(one, folderOf(one), setBy, isFile, app.directory)
    if ('code' in planned) unfit.push(planned)
    const settings = pragmas.settings.images.get(request.image)
    if ('code' in planned || definition === undefined || settings === undefined) continue
    const layers = functionLayers(one, { app, definition, settings, origins })
    if ('reason' in layers) {
      refusedLayers.push({ of: `@container-images ${request.line}`, reason: layers.reason })
      continue
    }
    const key = [request.image, architecture, runtime, ...layers].join(' ')
    const functions = [...(images.get(key)?.functions ?? []), planned]
    images.set(key, {
      name: request.image,
      architecture,
      ...(language === 'node' ? {} : { language }),
      nodeVersion,
      base: settings.base ?? defaultBase(runtime),
      definition,
      settings,
      ...(layers.length > 0 && { layers }),
      functions: functions.toSorted((a, b) => (a.folder < b.folder ? -1 : 1)),
    })
  }
  unfit.push(...sayOnce('FUNCTION_PROPERTY_REFUSED', refusedLayers))
  const sorted = [...images].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { images: sorted.map(([, image]) => image), problems: found, unfit }
}

/** AWS's own image of a runtime: `public.ecr.aws/lambda/nodejs:24`. */
function defaultBase(runtime: string): string {
  const [, language = '', version = ''] = /^([a-z]+)([\d.]*?)(?:\.x)?$/.exec(runtime) ?? []
  return `public.ecr.aws/lambda/${language}:${version}`
}

function needsDockerfile({ line, image }: FunctionRequest, runtime: string): Problem {
  return {
    code: 'FUNCTION_RUNTIME_UNFIT',
    message: `'@container-images ${line}': its runtime is ${runtime}, and an image made from a package.json carries Node only. Describe the image by docker/${image}/Dockerfile, or leave the function as a zip.`,
  }
}

function planFunction(
  { request, logicalId, lambda, language, handler, codeUri, environment, limits }: JoinedFunction,
  folder: string,
  setBy: Readonly<Record<string, string>>,
  isFile: (file: string) => boolean,
  appDirectory: string,
): ImageFunction | Problem {
  const { entryFile, handlerExport, expected } = handlerOf(lambda, handler, language, isFile)
  if (entryFile === undefined)
    return {
      code: 'FUNCTION_HANDLER_MISSING',
      message: `'@container-images ${request.line}': its handler is '${handler}', but none of its files is there: ${expected.join(', ')}. Write the file, or correct 'handler' in the function's config.arc.`,
    }
  const code = codeUri === undefined ? undefined : resolve(appDirectory, codeUri)
  return {
    logicalId,
    pragma: request.pragma,
    name: request.name,
    folder,
    sourceDirectory: lambda.source,
    ...(code !== undefined && code !== lambda.source && { codeDirectory: code }),
    entryFile,
    handlerExport,
    command: `${language === 'python' ? pythonEntry(folder) : `${folder}/index`}.${handlerExport}`,
    environment,
    ...limits,
    ...(Object.keys(setBy).length > 0 && { setBy }),
  }
}
