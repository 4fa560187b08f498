import { type Digest, parseDigest } from './digest.ts'
import {
  malformed,
  parseJsonObject,
  present,
  readArray,
  readObject,
  readOptional,
  readString,
  readStringMap,
  readStrings,
} from './json.ts'

/** The configuration blob of an image (OCI image spec, config.md), as far as Lambda reads it. */
export interface OciConfig {
  readonly created?: string
  readonly architecture: string
  readonly os: string
  readonly config?: {
    readonly Env?: readonly string[]
    readonly Entrypoint?: readonly string[] | null
    readonly Cmd?: readonly string[] | null
    readonly WorkingDir?: string
    readonly User?: string
    readonly Labels?: Readonly<Record<string, string>> | null
  }
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
  readonly history?: readonly {
    readonly created?: string
    readonly created_by?: string
    readonly comment?: string
    readonly empty_layer?: boolean
  }[]
}

/**
 * The configuration blob of an image.
 * @throws ContainerImageError MANIFEST_INVALID, DIGEST_INVALID
 */
export function parseOciConfig(bytes: Uint8Array): OciConfig {
  const what = "The image's config"
  const json = parseJsonObject(bytes, what)
  const { type, diff_ids: diffIds } = readObject(json['rootfs'], `${what}.rootfs`)
  if (type !== 'layers') malformed(what, `its rootfs is of type ${JSON.stringify(type)}`)
  const config = readOptional(json['config'], `${what}.config`, parseExecution)
  const history = readOptional(json['history'], `${what}.history`, readArray)
  return present({
    created: readOptional(json['created'], `${what}.created`, readString),
    architecture: readString(json['architecture'], `${what}.architecture`),
    os: readString(json['os'], `${what}.os`),
    config,
    rootfs: {
      type: 'layers' as const,
      diff_ids: readArray(diffIds, `${what}.rootfs.diff_ids`).map(parseDigest),
    },
    history: history?.map((entry) => parseHistory(entry, `${what}.history`)),
  })
}

function parseExecution(value: unknown, what: string): NonNullable<OciConfig['config']> {
  const json = readObject(value, what)
  const strings = (key: string) => readOptional(json[key], `${what}.${key}`, readStrings)
  const text = (key: string) => readOptional(json[key], `${what}.${key}`, readString)
  return present({
    Env: strings('Env'),
    Entrypoint: strings('Entrypoint'),
    Cmd: strings('Cmd'),
    WorkingDir: text('WorkingDir'),
    User: text('User'),
    Labels: readOptional(json['Labels'], `${what}.Labels`, readStringMap),
  })
}

function parseHistory(value: unknown, what: string) {
  const json = readObject(value, what)
  const text = (key: string) => readOptional(json[key], `${what}.${key}`, readString)
  return present({
    created: text('created'),
    created_by: text('created_by'),
    comment: text('comment'),
    empty_layer: json['empty_layer'] === true ? true : undefined,
  })
}
