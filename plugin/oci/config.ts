import { type Digest, parseDigest } from './digest.ts'
import {
  malformed,
  parseJsonObject,
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
  const created = readOptional(json['created'], `${what}.created`, readString)
  return {
    ...(created !== undefined && { created }),
    architecture: readString(json['architecture'], `${what}.architecture`),
    os: readString(json['os'], `${what}.os`),
    ...(config !== undefined && { config }),
    rootfs: {
      type: 'layers',
      diff_ids: readArray(diffIds, `${what}.rootfs.diff_ids`).map(parseDigest),
    },
    ...(history !== undefined && {
      history: history.map((entry) => parseHistory(entry, `${what}.history`)),
    }),
  }
}

function parseExecution(value: unknown, what: string): NonNullable<OciConfig['config']> {
  const json = readObject(value, what)
  const strings = (key: string) => readOptional(json[key], `${what}.${key}`, readStrings)
  const text = (key: string) => readOptional(json[key], `${what}.${key}`, readString)
  const [Env, Entrypoint, Cmd] = [strings('Env'), strings('Entrypoint'), strings('Cmd')]
  const [WorkingDir, User] = [text('WorkingDir'), text('User')]
  const Labels = readOptional(json['Labels'], `${what}.Labels`, readStringMap)
  return {
    ...(Env !== undefined && { Env }),
    ...(Entrypoint !== undefined && { Entrypoint }),
    ...(Cmd !== undefined && { Cmd }),
    ...(WorkingDir !== undefined && { WorkingDir }),
    ...(User !== undefined && { User }),
    ...(Labels !== undefined && { Labels }),
  }
}

function parseHistory(value: unknown, what: string) {
  const json = readObject(value, what)
  const text = (key: string) => readOptional(json[key], `${what}.${key}`, readString)
  const [created, createdBy, comment] = [text('created'), text('created_by'), text('comment')]
  return {
    ...(created !== undefined && { created }),
    ...(createdBy !== undefined && { created_by: createdBy }),
    ...(comment !== undefined && { comment }),
    ...(json['empty_layer'] === true && { empty_layer: true }),
  }
}
