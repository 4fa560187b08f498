import type { Descriptor } from './descriptor.ts'

/** An image for one platform (OCI image spec, manifest.md; Docker schema 2 has the same shape). */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** Several manifests under one name (OCI image-index.md); Lambda refuses one. */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
}
