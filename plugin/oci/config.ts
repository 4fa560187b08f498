import type { Digest } from './digest.ts'

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
