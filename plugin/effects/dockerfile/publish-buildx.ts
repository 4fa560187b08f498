import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { buildxArguments } from '../../core/dockerfile/buildx-arguments.ts'
import { explainBuildx, refusesManifest } from '../../core/dockerfile/buildx-failure.ts'
import { withoutValues } from '../../core/dockerfile/buildx-output.ts'
import { ruleFor } from '../../core/dockerfile/ignore-rules.ts'
import { isRecord } from '../../core/basics/is-record.ts'
import { ContainerImageError } from '../../errors.ts'
import { type Digest, parseDigest } from '../../oci/digest.ts'
import { formatPlatform, platformOf } from '../../oci/platform.ts'
import { formatReference, parseReference } from '../../oci/reference.ts'
import type { Repository } from '../../ports/repository.ts'
import type { BuildInput } from '../../ports/image-builder.ts'
import type { IdentifiedBuild } from './build-fingerprint.ts'
import { type RegistryLogin, writeDockerConfig } from './docker-config.ts'
import { redact } from '../secrets/known-secrets.ts'
import { createPrivateFolder } from '../temporary/private-folder.ts'
import { runDocker } from './run-docker.ts'
import { stageFunctions } from './stage-functions.ts'

export interface PublishOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Every line that docker prints. */
  readonly onLine: (image: string, line: string) => void
}

/**
 * Has docker build an image and push it, or hand it over where nothing can be pushed. Everything that is written for it, the login too, is in
 * one folder that goes away at the end.
 * @returns the digest that buildx told
 */
export async function publishBuildx(
  { image, bundle, repository, tag }: BuildInput,
  build: IdentifiedBuild,
  { environment, onLine }: PublishOptions,
): Promise<Digest> {
  const { definition } = build
  const folder = await createPrivateFolder()
  const at = (name: string): string => join(folder.path, name)
  try {
    const [variables] = await Promise.all([
      writeDockerConfig(at('docker'), await loginOf(repository), environment),
      stageFunctions(bundle, at('functions')),
      // BuildKit reads the rules beside the Dockerfile first, so these are the whole of them.
      writeFile(at('Dockerfile'), build.text),
      writeFile(at('Dockerfile.dockerignore'), rulesText(build, folder.path)),
    ])
    const platform = formatPlatform(platformOf(image.architecture))
    const layout = repository.takeLayout && at('layout')
    const argv = buildxArguments({
      platform,
      reference: `${repository.uri}:${tag}`,
      ...(layout !== undefined && { layout }),
      dockerfile: at('Dockerfile'),
      context: definition.context,
      functions: at('functions'),
      metadataFile: at('metadata.json'),
      pins: pinsOf(build.bases),
      buildArguments: build.extraArguments,
      settings: definition.settings,
      resolve: (path) => resolve(definition.appDirectory, path),
    })
    const run = await runDocker(argv, {
      environment: { ...environment, ...variables, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      directory: definition.appDirectory,
      onLine: (line) => onLine(image.name, redact(withoutValues(line, build.secretValues))),
    })
    if (run.exitCode !== 0) {
      throw explainBuildx({
        image: image.name,
        platform,
        repository: repository.uri,
        tagIsThere: refusesManifest(run.output) && (await hasTag(repository, tag)),
        output: redact(withoutValues(run.output, build.secretValues)),
        ended: run.ended,
        notStarted: run.notStarted,
        embeddable: definition.embeddable && image.language !== 'python',
      })
    }
    const metadata = await readFile(at('metadata.json'), 'utf8').catch(() => '{}')
    const digest = parseMetadata(image.name, metadata)
    if (layout !== undefined) await repository.takeLayout?.(layout, digest, tag)
    return digest
  } finally {
    await folder.remove()
  }
}

/** A registry that does not answer says nothing about a tag, and the build's own failure is said. */
async function hasTag(repository: Repository, tag: string): Promise<boolean> {
  return await repository.getManifest(tag).then(
    (served) => served !== undefined,
    () => false,
  )
}

/** Only what HTTP's Basic says can be in docker's file. */
async function loginOf(repository: Repository): Promise<RegistryLogin | undefined> {
  const header = await repository.authorization?.(false)
  const auth = /^Basic (\S+)$/i.exec(header ?? '')?.[1]
  return auth === undefined
    ? undefined
    : { registry: parseReference(repository.uri).registry, auth }
}

/** What a tag stood for when the image got its name is what is taken, also if it moves meanwhile. */
function pinsOf(bases: ReadonlyMap<string, string>): Map<string, string> {
  const pins = new Map<string, string>()
  for (const [reference, digest] of bases) {
    const { registry, repository, digest: own } = parseReference(reference)
    if (own !== undefined) continue
    pins.set(reference, formatReference({ registry, repository, digest: parseDigest(digest) }))
  }
  return pins
}

/** A context that holds our own folder, as `/` would, must not see it. */
function rulesText({ rules }: IdentifiedBuild, folder: string): string {
  return [...rules, `**/${ruleFor(folder.split(/[\\/]/).at(-1) ?? '')}`, ''].join('\n')
}

function parseMetadata(image: string, text: string): Digest {
  const metadata: unknown = JSON.parse(text)
  const digest = isRecord(metadata) ? metadata['containerimage.digest'] : undefined
  if (typeof digest === 'string') return parseDigest(digest)
  throw new ContainerImageError(
    'BUILD_FAILED',
    `docker built image '${image}' and did not tell its digest. Update buildx.`,
  )
}
