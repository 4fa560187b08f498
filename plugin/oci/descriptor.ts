import type { Digest } from './digest.ts'

/** Names content by type, digest and size in bytes (OCI image spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly platform?: { readonly os: string; readonly architecture: string }
  readonly annotations?: Readonly<Record<string, string>>
}
