import type { DockerfileSettings } from '../model.ts'
import { functionsContext } from './needed-images.ts'
import { parseSecret } from './secret.ts'

/** One build, as `docker` is asked for it. */
export interface BuildxBuild {
  /** `linux/arm64` */
  readonly platform: string
  /** Repository and tag. */
  readonly reference: string
  /** Folder for the image in OCI's image layout; absent: it is pushed. */
  readonly layout?: string
  /** Paths, absolute. */
  readonly dockerfile: string
  readonly context: string
  readonly functions: string
  readonly metadataFile: string
  /** Images by the name that the Dockerfile has, and `name@sha256:...` to take instead. */
  readonly pins: ReadonlyMap<string, string>
  /** Arguments beside those of the settings. */
  readonly buildArguments: readonly string[]
  readonly settings: DockerfileSettings
  /** Makes a path of the settings absolute. */
  readonly resolve: (path: string) => string
}

/**
 * The command line of `docker`. Values are joined to their option by `=`, so that none of them can
 * be read as an option; no value of a secret, and none that the environment has, is on it.
 */
export function buildxArguments(build: BuildxBuild): string[] {
  const { settings } = build
  const several = (option: string, values: readonly string[]): string[] =>
    values.map((value) => `--${option}=${value}`)
  return [
    'buildx',
    'build',
    ...several('builder', settings.buildxBuilder === undefined ? [] : [settings.buildxBuilder]),
    `--platform=${build.platform}`,
    // Lambda refuses the index that attestations make.
    '--provenance=false',
    '--sbom=false',
    build.layout === undefined ? '--push' : `--output=type=oci,tar=false,dest=${build.layout}`,
    '--progress=plain',
    `--metadata-file=${build.metadataFile}`,
    `--tag=${build.reference}`,
    `--file=${build.dockerfile}`,
    `--build-context=${functionsContext}=${build.functions}`,
    ...[...build.pins].map(([name, pinned]) => `--build-context=${name}=docker-image://${pinned}`),
    ...several('target', settings.target === undefined ? [] : [settings.target]),
    ...several('build-arg', [...settings.buildArgs, ...build.buildArguments]),
    ...several(
      'secret',
      settings.secrets.map((secret) => secretOption(secret, build.resolve)),
    ),
    ...several('ssh', settings.ssh),
    ...several('cache-from', settings.cacheFrom),
    ...several('cache-to', settings.cacheTo),
    build.context,
  ]
}

function secretOption(text: string, resolve: BuildxBuild['resolve']): string {
  const secret = parseSecret(text)
  if (secret === undefined) return text
  return secret.kind === 'env'
    ? `id=${secret.id},env=${secret.variable}`
    : `id=${secret.id},src=${resolve(secret.file)}`
}
