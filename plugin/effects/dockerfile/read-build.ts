import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { checkBaseLanguage } from '../../core/dockerfile/check-base-language.ts'
import { neededImages, type NeededImages } from '../../core/dockerfile/needed-images.ts'
import { readStages } from '../../core/dockerfile/read-stages.ts'
import { parseSecret } from '../../core/dockerfile/secret.ts'
import type { DockerfileDefinition, PlannedImage } from '../../core/model.ts'
import { ContainerImageError } from '../../errors.ts'
import { formatPlatform, platformOf } from '../../oci/platform.ts'
import { isFile } from '../folder/is-file.ts'
import { requireContext } from './build-context.ts'

/** What a Dockerfile and its settings ask for, with every value in place. */
export interface Build {
  readonly definition: DockerfileDefinition
  /** Text of the Dockerfile. */
  readonly text: string
  readonly needed: NeededImages
  /** By name, those of the environment too. */
  readonly buildArguments: ReadonlyMap<string, string>
  /** `BASE=...` where `base` asks for it. */
  readonly extraArguments: readonly string[]
  /** Of secrets that the environment has, so that no log shows them. */
  readonly secretValues: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads and judges what an image is built from; asks nobody.
 * @throws ContainerImageError DOCKERFILE_INVALID, BUILD_VALUE_MISSING, BUILD_CONTEXT_MISSING,
 * BASE_UNFIT
 */
export async function readBuild(image: PlannedImage, environment: Environment): Promise<Build> {
  const definition = dockerfileOf(image)
  const { settings } = definition
  await requireContext(definition)
  const text = await readFile(definition.dockerfile, 'utf8')
  const given = valuesOf(image, definition, environment)
  const { base } = image.settings
  const withBase = base === undefined || given.buildArguments.has('BASE') ? undefined : base
  const buildArguments = new Map(given.buildArguments)
  if (withBase !== undefined) buildArguments.set('BASE', withBase)
  const file = `docker/${image.name}/Dockerfile`
  const platform = formatPlatform(platformOf(image.architecture))
  const stages = readStages(text, { file, platform, buildArguments })
  if (base !== undefined && !stages.globalArguments.has('BASE')) {
    throw new ContainerImageError(
      'DOCKERFILE_INVALID',
      `'base' is set for '${image.name}', and ${file} does not take it. Write 'ARG BASE=${base}' before its first FROM and 'FROM \${BASE}', or remove the setting.`,
    )
  }
  const needed = neededImages(stages, { file, platform, target: settings.target })
  if (!needed.takesFunctions) {
    throw new ContainerImageError(
      'DOCKERFILE_INVALID',
      `${file} does not take the functions' code into the image. Let its last stage end in 'COPY --from=functions / \${LAMBDA_TASK_ROOT}/'.`,
    )
  }
  const foreign = checkBaseLanguage(image, text, needed)
  if (foreign !== undefined) throw new ContainerImageError(foreign.code, foreign.message)
  return {
    definition,
    text,
    needed,
    buildArguments,
    extraArguments: withBase === undefined ? [] : [`BASE=${withBase}`],
    secretValues: given.secretValues,
  }
}

/** The definition of an image that is built from a Dockerfile. */
function dockerfileOf({ name, definition }: PlannedImage): DockerfileDefinition {
  if (definition.kind === 'dockerfile') return definition
  throw new TypeError(`${name} is not built from a Dockerfile`)
}

/** An empty value counts as missing: CI systems hand one over for a variable that is not set. */
function valuesOf(
  { name: image }: PlannedImage,
  { settings, appDirectory }: DockerfileDefinition,
  environment: Environment,
): Pick<Build, 'buildArguments' | 'secretValues'> {
  const problems: string[] = []
  const buildArguments = new Map<string, string>()
  for (const argument of settings.buildArgs) {
    const [name = '', ...rest] = argument.split('=')
    const value = rest.length > 0 ? rest.join('=') : environment[name]
    if (value === undefined || (rest.length === 0 && value === ''))
      problems.push(`'build-arg ${argument}': the environment has no ${name}`)
    else buildArguments.set(name, value)
  }
  const secretValues: string[] = []
  for (const text of settings.secrets) {
    const secret = parseSecret(text)
    if (secret?.kind === 'file' && !isFile(resolve(appDirectory, secret.file)))
      problems.push(`'secret ${text}': there is no file ${secret.file}`)
    if (secret?.kind !== 'env') continue
    const value = environment[secret.variable]
    if (value) secretValues.push(value)
    else problems.push(`'secret ${text}': the environment has no ${secret.variable}`)
  }
  if (problems.length === 0) return { buildArguments, secretValues }
  throw new ContainerImageError(
    'BUILD_VALUE_MISSING',
    `Image '${image}' needs what is not there. Set it in the environment of the deploy, or correct the setting:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
  )
}
